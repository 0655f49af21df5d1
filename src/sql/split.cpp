// The state that decides whether a semicolon ends a statement follows psql's (fe_utils/psqlscan.l):
// parentheses, and BEGIN … END in a CREATE FUNCTION or PROCEDURE, with CASE … END inside.

#include "sql/split.h"

#include <cstddef>

#include "sql/tokens.h"

namespace unwedge::sql {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  void add(const Token& token) {
    if (is_char(text_, token, ';')) {
      semicolon(token);
      return;
    }
    if (tokens_ == 0) current_.span.begin = token.span.begin;
    current_.span.end = token.span.end;
    if (part_.empty()) part_.begin = token.span.begin;
    part_.end = token.span.end;
    ++tokens_;
    if (is_char(text_, token, '(')) ++parentheses_;
    if (is_char(text_, token, ')') && parentheses_ > 0) --parentheses_;
    if (token.kind == TokenKind::kKeyword) keyword(token);
  }

  std::vector<RawStatement> finish() {
    current_.has_semicolon = false;
    end_statement();
    return std::move(statements_);
  }

 private:
  void keyword(const Token& token) {
    // CREATE [OR REPLACE] FUNCTION comes within the first four words.
    if (tokens_ == 1) is_create_ = is_word(text_, token, "create");
    if (tokens_ <= 4 && is_create_ &&
        (is_word(text_, token, "function") || is_word(text_, token, "procedure"))) {
      is_routine_ = true;
    }
    if (!is_routine_) return;
    if (is_word(text_, token, "begin") || (begins_ > 0 && is_word(text_, token, "case"))) {
      ++begins_;
    } else if (begins_ > 0 && is_word(text_, token, "end")) {
      --begins_;
    }
  }

  void semicolon(const Token& token) {
    if (parentheses_ > 0 || begins_ > 0) {
      current_.span.end = token.span.end;
      end_part();
      return;
    }
    end_statement();
  }

  void end_part() {
    if (!part_.empty()) current_.inner.push_back(part_);
    part_ = {};
  }

  void end_statement() {
    if (!current_.inner.empty()) end_part();
    if (tokens_ > 0) statements_.push_back(current_);
    current_ = {};
    part_ = {};
    tokens_ = 0;
    parentheses_ = 0;
    begins_ = 0;
    is_create_ = false;
    is_routine_ = false;
  }

  std::string_view text_;
  std::vector<RawStatement> statements_;
  RawStatement current_;
  Span part_;
  std::size_t tokens_ = 0;
  int parentheses_ = 0;
  int begins_ = 0;
  bool is_create_ = false;
  bool is_routine_ = false;
};

}  // namespace

std::vector<RawStatement> split_statements(std::string_view text, Span region) {
  Splitter splitter(text);
  Scanner scanner(text, region);
  std::uint32_t reached = region.begin;
  for (Token token = scanner.next(); token.kind != TokenKind::kEnd; token = scanner.next()) {
    if (token.kind == TokenKind::kError) {
      // An unterminated quote: all that is left belongs to the statement that has it.
      splitter.add({.kind = TokenKind::kOther, .span = {reached, region.end}});
      break;
    }
    reached = token.span.end;
    if (token.kind != TokenKind::kComment) splitter.add(token);
  }
  return splitter.finish();
}

}  // namespace unwedge::sql
