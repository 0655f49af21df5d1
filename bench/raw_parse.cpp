// raw_parse FILE…: reads and parses each file with Postgres's grammar and does nothing with the
// result. What it costs is the least that any linter built on that grammar can cost.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

extern "C" {
#include "pg_query.h"
#include "pg_query_internal.h"
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fputs("raw_parse: a file cannot be read\n", stderr);
      return 2;
    }
    const std::string sql((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const MemoryContext memory = pg_query_enter_memory_context();
    const PgQueryInternalParsetreeAndError parsed =
        pg_query_raw_parse(sql.c_str(), PG_QUERY_DISABLE_ESCAPE_STRING_WARNING);
    if (parsed.error != nullptr) pg_query_free_error(parsed.error);
    pg_query_exit_memory_context(memory);
  }
  return 0;
}
