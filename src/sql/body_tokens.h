// The tokens of a body of PL/pgSQL and the one that has been reached, for its parser. Internal to
// this folder.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sql/literal.h"
#include "sql/plpgsql.h"
#include "sql/tokens.h"
#include "text/characters.h"
#include "unwedge/span.h"

namespace unwedge::sql {

class BodyTokens {
 protected:
  using Words = std::initializer_list<std::string_view>;

  /// `file` has at the same place what `text` is made from, with its escapes.
  BodyTokens(std::string_view text, std::string_view file, Span region, Body& body)
      : text_(text), file_(file), region_(region), body_(body) {
    Scanner scanner(text, region);
    for (Token token = scanner.next(); token.kind != TokenKind::kEnd; token = scanner.next()) {
      if (token.kind == TokenKind::kComment) continue;
      if (token.kind == TokenKind::kError) break;
      tokens_.push_back(token);
    }
  }

  [[nodiscard]] bool at_end() const { return at_ >= tokens_.size(); }
  [[nodiscard]] bool is(std::string_view word) const { return is(at_, word); }
  [[nodiscard]] bool is(std::size_t at, std::string_view word) const {
    return at < tokens_.size() && sql::is_word(text_, tokens_[at], word);
  }
  [[nodiscard]] bool is_any(std::size_t at, Words words) const {
    return std::any_of(words.begin(), words.end(),
                       [this, at](std::string_view word) { return is(at, word); });
  }
  [[nodiscard]] bool is_char(char c) const { return is_char(at_, c); }
  [[nodiscard]] bool is_char(std::size_t at, char c) const {
    return at < tokens_.size() && sql::is_char(text_, tokens_[at], c);
  }
  [[nodiscard]] std::string_view words() const { return words(at_); }
  [[nodiscard]] std::string_view words(std::size_t at) const {
    return at < tokens_.size() ? slice(text_, tokens_[at].span) : std::string_view();
  }
  [[nodiscard]] bool is_name(std::size_t at) const {
    return at < tokens_.size() &&
           (tokens_[at].kind == TokenKind::kIdentifier || tokens_[at].kind == TokenKind::kKeyword);
  }
  [[nodiscard]] Span place() const {
    if (!at_end()) return tokens_[at_].span;
    return tokens_.empty() ? region_ : tokens_.back().span;
  }

  /// An identifier as the server folds it.
  Name name_at(std::size_t at) {
    const std::string_view written = words(at);
    std::string name;
    if (written.starts_with('"')) {
      for (std::size_t i = 1; i + 1 < written.size(); ++i) {
        name += written[i];
        if (written[i] == '"') ++i;
      }
    } else {
      for (const char c : written) name += text::to_lower(c);
    }
    return body_.storage->copy(name);
  }

  [[nodiscard]] bool is_string(std::size_t at) const {
    return at < tokens_.size() && tokens_[at].kind == TokenKind::kString;
  }
  /// What the string says; empty: there is none.
  Name string_at(std::size_t at) {
    return is_string(at) ? body_.storage->copy(read_literal(text_, tokens_[at].span).value)
                         : Name();
  }

  void fail(std::string_view message, Span at) {
    if (!body_.error) {
      body_.error = SyntaxError{.message = body_.storage->copy(message), .at = at};
    }
  }

  /// The token here is not one that may stand here: nothing behind it can be read.
  void unexpected() {
    if (at_end()) {
      fail("syntax error at end of input", place());
    } else {
      fail(fmt::format(R"(syntax error at or near "{}")", words()), place());
    }
    at_ = tokens_.size();
  }

  bool expect(std::string_view word) {
    if (!is(word)) {
      unexpected();
      return false;
    }
    ++at_;
    return true;
  }

  void expect_semicolon() {
    if (is_char(';')) {
      ++at_;
    } else {
      unexpected();
    }
  }

  /// <<label>>, if there is one.
  Name read_label() {
    if (words() != "<<") return {};
    const Name label = is_name(at_ + 1) ? name_at(at_ + 1) : Name();
    while (!at_end() && words() != ">>") ++at_;
    if (!at_end()) ++at_;
    return label;
  }

  /// Behind END, and behind EXIT.
  Name read_name() {
    if (!is_name(at_) || is("when")) return {};
    return name_at(at_++);
  }

  /// The next of these words, or semicolon, that is not in parentheses; the end when there is none.
  std::size_t find(Words words) {
    int depth = 0;
    for (std::size_t i = at_; i < tokens_.size(); ++i) {
      if (is_char(i, '(') || is_char(i, '[')) ++depth;
      if (is_char(i, ')') || is_char(i, ']')) --depth;
      if (is_char(i, ';')) {
        if (depth > 0) fail(R"(mismatched parentheses at or near ";")", tokens_[i].span);
        return i;
      }
      if (depth <= 0 && is_any(i, words)) return i;
    }
    return tokens_.size();
  }

  /// The semicolon that ends a statement of SQL (make_execsql_stmt); the end when there is none.
  [[nodiscard]] std::size_t end_of_sql() const {
    int depth = 0;
    int begins = 0;
    const bool routine = is("create") && (is_any(at_ + 1, {"function", "procedure"}) ||
                                          is_any(at_ + 3, {"function", "procedure"}));
    for (std::size_t i = at_; i < tokens_.size(); ++i) {
      if (is_char(i, '(')) ++depth;
      if (is_char(i, ')')) --depth;
      if (routine && (is(i, "begin") || (begins > 0 && is(i, "case")))) ++begins;
      if (begins > 0 && is(i, "end")) --begins;
      if (depth <= 0 && begins == 0 && is_char(i, ';')) return i;
    }
    return tokens_.size();
  }

  [[nodiscard]] Span span_of(std::size_t first, std::size_t last) const {
    std::uint32_t end = tokens_[last - 1].span.end;
    // Of a token with escapes, what blanks stand for.
    while (end < region_.end && text_[end] == ' ' && file_[end] != ' ') ++end;
    return {tokens_[first].span.begin, end};
  }

  std::string_view text_;
  std::string_view file_;
  Span region_;
  Body& body_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace unwedge::sql
