// See other_database.h.

#include "migration/other_database.h"

#include "migration/pattern.h"

namespace unwedge::migration {

bool names_other_database(std::string_view path) {
  constexpr std::string_view kFolder =
      R"((?i)(?:^|/)(?:mysql[0-9]?|mariadb|sqlite3?|mssql|sqlserver|oracle|h2|hsqldb|db2|derby)/)";
  constexpr std::string_view kEnd =
      R"((?i)[._-](?:mysql|mariadb|sqlite3?|mssql|sqlserver|oracle|h2)(?:\.(?:up|down))?\.sql$)";
  return matches_part(path, kFolder) || matches_part(path, kEnd);
}

}  // namespace unwedge::migration
