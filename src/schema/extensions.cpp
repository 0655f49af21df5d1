// What the extensions that come with Postgres make; of any other it is not known. From pg_depend,
// after CREATE EXTENSION of each.

#include <algorithm>
#include <array>
#include <string_view>

#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

struct Contrib {
  std::string_view extension;
  std::string_view relations{};  ///< with a blank between them
  std::string_view types{};
};

constexpr std::array kContrib{
    Contrib{"adminpack"},
    Contrib{"amcheck"},
    Contrib{"autoinc"},
    Contrib{"bloom"},
    Contrib{"btree_gin"},
    Contrib{"btree_gist", "",
            "gbtreekey2 gbtreekey4 gbtreekey8 gbtreekey16 gbtreekey32 gbtreekey_var"},
    Contrib{"citext", "", "citext"},
    Contrib{"cube", "", "cube"},
    Contrib{"dblink", "", "dblink_pkey_results"},
    Contrib{"dict_int"},
    Contrib{"dict_xsyn"},
    Contrib{"earthdistance", "", "cube earth"},  // CASCADE makes cube, too
    Contrib{"file_fdw"},
    Contrib{"fuzzystrmatch"},
    Contrib{"hstore", "", "ghstore hstore"},
    Contrib{"insert_username"},
    Contrib{"intagg"},
    Contrib{"intarray", "", "intbig_gkey query_int"},
    Contrib{"isn", "", "ean13 isbn isbn13 ismn ismn13 issn issn13 upc"},
    Contrib{"lo", "", "lo"},
    Contrib{"ltree", "", "lquery ltree ltree_gist ltxtquery"},
    Contrib{"moddatetime"},
    Contrib{"old_snapshot"},
    Contrib{"pageinspect"},
    Contrib{"pg_buffercache", "pg_buffercache"},
    Contrib{"pg_freespacemap"},
    Contrib{"pg_prewarm"},
    Contrib{"pg_stat_statements", "pg_stat_statements pg_stat_statements_info"},
    Contrib{"pg_surgery"},
    Contrib{"pg_trgm", "", "gtrgm"},
    Contrib{"pg_visibility"},
    Contrib{"pg_walinspect"},
    Contrib{"pgcrypto"},
    Contrib{"pgrowlocks"},
    Contrib{"pgstattuple"},
    Contrib{"plpgsql"},
    Contrib{"postgres_fdw"},
    Contrib{"refint"},
    Contrib{"seg", "", "seg"},
    Contrib{"sslinfo"},
    Contrib{"tablefunc", "", "tablefunc_crosstab_2 tablefunc_crosstab_3 tablefunc_crosstab_4"},
    Contrib{"tcn"},
    Contrib{"tsm_system_rows"},
    Contrib{"tsm_system_time"},
    Contrib{"unaccent"},
    Contrib{"uuid-ossp"},
    Contrib{"xml2"},
};

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

bool may_have_made(std::string_view extension, ObjectType type, std::string_view name) {
  const auto* const known =
      std::find_if(kContrib.begin(), kContrib.end(),
                   [extension](const Contrib& each) { return each.extension == extension; });
  if (known == kContrib.end() || type == ObjectType::kFunction) return true;
  return has_word(known->relations, name) ||
         (type == ObjectType::kType && has_word(known->types, name));
}

}  // namespace

bool Catalog::may_be_of_extension(ObjectType type, std::string_view name) const {
  const std::vector<const NamedObject*> extensions = objects(ObjectType::kExtension);
  return std::any_of(extensions.begin(), extensions.end(), [&](const NamedObject* extension) {
    return may_have_made(extension->id.name, type, name);
  });
}

}  // namespace unwedge::schema
