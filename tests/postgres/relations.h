// What relations a database has at one moment, catalogs left out: the names, kinds and files that
// an observation compares before and after a statement.

#pragma once

#include <map>
#include <string>

#include <libpq-fe.h>

#include "postgres/connection.h"

namespace unwedge::postgres {

struct Relation {
  std::string schema;
  std::string bare_name;
  std::string name;  ///< As reported: "public.t", "pg_temp.t", "toast(public.t)".
  char kind = ' ';   ///< pg_class.relkind: r p i I S v m f t c.
  char persistence = ' ';
  std::string file;  ///< Changes when the relation gets a new file or moves to a tablespace.
  Oid toast_of = 0;  ///< The table that this toast table belongs to.
  Oid index_of = 0;  ///< The table that this index belongs to.
  bool has_file = true;
};

using Relations = std::map<Oid, Relation>;

/// The smallest oid of anything that is not part of a fresh database.
inline constexpr Oid kFirstUserOid = 16384;

/// The relations as the session sees them, its own uncommitted changes included.
Relations read_relations(Connection& session);

Oid to_oid(const std::string& text);

}  // namespace unwedge::postgres
