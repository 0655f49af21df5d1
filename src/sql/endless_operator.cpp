// Real text has no such runs, except in strings and comments: it is looked at in large steps first.

#include "sql/endless_operator.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "text/characters.h"

namespace unwedge::sql {
namespace {

/// Twice as long as an operator may be. Lines of dashes in comments are seldom longer.
constexpr std::size_t kEndless = 128;
/// How many characters the scanner may read again and again in one row of beginnings of comments.
constexpr std::size_t kMostReadAgain = 64 * kEndless;

constexpr std::size_t kNowhere = std::string_view::npos;

constexpr std::array<bool, 256> kOperator = [] {
  std::array<bool, 256> result{};
  for (const char c : std::string_view("~!@#^&|`?+-*/%<>=")) {
    result[static_cast<unsigned char>(c)] = true;
  }
  return result;
}();

bool is_operator(char c) { return kOperator[static_cast<unsigned char>(c)]; }

/// Where the run that begins there ends.
std::size_t run_end(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_operator(text[begin])) ++begin;
  return begin;
}

bool has_long_run(std::string_view text) {
  for (std::size_t i = kEndless - 1; i < text.size(); i += kEndless) {
    if (!is_operator(text[i])) continue;
    std::size_t begin = i;
    while (begin > 0 && is_operator(text[begin - 1])) --begin;
    if (run_end(text, i) - begin >= kEndless) return true;
  }
  return false;
}

/// Walks over strings and comments.
class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::size_t find() {
    while (at_ < text_.size() && found_ == kNowhere) next();
    return found_;
  }

 private:
  void next() {
    const char c = text_[at_];
    if (c == '\'' || c == '"') {
      quoted(c);
    } else if (c == '$') {
      dollar_quoted();
    } else if (is_operator(c)) {
      run();
    } else if (text::is_letter(c)) {
      while (at_ < text_.size() && text::is_word_part(text_[at_])) ++at_;
      // E'…': a backslash hides a quote.
      if (at_ < text_.size() && text_[at_] == '\'') {
        escapes_ = text::to_lower(text_[at_ - 1]) == 'e' &&
                   (at_ == 1 || !text::is_word_part(text_[at_ - 2]));
      }
    } else {
      ++at_;
    }
  }

  void quoted(char quote) {
    const bool escapes = std::exchange(escapes_, false) && quote == '\'';
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (escapes && text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  void dollar_quoted() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && (text::is_letter(text_[at_]) || text::is_digit(text_[at_]))) ++at_;
    if (at_ == text_.size() || text_[at_] != '$') return;
    const std::string_view tag = text_.substr(begin, ++at_ - begin);
    at_ = std::min(text_.find(tag, at_), text_.size() - tag.size()) + tag.size();
  }

  void run() {
    const std::size_t end = run_end(text_, at_);
    const std::string_view whole = text_.substr(at_, end - at_);
    const std::size_t line = whole.find("--");
    const std::size_t block = whole.find("/*");
    const std::size_t length = std::min({line, block, whole.size()});
    if (length >= kEndless) found_ = at_;
    if (length == whole.size()) {
      at_ = end;
    } else if (line < block) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else {
      at_ += block;
      block_comment();
    }
  }

  /// Each beginning in a row of them is read with all that follow.
  void block_comment() {
    const std::size_t begin = at_;
    int depth = 0;
    do {
      const std::string_view pair = text_.substr(at_, 2);
      if (pair == "/*" && is_row_endless()) found_ = begin;
      depth += pair == "/*" ? 1 : pair == "*/" ? -1 : 0;
      at_ += pair == "/*" || pair == "*/" ? 2U : 1U;
    } while (depth > 0 && at_ < text_.size() && found_ == kNowhere);
    at_ = std::min(at_, text_.size());
  }

  bool is_row_endless() {
    if (at_ >= run_end_) {
      run_end_ = run_end(text_, at_);
      read_again_ = 0;
    }
    read_again_ += run_end_ - at_;
    return read_again_ > kMostReadAgain;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t run_end_ = 0;     ///< in a comment: of the run of characters of operators
  std::size_t read_again_ = 0;  ///< in that run
  bool escapes_ = false;
  std::size_t found_ = kNowhere;
};

}  // namespace

std::size_t find_endless_operator(std::string_view text) {
  return has_long_run(text) ? Finder(text).find() : kNowhere;
}

}  // namespace unwedge::sql
