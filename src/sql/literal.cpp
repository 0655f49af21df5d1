// The escapes are those of scan.l: <xq>, <xe> and <xdolq>.

#include "sql/literal.h"

#include <algorithm>
#include <cstddef>

#include "sql/tokens.h"
#include "text/characters.h"

namespace unwedge::sql {
namespace {

constexpr int kOctal = 8;
constexpr int kHexadecimal = 16;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return kHexadecimal;
}

class Reader {
 public:
  Reader(std::string_view text, Span token) : text_(text), at_(token.begin), end_(token.end) {}

  Literal read() {
    if (at_ < end_ && text_[at_] == '$') {
      dollar_quoted();
      return std::move(literal_);
    }
    while (at_ < end_ && text_[at_] != '\'') {
      escapes_ = text_[at_] == 'e' || text_[at_] == 'E';
      ++at_;
    }
    while (at_ < end_ && text_[at_] == '\'') {
      quoted();
      while (at_ < end_ && text::is_blank(text_[at_])) ++at_;  // it may go on on a later line
    }
    return std::move(literal_);
  }

 private:
  void add(char c, std::uint32_t place) {
    literal_.value += c;
    literal_.places.push_back(place);
  }

  void dollar_quoted() {
    const std::size_t tag_end = text_.find('$', at_ + 1);
    if (tag_end >= end_) return;  // a parameter
    const std::size_t tag = tag_end + 1 - at_;
    const std::uint32_t end = end_ - static_cast<std::uint32_t>(tag);
    for (std::uint32_t i = at_ + static_cast<std::uint32_t>(tag); i < end; ++i) add(text_[i], i);
  }

  void quoted() {
    for (++at_; at_ < end_; ++at_) {
      const char c = text_[at_];
      if (c == '\'') {
        if (at_ + 1 >= end_ || text_[at_ + 1] != '\'') break;
        add(c, at_++);
      } else if (c == '\\' && escapes_ && at_ + 1 < end_) {
        escape();
      } else {
        add(c, at_);
      }
    }
    ++at_;
  }

  /// Leaves at_ on the last character of the escape.
  void escape() {
    const std::uint32_t place = at_++;
    const char c = text_[at_];
    switch (c) {
      case 'b': add('\b', place); return;
      case 'f': add('\f', place); return;
      case 'n': add('\n', place); return;
      case 'r': add('\r', place); return;
      case 't': add('\t', place); return;
      case 'x': code(place, 2, kHexadecimal); return;
      case 'u': code(place, 4, kHexadecimal); return;
      case 'U': code(place, 8, kHexadecimal); return;
      default: break;
    }
    if (digit(c) < kOctal) {
      --at_;
      code(place, 3, kOctal);
    } else {
      add(c, place);
    }
  }

  void code(std::uint32_t place, int most, int base) {
    std::uint32_t value = 0;
    while (most-- > 0 && at_ + 1 < end_ && digit(text_[at_ + 1]) < base) {
      value = value * static_cast<std::uint32_t>(base) +
              static_cast<std::uint32_t>(digit(text_[++at_]));
    }
    // What is beyond ASCII can only be part of names and strings: which character it is does not
    // matter.
    constexpr std::uint32_t kAscii = 0x80;
    add(value > 0 && value < kAscii ? static_cast<char>(value) : '_', place);
  }

  std::string_view text_;
  std::uint32_t at_;
  std::uint32_t end_;
  bool escapes_ = false;
  Literal literal_;
};

}  // namespace

Span Literal::verbatim() const {
  if (places.empty()) return {};
  const Span whole{places.front(), places.back() + 1};
  return whole.size() == value.size() ? whole : Span();
}

Literal read_literal(std::string_view text, Span token) { return Reader(text, token).read(); }

std::string laid_out(const Literal& literal, Span token) {
  std::string result(token.size(), ' ');
  const auto put = [&](std::size_t from, std::size_t to) {
    if (from >= to) return;
    const std::size_t place = literal.places[from] - token.begin;
    const std::size_t size = std::min(to - from, result.size() - place);
    std::copy_n(literal.value.begin() + static_cast<std::ptrdiff_t>(from), size,
                result.begin() + static_cast<std::ptrdiff_t>(place));
  };
  std::size_t done = 0;
  Scanner scanner(literal.value, {0, static_cast<std::uint32_t>(literal.value.size())});
  for (Token each = scanner.next(); each.kind != TokenKind::kEnd; each = scanner.next()) {
    const bool is_rest = each.kind == TokenKind::kError;
    // Blanks one by one: a line's end is needed after a comment.
    const std::size_t begin = is_rest ? done : each.span.begin;
    for (std::size_t i = done; i < begin; ++i) put(i, i + 1);
    done = is_rest ? literal.value.size() : each.span.end;
    put(begin, done);
    if (is_rest) break;
  }
  for (std::size_t i = done; i < literal.value.size(); ++i) put(i, i + 1);
  return result;
}

}  // namespace unwedge::sql
