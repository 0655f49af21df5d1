// Statements about whole tables, and DROP, RENAME and the like of whatever is a relation or part of
// one.

#include <algorithm>

#include "effects/builtins.h"
#include "effects/constraints.h"
#include "effects/partitions.h"
#include "effects/predict.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kClusteredUnknown = "whether the table was clustered before is not known";

/// ALTER INDEX … RENAME, and with it what renames an index behind a constraint.
constexpr int kRenamesIndexesSoftly = 12;
constexpr int kLocksStatisticsTables = 12;
/// VACUUM and ANALYZE of a table go on to those that inherit from it.
constexpr int kVacuumsChildren = 18;

LockMode index_rename_lock(const Prediction& prediction) {
  return prediction.since(kRenamesIndexesSoftly) ? LockMode::kShareUpdateExclusive
                                                 : LockMode::kAccessExclusive;
}

class Dropping {
 public:
  Dropping(const Drop& drop, Prediction& prediction) : drop_(drop), prediction_(prediction) {}

  void relation(const RelationId& id) {
    prediction_.lock(id, LockMode::kAccessExclusive);
    const schema::Catalog& catalog = prediction_.catalog();
    for (const schema::Relation* child : catalog.descendants_of(id)) table(*child);
    if (const schema::Relation* known = prediction_.find(id)) table(*known);
    if (drop_.cascade) views_on(id);
  }

  // RemoveRelations, commands/tablecmds.c: the index's table is locked like the index
  void index(const RelationId& id) {
    const LockMode mode =
        drop_.concurrently ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive;
    prediction_.drop_index(id);
    prediction_.lock_index_and_table(id, mode);
    for (const schema::Relation* partition : prediction_.catalog().descendants_of(id)) {
      prediction_.lock_index_and_table(partition->id, mode);
    }
    const schema::Relation* known = prediction_.find(id);
    if (known == nullptr || !is_partitioned(prediction_.find(known->index_of))) return;
    prediction_.lock_descendants(known->index_of, mode);
  }

  /// The columns of the type go with it.
  void type(const QualifiedName& name) {
    if (!drop_.cascade) return;
    const auto& path = prediction_.session().settings->search_path;
    const auto id = prediction_.catalog().resolve_type(name, path);
    for (const schema::ColumnPlace& place : prediction_.catalog().columns_of_type(id)) {
      prediction_.lock(place.relation->id, LockMode::kAccessExclusive);
    }
  }

  /// The columns of the extension's types go with it.
  void extension(Name name) {
    if (!drop_.cascade) return;
    const auto is_of_extension = [name](const schema::Column& column) {
      const BuiltinType* type = find_builtin_type(column.type.id.name);
      return type != nullptr && type->extension == name;
    };
    for_all_relations(prediction_, [&](const schema::Relation& table) {
      if (std::ranges::any_of(table.columns, is_of_extension)) {
        prediction_.lock(table.id, LockMode::kAccessExclusive);
      }
    });
  }

  /// Triggers and defaults that call the function go with it.
  void function(const QualifiedName& name) {
    if (!drop_.cascade) return;
    const auto is_it = [&name](const schema::ObjectId& id) {
      return id.name == name.name &&
             (id.schema.empty() || name.schema.empty() || id.schema == name.schema);
    };
    for_all_relations(prediction_, [&](const schema::Relation& table) {
      const bool called =
          std::ranges::any_of(table.triggers, is_it, &schema::Trigger::function) ||
          std::ranges::any_of(table.columns, [&is_it](const schema::Column& column) {
            return column.default_value &&
                   std::ranges::any_of(column.default_value->functions(), is_it);
          });
      if (called) prediction_.lock(table.id, LockMode::kAccessExclusive);
    });
  }

  void schema(Name name) {
    if (!drop_.cascade) return;
    for (const RelationId& id : prediction_.catalog().relations_in(name)) relation(id);
  }

  // RemoveStatisticsById, commands/statscmds.c
  void statistics(const QualifiedName& name) {
    if (!prediction_.since(kLocksStatisticsTables)) return;
    const schema::NamedObject* known =
        prediction_.catalog().find_object(ObjectType::kStatistics, prediction_.resolve(name));
    if (known == nullptr) return;
    for (const RelationId& table : known->relations) {
      prediction_.lock(table, LockMode::kShareUpdateExclusive);
    }
  }

 private:
  /// What goes with a table, and what it is tied to.
  void table(const schema::Relation& known) {
    const schema::Catalog& catalog = prediction_.catalog();
    prediction_.lock(known.id, LockMode::kAccessExclusive);
    prediction_.lock_indexes(known.id, LockMode::kAccessExclusive);
    for (const schema::Relation* sequence : catalog.sequences_of(known.id)) {
      prediction_.lock(sequence->id, LockMode::kAccessExclusive);
    }
    if (known.kind == schema::RelationKind::kSequence) {
      prediction_.lock(drop_.cascade ? known.owned_by : RelationId(), LockMode::kAccessExclusive);
    }
    // RemoveConstraintById, catalog/pg_constraint.c: a foreign key has triggers on both tables
    for (const schema::ForeignKey& key : known.foreign_keys) {
      lock_referenced(key.references, LockMode::kAccessExclusive, prediction_);
    }
    if (drop_.cascade) {
      for (const auto& reference : catalog.references_to(known.id)) {
        prediction_.lock(reference.table->id, LockMode::kAccessExclusive);
      }
    }
    lock_around_dropped(known, prediction_);
  }

  void views_on(const RelationId& id) {
    for (const schema::Relation* view : prediction_.catalog().all_views_on(id)) {
      prediction_.lock(view->id, LockMode::kAccessExclusive);
      prediction_.lock_indexes(view->id, LockMode::kAccessExclusive);
    }
  }

  const Drop& drop_;
  Prediction& prediction_;
};

/// A renamed constraint's index is renamed with it.
void rename_constraint(const Rename& rename, const RelationId& table, Prediction& prediction) {
  const schema::Relation* known = prediction.find(table);
  const schema::Key* key = known == nullptr ? nullptr : known->key(rename.part);
  if (key != nullptr) prediction.lock(key->index, index_rename_lock(prediction));
  if (known != nullptr && known->check(rename.part) != nullptr) {
    prediction.lock_descendants(table, LockMode::kAccessExclusive);
  }
}

}  // namespace

// commands/tablecmds.c, DefineRelation
void predict(const CreateTable& create, Prediction& prediction) {
  const RelationId own = prediction.resolve(create.table);
  const auto foreign_key = [&](const Constraint& constraint) {
    if (constraint.kind != Constraint::Kind::kForeignKey) return;
    const RelationId referenced = prediction.resolve(constraint.references);
    if (referenced != own) {
      lock_referenced(referenced, LockMode::kShareRowExclusive, prediction);
    }
  };
  for (const ColumnDefinition& column : create.columns) {
    std::ranges::for_each(column.constraints, foreign_key);
  }
  std::ranges::for_each(create.constraints, foreign_key);
  if (!create.partition_of.empty()) {
    create_partition(prediction.resolve(create.partition_of), create, prediction);
  }
  for (const QualifiedName& parent : create.inherits) {
    prediction.lock(parent, LockMode::kShareUpdateExclusive);
  }
  for (const Like& like : create.likes) prediction.lock(like.table, LockMode::kAccessShare);
  prediction.lock(create.of_type, LockMode::kAccessShare);
}

// commands/createas.c
void predict(const CreateTableAs& create, Prediction& prediction) {
  for (const QualifiedName& source : create.reads) {
    const RelationId id = prediction.resolve(source);
    if (create.with_no_data) {
      prediction.lock(id, LockMode::kAccessShare);
      continue;
    }
    prediction.query(id, LockMode::kAccessShare);
    prediction.work_on_family(WorkKind::kScan, id);
  }
}

// commands/dropcmds.c; commands/tablecmds.c, RemoveRelations
void predict(const Drop& drop, Prediction& prediction) {
  Dropping dropping(drop, prediction);
  for (const QualifiedName& object : drop.objects) {
    switch (drop.object_type) {
      case ObjectType::kTable:
      case ObjectType::kForeignTable:
      case ObjectType::kView:
      case ObjectType::kMaterializedView:
      case ObjectType::kSequence: dropping.relation(prediction.resolve(object)); break;
      case ObjectType::kIndex: dropping.index(prediction.resolve(object)); break;
      case ObjectType::kType:
      case ObjectType::kDomain: dropping.type(object); break;
      case ObjectType::kStatistics: dropping.statistics(object); break;
      case ObjectType::kExtension: dropping.extension(object.name); break;
      case ObjectType::kSchema: dropping.schema(object.name); break;
      case ObjectType::kFunction:
      case ObjectType::kProcedure: dropping.function(object); break;
      case ObjectType::kTrigger:
      case ObjectType::kRule:
      case ObjectType::kPolicy: prediction.lock(drop.table, LockMode::kAccessExclusive); break;
      default: break;
    }
  }
}

// commands/tablecmds.c, RenameRelation, renameatt and RenameConstraint
void predict(const Rename& rename, Prediction& prediction) {
  if (!is_relation(rename.object_type) && !is_part_of_table(rename.object_type)) return;
  const RelationId id = prediction.resolve(rename.object);
  if (rename.object_type == ObjectType::kIndex) {
    prediction.lock(id, index_rename_lock(prediction));
    return;
  }
  prediction.lock(id, LockMode::kAccessExclusive);
  if (rename.object_type == ObjectType::kColumn) {
    prediction.lock_descendants(id, LockMode::kAccessExclusive);
  } else if (rename.object_type == ObjectType::kConstraint) {
    rename_constraint(rename, id, prediction);
  }
}

// commands/tablecmds.c, AlterTableNamespace: what belongs to the table moves with it
void predict(const SetSchema& set, Prediction& prediction) {
  if (!is_relation(set.object_type)) return;
  const RelationId id = prediction.resolve(set.object);
  prediction.lock(id, LockMode::kAccessExclusive);
  for (const schema::Relation* sequence : prediction.catalog().sequences_of(id)) {
    prediction.lock(sequence->id, LockMode::kAccessExclusive);
  }
}

// commands/tablecmds.c, ExecuteTruncate
void predict(const Truncate& truncate, Prediction& prediction) {
  const schema::Catalog& catalog = prediction.catalog();
  std::vector<RelationId> tables;
  const auto add = [&](const RelationId& id) {
    if (std::ranges::find(tables, id) == tables.end()) tables.push_back(id);
  };
  for (const QualifiedName& name : truncate.tables) {
    const RelationId id = prediction.resolve(name);
    add(id);
    if (truncate.only) continue;
    for (const schema::Relation* child : catalog.descendants_of(id)) add(child->id);
  }
  for (std::size_t i = 0; truncate.cascade && i < tables.size(); ++i) {
    for (const auto& reference : catalog.references_to(RelationId(tables[i]))) {
      add(reference.table->id);
    }
  }
  for (const RelationId& table : tables) {
    prediction.lock(table, LockMode::kAccessExclusive);
    if (!is_partitioned(prediction.find(table))) {
      prediction.lock_indexes(table, LockMode::kAccessExclusive);
    }
    prediction.work(WorkKind::kTruncate, table);
    read_bound(table, false, prediction);
    if (!truncate.restart_identity) continue;
    for (const schema::Relation* sequence : catalog.sequences_of(table)) {
      prediction.lock(sequence->id, LockMode::kAccessExclusive);
    }
  }
}

// commands/lockcmds.c: LockTableRecurse, LockViewRecurse
void predict(const LockTable& statement, Prediction& prediction) {
  for (const QualifiedName& table : statement.tables) {
    std::vector<RelationId> left{prediction.resolve(table)};
    std::vector<RelationId> done;
    while (!left.empty()) {
      const RelationId id = left.back();
      left.pop_back();
      if (std::ranges::find(done, id) != done.end()) continue;
      done.push_back(id);
      prediction.lock(id, statement.mode);
      if (!statement.only) prediction.lock_descendants(id, statement.mode);
      const schema::Relation* known = prediction.find(id);
      if (known == nullptr || known->kind != schema::RelationKind::kView) continue;
      left.insert(left.end(), known->reads.begin(), known->reads.end());
    }
  }
}

// commands/vacuum.c, vacuum_rel; commands/analyze.c
void predict(const Vacuum& vacuum, Prediction& prediction) {
  for (const QualifiedName& name : vacuum.tables) {
    const RelationId table = prediction.resolve(name);
    prediction.lock(table,
                    vacuum.full ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive);
    LockMode of_indexes = LockMode::kAccessShare;
    if (vacuum.vacuum) of_indexes = LockMode::kRowExclusive;
    if (vacuum.full) of_indexes = LockMode::kAccessExclusive;
    if (!is_partitioned(prediction.find(table))) prediction.lock_indexes(table, of_indexes);
    const bool descends =
        is_partitioned(prediction.find(table)) || prediction.since(kVacuumsChildren);
    for (const schema::Relation* child : prediction.catalog().descendants_of(table)) {
      if (!descends) {
        // acquire_inherited_sample_rows, commands/analyze.c
        if (vacuum.analyze || !vacuum.vacuum) prediction.lock(child->id, LockMode::kAccessShare);
        continue;
      }
      prediction.lock(child->id,
                      vacuum.full ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive);
      if (!is_partitioned(child)) prediction.lock_indexes(child->id, of_indexes);
    }
    // ANALYZE alone takes a sample, the same of a small table and of a large one.
    if (!vacuum.vacuum) continue;
    const WorkKind kind = vacuum.full ? WorkKind::kRewrite : WorkKind::kScan;
    if (descends) {
      prediction.work_on_family(kind, table);
    } else {
      prediction.work(kind, table);
    }
  }
}

// commands/cluster.c
void predict(const Cluster& cluster, Prediction& prediction) {
  if (cluster.table.empty()) {
    for_all_relations(prediction, [&prediction](const schema::Relation& table) {
      if (table.kind != schema::RelationKind::kTable) return;
      prediction.lock(table.id, LockMode::kAccessExclusive, kClusteredUnknown);
      prediction.lock_indexes(table.id, LockMode::kAccessExclusive, kClusteredUnknown);
      prediction.work(WorkKind::kRewrite, table.id, kClusteredUnknown);
    });
    return;
  }
  const RelationId table = prediction.resolve(cluster.table);
  prediction.lock(table, LockMode::kAccessExclusive);
  if (!is_partitioned(prediction.find(table))) {
    prediction.lock_indexes(table, LockMode::kAccessExclusive);
    prediction.work(WorkKind::kRewrite, table);
    return;
  }
  prediction.lock(RelationId{.schema = table.schema, .name = std::string(cluster.index)},
                  LockMode::kAccessShare);
  for (const schema::Relation* child : prediction.catalog().descendants_of(table)) {
    prediction.lock(child->id, LockMode::kAccessExclusive);
    prediction.lock_indexes(child->id, LockMode::kAccessExclusive);
  }
  prediction.work_on_family(WorkKind::kRewrite, table);
}

}  // namespace unwedge::effects
