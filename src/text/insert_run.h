// Runs of INSERT statements that differ in their constants only, as pg_dump --inserts writes them.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unwedge::text {

class InsertRun {
 public:
  /// Takes the next statement, without its semicolon. True when it is an INSERT of constants with
  /// the same table, columns and number of values as the one before it.
  bool continues_with(std::string_view statement);

  /// Something else stands between.
  void end() { head_.clear(); }

 private:
  std::string head_;        ///< of the statement before: up to VALUES; "": it was no such INSERT
  std::size_t values_ = 0;  ///< in each of its rows
};

}  // namespace unwedge::text
