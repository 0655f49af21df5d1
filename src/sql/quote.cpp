// Identifiers for SQL that is to be pasted: quote_identifier of utils/adt/ruleutils.c.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "sql/postgres_headers.h"
#include "unwedge/name.h"
#include "unwedge/statement.h"

extern "C" {
#include "common/keywords.h"
}

namespace unwedge {
namespace {

bool is_plain(Name name) {
  const auto starts = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto continues = [&starts](char c) { return starts(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && starts(name.front()) && std::all_of(name.begin(), name.end(), continues);
}

bool is_keyword(Name name) {
  const std::string word(name);
  const int keyword = ScanKeywordLookup(word.c_str(), &ScanKeywords);
  return keyword >= 0 && ScanKeywordCategories[keyword] != UNRESERVED_KEYWORD;
}

/// " day to second(3)": the modifiers are a mask of the fields and a precision (intervaltypmodout,
/// utils/adt/timestamp.c; INTERVAL_MASK, utils/timestamp.h).
std::string interval_fields(const std::vector<std::int32_t>& modifiers) {
  static constexpr std::int32_t kAll = 0x7FFF;
  static constexpr std::array<std::pair<int, std::string_view>, 6> kFields = {
      {{2, "year"}, {1, "month"}, {3, "day"}, {10, "hour"}, {11, "minute"}, {12, "second"}}};
  if (modifiers.empty()) return {};
  std::string_view first;
  std::string_view last;
  for (const auto& [bit, name] : kFields) {
    if (modifiers.front() == kAll || (modifiers.front() & (1 << bit)) == 0) continue;
    (first.empty() ? first : last) = name;
  }
  std::string text;
  if (!first.empty()) text += fmt::format(" {}", first);
  if (!last.empty()) text += fmt::format(" to {}", last);
  if (modifiers.size() > 1) text += fmt::format("({})", modifiers[1]);
  return text;
}

}  // namespace

std::string quoted(Name name) {
  if (is_plain(name) && !is_keyword(name)) return std::string(name);
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"') result.push_back('"');
    result.push_back(c);
  }
  result.push_back('"');
  return result;
}

std::string quoted(const QualifiedName& name) {
  if (name.schema.empty()) return quoted(name.name);
  return quoted(name.schema) + "." + quoted(name.name);
}

std::string quoted(const TypeReference& type) {
  // Types that the grammar itself knows, so that their names are keywords and yet need no quotes.
  static constexpr std::array<std::string_view, 7> kKeywords = {
      "varchar", "numeric", "bit", "interval", "timestamp", "time", "json"};
  const bool plain = type.name.schema.empty() && std::find(kKeywords.begin(), kKeywords.end(),
                                                           type.name.name) != kKeywords.end();
  std::string text = plain ? std::string(type.name.name) : quoted(type.name);
  if (type.name.name == "interval") {
    text += interval_fields(type.modifiers);
  } else if (!type.modifiers.empty()) {
    text += fmt::format("({})", fmt::join(type.modifiers, ", "));
  }
  for (int i = 0; i < type.array_dimensions; ++i) text += "[]";
  return text;
}

}  // namespace unwedge
