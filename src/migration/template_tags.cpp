// See template_tags.h.

#include "migration/template_tags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "migration/other_database.h"

namespace unwedge::migration {
namespace {

using sql::Placeholder;
using Words = std::vector<std::string>;

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

/// The words of a tag in lower case; an operator is one too.
Words words_of(std::string_view tag) {
  Words words;
  for (std::size_t at = 0; at < tag.size();) {
    std::size_t end = at;
    while (end < tag.size() && is_word_char(tag[end])) ++end;
    if (end == at) {
      const bool is_operator = tag[at] == '!' || tag[at] == '|' || tag[at] == '=';
      while (end < tag.size() && is_operator && (tag[end] == '=' || tag[end] == tag[at])) ++end;
      end = std::max(end, at + 1);
      if (is_operator) words.emplace_back(tag.substr(at, end - at));
    } else {
      std::string word(tag.substr(at, end - at));
      std::transform(word.begin(), word.end(), word.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      words.push_back(std::move(word));
    }
    at = end;
  }
  return words;
}

bool is_postgres(const std::string& word) {
  return word.starts_with("postgres") || word == "pgsql" || word == "pg" || word == "ispostgres";
}

/// "mysql", and "ismysql" of .IsMySQL.
bool is_for_another(const std::string& word) {
  const std::string_view name = word;
  return is_other_database(name) || (name.starts_with("is") && is_other_database(name.substr(2)));
}

bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a condition about the database says for Postgres; nothing: it is about something else.
std::optional<bool> truth_of(const Words& words) {
  const auto postgres = std::count_if(words.begin(), words.end(), is_postgres);
  const auto others = std::count_if(words.begin(), words.end(), is_for_another);
  if (postgres + others == 0) return std::nullopt;
  const bool negated = has(words, "not") || has(words, "ne") || has(words, "!") || has(words, "!=");
  const bool any = has(words, "or") || has(words, "||");
  const bool all = has(words, "and") || has(words, "&&");
  if (negated) {
    if (postgres + others != 1 || any || all) return std::nullopt;
    return others == 1;
  }
  if (any) {
    if (postgres > 0) return all ? std::nullopt : std::optional(true);
    // "or", "if" and the tests of the names.
    const auto rest = static_cast<std::ptrdiff_t>(words.size()) - others;
    return rest <= 2 ? std::optional(false) : std::nullopt;
  }
  if (others > 0 && postgres == 0) return false;
  return all || others > 0 ? std::nullopt : std::optional(true);
}

enum class Meaning { kValue, kNothing, kBegin, kElse, kEnd };

Meaning meaning_of_expression(std::string_view inside, const Words& words) {
  if (inside.starts_with("/*") || inside.starts_with('!')) return Meaning::kNothing;
  if (inside.starts_with('#')) return Meaning::kBegin;
  if (inside.starts_with('/')) return Meaning::kEnd;
  if (words.empty()) return Meaning::kValue;
  static constexpr std::array<std::string_view, 5> kBegins = {"if", "range", "with", "define",
                                                              "block"};
  const std::string& first = words.front();
  const bool is_field = inside.starts_with('.');
  if (is_field) return Meaning::kValue;
  if (std::find(kBegins.begin(), kBegins.end(), first) != kBegins.end() && words.size() > 1) {
    return Meaning::kBegin;
  }
  if (first == "else") return Meaning::kElse;
  if (first == "end" && words.size() == 1) return Meaning::kEnd;
  const bool sets = first.starts_with('$') && words.size() > 1 && words[1] == "=";
  if (sets || first == "break" || first == "continue") return Meaning::kNothing;
  return Meaning::kValue;
}

Meaning meaning_of_statement(const Words& words) {
  if (words.empty()) return Meaning::kNothing;
  const std::string& first = words.front();
  static constexpr std::array<std::string_view, 11> kBegins = {
      "if",   "for", "block",  "macro", "filter",    "call",
      "with", "raw", "unless", "case",  "autoescape"};
  static constexpr std::array<std::string_view, 4> kElses = {"else", "elif", "elsif", "when"};
  if (std::find(kBegins.begin(), kBegins.end(), first) != kBegins.end()) return Meaning::kBegin;
  if (std::find(kElses.begin(), kElses.end(), first) != kElses.end()) return Meaning::kElse;
  if (first.starts_with("end")) return Meaning::kEnd;
  // What another template holds is not known.
  return first == "include" ? Meaning::kValue : Meaning::kNothing;
}

}  // namespace

Placeholder TemplateTags::read(std::string_view text, Span span) {
  std::string_view inside = slice(text, span);
  const bool is_comment = inside.starts_with("{#");
  const bool is_statement = inside.starts_with("{%");
  inside = inside.size() < 4 ? std::string_view() : inside.substr(2, inside.size() - 4);
  while (!inside.empty() && std::string_view(" \t\r\n-+~{").find(inside.front()) != inside.npos) {
    inside.remove_prefix(1);
  }
  Placeholder tag{.span = span, .kind = Placeholder::Kind::kNothing};
  if (is_comment) return tag;
  const Words words = words_of(inside);
  switch (is_statement ? meaning_of_statement(words) : meaning_of_expression(inside, words)) {
    case Meaning::kValue: tag.kind = Placeholder::Kind::kValue; break;
    case Meaning::kNothing: break;
    case Meaning::kBegin: {
      const std::optional<bool> truth = truth_of(words);
      tag.kind = Placeholder::Kind::kIf;
      tag.holds = truth;
      settled_.push_back(truth == true);
      break;
    }
    case Meaning::kElse: {
      const std::optional<bool> truth = words.size() > 1 ? truth_of(words) : std::nullopt;
      tag.kind = Placeholder::Kind::kElse;
      tag.otherwise = words.size() == 1;
      if (settled_.empty()) break;
      tag.holds = settled_.back() ? false : truth;
      settled_.back() = settled_.back() || truth == true;
      break;
    }
    case Meaning::kEnd:
      tag.kind = Placeholder::Kind::kEnd;
      if (!settled_.empty()) settled_.pop_back();
      break;
  }
  return tag;
}

}  // namespace unwedge::migration
