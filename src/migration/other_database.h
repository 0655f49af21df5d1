// What repositories that support several databases call them: in the names of folders and files,
// and in conditions of templates.

#pragma once

#include <string_view>

namespace unwedge::migration {

/// Whether it is the name of a database other than Postgres, in any case: "mysql", "SQLite3". The
/// one list of them, but for those in the profile of Liquibase, which spells them its own way.
bool is_other_database(std::string_view name);

/// Whether a folder in the path, or the end of the file's name, is the name of a database other
/// than Postgres: "migrations/mysql/1_a.up.sql", "1_a.sqlite.sql".
bool names_other_database(std::string_view path);

}  // namespace unwedge::migration
