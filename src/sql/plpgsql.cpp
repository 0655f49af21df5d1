// What is to be read, and where it stands: in a literal with escapes, in a function's source, in
// the text that an EXECUTE puts together.

#include "sql/plpgsql.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sql/body_parser.h"
#include "sql/literal.h"
#include "sql/tokens.h"

namespace unwedge::sql {
namespace {

Span literal_token(std::string_view text, Span literal) {
  Scanner scanner(text, literal);
  return scanner.next().span;
}

/// Counts what sets each variable.
void count_assignments(const BodyNode& node, std::vector<BodyVariable>& variables) {
  for (const Name target : node.targets) {
    const auto found =
        std::find_if(variables.begin(), variables.end(),
                     [target](const BodyVariable& variable) { return variable.name == target; });
    if (found != variables.end()) found->assignment = ++found->assignments == 1 ? &node : nullptr;
  }
  for (const BodyBranch& branch : node.branches) {
    for (const BodyNode& each : branch.statements) count_assignments(each, variables);
  }
}

Body parse(std::string_view text, std::string_view file, Span region,
           const std::vector<Name>& parameters, BodyScratch& scratch,
           const PlaceholderValues* values = nullptr) {
  Body body;
  body.values = values;
  parse_body(text, file, region, parameters, scratch, body);
  for (const BodyBranch& branch : body.root.branches) {
    for (const BodyNode& node : branch.statements) count_assignments(node, body.variables);
  }
  if (body.error && has_placeholders(slice(text, region))) body.error.reset();
  return body;
}

}  // namespace

bool has_placeholders(std::string_view body) {
  static constexpr std::array<std::string_view, 6> kSigns{"${", "{{", "<%", "%(", "#{", "@@"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [body](std::string_view sign) { return body.find(sign) != body.npos; });
}

bool ends_transaction(std::string_view body) {
  const std::vector<Token> tokens = tokens_of(body, {0, static_cast<std::uint32_t>(body.size())});
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool ends = is_word(body, tokens[i], "commit") || is_word(body, tokens[i], "rollback");
    if (ends && is_char(body, tokens[i + 1], ';')) return true;
  }
  return false;
}

const BodyVariable* Body::variable(Name name) const {
  const auto found =
      std::find_if(variables.begin(), variables.end(),
                   [name](const BodyVariable& variable) { return variable.name == name; });
  return found == variables.end() ? nullptr : &*found;
}

std::string Body::filled(std::string text) const {
  if (values == nullptr) return text;
  for (const auto& [placeholder, value] : *values) {
    if (!has_placeholders(placeholder)) continue;  // psql looks for none in quotes
    for (std::size_t at = text.find(placeholder); at != text.npos;
         at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

Body parse_plpgsql(std::string_view text, Span literal, const std::vector<Name>& parameters,
                   BodyScratch& scratch, const PlaceholderValues* values) {
  const Span token = literal_token(text, literal);
  const Literal read = read_literal(text, token);
  const Span inside = read.verbatim();
  if (!inside.empty()) return parse(text, text, inside, parameters, scratch, values);
  return parse(put(scratch.body, token.begin, laid_out(read, token)), text, token, parameters,
               scratch, values);
}

Body parse_plpgsql_source(std::string_view source, const std::vector<Name>& parameters,
                          BodyScratch& scratch) {
  return parse(source, source, {0, static_cast<std::uint32_t>(source.size())}, parameters, scratch);
}

Body check_function_body(std::string_view text, const CreateFunction& function,
                         BodyScratch& scratch) {
  if (function.language == "plpgsql") {
    return parse_plpgsql(text, function.literal, function.parameters, scratch);
  }
  Body body;
  const Span token = literal_token(text, function.literal);
  const Literal read = read_literal(text, token);
  Span region = read.verbatim();
  if (region.empty()) {
    region = token;
    text = put(scratch.body, token.begin, laid_out(read, token));
  }
  if (has_placeholders(slice(text, region))) return body;
  const Script script = parse_script(text, region);
  for (const Statement& statement : script.statements) {
    const auto* error = statement.get<SyntaxError>();
    if (error != nullptr && !body.error) {
      body.error = SyntaxError{.message = body.storage->copy(error->message), .at = error->at};
    }
  }
  return body;
}

Executed& parse_executed(std::string_view sql, std::uint32_t place, Body& body,
                         BodyScratch& scratch) {
  Executed& executed = body.executed.emplace_back();
  const std::string_view text = put(scratch.fragment, place, sql);
  executed.script = parse_script(text, {place, static_cast<std::uint32_t>(text.size())});
  executed.sql = executed.script.storage->copy(sql);
  executed.place = place;
  return executed;
}

}  // namespace unwedge::sql
