// The statement that a splitter is reading, and whether a semicolon would end it. That follows
// psql's own state (fe_utils/psqlscan.l): parentheses, and BEGIN … END in a CREATE FUNCTION or
// PROCEDURE, with CASE … END inside.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sql/lexeme.h"
#include "sql/split.h"
#include "unwedge/span.h"

namespace unwedge::sql {

class OpenStatement {
 public:
  explicit OpenStatement(std::string_view text) : text_(text) {}

  [[nodiscard]] bool begun() const { return words_ > 0; }
  [[nodiscard]] bool at_top() const { return parentheses_ == 0 && begins_ == 0; }

  void add(const Lexeme& lexeme);
  void add(const Mark& mark);
  /// A semicolon that does not end it.
  void add_inner_semicolon(std::uint32_t end);

  /// What it was; the next one can begin.
  RawStatement take(bool has_semicolon);

 private:
  void grow(Span span);
  void word(Span span);
  void end_part();

  std::string_view text_;
  RawStatement raw_;
  Span part_;
  std::size_t words_ = 0;
  int parentheses_ = 0;
  int begins_ = 0;
  bool is_create_ = false;
  bool is_copy_ = false;
  bool is_routine_ = false;
};

}  // namespace unwedge::sql
