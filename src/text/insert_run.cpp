// See insert_run.h. Whatever is not surely a constant, a row or VALUES itself ends the run.

#include "text/insert_run.h"

#include <algorithm>
#include <array>

#include "text/characters.h"

namespace unwedge::text {
namespace {

constexpr std::array<std::string_view, 4> kConstants = {"null", "true", "false", "default"};

/// The length of "INSERT INTO … VALUES" at the beginning; 0: it is no such statement.
std::size_t head_size(std::string_view statement) {
  constexpr std::string_view kInsert = "insert";
  if (!is_same_word(statement.substr(0, kInsert.size()), kInsert)) return 0;
  for (std::size_t i = kInsert.size(); i < statement.size();) {
    if (statement[i] == '"') {
      i = std::min(statement.find('"', i + 1), statement.size() - 1) + 1;
    } else if (is_letter(statement[i])) {
      const std::size_t begin = i;
      while (i < statement.size() && is_word_part(statement[i])) ++i;
      const std::string_view word = statement.substr(begin, i - begin);
      if (is_same_word(word, "values")) return i;
      if (is_same_word(word, "select")) return 0;
    } else if (statement[i] == '\'' || statement[i] == '$' || statement[i] == ';') {
      return 0;
    } else {
      ++i;
    }
  }
  return 0;
}

/// Reads the rows behind VALUES.
class Rows {
 public:
  explicit Rows(std::string_view text) : text_(text) {}

  /// How many values each row has; 0: there is more than rows of constants, or they differ.
  std::size_t values() {
    std::size_t values = 0;
    do {
      const std::size_t here = row();
      if (here == 0 || (values != 0 && here != values)) return 0;
      values = here;
    } while (take(','));
    return at_ == text_.size() ? values : 0;
  }

 private:
  std::size_t row() {
    if (!take('(')) return 0;
    std::size_t values = 0;
    do {
      if (!constant()) return 0;
      ++values;
    } while (take(','));
    return take(')') ? values : 0;
  }

  bool constant() {
    skip_blanks();
    if (at_ == text_.size()) return false;
    if (text_[at_] == '\'') return string();
    if (is_letter(text_[at_])) return word();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.' || text_[at_] == '-')) {
      ++at_;
    }
    // Two would begin a comment; letters behind it are an error, or an exponent.
    return at_ > begin && text_.substr(begin, at_ - begin).find("--") == text_.npos;
  }

  bool string() {
    do {
      at_ = text_.find('\'', at_ + 1);
      if (at_ == text_.npos) return false;
      ++at_;
    } while (at_ < text_.size() && text_[at_] == '\'');
    return true;
  }

  bool word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_part(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    return std::any_of(kConstants.begin(), kConstants.end(),
                       [word](std::string_view each) { return is_same_word(word, each); });
  }

  bool take(char wanted) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    skip_blanks();
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool InsertRun::continues_with(std::string_view statement) {
  const bool same = !head_.empty() && statement.starts_with(head_);
  const std::size_t size = same ? head_.size() : head_size(statement);
  const std::size_t values = size == 0 ? 0 : Rows(statement.substr(size)).values();
  const bool goes_on = same && values == values_ && values > 0;
  if (values == 0) {
    head_.clear();
  } else if (!same) {
    head_ = statement.substr(0, size);
  }
  values_ = values;
  return goes_on;
}

}  // namespace unwedge::text
