// The refusals of a statement, in the order in which the server comes upon them: its grammar, the
// names in it, then what each command looks at. A refusal is certain only where the schema that it
// depends on was made by statements that were seen; the messages are the server's own.

#include "effects/schema_refusals.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "effects/prediction.h"
#include "effects/refusing.h"
#include "schema/apply.h"

namespace unwedge::effects {
namespace {

constexpr std::string_view kUnseenChanges =
    "SQL has run that was put together as it ran, and may have changed this";

constexpr int kPublishesPartitioned = 13;
constexpr int kIdentityOfPartitioned = 17;
/// A partitioned table is neither LOGGED nor UNLOGGED.
constexpr int kNoPersistenceOfPartitioned = 18;

/// What each command refuses; the first refusal counts.
class Refusing {
 public:
  explicit Refusing(const Prediction& prediction)
      : prediction_(prediction), catalog_(prediction.catalog()) {}

  template <typename Node>
  Refused operator()(const Node& /*node*/) const {
    return std::nullopt;
  }

  Refused operator()(const CreateTable& create) const {
    return new_table_refusal(create, prediction_);
  }

  Refused operator()(const AlterTable& alter) const {
    const RelationId id = prediction_.resolve(alter.table);
    if (alter.object_type == ObjectType::kType) return change_of_composite(alter, id);
    const schema::Relation* table = prediction_.find(id);
    return table == nullptr ? std::nullopt : change_of_table(alter, *table);
  }

  // commands/indexcmds.c, DefineIndex
  Refused operator()(const CreateIndex& index) const {
    const schema::Relation* table = prediction_.find(prediction_.resolve(index.table));
    if (table == nullptr) return std::nullopt;
    if (index.concurrently && is_partitioned(table)) {
      return at(about(refuse(RefusalCause::kConcurrentOnParent, kNotSupported,
                             "CREATE INDEX CONCURRENTLY",
                             fmt::format(R"(cannot create index on partitioned table "{}" )"
                                         "concurrently",
                                         table->id.name)),
                      fmt::format("'{}'", table->id)),
                index.concurrently_span);
    }
    return at(unique_index_refusal(index, *table), index.keyword_span);
  }

  Refused operator()(const Drop& drop) const {
    return at(drop_refusal(drop, prediction_), drop.concurrently_span);
  }

  // commands/tablecmds.c, heap_truncate_check_FKs
  Refused operator()(const Truncate& truncate) const {
    if (truncate.cascade) return std::nullopt;
    std::vector<RelationId> named;
    for (const QualifiedName& table : truncate.tables) named.push_back(prediction_.resolve(table));
    for (const RelationId& table : named) {
      for (const auto& reference : catalog_.references_to(table)) {
        if (std::ranges::find(named, reference.table->id) != named.end()) continue;
        return about(
            refuse(RefusalCause::kOther, kNotSupported, "TRUNCATE",
                   "cannot truncate a table referenced in a foreign key constraint"),
            fmt::format("table '{}'", table),
            fmt::format("the foreign key '{}' of '{}'", reference.key->name, reference.table->id));
      }
    }
    return std::nullopt;
  }

  // commands/matview.c, ExecRefreshMatView
  Refused operator()(const RefreshMaterializedView& refresh) const {
    if (!refresh.concurrently) return std::nullopt;
    constexpr std::string_view kCommand = "REFRESH MATERIALIZED VIEW CONCURRENTLY";
    if (refresh.with_no_data) {
      return about(refuse(RefusalCause::kNotConcurrently, kSyntax, kCommand,
                          "CONCURRENTLY and WITH NO DATA options cannot be used together"),
                   std::string(kCommand), "WITH NO DATA empties the view");
    }
    const schema::Relation* view = prediction_.find(prediction_.resolve(refresh.view));
    if (view == nullptr || view->kind != schema::RelationKind::kMaterializedView) {
      return std::nullopt;
    }
    // is_usable_unique_index
    const auto indexes = catalog_.indexes_of(view->id);
    const bool has_key = std::ranges::any_of(indexes, [](const schema::Relation* index) {
      return !index->index || (index->index->unique && !index->index->predicate &&
                               std::ranges::none_of(index->index->parts, [](const auto& part) {
                                 return part.column.empty();
                               }));
    });
    if (has_key) return std::nullopt;
    return about(refuse(RefusalCause::kNoUniqueIndex, kWrongState, kCommand,
                        fmt::format(R"(cannot refresh materialized view "{}.{}" concurrently)",
                                    quoted(Name(view->id.schema)), quoted(Name(view->id.name)))),
                 fmt::format("'{}'", view->id));
  }

  // catalog/pg_publication.c, check_publication_add_relation
  Refused operator()(const PublicationTables& publication) const {
    const bool adds = publication.is_new || publication.change != PublicationTables::Change::kDrop;
    if (!adds || prediction_.since(kPublishesPartitioned)) return std::nullopt;
    for (const QualifiedName& name : publication.tables) {
      if (!is_partitioned(prediction_.find(prediction_.resolve(name)))) continue;
      return refuse(RefusalCause::kOther, kNotSupported,
                    publication.is_new ? "CREATE PUBLICATION" : "ALTER PUBLICATION",
                    fmt::format(R"("{}" is a partitioned table)", name.name));
    }
    return std::nullopt;
  }

  // commands/indexcmds.c, RangeVarCallbackForReindexIndex and ReindexMultipleTables
  Refused operator()(const Reindex& reindex) const {
    if (reindex.target == Reindex::Target::kIndex) {
      const schema::Relation* named = prediction_.find(prediction_.resolve(reindex.relation));
      const bool table =
          named != nullptr && (named->kind == schema::RelationKind::kTable ||
                               named->kind == schema::RelationKind::kPartitionedTable);
      if (!table) return std::nullopt;
      return refuse(RefusalCause::kOther, kWrongKind, "REINDEX INDEX",
                    fmt::format(R"("{}" is not an index)", reindex.relation.name));
    }
    if (!reindex.concurrently || reindex.target != Reindex::Target::kSystem) return std::nullopt;
    return at(
        about(refuse(RefusalCause::kNotConcurrently, kNotSupported, "REINDEX SYSTEM CONCURRENTLY",
                     "cannot reindex system catalogs concurrently"),
              "REINDEX SYSTEM CONCURRENTLY", "system catalogs have no concurrent form"),
        reindex.concurrently_span);
  }

 private:
  using Kind = AlterKind;

  /// What is dropped goes first, one after the other; all else finds what that leaves
  /// (AlterTablePass, commands/tablecmds.c).
  [[nodiscard]] Refused change_of_table(const AlterTable& alter,
                                        const schema::Relation& table) const {
    const auto is_drop = [](const AlterAction& each) { return schema::is_drop(each.kind); };
    std::optional<schema::Relation> left;
    if (std::ranges::any_of(alter.actions, is_drop)) left = table;
    for (const AlterAction& action : alter.actions) {
      if (!is_drop(action)) continue;
      if (Refused refused = drop_of(action, *left)) return at(std::move(refused), action.span);
      schema::drop_part(*left, action);
    }
    for (const AlterAction& action : alter.actions) {
      if (is_drop(action)) continue;
      if (Refused refused = action_on(alter, action, left ? *left : table)) {
        return at(std::move(refused), action.span);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Refused drop_of(const AlterAction& action, const schema::Relation& table) const {
    switch (action.kind) {
      case Kind::kDropColumn: return column_drop_refusal(action, table, prediction_);
      case Kind::kDropConstraint: return constraint_drop_refusal(action, table, prediction_);
      default: return std::nullopt;
    }
  }

  [[nodiscard]] Refused action_on(const AlterTable& alter, const AlterAction& action,
                                  const schema::Relation& table) const {
    switch (action.kind) {
      case Kind::kAddColumn: return column_added(alter, action, table);
      case Kind::kAlterType:
        if (const auto* change = action.get<AlterColumnType>()) {
          return type_refusal(action.name, *change, table, prediction_);
        }
        return std::nullopt;
      case Kind::kAddIdentity: return identity_added(alter, action.name, table);
      case Kind::kSetNotNull: return not_null_of_only_parent(alter, table);
      case Kind::kAddConstraint:
        if (const auto* add = action.get<AddConstraint>()) {
          return constraint_added(alter, add->constraint, table);
        }
        return std::nullopt;
      case Kind::kSetLogged: return persistence_changed("SET LOGGED", table);
      case Kind::kSetUnlogged:
        if (Refused refused = persistence_changed("SET UNLOGGED", table)) return refused;
        return made_unlogged(table);
      case Kind::kDetachPartition:
      case Kind::kDetachPartitionFinalize: return partition_detached(action, table);
      default: return std::nullopt;
    }
  }

  // commands/tablecmds.c, ATExecAddColumn
  [[nodiscard]] Refused column_added(const AlterTable& alter, const AlterAction& action,
                                     const schema::Relation& table) const {
    const auto* add = action.get<AddColumn>();
    if (add == nullptr || (add->if_not_exists && table.column(action.name) != nullptr)) {
      return std::nullopt;
    }
    const bool one_for_all = is_partitioned(&table) && prediction_.since(kIdentityOfPartitioned);
    const bool recurses = !alter.only && !catalog_.children_of(table.id).empty();
    if (add->column.identity != Identity::kNone && !one_for_all && recurses) {
      return refuse(RefusalCause::kOther, kInvalidDefinition, "ADD COLUMN",
                    "cannot recursively add identity column to table that has child tables");
    }
    for (const Constraint& constraint : add->column.constraints) {
      Refused refused;
      if (constraint.kind == Constraint::Kind::kForeignKey) {
        refused =
            foreign_key_refusal(constraint, with_added(alter, table, prediction_), prediction_);
      } else if (constraint.kind == Constraint::Kind::kPrimaryKey ||
                 constraint.kind == Constraint::Kind::kUnique) {
        refused = key_refusal(constraint, table, prediction_);
      }
      if (refused) return refused;
    }
    return std::nullopt;
  }

  // ATExecAddIdentity
  [[nodiscard]] Refused identity_added(const AlterTable& alter, Name name,
                                       const schema::Relation& table) const {
    const schema::Column* column = table.column(name);
    if (column != nullptr && may_be_null(alter, *column, table)) {
      return about(
          refuse(RefusalCause::kOther, kWrongState, "ADD GENERATED AS IDENTITY",
                 fmt::format(R"(column "{}" of relation "{}" must be declared NOT NULL before )"
                             "identity can be added",
                             name, table.id.name)),
          column_in_words(name, table.id), "it may be null");
    }
    if (column == nullptr || !column->default_value) return std::nullopt;
    return about(refuse(RefusalCause::kOther, kWrongState, "ADD GENERATED AS IDENTITY",
                        fmt::format(R"(column "{}" of relation "{}" already has a default value)",
                                    name, table.id.name)),
                 column_in_words(name, table.id), "its default");
  }

  /// Surely so, whatever else the statement does.
  [[nodiscard]] bool may_be_null(const AlterTable& alter, const schema::Column& column,
                                 const schema::Relation& table) const {
    if (column.not_null || !has_all_columns(table, catalog_)) return false;
    const bool has_check = std::ranges::any_of(
        table.checks, [](const schema::Check& check) { return check.is_not_null; });
    return !has_check && std::ranges::none_of(alter.actions, [](const AlterAction& action) {
      return action.kind == Kind::kSetNotNull || action.kind == Kind::kAddConstraint;
    });
  }

  /// On a parent alone nothing may be demanded that its children need not obey.
  [[nodiscard]] Refused only_parent(
      const AlterTable& alter, const schema::Relation& table,
      std::string message = "constraint must be added to child tables too") const {
    if (!alter.only || catalog_.children_of(table.id).empty()) return std::nullopt;
    return refuse(RefusalCause::kOther, kInvalidDefinition, "ALTER TABLE ONLY", std::move(message));
  }

  // ATPrepSetNotNull. On a parent that is not partitioned it is not inherited.
  [[nodiscard]] Refused not_null_of_only_parent(const AlterTable& alter,
                                                const schema::Relation& table) const {
    if (!is_partitioned(&table)) return std::nullopt;
    if (prediction_.since(12)) return only_parent(alter, table);
    return only_parent(alter, table,
                       "cannot add constraint to only the partitioned table when partitions exist");
  }

  [[nodiscard]] Refused constraint_added(const AlterTable& alter, const Constraint& constraint,
                                         const schema::Relation& table) const {
    switch (constraint.kind) {
      case Constraint::Kind::kCheck:
      case Constraint::Kind::kNotNull:
        return constraint.no_inherit ? std::nullopt : only_parent(alter, table);
      case Constraint::Kind::kForeignKey:
        return foreign_key_refusal(constraint, with_added(alter, table, prediction_), prediction_);
      case Constraint::Kind::kPrimaryKey:
      case Constraint::Kind::kUnique:
      case Constraint::Kind::kExclusion: return key_refusal(constraint, table, prediction_);
      default: return std::nullopt;
    }
  }

  // ATSimplePermissions: before, it did nothing
  [[nodiscard]] Refused persistence_changed(std::string_view action,
                                            const schema::Relation& table) const {
    if (!is_partitioned(&table) || !prediction_.since(kNoPersistenceOfPartitioned)) {
      return std::nullopt;
    }
    return refuse(RefusalCause::kOther, kWrongKind, action,
                  fmt::format(R"(ALTER action {} cannot be performed on relation "{}")", action,
                              table.id.name));
  }

  // ATPrepChangePersistence
  [[nodiscard]] Refused made_unlogged(const schema::Relation& table) const {
    for (const auto& reference : catalog_.references_to(table.id)) {
      if (reference.table->unlogged || !reference.table->complete ||
          reference.table->id == table.id) {
        continue;
      }
      return refuse(RefusalCause::kOther, kInvalidDefinition, "SET UNLOGGED",
                    fmt::format(R"(could not change table "{}" to unlogged because it references )"
                                R"(logged table "{}")",
                                table.id.name, reference.table->id.name));
    }
    return std::nullopt;
  }

  // ATExecDetachPartition, ATExecDetachPartitionFinalize
  [[nodiscard]] Refused partition_detached(const AlterAction& action,
                                           const schema::Relation& table) const {
    const auto* other = action.get<OtherTable>();
    if (other == nullptr) return std::nullopt;
    if (action.kind == Kind::kDetachPartition) {
      const schema::Relation* rest = catalog_.default_partition_of(table.id);
      if (!other->concurrently || rest == nullptr) return std::nullopt;
      return at(about(refuse(RefusalCause::kNotConcurrently, kWrongState,
                             "ALTER TABLE ... DETACH CONCURRENTLY",
                             "cannot detach partitions concurrently when a default partition "
                             "exists"),
                      "DETACH PARTITION CONCURRENTLY",
                      fmt::format("'{}' has the default partition '{}'", table.id, rest->id)),
                other->concurrently_span);
    }
    const schema::Relation* partition = prediction_.find(prediction_.resolve(other->table));
    if (partition == nullptr || partition->detach_pending || !partition->is_partition()) {
      return std::nullopt;
    }
    return refuse(RefusalCause::kOther, kWrongState, "ALTER TABLE ... DETACH FINALIZE",
                  fmt::format(R"(cannot complete detaching partition "{}")", partition->id.name));
  }

  // commands/tablecmds.c, find_composite_type_dependencies
  [[nodiscard]] Refused change_of_composite(const AlterTable& alter, const RelationId& type) const {
    const bool changes_type = std::ranges::any_of(
        alter.actions, [](const AlterAction& action) { return action.kind == Kind::kAlterType; });
    const auto users = catalog_.columns_of_type(type);
    if (!changes_type || users.empty()) return std::nullopt;
    return about(
        refuse(RefusalCause::kTypeInUse, kNotSupported, "ALTER TYPE",
               fmt::format(R"(cannot alter type "{}" because column "{}.{}" uses it)", type.name,
                           users.front().relation->id.name, users.front().column->name)),
        fmt::format("type '{}'", type),
        column_in_words(users.front().column->name, users.front().relation->id));
  }

  const Prediction& prediction_;
  const schema::Catalog& catalog_;
};

Refused refusal_by_schema(const Statement& statement, const Prediction& prediction) {
  if (Refused refused = missing_object(statement, prediction)) return refused;
  if (Refused refused = unfinished_refusal(statement, prediction)) return refused;
  if (Refused refused = duplicate_object(statement, prediction)) return refused;
  if (Refused refused = virtual_column_refusal(statement, prediction)) return refused;
  return std::visit(Refusing(prediction), statement.node);
}

}  // namespace

std::optional<Refusal> schema_refusal(const Statement& statement, const schema::Catalog& before,
                                      const Session& session, PgVersion version) {
  Refused refused = refusal_by_schema(statement, Prediction(before, session, version));
  return before.has_unseen_changes() ? possible(std::move(refused), kUnseenChanges) : refused;
}

std::optional<Refusal> syntax_refusal(const Statement& statement, const schema::Catalog& before,
                                      const Session& session, PgVersion version) {
  return newer_syntax(statement, Prediction(before, session, version));
}

}  // namespace unwedge::effects
