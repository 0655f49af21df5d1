// unwedge's side of catalog_objects.h, and the comparison.

#include "postgres/catalog_objects.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace unwedge::postgres {
namespace {

using schema::Catalog;
using schema::RelationKind;

constexpr std::string_view kYes = "true";

std::string name_of(const RelationId& id) { return id.schema + "." + id.name; }

std::string_view letter(RelationKind kind) {
  switch (kind) {
    case RelationKind::kTable: return "r";
    case RelationKind::kPartitionedTable: return "p";
    case RelationKind::kForeignTable: return "f";
    case RelationKind::kView: return "v";
    case RelationKind::kMaterializedView: return "m";
    case RelationKind::kIndex: return "i";
    case RelationKind::kSequence: return "S";
    case RelationKind::kUnknown: break;
  }
  return "?";
}

std::string_view letter(Constraint::Action action) {
  switch (action) {
    case Constraint::Action::kNoAction: return "a";
    case Constraint::Action::kRestrict: return "r";
    case Constraint::Action::kCascade: return "c";
    case Constraint::Action::kSetNull: return "n";
    case Constraint::Action::kSetDefault: return "d";
  }
  return "?";
}

std::string_view letter(schema::Key::Kind kind) {
  switch (kind) {
    case schema::Key::Kind::kPrimary: return "p";
    case schema::Key::Kind::kUnique: return "u";
    case schema::Key::Kind::kExclusion: return "x";
  }
  return "?";
}

std::string_view letter(CreateFunction::Volatility volatility) {
  switch (volatility) {
    case CreateFunction::Volatility::kVolatile: return "v";
    case CreateFunction::Volatility::kStable: return "s";
    case CreateFunction::Volatility::kImmutable: return "i";
  }
  return "?";
}

std::string_view word(schema::Bound::Kind kind) {
  switch (kind) {
    case schema::Bound::Kind::kDefault: return "default";
    case schema::Bound::Kind::kList: return "list";
    case schema::Bound::Kind::kRange: return "range";
    case schema::Bound::Kind::kHash: return "hash";
  }
  return "?";
}

/// As format_type() writes the modifiers.
std::string modifiers_of(const schema::DataType& type) {
  std::vector<std::int32_t> modifiers = type.modifiers;
  if (type.id.name == "interval") {  // its first says which fields it has
    if (modifiers.size() < 2) return {};
    modifiers.erase(modifiers.begin());
  }
  if (type.id.name == "numeric" && modifiers.size() == 1) modifiers.push_back(0);
  return modifiers.empty() ? "" : fmt::format("({})", fmt::join(modifiers, ","));
}

std::optional<std::string> text_of(const schema::DataType& type) {
  if (!type.known()) return std::nullopt;
  return fmt::format("{}{}{}{}{}", type.id.schema, type.id.schema.empty() ? "" : ".", type.id.name,
                     modifiers_of(type), type.array_dimensions > 0 ? "[]" : "");
}

/// The properties of one object.
class Entry {
 public:
  explicit Entry(Properties& properties) : properties_(properties) {}

  Entry& say(const std::string& name, std::string_view value) {
    if (!value.empty()) properties_[name] = value;
    return *this;
  }
  Entry& say_if_known(const std::string& name, std::optional<std::string> value) {
    if (!value || !value->empty()) properties_[name] = std::move(value);
    return *this;
  }
  Entry& flag(const std::string& name, bool value) { return say(name, value ? kYes : ""); }

 private:
  Properties& properties_;
};

class Describer {
 public:
  explicit Describer(const Catalog& catalog) : catalog_(catalog) {}

  Objects describe() {
    for (const RelationId& id : catalog_.relations()) {
      if (id.schema != "pg_temp") describe(*catalog_.find(id));
    }
    for (const std::string& schema : catalog_.schemas()) {
      if (schema == "pg_temp") continue;
      for (const ObjectId& id : catalog_.types_in(schema)) describe(*catalog_.find_type(id));
      for (const ObjectId& id : catalog_.functions_in(schema)) {
        if (const auto* overloads = catalog_.find_function(id)) describe(*overloads);
      }
      for (const ObjectId& id : catalog_.statistics_in(schema)) {
        const auto* statistics = catalog_.find_object(ObjectType::kStatistics, id);
        add("statistics", name_of(id)).say("table", name_of(statistics->relations.front()));
      }
    }
    for (const auto* schema : catalog_.objects(ObjectType::kSchema)) {
      if (schema->id.name != "public") add("schema", schema->id.name);
    }
    for (const auto* extension : catalog_.objects(ObjectType::kExtension)) {
      if (extension->id.name != "plpgsql") add("extension", extension->id.name);
    }
    for (const auto* publication : catalog_.objects(ObjectType::kPublication)) {
      for (const RelationId& table : publication->relations) {
        add("publication", publication->id.name + " of " + name_of(table));
      }
    }
    return std::move(objects_);
  }

 private:
  using ObjectId = schema::ObjectId;

  Entry add(const std::string& kind, const std::string& name) {
    return Entry(objects_.all[{kind, name}]);
  }

  void describe(const schema::Relation& relation) {
    const std::string name = name_of(relation.id);
    if (!relation.complete) objects_.incomplete.insert(name);
    if (relation.kind == RelationKind::kUnknown) objects_.perhaps.insert(name);
    describe_kind(relation, name);
    for (const schema::Column& column : relation.columns) {
      if (letter(relation.kind) == "v" || letter(relation.kind) == "m") {
        add("view column", name + "." + column.name);
      } else {
        describe(column, name);
      }
    }
    describe_constraints(relation, name);
    if (relation.index) describe_index(relation, name);
    for (const RelationId& parent : relation.inherits) {
      add("child", name + " of " + name_of(parent));
    }
    if (relation.is_partition()) {
      add("child", name + " of " + name_of(relation.partition_of))
          .say("bound", relation.bound ? word(relation.bound->kind) : "");
    }
    if (!relation.owned_by.name.empty()) {
      add("sequence owner", name)
          .say("column", name_of(relation.owned_by) + "." + relation.owned_by_column);
    }
    for (const RelationId& read : relation.reads) {
      if (read.schema == "pg_catalog") continue;
      add("view's relation", name + " reads " + name_of(read));
    }
    for (const schema::Trigger& trigger : relation.triggers) {
      add("trigger", name + "." + trigger.name).flag("row level", trigger.row_level);
    }
    for (const std::string& rule : relation.rules) add("rule", name + "." + rule);
    for (const std::string& policy : relation.policies) add("policy", name + "." + policy);
  }

  void describe_kind(const schema::Relation& relation, const std::string& name) {
    const schema::Relation* table = catalog_.find(relation.index_of);
    const bool of_partitioned = table != nullptr && table->kind == RelationKind::kPartitionedTable;
    Entry entry = add("relation", name);
    if (relation.kind == RelationKind::kUnknown) {
      entry.say_if_known("kind", std::nullopt);
    } else {
      entry.say("kind", of_partitioned ? "I" : letter(relation.kind));
    }
    entry.flag("unlogged", relation.unlogged && relation.kind == RelationKind::kTable);
  }

  void describe(const schema::Column& column, const std::string& table) {
    std::string_view identity;
    if (column.identity == Identity::kAlways) identity = "a";
    if (column.identity == Identity::kByDefault) identity = "d";
    add("column", table + "." + column.name)
        .say_if_known("type", text_of(column.type))
        .say("identity", identity)
        .say("collation", column.collation)
        .flag("not null", column.not_null)
        .flag("default", column.default_value && !column.generated)
        .flag("generated", column.generated.has_value())
        .flag("inherited", column.inherited)
        .flag("local", column.local);
  }

  void describe_constraints(const schema::Relation& relation, const std::string& table) {
    for (const schema::Check& check : relation.checks) {
      if (check.is_not_null) continue;  // the column says so
      std::vector<std::string> columns = check.not_null_columns;
      columns.insert(columns.end(), check.other_columns.begin(), check.other_columns.end());
      std::sort(columns.begin(), columns.end());
      add("constraint", table + "." + check.name)
          .say("kind", "c")
          .flag("valid", check.valid)
          .say("columns", fmt::format("{}", fmt::join(columns, ",")));
    }
    for (const schema::Key& key : relation.keys) {
      const bool exclusion = key.kind == schema::Key::Kind::kExclusion;
      add("constraint", table + "." + key.name)
          .say("kind", letter(key.kind))
          .flag("valid", true)
          .flag("deferrable", key.deferrable)
          .say("columns", exclusion ? "" : fmt::format("{}", fmt::join(key.columns, ",")));
    }
    for (const schema::ForeignKey& key : relation.foreign_keys) {
      std::optional<std::string> referenced;
      if (!key.referenced_columns.empty()) {
        referenced = fmt::format("{}", fmt::join(key.referenced_columns, ","));
      }
      add("constraint", table + "." + key.name)
          .say("kind", "f")
          .flag("valid", key.valid)
          .say("columns", fmt::format("{}", fmt::join(key.columns, ",")))
          .flag("deferrable", key.deferrable)
          .say("references", name_of(key.references))
          .say_if_known("referenced columns", referenced)
          .flag("initially deferred", key.initially_deferred)
          .say("on delete", letter(key.on_delete))
          .say("on update", letter(key.on_update));
    }
  }

  void describe_index(const schema::Relation& relation, const std::string& name) {
    const schema::Index& index = *relation.index;
    std::vector<std::string> columns;
    for (const schema::IndexPart& part : index.parts) {
      columns.push_back(part.column.empty() ? "?" : part.column);
    }
    add("index", name)
        .say("table", name_of(relation.index_of))
        .say("method", index.method)
        .say("columns", fmt::format("{}", fmt::join(columns, ",")))
        .say("including", fmt::format("{}", fmt::join(index.including, ",")))
        .flag("unique", index.unique)
        .flag("predicate", index.predicate.has_value())
        .flag("nulls not distinct", index.nulls_not_distinct)
        .flag("valid", index.valid);
  }

  void describe(const schema::Type& type) {
    using Kind = schema::Type::Kind;
    const std::string name = name_of(type.id);
    std::optional<std::string> parts;
    std::string_view kind;
    switch (type.kind) {
      case Kind::kEnum:
        kind = "e";
        parts = fmt::format("{}", fmt::join(type.labels, ","));
        break;
      case Kind::kComposite: {
        kind = "c";
        std::vector<std::string> attributes;
        for (const schema::Column& attribute : type.attributes) {
          attributes.push_back(attribute.name + " " + text_of(attribute.type).value_or("?"));
        }
        parts = fmt::format("{}", fmt::join(attributes, ","));
        break;
      }
      case Kind::kDomain:
        kind = "d";
        parts = text_of(type.base);
        break;
      default: return;
    }
    if (!type.complete) parts.reset();
    add("type", name)
        .say("kind", kind)
        .say_if_known("parts", parts)
        .flag("not null", type.not_null);
    for (const schema::Check& check : type.checks) {
      add("domain check", name + "." + check.name).flag("valid", check.valid);
    }
  }

  void describe(const schema::Overloads& overloads) {
    for (const schema::Function& function : overloads.functions) {
      std::vector<std::string> arguments;
      for (const schema::DataType& type : function.arguments) {
        schema::DataType plain = type;
        plain.modifiers.clear();  // Postgres forgets them
        arguments.push_back(text_of(plain).value_or("?"));
      }
      add("function", fmt::format("{}({})", name_of(overloads.id), fmt::join(arguments, ",")))
          .say("language", function.language)
          .say("volatility", letter(function.volatility))
          .flag("procedure", function.procedure);
    }
  }

  const Catalog& catalog_;
  Objects objects_;
};

// ---------------------------------------------------------------------------------------------

class Comparer {
 public:
  Comparer(const Objects& server, const Objects& catalog) : server_(server), catalog_(catalog) {}

  CatalogComparison compare() {
    for (const auto& [key, properties] : server_.all) {
      const auto known = catalog_.all.find(key);
      if (known != catalog_.all.end()) {
        compare(key, properties, known->second);
      } else if (is_of(catalog_.incomplete, key, properties)) {
        ++result_.kinds[key.first].unknown;
      } else {
        differ(key, "only the server has it");
      }
    }
    for (const auto& [key, properties] : catalog_.all) {
      if (server_.all.contains(key)) continue;
      if (is_of(catalog_.perhaps, key, properties)) {
        ++result_.kinds[key.first].unknown;
      } else {
        differ(key, "only unwedge has it");
      }
    }
    return std::move(result_);
  }

 private:
  void compare(const ObjectKey& key, const Properties& server, const Properties& catalog) {
    std::set<std::string> names;
    for (const auto& [name, value] : server) names.insert(name);
    for (const auto& [name, value] : catalog) names.insert(name);
    std::vector<std::string> wrong;
    bool unknown = false;
    for (const std::string& name : names) {
      const auto said = catalog.find(name);
      const std::string expected = text_in(server, name);
      if (said != catalog.end() && !said->second) {
        unknown = true;
      } else if (const std::string actual = text_in(catalog, name); actual != expected) {
        wrong.push_back(fmt::format("{} is '{}', not '{}'", name, expected, actual));
      }
    }
    if (!wrong.empty()) {
      differ(key, fmt::format("{}", fmt::join(wrong, "; ")));
    } else if (unknown) {
      ++result_.kinds[key.first].unknown;
    } else {
      ++result_.kinds[key.first].equal;
    }
  }

  static std::string text_in(const Properties& properties, const std::string& name) {
    const auto found = properties.find(name);
    return found == properties.end() ? "" : found->second.value_or("");
  }

  /// One of these relations, a part of one, or an index on one.
  static bool is_of(const std::set<std::string>& relations, const ObjectKey& key,
                    const Properties& properties) {
    return relations.contains(key.second) || relations.contains(text_in(properties, "table")) ||
           relations.contains(key.second.substr(0, key.second.rfind('.')));
  }

  void differ(const ObjectKey& key, const std::string& how) {
    ++result_.kinds[key.first].different;
    result_.differences.push_back(fmt::format("{} {}: {}", key.first, key.second, how));
  }

  const Objects& server_;
  const Objects& catalog_;
  CatalogComparison result_;
};

}  // namespace

Objects objects_in(const Catalog& catalog) { return Describer(catalog).describe(); }

Tally CatalogComparison::total() const {
  Tally sum;
  for (const auto& [kind, tally] : kinds) {
    sum.equal += tally.equal;
    sum.unknown += tally.unknown;
    sum.different += tally.different;
  }
  return sum;
}

CatalogComparison compare(const Objects& server, const Objects& catalog) {
  return Comparer(server, catalog).compare();
}

}  // namespace unwedge::postgres
