// See psql.h.

#include "sql/psql.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "sql/lexeme.h"
#include "text/characters.h"

namespace unwedge::sql {
namespace {

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// VARIABLE_CHAR of psqlscan.l.
bool is_variable_char(char c) { return text::is_letter(c) || text::is_digit(c); }

PsqlAction action_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, PsqlAction>, 29> kActions{{
      {"if", PsqlAction::kIf},
      {"elif", PsqlAction::kElif},
      {"else", PsqlAction::kElse},
      {"endif", PsqlAction::kEndif},
      {";", PsqlAction::kSemicolon},
      {"g", PsqlAction::kSend},
      {"gx", PsqlAction::kSend},
      {"gset", PsqlAction::kSend},
      {"gdesc", PsqlAction::kSend},
      {"bind", PsqlAction::kNone},
      {"watch", PsqlAction::kSend},
      {"crosstabview", PsqlAction::kSend},
      {"gexec", PsqlAction::kSendAndRun},
      {"c", PsqlAction::kConnect},
      {"connect", PsqlAction::kConnect},
      {"i", PsqlAction::kInclude},
      {"ir", PsqlAction::kInclude},
      {"include", PsqlAction::kInclude},
      {"include_relative", PsqlAction::kInclude},
      {"cd", PsqlAction::kFolder},
      {"copy", PsqlAction::kCopy},
      {"set", PsqlAction::kSet},
      {"unset", PsqlAction::kUnset},
      {"prompt", PsqlAction::kUnset},
      {"getenv", PsqlAction::kUnset},
      {"r", PsqlAction::kReset},
      {"reset", PsqlAction::kReset},
      {"q", PsqlAction::kQuit},
      {"quit", PsqlAction::kQuit},
  }};
  const auto* found = std::find_if(kActions.begin(), kActions.end(),
                                   [name](const auto& each) { return each.first == name; });
  return found == kActions.end() ? PsqlAction::kNone : found->second;
}

/// Where the arguments end that begin at `at`: with the line, or at the next command on it.
std::uint32_t end_of_arguments(std::string_view text, std::uint32_t at, std::uint32_t end) {
  char quote = '\0';
  for (; at < end && text[at] != '\n' && text[at] != '\r'; ++at) {
    const char c = text[at];
    if (quote != '\0') {
      if (c == '\\' && quote == '\'' && at + 1 < end && text[at + 1] != '\n')
        ++at;
      else if (c == quote)
        quote = '\0';
    } else if (c == '\'' || c == '"' || c == '`') {
      quote = c;
    } else if (c == '\\') {
      break;
    }
  }
  return std::min(at, end);
}

Span without_blanks(std::string_view text, Span span) {
  while (!span.empty() && is_blank(text[span.begin])) ++span.begin;
  while (!span.empty() && is_blank(text[span.end - 1])) --span.end;
  return span;
}

/// ParseVariableBool (psql/variables.c): unique prefixes of the words count.
std::optional<bool> as_bool(std::string_view value) {
  std::string word(value);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (word.empty()) return std::nullopt;
  for (const std::string_view yes : {"true", "yes"}) {
    if (yes.starts_with(word)) return true;
  }
  for (const std::string_view no : {"false", "no"}) {
    if (no.starts_with(word)) return false;
  }
  if (word == "on" || word == "1") return true;
  if (word == "off" || word == "of" || word == "0") return false;
  return std::nullopt;
}

}  // namespace

PsqlCommand psql_command_at(std::string_view text, std::uint32_t at, std::uint32_t end) {
  PsqlCommand command;
  std::uint32_t name_end = at + 1;
  if (name_end < end && (is_ascii_letter(text[name_end]) || text[name_end] == '_')) {
    while (name_end < end && (is_ascii_letter(text[name_end]) || text[name_end] == '_')) ++name_end;
    // \dt+, \dS: what is left of the name.
    while (name_end < end && !is_blank(text[name_end]) && text[name_end] != '\\' &&
           text[name_end] != '\'' && text[name_end] != '"' && text[name_end] != ';') {
      ++name_end;
    }
  } else if (name_end < end && !is_blank(text[name_end])) {
    ++name_end;  // \; \! \. \? \\ and the like
  }
  command.name = {at + 1, name_end};
  command.action = action_of(slice(text, command.name));
  command.span = {at, name_end};
  const std::string_view name = slice(text, command.name);
  if (name == ";" || name == "\\" || name == ":") return command;
  std::uint32_t last = end_of_arguments(text, name_end, end);
  // The shell's commands, and \copy, reach to the end of the line whatever is in them.
  if (name == "!" || command.action == PsqlAction::kCopy) {
    last = static_cast<std::uint32_t>(
        std::min<std::size_t>(text.find_first_of("\r\n", name_end), end));
  }
  command.arguments = without_blanks(text, {name_end, last});
  if (!command.arguments.empty()) command.span.end = command.arguments.end;
  return command;
}

std::string next_argument(std::string_view text, Span& arguments,
                          const PlaceholderValues& variables) {
  arguments = without_blanks(text, arguments);
  std::string value;
  std::uint32_t at = arguments.begin;
  bool known = true;
  while (at < arguments.end && !is_blank(text[at])) {
    const char c = text[at];
    const Span variable = c == ':' ? psql_variable_at(text, at, arguments.end).span : Span();
    const auto value_of = variables.find(slice(text, variable));
    if (!variable.empty() && value_of != variables.end()) {
      value += value_of->second;
      at = variable.end;
      continue;
    }
    if (c == '`' || !variable.empty()) known = false;
    if (c != '\'' && c != '"') {
      value.push_back(c);
      ++at;
      continue;
    }
    const std::size_t close = text.find(c, at + std::size_t{1});
    if (close >= arguments.end) {
      at = arguments.end;
      break;
    }
    value += text.substr(at + std::size_t{1}, close - at - 1);
    at = static_cast<std::uint32_t>(close) + 1;
  }
  arguments.begin = at;
  return known ? value : std::string();
}

std::optional<bool> psql_truth(std::string_view text, Span arguments,
                               const PlaceholderValues& variables) {
  const std::string_view words = slice(text, arguments);
  const auto known = variables.find(words);
  if (known != variables.end()) return as_bool(known->second);
  Span rest = arguments;
  const std::string first = next_argument(text, rest, variables);
  if (!without_blanks(text, rest).empty()) return std::nullopt;
  return as_bool(first);
}

std::array<std::string, 3> psql_variable_forms(std::string_view name) {
  const std::string plain(name);
  return {":" + plain, ":\"" + plain + '"', ":{?" + plain + '}'};
}

Mark psql_variable_at(std::string_view text, std::uint32_t at, std::uint32_t end) {
  const auto name_from = [&](std::uint32_t begin) {
    while (begin < end && is_variable_char(text[begin])) ++begin;
    return begin;
  };
  if (at + 1 >= end) return {};
  const char next = text[at + 1];
  if (next == '\'' || next == '"') {
    const std::uint32_t close = name_from(at + 2);
    if (close == at + 2 || close >= end || text[close] != next) return {};
    return {.kind = next == '\'' ? Mark::Kind::kString : Mark::Kind::kValue,
            .span = {at, close + 1}};
  }
  if (next == '{' && at + 2 < end && text[at + 2] == '?') {
    const std::uint32_t close = name_from(at + 3);
    if (close == at + 3 || close >= end || text[close] != '}') return {};
    return {.kind = Mark::Kind::kValue, .span = {at, close + 1}};
  }
  // [1:2] is far more likely to be a slice than a variable of that name.
  const bool is_number = next >= '0' && next <= '9';
  const std::uint32_t last = name_from(at + 1);
  if (last == at + 1 || is_number) return {};
  return {.kind = Mark::Kind::kValue, .span = {at, last}};
}

RawStatement psql_copy(std::string_view text, const PsqlCommand& command) {
  RawStatement copy{.span = command.span};
  copy.marks.push_back(
      {.kind = Mark::Kind::kNothing, .span = {command.span.begin, command.name.begin}});
  // Its file need not be in quotes; pstdin and pstdout are the client's own.
  int depth = 0;
  bool file_follows = false;
  for (std::uint32_t at = command.arguments.begin; at < command.arguments.end;) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    if (file_follows) {
      Span file{at, at};
      while (file.end < command.arguments.end && !is_blank(text[file.end])) ++file.end;
      if (says(text, file, "pstdin") || says(text, file, "pstdout")) {
        copy.marks.push_back({.kind = Mark::Kind::kNothing, .span = {at, at + 1}});
      } else if (text[at] != '\'' && !says(text, file, "stdin") && !says(text, file, "stdout") &&
                 !says(text, file, "program")) {
        copy.marks.push_back({.kind = Mark::Kind::kString, .span = file});
      }
      break;
    }
    const Lexeme lexeme = lexeme_at(text, at, command.arguments.end);
    if (text[at] == '(') ++depth;
    if (text[at] == ')') --depth;
    file_follows = depth == 0 && lexeme.kind == LexemeKind::kWord &&
                   (says(text, lexeme.span, "from") || says(text, lexeme.span, "to"));
    at = lexeme.span.end;
  }
  copy.has_data = is_copy_from_stdin(text, {command.name.begin, command.span.end});
  return copy;
}

bool is_copy_from_stdin(std::string_view text, Span statement) {
  int depth = 0;
  bool first = true;
  bool from = false;
  for (std::uint32_t at = statement.begin; at < statement.end;) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    const Lexeme lexeme = lexeme_at(text, at, statement.end);
    at = lexeme.span.end;
    if (lexeme.kind == LexemeKind::kComment) continue;
    if (first && !says(text, lexeme.span, "copy")) return false;
    first = false;
    if (from && depth == 0) return says(text, lexeme.span, "stdin");
    if (text[lexeme.span.begin] == '(') ++depth;
    if (text[lexeme.span.begin] == ')') --depth;
    from = depth == 0 && lexeme.kind == LexemeKind::kWord && says(text, lexeme.span, "from");
  }
  return false;
}

}  // namespace unwedge::sql
