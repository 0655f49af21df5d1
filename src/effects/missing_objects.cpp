// Names of what is not there: of relations, columns, constraints and types, where the catalog knows
// for certain that there is none of that name. IF EXISTS makes a notice of it.

#include <algorithm>
#include <array>
#include <string>
#include <variant>
#include <vector>

#include "effects/presence.h"
#include "effects/refusing.h"
#include "unwedge/features.h"

namespace unwedge::effects {
namespace {

using schema::RelationKind;

/// Every table has these (catalog/heap.c, SysAtt).
constexpr std::array<std::string_view, 7> kSystemColumns{"cmax", "cmin", "ctid",    "oid",
                                                         "xmax", "xmin", "tableoid"};

/// What DROP calls a kind of relation (dropmsgstringarray, commands/tablecmds.c).
struct DroppedKind {
  ObjectType type;
  std::string_view name;
  std::string_view with_article;
  std::string_view sqlstate;
};

constexpr std::array<DroppedKind, 6> kDroppedKinds{
    DroppedKind{ObjectType::kTable, "table", "a table", kUnknownRelation},
    DroppedKind{ObjectType::kIndex, "index", "an index", kUnknownObject},
    DroppedKind{ObjectType::kSequence, "sequence", "a sequence", kUnknownRelation},
    DroppedKind{ObjectType::kView, "view", "a view", kUnknownRelation},
    DroppedKind{ObjectType::kMaterializedView, "materialized view", "a materialized view",
                kUnknownRelation},
    DroppedKind{ObjectType::kForeignTable, "foreign table", "a foreign table", kUnknownRelation},
};

bool is_of_kind(ObjectType type, RelationKind kind) {
  switch (kind) {
    case RelationKind::kUnknown: return true;
    case RelationKind::kTable:
    case RelationKind::kPartitionedTable: return type == ObjectType::kTable;
    case RelationKind::kForeignTable: return type == ObjectType::kForeignTable;
    case RelationKind::kView: return type == ObjectType::kView;
    case RelationKind::kMaterializedView: return type == ObjectType::kMaterializedView;
    case RelationKind::kIndex: return type == ObjectType::kIndex;
    case RelationKind::kSequence: return type == ObjectType::kSequence;
  }
  return true;
}

class Missing {
 public:
  explicit Missing(const Prediction& prediction) : prediction_(prediction) {}

  template <typename Node>
  Refused operator()(const Node& /*node*/) const {
    return std::nullopt;
  }

  Refused operator()(const CreateTable& create) const {
    if (create.if_not_exists && there(create.table)) return std::nullopt;
    if (Refused refused = relation(create.partition_of)) return refused;
    if (Refused refused = relations(create.inherits)) return refused;
    for (const Like& like : create.likes) {
      if (Refused refused = relation(like.table)) return refused;
    }
    for (const ColumnDefinition& column : create.columns) {
      if (Refused refused = type(column.type)) return refused;
    }
    const bool all_columns = create.likes.empty() && create.inherits.empty() &&
                             create.partition_of.empty() && create.of_type.empty();
    for (const Constraint* constraint : constraints_of(create)) {
      if (constraint->kind == Constraint::Kind::kForeignKey) {
        if (Refused refused = referenced_table(*constraint, create.table)) return refused;
      }
      if (!all_columns) continue;
      const auto has = [&create](Name name) {
        return std::ranges::any_of(create.columns,
                                   [name](const auto& each) { return each.name == name; });
      };
      if (Refused refused = key_columns(*constraint, has)) return refused;
    }
    return std::nullopt;
  }

  Refused operator()(const CreateTableAs& create) const {
    if (create.if_not_exists && there(create.table)) return std::nullopt;
    return relations(create.query.reads.empty() ? create.reads : create.query.reads);
  }

  Refused operator()(const CreateView& create) const {
    return relations(create.query.reads.empty() ? create.reads : create.query.reads);
  }

  Refused operator()(const AlterTable& alter) const {
    if (alter.object_type == ObjectType::kType) return std::nullopt;
    if (Refused refused = relation(alter.table)) {
      return alter.if_exists ? std::nullopt : std::move(refused);
    }
    const schema::Relation* table = prediction_.find(prediction_.resolve(alter.table));
    for (const AlterAction& action : alter.actions) {
      if (Refused refused = action_on(alter, action, table))
        return at(std::move(refused), action.span);
    }
    return std::nullopt;
  }

  Refused operator()(const CreateIndex& index) const {
    if (Refused refused = relation(index.table)) return refused;
    const schema::Relation* table = prediction_.find(prediction_.resolve(index.table));
    if (table == nullptr || !all_known(*table)) return std::nullopt;
    for (const IndexColumn& part : index.columns) {
      if (part.column.empty() || has_column(*table, part.column)) continue;
      return unknown_column(part.column, table->id,
                            fmt::format(R"(column "{}" does not exist)", part.column));
    }
    return std::nullopt;
  }

  // commands/tablecmds.c, DropErrorMsgNonExistent and DropErrorMsgWrongType
  Refused operator()(const Drop& drop) const {
    if (is_part_of_table(drop.object_type)) return part_dropped(drop);
    const bool is_type =
        drop.object_type == ObjectType::kType || drop.object_type == ObjectType::kDomain;
    for (const QualifiedName& name : drop.objects) {
      Refused refused = is_type ? type({.name = name}) : relation_dropped(drop, name);
      if (!refused || (drop.missing_ok && refused->sqlstate != kWrongKind)) continue;
      return at(std::move(refused), name.span);
    }
    return std::nullopt;
  }

  // commands/tablecmds.c, renameatt_internal and rename_constraint_internal
  Refused operator()(const Rename& rename) const {
    if (rename.missing_ok) return std::nullopt;
    if (rename.object_type == ObjectType::kType || rename.object_type == ObjectType::kDomain) {
      return type({.name = rename.object});
    }
    const bool of_relation =
        is_relation(rename.object_type) || is_part_of_table(rename.object_type);
    if (!of_relation) return std::nullopt;
    if (Refused refused = relation(rename.object)) return refused;
    const schema::Relation* table = prediction_.find(prediction_.resolve(rename.object));
    if (table == nullptr || rename.part.empty()) return std::nullopt;
    if (rename.object_type == ObjectType::kColumn) {
      if (!all_known(*table) || has_column(*table, rename.part)) return std::nullopt;
      return unknown_column(rename.part, table->id,
                            fmt::format(R"(column "{}" does not exist)", rename.part));
    }
    if (rename.object_type != ObjectType::kConstraint) return std::nullopt;
    return constraint(rename.part, *table, "table", "RENAME CONSTRAINT");
  }

  Refused operator()(const SetSchema& set) const {
    if (set.missing_ok) return std::nullopt;
    if (is_relation(set.object_type)) return relation(set.object);
    return set.object_type == ObjectType::kType ? type({.name = set.object}) : std::nullopt;
  }

  Refused operator()(const Truncate& truncate) const { return relations(truncate.tables); }
  Refused operator()(const LockTable& lock) const { return relations(lock.tables); }
  Refused operator()(const Vacuum& vacuum) const { return relations(vacuum.tables); }
  Refused operator()(const Cluster& cluster) const { return relation(cluster.table); }
  Refused operator()(const CreateStatistics& create) const { return relations(create.tables); }
  Refused operator()(const PublicationTables& publication) const {
    return relations(publication.tables);
  }
  Refused operator()(const RefreshMaterializedView& refresh) const {
    return relation(refresh.view);
  }
  Refused operator()(const Reindex& reindex) const { return relation(reindex.relation); }
  Refused operator()(const AlterSequence& alter) const {
    return alter.if_exists ? std::nullopt : relation(alter.sequence);
  }
  Refused operator()(const CommentOn& comment) const {
    return is_relation(comment.object_type) ? relation(comment.object) : std::nullopt;
  }
  Refused operator()(const Grant& grant) const {
    return is_relation(grant.object_type) ? relations(grant.objects) : std::nullopt;
  }

  Refused operator()(const CreateTrigger& create) const {
    if (Refused refused = relation(create.table)) return refused;
    const schema::Relation* table = prediction_.find(prediction_.resolve(create.table));
    return columns_of(create.update_columns, table, "CREATE TRIGGER");
  }
  Refused operator()(const PolicyOrRule& create) const { return relation(create.table); }

  // catalog/pg_enum.c, AddEnumLabel and RenameEnumLabel
  Refused operator()(const AlterEnum& alter) const {
    if (Refused refused = type({.name = alter.type})) return refused;
    const schema::Type* known = prediction_.find_type(alter.type);
    const bool all_labels =
        known != nullptr && known->complete && (known->is_new || prediction_.catalog().complete());
    if (!all_labels) return std::nullopt;
    const Name label = alter.old_value.empty() ? alter.neighbour : alter.old_value;
    if (label.empty() || std::ranges::find(known->labels, label) != known->labels.end()) {
      return std::nullopt;
    }
    return about(refuse(RefusalCause::kMissing, kWrongValue, "ALTER TYPE",
                        fmt::format(R"("{}" is not an existing enum label)", label)),
                 fmt::format("the value '{}' of type '{}'", label, known->id),
                 "the type has no such value");
  }

  Refused operator()(const AlterDomain& alter) const { return type({.name = alter.domain}); }

  Refused operator()(const CreateDomain& create) const { return type(create.type); }

  Refused operator()(const CreateType& create) const {
    for (const ColumnDefinition& attribute : create.attributes) {
      if (Refused refused = type(attribute.type)) return refused;
    }
    return std::nullopt;
  }

  Refused operator()(const Dml& dml) const {
    for (const Write& write : dml.writes) {
      if (Refused refused = relation(write.target)) return refused;
    }
    if (Refused refused = relations(dml.reads)) return refused;
    for (const Write& write : dml.writes) {
      const schema::Relation* table = prediction_.find(prediction_.resolve(write.target));
      if (Refused refused = columns_of(write.columns, table, "INSERT")) {
        return at(std::move(refused), write.span);
      }
    }
    return std::nullopt;
  }

 private:
  using Kind = AlterKind;

  [[nodiscard]] bool all_known(const schema::Relation& table) const {
    return has_all_columns(table, prediction_.catalog());
  }

  [[nodiscard]] bool there(const QualifiedName& name) const {
    return prediction_.find(prediction_.resolve(name)) != nullptr;
  }

  // parser/parse_relation.c, parserOpenTable; catalog/namespace.c, RangeVarGetRelidExtended
  [[nodiscard]] Refused relation(const QualifiedName& name) const {
    const Presence presence = presence_of(name, prediction_);
    if (!is_missing(presence)) return std::nullopt;
    return at(about(refuse(RefusalCause::kMissing, kUnknownRelation, "",
                           fmt::format(R"(relation "{}" does not exist)", name)),
                    fmt::format("'{}'", name), std::string(in_words(presence))),
              name.span);
  }

  [[nodiscard]] Refused relations(const std::vector<QualifiedName>& names) const {
    for (const QualifiedName& name : names) {
      if (Refused refused = relation(name)) return refused;
    }
    return std::nullopt;
  }

  // parser/parse_type.c, typenameType
  [[nodiscard]] Refused type(const TypeReference& type) const {
    const Presence presence = presence_of(type, prediction_);
    if (!is_missing(presence)) return std::nullopt;
    return at(about(refuse(RefusalCause::kMissing, kUnknownObject, "",
                           fmt::format(R"(type "{}{}" does not exist)", type.name,
                                       type.array_dimensions > 0 ? "[]" : "")),
                    fmt::format("the type '{}'", type.name), std::string(in_words(presence))),
              type.span);
  }

  static bool has_column(const schema::Relation& table, Name name) {
    return table.column(name) != nullptr ||
           std::ranges::find(kSystemColumns, name) != kSystemColumns.end();
  }

  static Refused unknown_column(Name column, const RelationId& table, std::string message) {
    return about(refuse(RefusalCause::kMissing, kUnknownColumn, "", std::move(message)),
                 column_in_words(column, table), "the table has no such column");
  }

  /// The columns of a table that a statement writes, or the like.
  [[nodiscard]] Refused columns_of(const std::vector<Name>& names, const schema::Relation* table,
                                   std::string_view command) const {
    if (table == nullptr || !all_known(*table)) return std::nullopt;
    for (const Name name : names) {
      if (has_column(*table, name)) continue;
      Refused refused = unknown_column(
          name, table->id,
          fmt::format(R"(column "{}" of relation "{}" does not exist)", name, table->id.name));
      refused->command = command;
      return refused;
    }
    return std::nullopt;
  }

  static std::vector<const Constraint*> constraints_of(const CreateTable& create) {
    std::vector<const Constraint*> all;
    for (const ColumnDefinition& column : create.columns) {
      for (const Constraint& constraint : column.constraints) all.push_back(&constraint);
    }
    for (const Constraint& constraint : create.constraints) all.push_back(&constraint);
    return all;
  }

  [[nodiscard]] Refused referenced_table(const Constraint& constraint,
                                         const QualifiedName& table) const {
    const bool itself = constraint.references.name == table.name &&
                        (constraint.references.schema == table.schema || table.schema.empty() ||
                         constraint.references.schema.empty());
    return itself ? std::nullopt : relation(constraint.references);
  }

  // parser/parse_utilcmd.c, transformIndexConstraint; commands/tablecmds.c, transformColumnNameList
  template <typename HasColumn>
  static Refused key_columns(const Constraint& constraint, const HasColumn& has) {
    using Type = Constraint::Kind;
    const bool key = constraint.kind == Type::kPrimaryKey || constraint.kind == Type::kUnique;
    if (!key && constraint.kind != Type::kForeignKey) return std::nullopt;
    for (const Name column : constraint.columns) {
      if (has(column)) continue;
      const std::string_view where = key ? "named in key" : "referenced in foreign key constraint";
      return at(about(refuse(RefusalCause::kMissing, kUnknownColumn, "",
                             fmt::format(R"(column "{}" {} does not exist)", column, where)),
                      fmt::format("column '{}'", column), "the table has no such column"),
                constraint.span);
    }
    return std::nullopt;
  }

  [[nodiscard]] Refused action_on(const AlterTable& alter, const AlterAction& action,
                                  const schema::Relation* table) const {
    if (const auto* add = action.get<AddColumn>()) {
      if (add->if_not_exists && table != nullptr && table->column(action.name) != nullptr) {
        return std::nullopt;
      }
      if (Refused refused = type(add->column.type)) return refused;
      for (const Constraint& constraint : add->column.constraints) {
        if (constraint.kind != Constraint::Kind::kForeignKey) continue;
        if (Refused refused = referenced_table(constraint, alter.table)) return refused;
      }
    } else if (const auto* change = action.get<AlterColumnType>()) {
      if (Refused refused = type(change->type)) return refused;
    } else if (const auto* added = action.get<AddConstraint>()) {
      return constraint_added(alter, added->constraint, table);
    } else if (const auto* other = action.get<OtherTable>();
               other != nullptr && action.kind != Kind::kOf) {  // which names a type
      if (Refused refused = relation(other->table)) return refused;
    }
    return table == nullptr ? std::nullopt : part_of(alter, action, *table);
  }

  [[nodiscard]] Refused constraint_added(const AlterTable& alter, const Constraint& constraint,
                                         const schema::Relation* table) const {
    if (constraint.kind == Constraint::Kind::kForeignKey) {
      if (Refused refused = referenced_table(constraint, alter.table)) return refused;
    }
    if (table == nullptr || !all_known(*table)) return std::nullopt;
    return key_columns(
        constraint, [&](Name name) { return has_column(*table, name) || is_added(alter, name); });
  }

  static bool is_added(const AlterTable& alter, Name column) {
    return std::ranges::any_of(alter.actions, [column](const AlterAction& action) {
      return action.kind == Kind::kAddColumn && action.name == column;
    });
  }

  static bool adds_constraint(const AlterTable& alter, Name name) {
    return std::ranges::any_of(alter.actions, [name](const AlterAction& action) {
      const auto* add = action.get<AddConstraint>();
      return add != nullptr && add->constraint.name == name;
    });
  }

  /// A column or constraint of the table that the subcommand names.
  [[nodiscard]] Refused part_of(const AlterTable& alter, const AlterAction& action,
                                const schema::Relation& table) const {
    switch (action.kind) {
      case Kind::kDropColumn:
      case Kind::kAlterType:
      case Kind::kSetDefault:
      case Kind::kDropDefault:
      case Kind::kSetNotNull:
      case Kind::kDropNotNull:
      case Kind::kAddIdentity:
      case Kind::kSetIdentity:
      case Kind::kDropIdentity:
      case Kind::kSetStatistics:
      case Kind::kSetStorage: {
        const bool known = !all_known(table) || has_column(table, action.name) ||
                           is_added(alter, action.name) || action.name.empty();
        if (known || action.missing_ok) return std::nullopt;
        return unknown_column(action.name, table.id,
                              fmt::format(R"(column "{}" of relation "{}" does not exist)",
                                          action.name, table.id.name));
      }
      case Kind::kValidateConstraint:
      case Kind::kDropConstraint:
        return action.missing_ok || adds_constraint(alter, action.name)
                   ? std::nullopt
                   : constraint(action.name, table, "relation", "ALTER TABLE");
      default: return std::nullopt;
    }
  }

  /// Since 18 each NOT NULL is a constraint with a name.
  [[nodiscard]] bool is_not_null(const schema::Relation& table, Name name) const {
    return name.ends_with("_not_null") ||
           (prediction_.since(kNotNullNotValid.major) &&
            std::ranges::find(table.columns, name, &schema::Column::not_null_name) !=
                table.columns.end());
  }

  [[nodiscard]] Refused constraint(Name name, const schema::Relation& table, std::string_view of,
                                   std::string_view command) const {
    const bool known = !all_known(table) || table.check(name) != nullptr ||
                       table.key(name) != nullptr || table.foreign_key(name) != nullptr ||
                       is_not_null(table, name);
    if (known) return std::nullopt;
    return about(refuse(RefusalCause::kMissing, kUnknownObject, command,
                        fmt::format(R"(constraint "{}" {} {} "{}" does not exist)", name,
                                    of == "table" ? "for" : "of", of, table.id.name)),
                 fmt::format("the constraint '{}' of '{}'", name, table.id),
                 "the table has no such constraint");
  }

  [[nodiscard]] Refused relation_dropped(const Drop& drop, const QualifiedName& name) const {
    const auto* const kind = std::ranges::find(kDroppedKinds, drop.object_type, &DroppedKind::type);
    if (kind == kDroppedKinds.end()) return std::nullopt;
    if (const schema::Relation* known = prediction_.find(prediction_.resolve(name))) {
      if (is_of_kind(drop.object_type, known->kind)) return std::nullopt;
      return about(refuse(RefusalCause::kMissing, kWrongKind, "DROP",
                          fmt::format(R"("{}" is not {})", name.name, kind->with_article)),
                   fmt::format("{} '{}'", kind->name, known->id),
                   fmt::format("it is {} {}", known->kind == RelationKind::kIndex ? "an" : "a",
                               kind_in_words(known->kind)));
    }
    const Presence presence = presence_of(name, prediction_);
    if (!is_missing(presence)) return std::nullopt;
    return about(refuse(RefusalCause::kMissing, kind->sqlstate, "DROP",
                        fmt::format(R"({} "{}" does not exist)", kind->name, name.name)),
                 fmt::format("{} '{}'", kind->name, name), std::string(in_words(presence)));
  }

  /// Of triggers and policies not all are in the catalog where functions make them.
  [[nodiscard]] Refused part_dropped(const Drop& drop) const {
    if (drop.missing_ok) return std::nullopt;
    if (Refused refused = relation(drop.table)) return refused;
    const schema::Relation* table = prediction_.find(prediction_.resolve(drop.table));
    const bool complete = table != nullptr && table->complete && prediction_.catalog().complete();
    if (!complete || drop.objects.empty()) return std::nullopt;
    const std::string name(drop.objects.front().name);
    const auto has = [&name](const auto& names) {
      return std::ranges::find(names, name) != names.end();
    };
    const auto missing = [&](std::string_view kind, std::string_view of) {
      return about(refuse(RefusalCause::kMissing, kUnknownObject, "DROP",
                          fmt::format(R"({} "{}" for {} "{}" does not exist)", kind, name, of,
                                      table->id.name)),
                   fmt::format("the {} '{}' of '{}'", kind, name, table->id),
                   fmt::format("the table has no such {}", kind));
    };
    switch (drop.object_type) {
      case ObjectType::kTrigger:
        return table->trigger(name) == nullptr ? missing("trigger", "table") : std::nullopt;
      case ObjectType::kPolicy:
        return has(table->policies) ? std::nullopt : missing("policy", "table");
      case ObjectType::kRule: return has(table->rules) ? std::nullopt : missing("rule", "relation");
      default: return std::nullopt;
    }
  }

  const Prediction& prediction_;
};

}  // namespace

std::string_view kind_in_words(RelationKind kind) {
  switch (kind) {
    case RelationKind::kPartitionedTable: return "partitioned table";
    case RelationKind::kForeignTable: return "foreign table";
    case RelationKind::kView: return "view";
    case RelationKind::kMaterializedView: return "materialized view";
    case RelationKind::kIndex: return "index";
    case RelationKind::kSequence: return "sequence";
    default: return "table";
  }
}

std::string in_words(const schema::Relation& relation) {
  return fmt::format("{} '{}'", kind_in_words(relation.kind), relation.id);
}

std::string column_in_words(Name column, const RelationId& table) {
  return fmt::format("column '{}' of '{}'", column, table);
}

bool has_all_columns(const schema::Relation& relation, const schema::Catalog& catalog) {
  return relation.complete && (relation.is_new || catalog.complete()) &&
         (relation.kind == RelationKind::kTable ||
          relation.kind == RelationKind::kPartitionedTable);
}

Refused missing_object(const Statement& statement, const Prediction& prediction) {
  return std::visit(Missing(prediction), statement.node);
}

}  // namespace unwedge::effects
