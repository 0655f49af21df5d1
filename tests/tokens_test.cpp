// The scanner reads a long text in windows: its tokens are those of the whole.

#include "sql/tokens.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::sql {
namespace {

struct Read {
  TokenKind kind;
  Span span;

  friend bool operator==(const Read&, const Read&) = default;
};

std::vector<Read> read(std::string_view text, std::uint32_t window) {
  std::vector<Read> tokens;
  Scanner scanner(text, {3, static_cast<std::uint32_t>(text.size())}, window);
  while (true) {
    const Token token = scanner.next();
    tokens.push_back({token.kind, token.span});
    if (token.kind == TokenKind::kEnd || token.kind == TokenKind::kError) return tokens;
  }
}

constexpr std::string_view kStatements =
    "SELECT 'it''s', E'a\\'b', $$a;b$$, $x$ $$ $x$, \"a \"\"b\", U&'d\\0061t' -- end; 'of line\n"
    "  , 1.5e3::numeric(10, 2) <= :x /* a /* nested */ comment; */ , 'one'\n  'string' , "
    "\u00E9t\u00E9;\n";

std::string repeated(std::size_t bytes) {
  std::string text = "-- ";  // before the region
  while (text.size() < bytes) text += kStatements;
  return text;
}

TEST_CASE("tokens: windows make no difference") {
  const std::string text = repeated(100'000);
  const std::vector<Read> whole = read(text, 1U << 30U);
  CHECK(whole.size() > 10'000);
  CHECK(whole.back().kind == TokenKind::kEnd);
  for (const std::uint32_t window : {1U, 10'000U, 33'333U, 66'000U}) {
    INFO(window);
    CHECK(read(text, window) == whole);
  }
}

TEST_CASE("tokens: one may be longer than a window") {
  const std::string text = repeated(20'000) + "'" + std::string(100'000, 'x') + "' /*" +
                           std::string(100'000, '*') + "/ " + std::string(50'000, 'i') + ";";
  CHECK(read(text, 1) == read(text, 1U << 30U));
}

TEST_CASE("tokens: an error is one in any window") {
  for (const std::string_view error : {"'never closed ", "/* never ", "$$ never ", "\"never "}) {
    const std::string text = repeated(20'000) + std::string(error) + std::string(50'000, 'x');
    const std::vector<Read> tokens = read(text, 1);
    CHECK(tokens.back().kind == TokenKind::kError);
    CHECK(tokens == read(text, 1U << 30U));
  }
}

}  // namespace
}  // namespace unwedge::sql
