// One overload for each statement. A refusal is certain only where the schema that it depends on
// was made by statements that were seen; the messages are the server's own.

#include "effects/schema_refusals.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "effects/column_type.h"
#include "effects/prediction.h"

namespace unwedge::effects {
namespace {

using Result = std::optional<Refusal>;

// Appendix A of the manual.
constexpr std::string_view kNotSupported = "0A000";
constexpr std::string_view kWrongState = "55000";
constexpr std::string_view kDependents = "2BP01";
constexpr std::string_view kInvalidDefinition = "42P16";
constexpr std::string_view kWrongType = "42804";
constexpr std::string_view kWrongKind = "42809";
constexpr std::string_view kNoUniqueKey = "42830";
constexpr std::string_view kSyntax = "42601";
constexpr std::string_view kDuplicateColumn = "42701";

constexpr int kPublishesPartitioned = 13;
constexpr int kIdentityOfPartitioned = 17;
/// A partitioned table is neither LOGGED nor UNLOGGED.
constexpr int kNoPersistenceOfPartitioned = 18;
/// Foreign keys that are NOT VALID may be added to partitioned tables.
constexpr int kNotValidOnPartitioned = 18;

Result refuse(std::string_view sqlstate, std::string_view command, std::string message) {
  return Refusal{.sqlstate = sqlstate, .command = command, .message = std::move(message)};
}

bool contains(const std::vector<std::string>& names, Name name) {
  return std::ranges::find(names, name) != names.end();
}

/// The refusals of one statement; the first one counts.
class Refusing {
 public:
  Refusing(const schema::Catalog& catalog, const Session& session, PgVersion version)
      : catalog_(catalog), prediction_(catalog, session, version) {}

  template <typename Node>
  Result operator()(const Node& /*node*/) const {
    return std::nullopt;
  }

  Result operator()(const AlterTable& alter) const {
    const RelationId id = prediction_.resolve(alter.table);
    if (alter.object_type == ObjectType::kType) return change_of_composite(alter, id);
    const schema::Relation* table = prediction_.find(id);
    for (const AlterAction& action : alter.actions) {
      if (Result refusal = table == nullptr ? Result() : action_on(alter, action, *table)) {
        return refusal;
      }
    }
    return std::nullopt;
  }

  // commands/indexcmds.c, DefineIndex
  Result operator()(const CreateIndex& index) const {
    const RelationId id = prediction_.resolve(index.table);
    if (!index.concurrently || !is_partitioned(prediction_.find(id))) return std::nullopt;
    return refuse(
        kNotSupported, "CREATE INDEX CONCURRENTLY",
        fmt::format(R"(cannot create index on partitioned table "{}" concurrently)", id.name));
  }

  // commands/tablecmds.c, RemoveRelations; catalog/dependency.c
  Result operator()(const Drop& drop) const {
    if (drop.concurrently) {
      if (drop.objects.size() > 1) {
        return refuse(kNotSupported, "DROP INDEX CONCURRENTLY",
                      "DROP INDEX CONCURRENTLY does not support dropping multiple objects");
      }
      if (drop.cascade) {
        return refuse(kNotSupported, "DROP INDEX CONCURRENTLY",
                      "DROP INDEX CONCURRENTLY does not support CASCADE");
      }
    }
    for (const QualifiedName& object : drop.objects) {
      if (Result refusal = drop_of(drop, object)) return refusal;
    }
    return std::nullopt;
  }

  // commands/tablecmds.c, heap_truncate_check_FKs
  Result operator()(const Truncate& truncate) const {
    if (truncate.cascade) return std::nullopt;
    std::vector<RelationId> named;
    for (const QualifiedName& table : truncate.tables) named.push_back(prediction_.resolve(table));
    for (const RelationId& table : named) {
      for (const auto& reference : catalog_.references_to(table)) {
        if (std::ranges::find(named, reference.table->id) != named.end()) continue;
        return refuse(kNotSupported, "TRUNCATE",
                      "cannot truncate a table referenced in a foreign key constraint");
      }
    }
    return std::nullopt;
  }

  // commands/matview.c, ExecRefreshMatView
  Result operator()(const RefreshMaterializedView& refresh) const {
    if (!refresh.concurrently) return std::nullopt;
    constexpr std::string_view kCommand = "REFRESH MATERIALIZED VIEW CONCURRENTLY";
    if (refresh.with_no_data) {
      return refuse(kSyntax, kCommand,
                    "CONCURRENTLY and WITH NO DATA options cannot be used together");
    }
    const schema::Relation* view = prediction_.find(prediction_.resolve(refresh.view));
    if (view == nullptr || view->kind != schema::RelationKind::kMaterializedView) {
      return std::nullopt;
    }
    const auto indexes = catalog_.indexes_of(view->id);
    const bool has_key = std::ranges::any_of(indexes, [](const schema::Relation* index) {
      return !index->index || (index->index->unique && !index->index->predicate);
    });
    if (has_key) return std::nullopt;
    return refuse(kWrongState, kCommand,
                  fmt::format(R"(cannot refresh materialized view "{}.{}" concurrently)",
                              view->id.schema, view->id.name));
  }

  // catalog/pg_publication.c, check_publication_add_relation
  Result operator()(const PublicationTables& publication) const {
    const bool adds = publication.is_new || publication.change != PublicationTables::Change::kDrop;
    if (!adds || prediction_.since(kPublishesPartitioned)) return std::nullopt;
    for (const QualifiedName& name : publication.tables) {
      if (!is_partitioned(prediction_.find(prediction_.resolve(name)))) continue;
      return refuse(kNotSupported, publication.is_new ? "CREATE PUBLICATION" : "ALTER PUBLICATION",
                    fmt::format(R"("{}" is a partitioned table)", name.name));
    }
    return std::nullopt;
  }

  // commands/indexcmds.c, RangeVarCallbackForReindexIndex and ReindexMultipleTables
  Result operator()(const Reindex& reindex) const {
    if (reindex.target == Reindex::Target::kIndex) {
      const schema::Relation* named = prediction_.find(prediction_.resolve(reindex.relation));
      const bool table =
          named != nullptr && (named->kind == schema::RelationKind::kTable ||
                               named->kind == schema::RelationKind::kPartitionedTable);
      if (!table) return std::nullopt;
      return refuse(kWrongKind, "REINDEX INDEX",
                    fmt::format(R"("{}" is not an index)", reindex.relation.name));
    }
    if (!reindex.concurrently || reindex.target != Reindex::Target::kSystem) return std::nullopt;
    return refuse(kNotSupported, "REINDEX SYSTEM CONCURRENTLY",
                  "cannot reindex system catalogs concurrently");
  }

 private:
  using Kind = AlterKind;

  [[nodiscard]] Result action_on(const AlterTable& alter, const AlterAction& action,
                                 const schema::Relation& table) const {
    switch (action.kind) {
      case Kind::kAddColumn: return column_added(alter, action, table);
      case Kind::kDropColumn: return column_dropped(action, table);
      case Kind::kAlterType:
        if (const auto* change = action.get<AlterColumnType>()) {
          return type_changed(action.name, *change, table);
        }
        return std::nullopt;
      case Kind::kAddIdentity: return identity_added(action.name, table);
      case Kind::kSetNotNull: return only_parent(alter, table);
      case Kind::kAddConstraint:
        if (const auto* add = action.get<AddConstraint>()) {
          return constraint_added(alter, add->constraint, table);
        }
        return std::nullopt;
      case Kind::kDropConstraint: return constraint_dropped(action, table);
      case Kind::kSetLogged: return persistence_changed("SET LOGGED", table);
      case Kind::kSetUnlogged:
        if (Result refusal = persistence_changed("SET UNLOGGED", table)) return refusal;
        return made_unlogged(table);
      case Kind::kDetachPartition:
      case Kind::kDetachPartitionFinalize: return partition_detached(action, table);
      default: return std::nullopt;
    }
  }

  [[nodiscard]] Result column_added(const AlterTable& alter, const AlterAction& action,
                                    const schema::Relation& table) const {
    const auto* add = action.get<AddColumn>();
    if (add == nullptr) return std::nullopt;
    const bool there = table.column(action.name) != nullptr;
    return there ? column_repeated(*add, table) : new_column_added(alter, *add, table);
  }

  // commands/tablecmds.c, check_for_column_name_collision
  [[nodiscard]] static Result column_repeated(const AddColumn& add, const schema::Relation& table) {
    if (add.if_not_exists) return std::nullopt;
    return refuse(kDuplicateColumn, "ADD COLUMN",
                  fmt::format(R"(column "{}" of relation "{}" already exists)", add.column.name,
                              table.id.name));
  }

  // commands/tablecmds.c, ATExecAddColumn
  [[nodiscard]] Result new_column_added(const AlterTable& alter, const AddColumn& add,
                                        const schema::Relation& table) const {
    const bool one_for_all = is_partitioned(&table) && prediction_.since(kIdentityOfPartitioned);
    const bool recurses = !alter.only && !catalog_.children_of(table.id).empty();
    if (add.column.identity == Identity::kNone || one_for_all || !recurses) return std::nullopt;
    return refuse(kInvalidDefinition, "ADD COLUMN",
                  "cannot recursively add identity column to table that has child tables");
  }

  // commands/tablecmds.c, ATExecDropColumn
  [[nodiscard]] Result column_dropped(const AlterAction& action,
                                      const schema::Relation& table) const {
    if (action.cascade) return std::nullopt;
    for (const schema::Relation* view : catalog_.views_on(table.id)) {
      if (!contains(view->reads_columns, action.name)) continue;
      Result refusal =
          refuse(kDependents, "DROP COLUMN",
                 fmt::format("cannot drop column {} of table {} because other objects depend on it",
                             action.name, table.id.name));
      if (view->reads.size() > 1) {
        refusal->certainty = Certainty::kPossible;
        refusal->reason = "which table a view takes the column from is not known";
      }
      return refusal;
    }
    return std::nullopt;
  }

  // ATPrepAlterColumnType, ATExecAlterColumnType (RememberAllDependentForRebuilding)
  [[nodiscard]] Result type_changed(Name name, const AlterColumnType& change,
                                    const schema::Relation& table) const {
    constexpr std::string_view kCommand = "ALTER COLUMN TYPE";
    const schema::Column* column = table.column(name);
    if (column == nullptr) return std::nullopt;
    if (table.partition_key &&
        std::ranges::any_of(table.partition_key->parts,
                            [name](const auto& part) { return part.column == name; })) {
      return refuse(kInvalidDefinition, kCommand,
                    fmt::format(R"(cannot alter column "{}" because it is part of the partition )"
                                R"(key of relation "{}")",
                                name, table.id.name));
    }
    if (TypeChange(column, change, prediction_).has_no_cast()) {
      return refuse(kWrongType, kCommand,
                    fmt::format(R"(column "{}" cannot be cast automatically to type {})", name,
                                change.type.name.name));
    }
    const auto users = catalog_.columns_of_type(table.id);
    if (!users.empty()) {
      return refuse(
          kNotSupported, kCommand,
          fmt::format(R"(cannot alter table "{}" because column "{}.{}" uses its row )"
                      "type",
                      table.id.name, users.front().relation->id.name, users.front().column->name));
    }
    for (const schema::Relation* view : catalog_.views_on(table.id)) {
      if (contains(view->reads_columns, name) && view->reads.size() == 1) {
        return refuse(kNotSupported, kCommand,
                      "cannot alter type of a column used by a view or rule");
      }
    }
    for (const schema::Trigger& trigger : table.triggers) {
      if (contains(trigger.update_columns, name) || contains(trigger.when_columns, name)) {
        return refuse(kNotSupported, kCommand,
                      "cannot alter type of a column used in a trigger definition");
      }
    }
    for (const schema::Column& other : table.columns) {
      if (other.generated && other.generated->mentions(name)) {
        return refuse(kNotSupported, kCommand,
                      "cannot alter type of a column used by a generated column");
      }
    }
    return std::nullopt;
  }

  // ATExecAddIdentity
  [[nodiscard]] static Result identity_added(Name name, const schema::Relation& table) {
    const schema::Column* column = table.column(name);
    if (column == nullptr || !column->default_value) return std::nullopt;
    return refuse(kWrongState, "ADD GENERATED AS IDENTITY",
                  fmt::format(R"(column "{}" of relation "{}" already has a default value)", name,
                              table.id.name));
  }

  /// On a parent alone nothing may be demanded that its children need not obey.
  [[nodiscard]] Result only_parent(const AlterTable& alter, const schema::Relation& table) const {
    if (!alter.only || catalog_.children_of(table.id).empty()) return std::nullopt;
    return refuse(
        kInvalidDefinition, "ALTER TABLE ONLY",
        prediction_.since(12) || !is_partitioned(&table)
            ? "constraint must be added to child tables too"
            : "cannot add constraint to only the partitioned table when partitions exist");
  }

  [[nodiscard]] Result constraint_added(const AlterTable& alter, const Constraint& constraint,
                                        const schema::Relation& table) const {
    switch (constraint.kind) {
      case Constraint::Kind::kCheck:
        return constraint.no_inherit ? std::nullopt : only_parent(alter, table);
      case Constraint::Kind::kForeignKey: return foreign_key_added(constraint, table);
      case Constraint::Kind::kPrimaryKey:
      case Constraint::Kind::kUnique: return key_added(constraint, table);
      default: return std::nullopt;
    }
  }

  // ATAddForeignKeyConstraint, transformFkeyCheckAttrs
  [[nodiscard]] Result foreign_key_added(const Constraint& constraint,
                                         const schema::Relation& table) const {
    constexpr std::string_view kCommand = "ADD FOREIGN KEY";
    const RelationId id = prediction_.resolve(constraint.references);
    if (constraint.not_valid && is_partitioned(&table) &&
        !prediction_.since(kNotValidOnPartitioned)) {
      return refuse(kWrongKind, kCommand,
                    fmt::format(R"(cannot add NOT VALID foreign key on partitioned table "{}" )"
                                R"(referencing relation "{}")",
                                table.id.name, id.name));
    }
    const schema::Relation* referenced = prediction_.find(id);
    if (referenced == nullptr || !referenced->complete || constraint.referenced_columns.empty()) {
      return std::nullopt;
    }
    std::vector<std::string> wanted(constraint.referenced_columns.begin(),
                                    constraint.referenced_columns.end());
    std::ranges::sort(wanted);
    const auto fits = [&wanted](std::vector<std::string> columns) {
      std::ranges::sort(columns);
      return columns == wanted;
    };
    const bool has_key =
        std::ranges::any_of(referenced->keys,
                            [&](const schema::Key& key) { return fits(key.columns); }) ||
        std::ranges::any_of(catalog_.indexes_of(id), [&](const schema::Relation* index) {
          if (!index->index) return true;
          if (!index->index->unique || index->index->predicate) return false;
          std::vector<std::string> columns;
          for (const schema::IndexPart& part : index->index->parts) columns.push_back(part.column);
          return fits(columns);
        });
    if (has_key) return std::nullopt;
    return refuse(kNoUniqueKey, kCommand,
                  fmt::format("there is no unique constraint matching given keys for referenced "
                              R"(table "{}")",
                              id.name));
  }

  // commands/indexcmds.c, DefineIndex
  [[nodiscard]] static Result key_added(const Constraint& constraint,
                                        const schema::Relation& table) {
    if (!table.partition_key || !constraint.using_index.empty()) return std::nullopt;
    for (const schema::IndexPart& part : table.partition_key->parts) {
      if (std::ranges::find(constraint.columns, part.column) != constraint.columns.end()) continue;
      const bool primary = constraint.kind == Constraint::Kind::kPrimaryKey;
      return refuse(kNotSupported, primary ? "ADD PRIMARY KEY" : "ADD UNIQUE",
                    fmt::format("{} constraint on partitioned table must include all partitioning "
                                "columns",
                                primary ? "PRIMARY KEY" : "unique"));
    }
    return std::nullopt;
  }

  // ATExecDropConstraint: a key that a foreign key depends on
  [[nodiscard]] Result constraint_dropped(const AlterAction& action,
                                          const schema::Relation& table) const {
    const schema::Key* key = table.key(action.name);
    if (key == nullptr || action.cascade) return std::nullopt;
    for (const auto& reference : catalog_.references_to(table.id)) {
      const std::vector<std::string>& columns = reference.key->referenced_columns;
      const bool depends =
          columns.empty() ? key->kind == schema::Key::Kind::kPrimary : columns == key->columns;
      if (!depends) continue;
      return refuse(kDependents, "DROP CONSTRAINT",
                    fmt::format("cannot drop constraint {} on table {} because other objects "
                                "depend on it",
                                action.name, table.id.name));
    }
    return std::nullopt;
  }

  // ATSimplePermissions: before, it did nothing
  [[nodiscard]] Result persistence_changed(std::string_view action,
                                           const schema::Relation& table) const {
    if (!is_partitioned(&table) || !prediction_.since(kNoPersistenceOfPartitioned)) {
      return std::nullopt;
    }
    return refuse(kWrongKind, action,
                  fmt::format(R"(ALTER action {} cannot be performed on relation "{}")", action,
                              table.id.name));
  }

  // ATPrepChangePersistence
  [[nodiscard]] Result made_unlogged(const schema::Relation& table) const {
    for (const auto& reference : catalog_.references_to(table.id)) {
      if (reference.table->unlogged || !reference.table->complete ||
          reference.table->id == table.id) {
        continue;
      }
      return refuse(kInvalidDefinition, "SET UNLOGGED",
                    fmt::format(R"(could not change table "{}" to unlogged because it references )"
                                R"(logged table "{}")",
                                table.id.name, reference.table->id.name));
    }
    return std::nullopt;
  }

  // ATExecDetachPartition, ATExecDetachPartitionFinalize
  [[nodiscard]] Result partition_detached(const AlterAction& action,
                                          const schema::Relation& table) const {
    const auto* other = action.get<OtherTable>();
    if (other == nullptr) return std::nullopt;
    if (action.kind == Kind::kDetachPartition) {
      if (!other->concurrently || catalog_.default_partition_of(table.id) == nullptr) {
        return std::nullopt;
      }
      return refuse(kWrongState, "ALTER TABLE ... DETACH CONCURRENTLY",
                    "cannot detach partitions concurrently when a default partition exists");
    }
    const schema::Relation* partition = prediction_.find(prediction_.resolve(other->table));
    if (partition == nullptr || partition->detach_pending || !partition->is_partition()) {
      return std::nullopt;
    }
    return refuse(kWrongState, "ALTER TABLE ... DETACH FINALIZE",
                  fmt::format(R"(cannot complete detaching partition "{}")", partition->id.name));
  }

  // commands/tablecmds.c, find_composite_type_dependencies
  [[nodiscard]] Result change_of_composite(const AlterTable& alter, const RelationId& type) const {
    const bool changes_type = std::ranges::any_of(
        alter.actions, [](const AlterAction& action) { return action.kind == Kind::kAlterType; });
    const auto users = catalog_.columns_of_type(type);
    if (!changes_type || users.empty()) return std::nullopt;
    return refuse(kNotSupported, "ALTER TYPE",
                  fmt::format(R"(cannot alter type "{}" because column "{}.{}" uses it)", type.name,
                              users.front().relation->id.name, users.front().column->name));
  }

  [[nodiscard]] Result drop_of(const Drop& drop, const QualifiedName& object) const {
    const RelationId id = prediction_.resolve(object);
    const schema::Relation* known = prediction_.find(id);
    if (known == nullptr) return std::nullopt;
    if (drop.object_type == ObjectType::kIndex) return index_dropped(drop, *known);
    if (drop.object_type != ObjectType::kTable || drop.cascade) return std::nullopt;
    const auto also_dropped = [&](const RelationId& other) {
      return other == id || std::ranges::any_of(drop.objects, [&](const QualifiedName& each) {
               return prediction_.resolve(each) == other;
             });
    };
    bool depended_on = false;
    for (const auto& reference : catalog_.references_to(id)) {
      depended_on = depended_on || !also_dropped(reference.table->id);
    }
    for (const schema::Relation* view : catalog_.views_on(id)) {
      depended_on = depended_on || !also_dropped(view->id);
    }
    if (!depended_on) return std::nullopt;
    return refuse(kDependents, "DROP TABLE",
                  fmt::format("cannot drop table {} because other objects depend on it", id.name));
  }

  [[nodiscard]] Result index_dropped(const Drop& drop, const schema::Relation& index) const {
    if (drop.concurrently && is_partitioned(prediction_.find(index.index_of))) {
      return refuse(
          kNotSupported, "DROP INDEX CONCURRENTLY",
          fmt::format(R"(cannot drop partitioned index "{}" concurrently)", index.id.name));
    }
    if (!index.index || index.index->constraint.empty()) return std::nullopt;
    return refuse(kDependents, "DROP INDEX",
                  fmt::format("cannot drop index {} because constraint {} on table {} requires it",
                              index.id.name, index.index->constraint, index.index_of.name));
  }

  const schema::Catalog& catalog_;
  Prediction prediction_;
};

}  // namespace

std::optional<Refusal> schema_refusal(const Statement& statement, const schema::Catalog& before,
                                      const Session& session, PgVersion version) {
  return std::visit(Refusing(before, session, version), statement.node);
}

}  // namespace unwedge::effects
