// The expressions that the catalog keeps, in the words of the file: the parse tree has a place for
// the constraint or the table that they belong to, and the scanner finds where they begin and end.
// What does not end nearby has no words; nothing but a printed schema lacks them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sql/lower.h"
#include "sql/tokens.h"

namespace unwedge::sql {
namespace {

constexpr std::uint32_t kLongest = 4096;

bool is_any(std::string_view text, const Token& token, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return is_word(text, token, word); });
}

/// What can follow the expression of DEFAULT, which has no NOT of its own outside parentheses and
/// CASE (b_expr, gram.y).
constexpr std::array<std::string_view, 12> kAfterDefault{
    "constraint", "not",       "null",       "check",     "primary", "unique",
    "references", "generated", "deferrable", "initially", "collate", "storage"};

class TextOfExpression {
 public:
  TextOfExpression(const LowerContext& context, std::uint32_t begin)
      : text_(context.text),
        end_(std::min({context.statement.end, begin + kLongest,
                       static_cast<std::uint32_t>(context.text.size())})),
        scanner_(text_, {std::min(begin, end_), end_}),
        reaches_end_(end_ == context.statement.end) {}

  void skip() { next(); }

  /// Goes behind the next such token that is outside parentheses; false: there is none.
  template <typename Test>
  bool go_behind(const Test& test) {
    int depth = 0;
    for (Token token = next(); is_token(token); token = next()) {
      if (depth == 0 && test(token)) return true;
      depth += step(token);
    }
    return false;
  }
  bool go_behind_word(std::string_view word) {
    return go_behind([&](const Token& token) { return is_word(text_, token, word); });
  }
  bool go_into_parentheses() {
    return go_behind([this](const Token& token) { return is_char(text_, token, '('); });
  }

  /// What is in the parentheses that were gone into.
  std::string_view up_to_closing() {
    const std::uint32_t begin = behind_;
    int depth = 1;
    for (Token token = next(); is_token(token); token = next()) {
      depth += step(token);
      if (depth == 0) return slice(text_, {begin, token.span.begin});
    }
    return {};
  }

  /// The next expression, up to a comma, a closing parenthesis or one of these words outside
  /// parentheses, or the end of the statement.
  std::string_view bare(std::span<const std::string_view> words) {
    int depth = 0;
    Span found;
    for (Token token = next();; token = next()) {
      if (token.kind == TokenKind::kEnd) return reaches_end_ ? slice(text_, found) : "";
      if (token.kind == TokenKind::kError) return {};
      if (token.kind == TokenKind::kComment) continue;
      const bool ends =
          step(token) < 0 || is_char(text_, token, ',') || is_any(text_, token, words);
      if (depth == 0 && ends && !found.empty()) return slice(text_, found);
      depth += step(token);
      if (found.empty()) found.begin = token.span.begin;
      found.end = token.span.end;
    }
  }

  /// The next key of an index up to the comma or parenthesis behind it: the expression that it
  /// begins with, "" where it is a column.
  std::string_view index_key() {
    Span found;
    int depth = 0;
    bool complete = false;
    for (Token token = next(); is_token(token); token = next()) {
      if (depth == 0 && (is_char(text_, token, ',') || is_char(text_, token, ')'))) {
        return complete ? slice(text_, found) : std::string_view();
      }
      depth += step(token);
      if (complete) continue;
      if (found.empty()) found.begin = token.span.begin;
      found.end = token.span.end;
      complete = depth == 0 && is_char(text_, token, ')');
    }
    return {};
  }

 private:
  static bool is_token(const Token& token) {
    return token.kind != TokenKind::kEnd && token.kind != TokenKind::kError;
  }

  Token next() {
    const Token token = scanner_.next();
    behind_ = token.span.end;
    return token;
  }

  /// 1 for what opens something, -1 for what closes it.
  [[nodiscard]] int step(const Token& token) const {
    const auto is = [&](char c) { return is_char(text_, token, c); };
    if (is('(') || is('[') || is_word(text_, token, "case")) return 1;
    return is(')') || is(']') || is_word(text_, token, "end") ? -1 : 0;
  }

  std::string_view text_;
  std::uint32_t end_;
  Scanner scanner_;
  bool reaches_end_;
  std::uint32_t behind_ = 0;  ///< where the last token ended
};

}  // namespace

std::string_view text_in_parentheses(const LowerContext& context, Span place) {
  TextOfExpression text(context, place.begin);
  return text.go_into_parentheses() ? text.up_to_closing() : std::string_view();
}

std::string_view text_of_key(const LowerContext& context, Span place) {
  return TextOfExpression(context, place.begin).index_key();
}

std::string_view text_of_default(const LowerContext& context, Span place) {
  TextOfExpression text(context, place.begin);
  return text.go_behind_word("default") ? text.bare(kAfterDefault) : std::string_view();
}

std::string_view text_of_where(const LowerContext& context, Span place) {
  TextOfExpression text(context, place.begin);
  return text.go_behind_word("where") ? text.bare({}) : std::string_view();
}

std::vector<std::string_view> texts_of_index_keys(const LowerContext& context, Span place,
                                                  std::size_t count) {
  std::vector<std::string_view> texts(count);
  TextOfExpression text(context, place.begin);
  if (!text.go_into_parentheses()) return texts;
  for (std::string_view& each : texts) each = text.index_key();
  return texts;
}

}  // namespace unwedge::sql
