// See open_statement.h.

#include "sql/open_statement.h"

#include <utility>

#include "sql/psql.h"

namespace unwedge::sql {

void OpenStatement::add(const Lexeme& lexeme) {
  grow(lexeme.span);
  const char c = text_[lexeme.span.begin];
  if (c == '(') ++parentheses_;
  if (c == ')' && parentheses_ > 0) --parentheses_;
  if (lexeme.kind == LexemeKind::kWord) word(lexeme.span);
}

void OpenStatement::add(const Mark& mark) {
  if (mark.kind == Mark::Kind::kValue || mark.kind == Mark::Kind::kString) grow(mark.span);
  raw_.marks.push_back(mark);
}

void OpenStatement::add_inner_semicolon(std::uint32_t end) {
  raw_.span.end = end;
  end_part();
}

RawStatement OpenStatement::take(bool has_semicolon) {
  if (!raw_.inner.empty()) end_part();
  raw_.has_semicolon = has_semicolon;
  std::erase_if(raw_.marks, [this](const Mark& mark) { return mark.span.begin >= raw_.span.end; });
  raw_.has_data = is_copy_ && is_copy_from_stdin(text_, raw_.span);
  return std::exchange(*this, OpenStatement(text_)).raw_;
}

void OpenStatement::grow(Span span) {
  if (words_ == 0) raw_.span.begin = span.begin;
  raw_.span.end = span.end;
  if (part_.empty()) part_.begin = span.begin;
  part_.end = span.end;
  ++words_;
}

void OpenStatement::word(Span span) {
  // CREATE [OR REPLACE] FUNCTION comes within the first four words.
  if (words_ == 1) {
    is_create_ = says(text_, span, "create");
    is_copy_ = says(text_, span, "copy");
  }
  if (words_ <= 4 && is_create_ &&
      (says(text_, span, "function") || says(text_, span, "procedure"))) {
    is_routine_ = true;
  }
  if (!is_routine_) return;
  if (says(text_, span, "begin") || (begins_ > 0 && says(text_, span, "case"))) {
    ++begins_;
  } else if (begins_ > 0 && says(text_, span, "end")) {
    --begins_;
  }
}

void OpenStatement::end_part() {
  if (!part_.empty()) raw_.inner.push_back(part_);
  part_ = {};
}

}  // namespace unwedge::sql
