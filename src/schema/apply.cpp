// One overload for each statement that changes what the catalog knows.

#include "schema/apply.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::schema {
namespace {

RelationKind kind_of(ObjectType type) {
  switch (type) {
    case ObjectType::kTable: return RelationKind::kTable;
    case ObjectType::kForeignTable: return RelationKind::kForeignTable;
    case ObjectType::kView: return RelationKind::kView;
    case ObjectType::kMaterializedView: return RelationKind::kMaterializedView;
    case ObjectType::kIndex: return RelationKind::kIndex;
    case ObjectType::kSequence: return RelationKind::kSequence;
    default: return RelationKind::kUnknown;
  }
}

bool is_relation(ObjectType type) { return kind_of(type) != RelationKind::kUnknown; }

bool contains(const std::vector<std::string>& names, Name name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The check with every column that the expression mentions, each once.
Check check_of(const Expression& expression) {
  Check check;
  (void)any_part(expression, [&](const Expression& part) {
    if (part.kind != Expression::Kind::kColumn) return false;
    auto& columns =
        implies_not_null(expression, part.name) ? check.not_null_columns : check.other_columns;
    if (!contains(columns, part.name)) columns.emplace_back(part.name);
    return false;
  });
  return check;
}

Column& column_of(Relation& relation, Name name) {
  const auto found = std::find_if(relation.columns.begin(), relation.columns.end(),
                                  [name](const Column& column) { return column.name == name; });
  if (found != relation.columns.end()) return *found;
  relation.columns.push_back({.name = std::string(name)});
  return relation.columns.back();
}

template <typename T>
void erase_named(std::vector<T>& items, Name name) {
  std::erase_if(items, [name](const T& item) { return item.name == name; });
}

/// A name that none of the known checks has: with a number behind it if need be
/// (ChooseConstraintName, catalog/pg_constraint.c).
std::string free_name(const Relation& relation, const std::string& wanted) {
  const auto taken = [&relation](const std::string& name) {
    return std::any_of(relation.checks.begin(), relation.checks.end(),
                       [&name](const Check& check) { return check.name == name; });
  };
  std::string name = wanted;
  for (int number = 1; taken(name); ++number) name = wanted + std::to_string(number);
  return name;
}

/// The name that Postgres gives a CHECK without one: table_column_check, or table_check when the
/// expression has not exactly one column (AddRelationNewConstraints, catalog/heap.c).
std::string default_check_name(const Relation& relation, const Check& check) {
  std::string name = relation.id.name;
  if (check.not_null_columns.size() + check.other_columns.size() == 1) {
    const bool proven = !check.not_null_columns.empty();
    name.append("_").append(proven ? check.not_null_columns[0] : check.other_columns[0]);
  }
  return free_name(relation, name.append("_check"));
}

std::string default_not_null_name(const Relation& relation, Name column) {
  return relation.id.name + "_" + std::string(column) + "_not_null";
}

void add_constraint(const Constraint& constraint, Relation& relation) {
  switch (constraint.kind) {
    case Constraint::Kind::kCheck: {
      if (!constraint.expression) return;
      Check check = check_of(*constraint.expression);
      check.name = constraint.name.empty() ? default_check_name(relation, check)
                                           : std::string(constraint.name);
      check.valid = !constraint.not_valid && constraint.enforced;
      relation.checks.push_back(std::move(check));
      return;
    }
    case Constraint::Kind::kNotNull:
      for (const Name column : constraint.columns) {
        relation.checks.push_back(
            {.name = constraint.name.empty()
                         ? free_name(relation, default_not_null_name(relation, column))
                         : std::string(constraint.name),
             .valid = !constraint.not_valid,
             .not_null_columns = {std::string(column)},
             .is_not_null = true});
      }
      return;
    case Constraint::Kind::kPrimaryKey:
      for (const Name column : constraint.columns) column_of(relation, column).not_null = true;
      [[fallthrough]];
    case Constraint::Kind::kUnique:
      if (constraint.columns.size() == 1) {
        relation.key_columns.emplace_back(constraint.columns.front());
      }
      return;
    default: return;
  }
}

void add_column(const ColumnDefinition& definition, Relation& relation) {
  Column& column = column_of(relation, definition.name);
  column.not_null = definition.not_null;
  for (const Constraint& constraint : definition.constraints) add_constraint(constraint, relation);
}

void drop_column(Relation& relation, Name name) {
  erase_named(relation.columns, name);
  std::erase(relation.key_columns, std::string(name));
  // A constraint that mentions the column goes with it.
  std::erase_if(relation.checks, [name](const Check& check) {
    return contains(check.not_null_columns, name) || contains(check.other_columns, name);
  });
}

/// By name a NOT NULL that was written with its column, too (since Postgres 18).
void drop_constraint(Relation& relation, Name name) {
  erase_named(relation.checks, name);
  for (Column& column : relation.columns) {
    if (default_not_null_name(relation, column.name) == name) column.not_null = false;
  }
}

void drop_not_null(Relation& relation, Name name) {
  column_of(relation, name).not_null = false;
  std::erase_if(relation.checks, [name](const Check& check) {
    return check.is_not_null && contains(check.not_null_columns, name);
  });
}

class Applier {
 public:
  Applier(const Settings& settings, Catalog& catalog) : settings_(settings), catalog_(catalog) {}

  template <typename Node>
  void operator()(const Node& /*node*/) {}  // the others change nothing that the catalog knows

  void operator()(const CreateTable& create) {
    if (create.if_not_exists && exists(create.table)) return;
    Relation relation = created(create.table, create.persistence);
    relation.kind = RelationKind::kTable;
    if (create.partitioned) relation.kind = RelationKind::kPartitionedTable;
    if (create.foreign) relation.kind = RelationKind::kForeignTable;
    relation.complete =
        create.like.empty() && create.inherits.empty() && create.partition_of.empty();
    for (const ColumnDefinition& column : create.columns) add_column(column, relation);
    for (const Constraint& constraint : create.constraints) add_constraint(constraint, relation);
    catalog_.put(std::move(relation));
    if (!create.partition_of.empty()) learn_that_partitioned(resolve(create.partition_of));
  }

  void operator()(const CreateTableAs& create) {
    if (create.if_not_exists && exists(create.table)) return;
    Relation relation = created(create.table, create.persistence);
    relation.kind =
        create.materialized_view ? RelationKind::kMaterializedView : RelationKind::kTable;
    catalog_.put(std::move(relation));
  }

  void operator()(const CreateView& create) {
    if (create.or_replace && exists(create.view)) return;
    Relation relation = created(create.view, create.persistence);
    // Whether OR REPLACE replaces a view that people use is not known: it is then no new relation.
    relation.is_new = !create.or_replace;
    relation.kind = RelationKind::kView;
    catalog_.put(std::move(relation));
  }

  void operator()(const CreateSequence& create) {
    if (create.if_not_exists && exists(create.sequence)) return;
    Relation relation = created(create.sequence, create.persistence);
    relation.kind = RelationKind::kSequence;
    catalog_.put(std::move(relation));
  }

  void operator()(const CreateIndex& create) {
    if (create.name.empty()) return;
    const RelationId table = resolve(create.table);
    Relation relation;
    relation.id = {.schema = table.schema, .name = std::string(create.name)};
    if (create.if_not_exists && catalog_.find(relation.id) != nullptr) return;
    relation.kind = RelationKind::kIndex;
    relation.is_new = true;
    relation.index_of = table;
    catalog_.put(std::move(relation));
    if (create.unique && create.columns.size() == 1 && !create.columns.front().column.empty() &&
        !create.predicate) {
      Relation indexed = catalog_.edit(table);
      indexed.key_columns.emplace_back(create.columns.front().column);
      catalog_.put(std::move(indexed));
    }
  }

  void operator()(const Drop& drop) {
    if (!is_relation(drop.object_type)) return;
    for (const QualifiedName& object : drop.objects) catalog_.drop(resolve(object));
  }

  void operator()(const Rename& rename) {
    if (rename.part.empty()) {
      if (is_relation(rename.object_type)) rename_relation(rename);
      return;
    }
    Relation relation = catalog_.edit(resolve(rename.object));
    if (rename.object_type == ObjectType::kColumn) {
      rename_column(relation, rename.part, rename.new_name);
    } else if (rename.object_type == ObjectType::kConstraint) {
      for (Check& check : relation.checks) {
        if (check.name == rename.part) check.name = rename.new_name;
      }
    }
    catalog_.put(std::move(relation));
  }

  void operator()(const SetSchema& set) {
    if (!is_relation(set.object_type)) return;
    move(resolve(set.object), [&set](RelationId& id) { id.schema = set.new_schema; });
  }

  void operator()(const AlterTable& alter) {
    const RelationId id = resolve(alter.table);
    if (alter.if_exists && catalog_.find(id) == nullptr && !catalog_.existing(id)) return;
    Relation relation = after_drops(catalog_.edit(id), alter);
    for (const AlterAction& action : alter.actions) act(action, relation);
    catalog_.put(std::move(relation));
    const bool has_partitions =
        alter.object_type == ObjectType::kTable &&
        std::any_of(alter.actions.begin(), alter.actions.end(), [](const AlterAction& action) {
          return action.kind == AlterKind::kAttachPartition ||
                 action.kind == AlterKind::kDetachPartition ||
                 action.kind == AlterKind::kDetachPartitionFinalize;
        });
    if (has_partitions) learn_that_partitioned(id);
  }

 private:
  [[nodiscard]] RelationId resolve(const QualifiedName& name) const {
    return catalog_.resolve(name, settings_.search_path);
  }

  [[nodiscard]] bool exists(const QualifiedName& name) const {
    return catalog_.find(resolve(name)) != nullptr;
  }

  /// A new object goes to the first schema of the search path, whatever others hold.
  [[nodiscard]] Relation created(const QualifiedName& name, Persistence persistence) const {
    Relation relation;
    relation.id = {.schema = std::string(name.schema), .name = std::string(name.name)};
    const bool temporary = persistence == Persistence::kTemporary || name.schema == "pg_temp";
    if (temporary) {
      relation.id.schema = "pg_temp";
    } else if (relation.id.schema.empty()) {
      relation.id.schema = settings_.search_path.empty() ? "public" : settings_.search_path.front();
    }
    relation.is_new = true;
    relation.temporary = temporary;
    return relation;
  }

  /// Only a partitioned table has partitions, wherever it was created.
  void learn_that_partitioned(const RelationId& id) {
    Relation parent = catalog_.edit(id);
    parent.kind = RelationKind::kPartitionedTable;
    catalog_.put(std::move(parent));
  }

  void rename_relation(const Rename& rename) {
    move(resolve(rename.object), [&rename](RelationId& id) { id.name = rename.new_name; });
  }

  template <typename Change>
  void move(const RelationId& from, Change&& change) {
    Relation relation = catalog_.edit(from);
    change(relation.id);
    catalog_.drop(from);
    catalog_.put(std::move(relation));
  }

  static void rename_column(Relation& relation, Name from, Name to) {
    for (Column& column : relation.columns) {
      if (column.name == from) column.name = to;
    }
    for (Check& check : relation.checks) {
      for (auto* columns : {&check.not_null_columns, &check.other_columns}) {
        std::replace(columns->begin(), columns->end(), std::string(from), std::string(to));
      }
    }
    std::replace(relation.key_columns.begin(), relation.key_columns.end(), std::string(from),
                 std::string(to));
  }

  static void act(const AlterAction& action, Relation& relation) {
    switch (action.kind) {
      case AlterKind::kAddColumn:
        if (const auto* add = action.get<AddColumn>()) {
          // With IF NOT EXISTS it may be there already, and be another than the one written.
          if (add->if_not_exists && !relation.complete) break;
          if (add->if_not_exists && relation.column(action.name) != nullptr) break;
          add_column(add->column, relation);
        }
        break;
      case AlterKind::kSetNotNull:
      case AlterKind::kAddIdentity: column_of(relation, action.name).not_null = true; break;
      case AlterKind::kAddConstraint:
        if (const auto* add = action.get<AddConstraint>()) {
          add_constraint(add->constraint, relation);
        }
        break;
      case AlterKind::kValidateConstraint:
        for (Check& check : relation.checks) {
          if (check.name == action.name) check.valid = true;
        }
        break;
      default: break;
    }
  }

  const Settings& settings_;
  Catalog& catalog_;
};

}  // namespace

Relation after_drops(Relation relation, const AlterTable& alter) {
  for (const AlterAction& action : alter.actions) {
    switch (action.kind) {
      case AlterKind::kDropConstraint: drop_constraint(relation, action.name); break;
      case AlterKind::kDropColumn: drop_column(relation, action.name); break;
      case AlterKind::kDropNotNull: drop_not_null(relation, action.name); break;
      default: break;
    }
  }
  return relation;
}

void apply(const Statement& statement, const Settings& settings, Catalog& catalog) {
  std::visit(Applier(settings, catalog), statement.node);
}

}  // namespace unwedge::schema
