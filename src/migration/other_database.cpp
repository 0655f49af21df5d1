// See other_database.h.

#include "migration/other_database.h"

#include <cstddef>

#include <re2/re2.h>

namespace unwedge::migration {
namespace {

std::string_view without(std::string_view text, std::string_view ending) {
  return text.ends_with(ending) ? text.substr(0, text.size() - ending.size()) : text;
}

}  // namespace

bool is_other_database(std::string_view name) {
  static const RE2 names(
      "(?i)(?:mysql[0-9]*|mariadb|oracle|sqlite[0-9]?|h2|hsqldb|hsql|derby|db2|sqlserver|mssql|"
      "cockroach(?:db)?|crdb|clickhouse|cassandra|snowflake|redshift|spanner|informix|sybase|"
      "firebird)");
  return RE2::FullMatch(re2::StringPiece(name.data(), name.size()), names);
}

bool names_other_database(std::string_view path) {
  std::size_t begin = 0;
  for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', begin)) {
    if (is_other_database(path.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  std::string_view name = without(path.substr(begin), ".sql");
  name = without(without(name, ".up"), ".down");
  const std::size_t last = name.find_last_of("._-");
  return last != name.npos && is_other_database(name.substr(last + 1));
}

}  // namespace unwedge::migration
