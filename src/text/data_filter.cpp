// The states follow psql (fe_utils/psqlscan.l), which decides by the same means where a statement,
// and with it COPY's data, begins. Text is looked at by whole lines: no token that matters here,
// and no line of data, is cut by the end of a piece.

#include "text/data_filter.h"

#include <algorithm>
#include <array>

#include "text/characters.h"
#include "text/utf8.h"

namespace unwedge::text {
namespace {

/// Passes over all that cannot change the state inside a statement.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  plain.fill(true);
  for (const char c : {'\'', '"', '-', '/', '$', ';', '(', ')', '\\'}) {
    plain[static_cast<unsigned char>(c)] = false;
  }
  return plain;
}();

/// COPY … FROM stdin: what stands in quotes or parentheses is passed over.
bool reads_from_stdin(std::string_view statement) {
  std::string_view before;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < statement.size();) {
    const char c = statement[i];
    if (quote != 0 || !is_letter(c)) {
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      }
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < statement.size() && is_word_part(statement[i])) ++i;
    const std::string_view word = statement.substr(begin, i - begin);
    if (begin == 0 && !is_same_word(word, "copy")) return false;
    if (depth == 0 && is_same_word(before, "from")) return is_same_word(word, "stdin");
    before = word;
  }
  return false;
}

/// As LineIndex counts them.
std::uint32_t line_ends(std::string_view text) {
  auto count = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
  for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
    if (text.substr(at + 1, 1) != "\n") ++count;
  }
  return count;
}

}  // namespace

void DataFilter::add(std::string_view bytes) {
  const std::size_t before = text_.size();
  text_.append(bytes);
  const std::size_t line_feed = std::string_view(text_).substr(before).rfind('\n');
  if (line_feed != std::string_view::npos) scan(before + line_feed + 1);
}

/// Looks at the text up to `end`, which is the end of a line.
void DataFilter::scan(std::size_t end) {
  if (at_ == 0 && text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  while (at_ < end) {
    switch (state_) {
      case State::kSql: scan_sql(end); break;
      case State::kString:
      case State::kEscapeString:
      case State::kIdentifier: scan_string(end); break;
      case State::kBlockComment: scan_block_comment(end); break;
      case State::kDollarString:
        at_ = std::min(text_.find(dollar_, at_), end);
        if (at_ < end) {
          at_ += dollar_.size();
          state_ = State::kSql;
        }
        break;
      case State::kLine:
        if (skip_line(end)) state_ = State::kSql;
        break;
      case State::kCopy:
        // Something else on the same line: rather keep it all.
        if (!is_blank(text_[at_])) {
          state_ = State::kSql;
        } else if (text_[at_++] == '\n') {
          end -= drop_inserts();
          state_ = State::kKeeping;
          data_ = at_;
        }
        break;
      case State::kKeeping:
      case State::kDropping: end = scan_data(end); break;
    }
  }
  drop_inserts();
}

void DataFilter::scan_sql(std::size_t end) {
  while (at_ < end && state_ == State::kSql) {
    const char c = text_[at_];
    if (statement_ == kNone) {
      if (is_blank(c)) {
        ++at_;
        continue;
      }
      if (text_.compare(at_, 2, "--") != 0 && text_.compare(at_, 2, "/*") != 0) statement_ = at_;
    }
    if (kPlain[static_cast<unsigned char>(c)]) {
      while (at_ < end && kPlain[static_cast<unsigned char>(text_[at_])]) ++at_;
      continue;
    }
    const std::size_t here = at_++;
    switch (c) {
      case '\'': {
        const bool escape = here > 0 && to_lower(text_[here - 1]) == 'e' &&
                            (here == 1 || !is_word_part(text_[here - 2]));
        state_ = escape ? State::kEscapeString : State::kString;
        break;
      }
      case '"': state_ = State::kIdentifier; break;
      case '-':
        if (text_[at_] == '-') state_ = State::kLine;
        break;
      case '/':
        if (text_[at_] == '*') {
          ++at_;
          comments_ = 1;
          state_ = State::kBlockComment;
        }
        break;
      case '$':
        if (here == 0 || !is_word_part(text_[here - 1])) begin_dollar_string(end);
        break;
      case '(': ++parentheses_; break;
      case ')': parentheses_ = std::max(0, parentheses_ - 1); break;
      case ';':
        if (parentheses_ == 0) end_statement();
        break;
      default:  // a command of psql
        if (statement_ == here) statement_ = kNone;
        state_ = State::kLine;
        break;
    }
  }
}

void DataFilter::scan_string(std::size_t end) {
  const char quote = state_ == State::kIdentifier ? '"' : '\'';
  if (state_ == State::kEscapeString) {
    while (at_ < end && text_[at_] != quote) at_ += text_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_, end);
  } else {
    at_ = std::min(text_.find(quote, at_), end);
  }
  if (at_ == end) return;
  ++at_;
  // A doubled quote is one that the string goes on behind.
  if (at_ < end && text_[at_] == quote) {
    ++at_;
  } else {
    state_ = State::kSql;
  }
}

void DataFilter::scan_block_comment(std::size_t end) {
  while (at_ < end) {
    const std::string_view pair = std::string_view(text_).substr(at_, 2);
    if (pair == "*/") {
      at_ += 2;
      if (--comments_ == 0) {
        state_ = State::kSql;
        return;
      }
    } else if (pair == "/*") {
      at_ += 2;
      ++comments_;
    } else {
      ++at_;
    }
  }
}

void DataFilter::begin_dollar_string(std::size_t end) {
  std::size_t tag_end = at_;
  while (tag_end < end && text_[tag_end] != '$' &&
         (is_letter(text_[tag_end]) || (tag_end > at_ && is_digit(text_[tag_end])))) {
    ++tag_end;
  }
  if (tag_end == end || text_[tag_end] != '$') return;
  dollar_ = text_.substr(at_ - 1, tag_end + 2 - at_);
  at_ = tag_end + 1;
  state_ = State::kDollarString;
}

void DataFilter::end_statement() {
  const std::size_t begin = std::exchange(statement_, kNone);
  if (begin == kNone) return;
  const std::string_view statement = std::string_view(text_).substr(begin, at_ - 1 - begin);
  if (reads_from_stdin(statement)) {
    state_ = State::kCopy;
    run_end_ = kNone;
  } else {
    follow_run(begin, statement);
  }
}

/// Marks the statement that ends here to be dropped, if it goes on with a long run of INSERT.
void DataFilter::follow_run(std::size_t begin, std::string_view statement) {
  const bool is_next = run_end_ != kNone &&
                       std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(run_end_),
                                   text_.begin() + static_cast<std::ptrdiff_t>(begin), is_blank);
  const std::size_t before = run_end_;
  if (!is_next) run_.end();
  const bool goes_on = run_.continues_with(statement);

  std::size_t line_end = at_;
  while (text_[line_end] != '\n' && is_blank(text_[line_end])) ++line_end;
  run_end_ = text_[line_end] == '\n' ? line_end + 1 : kNone;
  if (!goes_on || run_end_ == kNone) {
    run_bytes_ = 0;
    return;
  }
  run_bytes_ += run_end_ - before;
  if (run_bytes_ <= kKeptInsertBytes) return;
  if (is_utf8_ && valid_utf8_prefix(statement) < statement.size()) {
    is_utf8_ = false;
    return;
  }
  if (inserts_.empty() || inserts_.back().end != before) {
    inserts_.push_back({.begin = before, .end = before});
  }
  inserts_.back().end = run_end_;
  ++inserts_.back().statements;
}

/// Leaves out what was marked; returns how many bytes.
std::size_t DataFilter::drop_inserts() {
  std::size_t to = inserts_.empty() ? 0 : inserts_.front().begin;
  std::size_t dropped = 0;
  for (std::size_t i = 0; i < inserts_.size(); ++i) {
    const Inserts& range = inserts_[i];
    const std::size_t next = i + 1 < inserts_.size() ? inserts_[i + 1].begin : text_.size();
    add_elision(to, std::string_view(text_).substr(range.begin, range.end - range.begin),
                range.statements);
    std::copy(text_.begin() + static_cast<std::ptrdiff_t>(range.end),
              text_.begin() + static_cast<std::ptrdiff_t>(next),
              text_.begin() + static_cast<std::ptrdiff_t>(to));
    to += next - range.end;
    dropped += range.end - range.begin;
  }
  if (dropped == 0) return 0;
  text_.resize(to);
  inserts_.clear();
  at_ -= dropped;
  if (statement_ != kNone) statement_ -= dropped;
  if (run_end_ != kNone) run_end_ -= dropped;
  return dropped;
}

void DataFilter::add_elision(std::size_t at, std::string_view lines, std::uint32_t statements) {
  if (elisions_.empty() || elisions_.back().at != at) {
    elisions_.push_back({.at = static_cast<std::uint32_t>(at)});
  }
  elisions_.back().lines += line_ends(lines);
  elisions_.back().statements += statements;
}

bool DataFilter::skip_line(std::size_t end) {
  const std::size_t line_end = text_.find_first_of("\r\n", at_);
  at_ = std::min(line_end, end);
  return at_ < end;
}

/// Goes over whole lines of data, to their end or to `end`; returns where the lines end then.
std::size_t DataFilter::scan_data(std::size_t end) {
  const std::size_t begin = at_;
  while (at_ < end && !is_end_of_data()) {
    at_ = text_.find('\n', at_) + 1;
    if (state_ == State::kKeeping && at_ - data_ >= kKeptBytes) {
      state_ = State::kDropping;
      return end;
    }
  }
  if (state_ == State::kDropping) end -= drop_data(begin);
  if (at_ < end && is_end_of_data()) state_ = State::kSql;  // where \. is a command of psql
  return end;
}

bool DataFilter::is_end_of_data() const {
  return text_.compare(at_, 3, "\\.\n") == 0 || text_.compare(at_, 4, "\\.\r\n") == 0;
}

/// Leaves out the lines from `begin` to `at_`; returns how many bytes.
std::size_t DataFilter::drop_data(std::size_t begin) {
  const std::size_t valid =
      is_utf8_ ? valid_utf8_prefix(std::string_view(text_).substr(begin, at_ - begin)) : kNone;
  const bool keep_line = valid < at_ - begin;
  if (keep_line) {
    is_utf8_ = false;
    at_ = text_.rfind('\n', begin + valid) + 1;  // the data begins behind one
  }
  const std::string_view lines = std::string_view(text_).substr(begin, at_ - begin);
  if (!lines.empty()) {
    add_elision(begin, lines, 0);
    text_.erase(begin, lines.size());
  }
  const std::size_t dropped = at_ - begin;
  at_ = keep_line ? text_.find('\n', begin) + 1 : begin;
  return dropped;
}

}  // namespace unwedge::text
