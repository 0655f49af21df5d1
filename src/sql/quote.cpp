// Identifiers for SQL that is to be pasted: quote_identifier of utils/adt/ruleutils.c.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

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
  // The modifiers of an interval are a mask of its fields.
  if (!type.modifiers.empty() && type.name.name != "interval") {
    text += fmt::format("({})", fmt::join(type.modifiers, ", "));
  }
  for (int i = 0; i < type.array_dimensions; ++i) text += "[]";
  return text;
}

}  // namespace unwedge
