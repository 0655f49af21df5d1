// See schema_sql_parts.h.

#include "report/schema_sql_parts.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "unwedge/name.h"

namespace unwedge::report {
namespace {

using schema::Bound;
using schema::Check;
using schema::DataType;
using schema::ForeignKey;
using schema::Index;
using schema::IndexPart;
using schema::Key;

/// Internal names of types and what SQL calls them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypeNames{
    {{"int2", "smallint"},
     {"int4", "integer"},
     {"int8", "bigint"},
     {"float4", "real"},
     {"float8", "double precision"},
     {"bool", "boolean"},
     {"bpchar", "character"},
     {"varbit", "bit varying"},
     {"varchar", "character varying"}}};

/// Words of the grammar that name types, and so need no quotes as such.
constexpr std::array<std::string_view, 6> kTypeWords{"numeric",   "bit",  "interval",
                                                     "timestamp", "time", "json"};

std::string type_name(const schema::ObjectId& type, bool has_modifiers) {
  if (!type.schema.empty()) return sql_name(type);
  // Without a length, `character` is one character and `bpchar` any number.
  if (type.name == "bpchar" && !has_modifiers) return type.name;
  for (const auto& [internal, name] : kTypeNames) {
    if (type.name == internal) return std::string(name);
  }
  for (const std::string_view word : kTypeWords) {
    if (type.name == word) return type.name;
  }
  return quoted(Name(type.name));
}

std::string_view action(Constraint::Action action) {
  switch (action) {
    case Constraint::Action::kNoAction: return "";
    case Constraint::Action::kRestrict: return "RESTRICT";
    case Constraint::Action::kCascade: return "CASCADE";
    case Constraint::Action::kSetNull: return "SET NULL";
    case Constraint::Action::kSetDefault: return "SET DEFAULT";
  }
  return "";
}

std::optional<std::string> values(const std::vector<Bound::Value>& all) {
  std::vector<std::string> texts;
  for (const Bound::Value& value : all) {
    switch (value.kind) {
      case Bound::Value::Kind::kConstant: texts.push_back(sql_literal(value.text)); break;
      case Bound::Value::Kind::kNull: texts.emplace_back("NULL"); break;
      case Bound::Value::Kind::kMinimum: texts.emplace_back("MINVALUE"); break;
      case Bound::Value::Kind::kMaximum: texts.emplace_back("MAXVALUE"); break;
      case Bound::Value::Kind::kExpression: return std::nullopt;
    }
  }
  return fmt::format("({})", fmt::join(texts, ", "));
}

std::string named(std::string_view name) {
  return name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted(Name(name)));
}

}  // namespace

std::string sql_name(const RelationId& id) {
  if (id.schema.empty() || id.schema == "public") return quoted(Name(id.name));
  return quoted(Name(id.schema)) + "." + quoted(Name(id.name));
}

std::string sql_names(std::span<const std::string> names) {
  std::vector<std::string> texts;
  for (const std::string& name : names) texts.push_back(quoted(Name(name)));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string sql_literal(std::string_view text) {
  std::string literal = text.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  return literal + "'";
}

std::string sql_type(const DataType& type) {
  std::string text = type_name(type.id, !type.modifiers.empty());
  // The modifiers of an interval are a mask of its fields.
  if (!type.modifiers.empty() && type.id.name != "interval") {
    text += fmt::format("({})", fmt::join(type.modifiers, ", "));
  }
  for (int i = 0; i < type.array_dimensions; ++i) text += "[]";
  return text;
}

std::optional<std::string> sql_bound(const Bound& bound) {
  switch (bound.kind) {
    case Bound::Kind::kDefault: return "DEFAULT";
    case Bound::Kind::kHash:
      return fmt::format("FOR VALUES WITH (MODULUS {}, REMAINDER {})", bound.modulus,
                         bound.remainder);
    case Bound::Kind::kList:
      if (const auto list = values(bound.values)) return "FOR VALUES IN " + *list;
      return std::nullopt;
    case Bound::Kind::kRange: {
      const auto from = values(bound.values);
      const auto to = values(bound.upper);
      if (from && to) return fmt::format("FOR VALUES FROM {} TO {}", *from, *to);
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::string> sql_index_part(const IndexPart& part) {
  std::string text = quoted(Name(part.column));
  if (part.expression) {
    text = part.expression->source();
    if (text.empty()) return std::nullopt;
  }
  if (!part.collation.empty()) text += " COLLATE " + quoted(Name(part.collation));
  if (!part.operator_class.empty()) text += " " + quoted(Name(part.operator_class));
  if (part.descending) text += " DESC";
  if (part.nulls_first != part.descending) {
    text += part.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  return text;
}

std::optional<std::string> sql_index_parts(const std::vector<IndexPart>& parts) {
  std::vector<std::string> texts;
  for (const IndexPart& part : parts) {
    std::optional<std::string> text = sql_index_part(part);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return fmt::format("({})", fmt::join(texts, ", "));
}

std::optional<std::string> sql_check(const Check& check) {
  std::string text = named(check.name);
  if (check.is_not_null) {
    if (check.not_null_columns.empty()) return std::nullopt;
    text += "NOT NULL " + quoted(Name(check.not_null_columns.front()));
  } else {
    if (!check.expression || check.expression->source().empty()) return std::nullopt;
    text += fmt::format("CHECK ({})", check.expression->source());
  }
  if (check.no_inherit) text += " NO INHERIT";
  if (!check.enforced) return text + " NOT ENFORCED";
  if (!check.valid) text += " NOT VALID";
  return text;
}

std::string sql_foreign_key(const ForeignKey& key) {
  std::string text = fmt::format("{}FOREIGN KEY ({}) REFERENCES {}", named(key.name),
                                 sql_names(key.columns), sql_name(key.references));
  if (!key.referenced_columns.empty()) {
    text += fmt::format(" ({})", sql_names(key.referenced_columns));
  }
  if (const auto deleted = action(key.on_delete); !deleted.empty()) {
    text += fmt::format(" ON DELETE {}", deleted);
    if (!key.set_columns.empty()) text += fmt::format(" ({})", sql_names(key.set_columns));
  }
  if (const auto updated = action(key.on_update); !updated.empty()) {
    text += fmt::format(" ON UPDATE {}", updated);
  }
  if (key.deferrable) text += " DEFERRABLE";
  if (key.initially_deferred) text += " INITIALLY DEFERRED";
  if (!key.enforced) return text + " NOT ENFORCED";
  if (!key.valid) text += " NOT VALID";
  return text;
}

std::optional<std::string> sql_key(const Key& key, const Index* index) {
  if (key.kind == Key::Kind::kExclusion) return std::nullopt;
  std::string text = named(key.name);
  text += key.kind == Key::Kind::kPrimary ? "PRIMARY KEY" : "UNIQUE";
  if (index != nullptr && index->nulls_not_distinct) text += " NULLS NOT DISTINCT";
  text += fmt::format(" ({})", sql_names(key.columns));
  if (index != nullptr && !index->including.empty()) {
    text += fmt::format(" INCLUDE ({})", sql_names(index->including));
  }
  if (key.deferrable) text += " DEFERRABLE";
  return text;
}

}  // namespace unwedge::report
