/* Parses one statement through libpg_query's raw parser, and prints which grammar that is. scripts/setup takes a
 * libpg_query only if this compiles, links and runs with it. */

#include <stdio.h>

#include "pg_query.h"
#include "pg_query_internal.h"

int main(void) {
  pg_query_init();
  MemoryContext context = pg_query_enter_memory_context();
  PgQueryInternalParsetreeAndError result =
      pg_query_raw_parse("CREATE INDEX CONCURRENTLY i ON t (a)", PG_QUERY_PARSE_DEFAULT);
  int parsed = result.error == NULL && list_length(result.tree) == 1;
  pg_query_exit_memory_context(context);
  if (parsed) printf("grammar of PostgreSQL %s (%d)\n", PG_VERSION, PG_VERSION_NUM);
  return parsed ? 0 : 1;
}
