// What people call a migration: its file, and where that is called the same in every folder, the
// folder, too.

#pragma once

#include <cstddef>
#include <string_view>

namespace unwedge {

/// "0001_a.sql", "2024_a/migration.sql"
inline std::string_view migration_name(std::string_view path) {
  std::size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash + 1);
  const bool is_common = name == "migration.sql" || name == "up.sql";
  if (is_common && slash != std::string_view::npos && slash > 0) slash = path.rfind('/', slash - 1);
  return path.substr(slash + 1);
}

}  // namespace unwedge
