// The grammar's version, from libpg_query's copy of Postgres's own configuration.

#include "sql/grammar.h"

#include "sql/postgres_headers.h"

#if PG_VERSION_NUM < 170000
#error "unwedge needs libpg_query 17 or later: earlier ones lack the raw parser's headers"
#endif

namespace unwedge::sql {

std::string_view grammar_version() { return PG_VERSION; }

}  // namespace unwedge::sql
