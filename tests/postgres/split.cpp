// One pass over the text; at each place, jump over whatever may hide a semicolon.

#include "postgres/split.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace unwedge::postgres {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

class Splitter {
 public:
  explicit Splitter(std::string_view sql) : sql_(sql) {}

  std::vector<std::string> split() {
    while (at_ < sql_.size()) step();
    finish_statement();
    return std::move(statements_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }

  void step() {
    if (peek() == '-' && peek(1) == '-') return skip_to(sql_.find('\n', at_));
    if (peek() == '/' && peek(1) == '*') return skip_comment();
    if (peek() == ';' && parentheses_ == 0 && blocks_ == 0) return finish_statement();
    has_text_ = has_text_ || !is_space(peek());
    if (peek() == '\'') return skip_quoted('\'', after_escape_mark());
    if (peek() == '"') return skip_quoted('"', false);
    if (peek() == '$') return skip_dollar_quoted();
    if (is_word(peek())) return skip_word();
    if (peek() == '(') ++parentheses_;
    if (peek() == ')' && parentheses_ > 0) --parentheses_;
    ++at_;
  }

  void skip_to(std::size_t place) { at_ = std::min(place, sql_.size()); }

  void skip_comment() {
    int depth = 0;
    do {
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < sql_.size());
  }

  /// Whether the quote here belongs to E'...', where a backslash escapes.
  [[nodiscard]] bool after_escape_mark() const {
    if (at_ == 0 || (sql_[at_ - 1] != 'E' && sql_[at_ - 1] != 'e')) return false;
    return at_ == 1 || !is_word(sql_[at_ - 2]);
  }

  /// A doubled quote needs no care: it looks like the end and the start of another.
  void skip_quoted(char quote, bool has_escapes) {
    ++at_;
    while (at_ < sql_.size() && peek() != quote) {
      if (has_escapes && peek() == '\\') ++at_;
      ++at_;
    }
    ++at_;
  }

  void skip_dollar_quoted() {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    const bool is_parameter = std::isdigit(static_cast<unsigned char>(peek(1))) != 0;
    if (end >= sql_.size() || sql_[end] != '$' || is_parameter) {
      ++at_;
      return;
    }
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    skip_to(close == std::string_view::npos ? close : close + tag.size());
  }

  /// A word, dollar signs included; counts what opens and ends a BEGIN ATOMIC body.
  void skip_word() {
    const std::size_t start = at_;
    while (is_word(peek()) || peek() == '$') ++at_;
    std::string word(sql_.substr(start, at_ - start));
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    if (word == "atomic" && last_word_ == "begin") ++blocks_;
    if (word == "case" && blocks_ > 0) ++blocks_;
    if (word == "end" && blocks_ > 0) --blocks_;
    last_word_ = word;
  }

  void finish_statement() {
    at_ = std::min(at_, sql_.size());
    if (has_text_) statements_.emplace_back(sql_.substr(start_, at_ - start_));
    start_ = ++at_;
    has_text_ = false;
    parentheses_ = 0;
    last_word_.clear();
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  bool has_text_ = false;
  int parentheses_ = 0;
  int blocks_ = 0;
  std::string last_word_;
  std::vector<std::string> statements_;
};

}  // namespace

std::vector<std::string> split_statements(std::string_view sql) { return Splitter(sql).split(); }

}  // namespace unwedge::postgres
