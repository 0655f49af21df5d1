// Files of repositories that support several databases, by the folders that they keep them in.

#pragma once

#include <string_view>

namespace unwedge::migration {

/// Whether a folder in the path, or the end of the file's name, is the name of a database other
/// than Postgres: "migrations/mysql/1_a.up.sql", "1_a.sqlite.sql".
bool names_other_database(std::string_view path);

}  // namespace unwedge::migration
