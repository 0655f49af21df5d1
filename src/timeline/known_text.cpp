// format() is that of utils/adt/varlena.c, text_format.

#include "timeline/known_text.h"

#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/name.h"

namespace unwedge::timeline {
namespace {

using Kind = Expression::Kind;

constexpr int kMaxDepth = 30;
/// Texts beyond this are no statement that anybody would read.
constexpr std::size_t kMostBytes = 100'000;

/// How a value goes into the text.
enum class Form { kText, kIdentifier, kLiteral };

std::string literal(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    text += c;
    if (c == '\'') text += c;
  }
  return text + "'";
}

class Evaluation {
 public:
  Evaluation(const sql::Body& body, const Bindings& bindings) : body_(body), bindings_(bindings) {}

  KnownText evaluate(const Expression& expression) {
    add(expression, Form::kText);
    return std::move(result_);
  }

 private:
  void add(const Expression& part, Form form) {
    if (!result_.ends) return;
    if (depth_ >= kMaxDepth || result_.text.size() > kMostBytes) {
      result_.ends = false;
      return;
    }
    ++depth_;
    add_part(part, form);
    --depth_;
  }

  void add_part(const Expression& part, Form form) {
    switch (part.kind) {
      case Kind::kConstant: put(part.text, form); return;
      case Kind::kCast:
        if (!part.operands.empty()) add(part.operands.front(), form);
        return;
      case Kind::kOperator:
      case Kind::kCall:
        if (form != Form::kText) {
          put(Evaluation(body_, bindings_, depth_).evaluate(part), {}, form);
          return;
        }
        if (part.name == "||" && part.operands.size() == 2) {
          add(part.operands[0], form);
          add(part.operands[1], form);
          return;
        }
        if (call(part)) return;
        break;
      case Kind::kColumn: variable(part, form); return;
      default: break;
    }
    unknown({}, form);
  }

  bool call(const Expression& part) {
    if (part.kind != Kind::kCall || part.operands.empty()) return false;
    if (part.name == "format") return format(part);
    if (part.name == "concat") {
      for (const Expression& operand : part.operands) add(operand, Form::kText);
      return true;
    }
    if (part.operands.size() != 1) return false;
    if (part.name == "quote_ident") {
      add(part.operands.front(), Form::kIdentifier);
    } else if (part.name == "quote_literal" || part.name == "quote_nullable") {
      add(part.operands.front(), Form::kLiteral);
    } else {
      return false;
    }
    return true;
  }

  bool format(const Expression& call) {
    const Expression* pattern = &call.operands.front();
    while (pattern->kind == Kind::kCast && !pattern->operands.empty()) {
      pattern = &pattern->operands.front();
    }
    if (pattern->kind != Kind::kConstant) return false;
    const std::string_view text = pattern->text;
    std::size_t next = 1;
    for (std::size_t i = 0; i < text.size() && result_.ends; ++i) {
      if (text[i] != '%') {
        result_.text += text[i];
        continue;
      }
      if (++i < text.size() && text[i] == '%') {
        result_.text += '%';
        continue;
      }
      std::size_t number = 0;
      while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
        number = number * 10 + static_cast<std::size_t>(text[i++] - '0');
        if (number > call.operands.size()) break;
      }
      if (i < text.size() && text[i] == '$') {
        next = number;
        ++i;
      }
      while (i < text.size() && text[i] != 's' && text[i] != 'I' && text[i] != 'L') ++i;
      if (i >= text.size() || next == 0 || next >= call.operands.size()) {
        result_.ends = false;
        break;
      }
      add(call.operands[next++], text[i] == 'I'   ? Form::kIdentifier
                                 : text[i] == 'L' ? Form::kLiteral
                                                  : Form::kText);
    }
    return true;
  }

  void variable(const Expression& part, Form form) {
    const std::string_view name = part.schema.empty() ? part.name : part.schema;
    if (!part.schema.empty()) {
      unknown(part.name, form);
      return;
    }
    const sql::BodyVariable* variable = body_.variable(name);
    if (variable != nullptr && variable->is_one_of_several) {
      unknown(name, form);
      return;
    }
    const auto bound = bindings_.find(name);
    if (bound != bindings_.end()) {
      put(bound->second, name, form);
      return;
    }
    const Expression* value = variable == nullptr ? nullptr : value_of(*variable);
    if (value == nullptr) {
      unknown(name, form);
    } else {
      put(Evaluation(body_, bindings_, depth_).evaluate(*value), name, form);
    }
  }

  /// A value, or where it is not known the variable that has it.
  void put(const KnownText& known, Name variable, Form form) {
    if (!known.ends) {
      unknown(variable, form);
      return;
    }
    result_.names_unknown = result_.names_unknown || known.names_unknown;
    put(known.text, form);
  }

  Evaluation(const sql::Body& body, const Bindings& bindings, int depth)
      : body_(body), bindings_(bindings), depth_(depth) {}

  /// What the variable has throughout, or once it is set; null: not known.
  static const Expression* value_of(const sql::BodyVariable& variable) {
    if (variable.assignments == 0) return variable.value.value ? &*variable.value.value : nullptr;
    const sql::BodyNode* node = variable.assignment;
    if (node == nullptr || node->kind != sql::BodyNode::Kind::kAssign) return nullptr;
    return node->expression.value ? &*node->expression.value : nullptr;
  }

  void put(std::string_view value, Form form) {
    switch (form) {
      case Form::kText: result_.text += value; break;
      case Form::kIdentifier: result_.text += quoted(value); break;
      case Form::kLiteral: result_.text += literal(value); break;
    }
  }

  /// A variable stands for the name that it has, for most have one; of anything else nothing is
  /// known.
  void unknown(Name variable, Form form) {
    if (form == Form::kLiteral) {
      result_.text += "''";
    } else if (!variable.empty()) {
      put(variable, form);
      result_.names_unknown = true;
    } else {
      result_.ends = false;
    }
  }

  const sql::Body& body_;
  const Bindings& bindings_;
  KnownText result_;
  int depth_ = 0;
};

/// The elements of '{a,"b c"}'.
std::vector<std::string> elements_of(std::string_view text) {
  std::vector<std::string> elements;
  if (!text.starts_with('{') || !text.ends_with('}')) return elements;
  text = text.substr(1, text.size() - 2);
  std::string element;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      elements.push_back(std::exchange(element, {}));
    } else if (c != ' ' || quoted) {
      element += c;
    }
  }
  if (!text.empty()) elements.push_back(std::move(element));
  return elements;
}

}  // namespace

KnownText known_text(const Expression& expression, const sql::Body& body,
                     const Bindings& bindings) {
  return Evaluation(body, bindings).evaluate(expression);
}

std::optional<std::vector<std::string>> known_elements(const Expression& expression,
                                                       const sql::Body& body,
                                                       const Bindings& bindings) {
  const Expression* array = &expression;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    if (array->kind == Kind::kCast && !array->operands.empty()) {
      array = &array->operands.front();
      continue;
    }
    if (array->kind != Kind::kColumn || !array->schema.empty()) break;
    const sql::BodyVariable* variable = body.variable(array->name);
    if (variable == nullptr || variable->is_one_of_several) break;
    if (variable->assignments != 0 || !variable->value.value) break;
    array = &*variable->value.value;
  }
  if (array->kind == Kind::kConstant) return elements_of(array->text);
  if (array->kind != Kind::kArray) return std::nullopt;
  std::vector<std::string> elements;
  for (const Expression& element : array->operands) {
    KnownText known = known_text(element, body, bindings);
    if (!known.ends || known.names_unknown) return std::nullopt;
    elements.push_back(std::move(known.text));
  }
  return elements;
}

}  // namespace unwedge::timeline
