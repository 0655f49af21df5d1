// See delimiters.h. A delimiter counts at the end of a line, where everybody writes it: MyBatis
// drops the rest of that line (operations/ScriptRunner.java, handleLine), and Liquibase compares
// tokens (util/StringUtil.java, isDelimiter), so that `|` is not in `a || b`, nor `GO` in `logo`.

#include "migration/delimiters.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

/// As in Atlas's `-- atlas:delimiter \n\n` (sql/migrate/lex.go, setDelim).
std::string without_escapes(std::string_view written) {
  constexpr std::array<std::pair<char, char>, 3> kEscapes{{{'n', '\n'}, {'r', '\r'}, {'t', '\t'}}};
  std::string text;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char next = i + 1 < written.size() ? written[i + 1] : '\0';
    const auto* const escape =
        std::find_if(kEscapes.begin(), kEscapes.end(),
                     [next](const std::pair<char, char>& each) { return each.first == next; });
    const bool is_escape = written[i] == '\\' && escape != kEscapes.end();
    text += is_escape ? escape->second : written[i];
    if (is_escape) ++i;
  }
  return text;
}

/// A line that sets the delimiter has it in the one group that takes part.
using Line = std::array<re2::StringPiece, 3>;

std::string delimiter_of(const Line& line) {
  const re2::StringPiece& group = line[1].data() != nullptr ? line[1] : line[2];
  return without_escapes({group.data(), group.size()});
}

std::vector<Span> ends_in(std::string_view text, Span part, const std::string& delimiter) {
  const bool is_word = std::isalnum(static_cast<unsigned char>(delimiter.front())) != 0;
  const bool ends_line = delimiter.back() == '\n';
  const RE2 expression(std::string(is_word ? "(?im)\\b(" : "(?im)(") + RE2::QuoteMeta(delimiter) +
                           (ends_line ? ")" : ")[ \\t]*(?:--.*)?\\r?$"),
                       RE2::Quiet);
  std::vector<Span> ends;
  std::array<re2::StringPiece, 2> groups;
  const re2::StringPiece all(text.data(), text.size());
  for (std::size_t at = part.begin;
       expression.Match(all, at, part.end, RE2::UNANCHORED, groups.data(), 2);) {
    const auto begin = static_cast<std::uint32_t>(groups[1].data() - text.data());
    ends.push_back({begin, begin + static_cast<std::uint32_t>(groups[1].size())});
    at = ends.back().end;
  }
  return ends;
}

}  // namespace

std::vector<DelimitedPart> delimited_parts(std::string_view text, const Section& section,
                                           const RunnerProfile& runner) {
  std::vector<DelimitedPart> parts;
  if (runner.transaction.delimiter.empty() || section.splitter == Splitter::kWhole) return parts;
  const Span all = whole(section);
  const RE2& expression = compiled(runner.transaction.delimiter);
  const std::string_view words = slice(text, all);
  const re2::StringPiece piece(words.data(), words.size());
  Line line;
  std::string delimiter = ";";
  std::uint32_t begin = section.region.begin;
  const auto add_part = [&](std::uint32_t end) {
    const Span part{begin, end};
    if (part.begin >= part.end || delimiter.empty() || delimiter == ";") return;
    parts.push_back({.span = part, .ends = ends_in(text, part, delimiter)});
  };
  const int groups = 1 + std::min(expression.NumberOfCapturingGroups(), 2);
  for (std::size_t at = 0;
       expression.Match(piece, at, piece.size(), RE2::UNANCHORED, line.data(), groups);) {
    const auto line_begin = static_cast<std::uint32_t>(line[0].data() - text.data());
    const auto line_end = line_begin + static_cast<std::uint32_t>(line[0].size());
    add_part(line_begin);
    delimiter = delimiter_of(line);
    begin = std::max(begin, line_end);
    at = line_end - all.begin + (line[0].empty() ? 1U : 0U);
  }
  add_part(section.region.end);
  return parts;
}

}  // namespace unwedge::migration
