// See schema_sql.h. A name in the schema "public" is written without it.

#include "report/schema_sql.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/schema_sql_parts.h"
#include "unwedge/name.h"

namespace unwedge::report {
namespace {

using schema::Catalog;
using schema::Check;
using schema::Column;
using schema::Key;
using schema::Relation;
using schema::RelationKind;
using schema::Type;

std::string column_name(const std::string& name) { return quoted(Name(name)); }

/// A default that serial made: nextval() of the column's own sequence.
bool is_serial(const Catalog& catalog, const Relation& table, const Column& column) {
  return column.default_value && column.default_value->source().empty() &&
         (*column.default_value)->kind == Expression::Kind::kCall &&
         (*column.default_value)->name == "nextval" &&
         catalog.sequence_of(table.id, column.name) != nullptr;
}

std::string_view serial_type(std::string_view type) {
  if (type == "int2") return "smallserial";
  return type == "int8" ? "bigserial" : "serial";
}

class SchemaPrinter {
 public:
  explicit SchemaPrinter(const Catalog& catalog) : catalog_(catalog) {}

  void print_all() {
    for (const schema::NamedObject* object : catalog_.objects(ObjectType::kSchema)) {
      if (!object->dropped && object->id.name != "public") {
        statement("CREATE SCHEMA {}", column_name(object->id.name));
      }
    }
    for (const schema::NamedObject* object : catalog_.objects(ObjectType::kExtension)) {
      if (!object->dropped) statement("CREATE EXTENSION {}", column_name(object->id.name));
    }
    print_types();
    for (const RelationId& id : catalog_.relations()) print_before_others(id);
    for (const RelationId& id : catalog_.relations()) {
      if (const Relation* relation = catalog_.find(id)) print_after_tables(*relation);
    }
    for (const std::string& schema : catalog_.schemas()) {
      for (const schema::ObjectId& id : catalog_.functions_in(schema)) {
        comment("function {}: its body is not kept", sql_name(id));
      }
    }
  }

  void print_one(const RelationId& id) {
    const Relation* relation = catalog_.find(id);
    if (relation == nullptr) return;
    print_relation(*relation);
    print_after_tables(*relation);
  }

  std::string take() { return std::move(out_); }

 private:
  template <typename... Arguments>
  void statement(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    out_ += fmt::format(format, std::forward<Arguments>(arguments)...) + ";\n";
  }
  template <typename... Arguments>
  void comment(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    out_ += "-- " + fmt::format(format, std::forward<Arguments>(arguments)...) + "\n";
  }

  // Types: those that others are made of come first.

  void print_types() {
    for (const std::string& schema : catalog_.schemas()) {
      for (const schema::ObjectId& id : catalog_.types_in(schema)) print_type(id);
    }
  }

  void print_type(const schema::ObjectId& id) {
    const Type* type = catalog_.find_type(id);
    if (type == nullptr || type->dropped || !types_.insert(id).second) return;
    if (type->base.known()) print_type(type->base.id);
    for (const Column& attribute : type->attributes) print_type(attribute.type.id);
    switch (type->kind) {
      case Type::Kind::kEnum: {
        std::vector<std::string> labels;
        for (const std::string& label : type->labels) labels.push_back(sql_literal(label));
        statement("CREATE TYPE {} AS ENUM ({})", sql_name(id), fmt::join(labels, ", "));
        break;
      }
      case Type::Kind::kDomain: print_domain(*type); break;
      case Type::Kind::kComposite: {
        std::vector<std::string> attributes;
        for (const Column& each : type->attributes) {
          attributes.push_back(column_name(each.name) + " " + sql_type(each.type));
        }
        statement("CREATE TYPE {} AS ({})", sql_name(id), fmt::join(attributes, ", "));
        break;
      }
      case Type::Kind::kRange:
        statement("CREATE TYPE {} AS RANGE (SUBTYPE = {})", sql_name(id), sql_type(type->base));
        break;
      case Type::Kind::kBase:
      case Type::Kind::kUnknown: comment("type {}", sql_name(id)); break;
    }
  }

  void print_domain(const Type& type) {
    std::string text =
        fmt::format("CREATE DOMAIN {} AS {}", sql_name(type.id), sql_type(type.base));
    if (type.default_value && !type.default_value->source().empty()) {
      text += fmt::format(" DEFAULT {}", type.default_value->source());
    }
    if (type.not_null) text += " NOT NULL";
    std::vector<std::string> later;
    for (const Check& check : type.checks) {
      const std::optional<std::string> constraint = sql_check(check);
      if (!constraint) continue;
      if (check.valid) {
        text += " " + *constraint;
      } else {
        later.push_back(*constraint);
      }
    }
    statement("{}", text);
    for (const std::string& constraint : later) {
      statement("ALTER DOMAIN {} ADD {}", sql_name(type.id), constraint);
    }
  }

  // Relations

  /// After those that it is made from.
  void print_before_others(const RelationId& id) {
    const Relation* relation = catalog_.find(id);
    if (relation == nullptr || relation->temporary || !relations_.insert(id).second) return;
    if (relation->kind == RelationKind::kIndex) return;
    for (const RelationId& parent : catalog_.ancestors_of(id)) print_before_others(parent);
    print_relation(*relation);
  }

  void print_relation(const Relation& relation) {
    switch (relation.kind) {
      case RelationKind::kTable:
      case RelationKind::kPartitionedTable:
      case RelationKind::kForeignTable: print_table(relation); break;
      case RelationKind::kSequence:
        if (relation.owned_by.name.empty()) statement("CREATE SEQUENCE {}", sql_name(relation.id));
        break;
      case RelationKind::kView:
      case RelationKind::kMaterializedView: print_view(relation); break;
      case RelationKind::kUnknown:
        comment("{} is mentioned, and not created", sql_name(relation.id));
        break;
      case RelationKind::kIndex: print_index(relation); break;
    }
  }

  void print_view(const Relation& view) {
    std::vector<std::string> reads;
    for (const RelationId& each : view.reads) reads.push_back(sql_name(each));
    comment("{}view {}: reads {}; its query is not kept",
            view.kind == RelationKind::kView ? "" : "materialized ", sql_name(view.id),
            reads.empty() ? "no relation" : fmt::format("{}", fmt::join(reads, ", ")));
  }

  void print_table(const Relation& table) {
    if (!table.complete) comment("{}: only this is known of it", sql_name(table.id));
    if (table.is_partition()) {
      const auto bound = table.bound ? sql_bound(*table.bound) : std::nullopt;
      if (!bound) {
        comment("{} is a partition of {}; its bound is not kept", sql_name(table.id),
                sql_name(table.partition_of));
        return;
      }
      statement("CREATE TABLE {} PARTITION OF {} {}{}", sql_name(table.id),
                sql_name(table.partition_of), *bound, partition_by(table));
      return;
    }
    std::vector<std::string> lines;
    for (const Column& column : table.columns) {
      if (column.local) lines.push_back("  " + column_line(table, column));
    }
    for (const Key& key : table.keys) {
      const Relation* index = catalog_.find(key.index);
      const bool is_known = index != nullptr && index->index;
      const auto text = sql_key(key, is_known ? &*index->index : nullptr);
      if (text && !key.inherited) lines.push_back("  " + *text);
    }
    for (const Check& check : table.checks) {
      const bool is_there = check.valid && check.local && !is_of_column(table, check);
      const auto text = is_there ? sql_check(check) : std::nullopt;
      if (text) lines.push_back("  " + *text);
    }
    std::string inherits;
    if (!table.inherits.empty()) {
      std::vector<std::string> parents;
      for (const RelationId& parent : table.inherits) parents.push_back(sql_name(parent));
      inherits = fmt::format(" INHERITS ({})", fmt::join(parents, ", "));
    }
    if (table.kind == RelationKind::kForeignTable)
      comment("a foreign table; its server is not kept");
    statement("CREATE {}TABLE {} (\n{}\n){}{}", table.unlogged ? "UNLOGGED " : "",
              sql_name(table.id), fmt::join(lines, ",\n"), inherits, partition_by(table));
  }

  /// A NOT NULL constraint that the column's own NOT NULL stands for.
  static bool is_of_column(const Relation& table, const Check& check) {
    if (!check.is_not_null || check.not_null_columns.empty()) return false;
    const Column* column = table.column(check.not_null_columns.front());
    return column != nullptr && column->not_null;
  }

  std::string column_line(const Relation& table, const Column& column) {
    const std::string name = column_name(column.name);
    if (!column.type.known()) return fmt::format("{} text /* its type is not known */", name);
    if (is_serial(catalog_, table, column)) {
      return fmt::format("{} {}", name, serial_type(column.type.id.name));
    }
    std::string line = fmt::format("{} {}", name, sql_type(column.type));
    if (!column.collation.empty()) line += " COLLATE " + quoted(Name(column.collation));
    if (column.identity != Identity::kNone) {
      line += fmt::format(" GENERATED {} AS IDENTITY",
                          column.identity == Identity::kAlways ? "ALWAYS" : "BY DEFAULT");
    }
    if (column.generated) {
      const std::string_view source = column.generated->source();
      line += source.empty()
                  ? " /* GENERATED: its expression is not kept */"
                  : fmt::format(
                        " GENERATED ALWAYS AS ({}) {}", source,
                        column.storage == GeneratedColumn::Storage::kStored ? "STORED" : "VIRTUAL");
    } else if (column.default_value) {
      const std::string_view source = column.default_value->source();
      line += source.empty() ? " /* DEFAULT: its expression is not kept */"
                             : fmt::format(" DEFAULT {}", source);
    }
    if (column.not_null && column.identity == Identity::kNone) line += " NOT NULL";
    return line;
  }

  static std::string partition_by(const Relation& table) {
    if (!table.partition_key) return {};
    const auto parts = sql_index_parts(table.partition_key->parts);
    if (!parts) return " /* PARTITION BY: an expression is not kept */";
    switch (table.partition_key->strategy) {
      case PartitionStrategy::kList: return " PARTITION BY LIST " + *parts;
      case PartitionStrategy::kRange: return " PARTITION BY RANGE " + *parts;
      case PartitionStrategy::kHash: return " PARTITION BY HASH " + *parts;
    }
    return {};
  }

  // What may refer to any table

  void print_after_tables(const Relation& relation) {
    if (relation.temporary) return;
    for (const Check& check : relation.checks) {
      if (check.valid || !check.local) continue;
      alter(relation, sql_check(check), check.name);
    }
    for (const schema::ForeignKey& key : relation.foreign_keys) {
      if (!key.inherited) alter(relation, sql_foreign_key(key), key.name);
    }
    for (const Key& key : relation.keys) {
      if (key.kind == Key::Kind::kExclusion && !key.inherited)
        alter(relation, std::nullopt, key.name);
      if (relation.is_partition() && !key.inherited && key.kind != Key::Kind::kExclusion) {
        alter(relation, sql_key(key, nullptr), key.name);
      }
    }
    for (const Relation* index : catalog_.indexes_of(relation.id)) print_index(*index);
    for (const schema::Trigger& trigger : relation.triggers) {
      if (trigger.inherited) continue;
      comment("trigger {} on {}: calls {}", column_name(trigger.name), sql_name(relation.id),
              sql_name(trigger.function));
    }
    for (const std::string& policy : relation.policies) {
      comment("policy {} on {}", column_name(policy), sql_name(relation.id));
    }
    for (const std::string& rule : relation.rules) {
      comment("rule {} on {}", column_name(rule), sql_name(relation.id));
    }
  }

  void alter(const Relation& table, const std::optional<std::string>& constraint,
             const std::string& name) {
    if (constraint) {
      statement("ALTER TABLE {} ADD {}", sql_name(table.id), *constraint);
    } else {
      comment("constraint {} of {}: its expression is not kept", column_name(name),
              sql_name(table.id));
    }
  }

  /// Those of constraints come with them, and those of partitions with their parents' ones.
  void print_index(const Relation& relation) {
    if (!relation.index || !relation.index->constraint.empty()) return;
    if (!relation.partition_of.name.empty()) return;
    const schema::Index& index = *relation.index;
    const auto parts = sql_index_parts(index.parts);
    const bool keeps_predicate = !index.predicate || !index.predicate->source().empty();
    if (!parts || !keeps_predicate) {
      comment("index {} on {}: an expression of it is not kept", sql_name(relation.id),
              sql_name(relation.index_of));
      return;
    }
    statement(
        "CREATE {}INDEX {} ON {}{}{} {}{}{}{}", index.unique ? "UNIQUE " : "",
        column_name(relation.id.name), index.valid ? "" : "ONLY ", sql_name(relation.index_of),
        index.method == "btree" ? "" : " USING " + column_name(index.method), *parts,
        index.including.empty() ? "" : fmt::format(" INCLUDE ({})", sql_names(index.including)),
        index.nulls_not_distinct ? " NULLS NOT DISTINCT" : "",
        index.predicate ? fmt::format(" WHERE {}", index.predicate->source()) : "");
  }

  const Catalog& catalog_;
  std::string out_;
  std::set<schema::ObjectId> types_;  ///< printed
  std::set<RelationId> relations_;    ///< printed
};

}  // namespace

std::string schema_as_sql(const Catalog& catalog) {
  SchemaPrinter printer(catalog);
  printer.print_all();
  return printer.take();
}

std::string relation_as_sql(const Catalog& catalog, const RelationId& relation) {
  SchemaPrinter printer(catalog);
  printer.print_one(relation);
  return printer.take();
}

}  // namespace unwedge::report
