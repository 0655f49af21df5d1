// CREATE TABLE with all that it may copy from other tables, and views.

#include <algorithm>
#include <cstddef>
#include <utility>

#include "schema/changes.h"
#include "schema/chosen_names.h"
#include "unwedge/serial.h"

namespace unwedge::schema {
namespace {

/// Partitions have the identity columns of their parent (MergeAttributes, commands/tablecmds.c).
constexpr PgVersion kPartitionsShareIdentity{17};

/// The default of a serial column: nextval('sequence').
StoredExpression next_value(const RelationId& sequence) {
  Expression call;
  call.kind = Expression::Kind::kCall;
  call.name = "nextval";
  Expression& name = call.operands.emplace_back();
  name.kind = Expression::Kind::kConstant;
  name.text = sequence.name;
  return StoredExpression(call);
}

/// What CREATE TABLE makes of its parts, before constraints.
class TableBuilder {
 public:
  TableBuilder(const CreateTable& create, const Scope& scope, Relation& relation)
      : create_(create), scope_(scope), relation_(relation) {}

  void build() {
    relation_.complete = true;
    if (!create_.partition_of.empty()) inherit(relation_.partition_of);
    for (const RelationId& parent : relation_.inherits) inherit(parent);
    if (!create_.of_type.empty()) add_attributes();
    taken_over_ = relation_.columns.size();
    for (std::size_t i = 0; i <= create_.columns.size(); ++i) {
      for (const Like& like : create_.likes) {
        if (like.position == i) copy_columns(like);
      }
      if (i < create_.columns.size()) add_own(create_.columns[i]);
    }
  }

 private:
  /// MergeAttributes, commands/tablecmds.c: columns of the same name become one.
  void inherit(const RelationId& parent_id) {
    const Relation* parent = known(parent_id);
    if (parent == nullptr) return;
    const bool partition = relation_.is_partition();
    for (const Column& column : parent->columns) {
      Column* merged = named(relation_.columns, column.name);
      if (merged == nullptr) {
        merged = &relation_.columns.emplace_back(column);
        if (!partition || scope_.version < kPartitionsShareIdentity) {
          merged->identity = Identity::kNone;
        }
      }
      merged->not_null = merged->not_null || column.not_null;
      merged->inherited = true;
      merged->local = false;
    }
    inherit_checks(*parent, relation_);
  }

  void add_own(const ColumnDefinition& definition) {
    Column column = new_column(definition, relation_.id, scope_);
    const auto end = relation_.columns.begin() + static_cast<std::ptrdiff_t>(taken_over_);
    const auto merged = std::find_if(relation_.columns.begin(), end, [&column](const Column& each) {
      return each.name == column.name;
    });
    if (merged == end) {
      relation_.columns.push_back(std::move(column));
      return;
    }
    // A parent's column, or one of the type, with options of its own.
    if (column.default_value) merged->default_value = column.default_value;
    if (column.generated) merged->generated = column.generated;
    if (column.identity != Identity::kNone) merged->identity = column.identity;
    merged->not_null = merged->not_null || column.not_null;
    merged->local = !relation_.is_partition();
  }

  void add_attributes() {
    const Type* type = scope_.catalog.find_type(
        scope_.catalog.resolve_type(create_.of_type, scope_.settings.search_path));
    if (type == nullptr) {
      relation_.complete = false;
      return;
    }
    relation_.of_type = type->id;
    relation_.columns = type->attributes;
    relation_.complete = type->complete;
  }

  /// transformTableLikeClause, parser/parse_utilcmd.c.
  void copy_columns(const Like& like) {
    const Relation* source = known(scope_.resolve(like.table));
    if (source == nullptr) return;
    for (Column column : source->columns) {
      column.inherited = false;
      column.local = true;
      if (!like.defaults) column.default_value.reset();
      if (!like.generated) column.generated.reset();
      if (!like.identity) column.identity = Identity::kNone;
      if (column.identity != Identity::kNone) {
        add_sequence(relation_.id, column.name, scope_);
      }
      relation_.columns.push_back(std::move(column));
    }
    if (!like.constraints) return;
    for (Check check : source->checks) {
      if (check.is_not_null) continue;
      check.inherited = false;
      relation_.checks.push_back(std::move(check));
    }
  }

  /// Where the columns come from; without it not all of them are known.
  const Relation* known(const RelationId& id) {
    const Relation* relation = scope_.catalog.find(id);
    relation_.complete = relation_.complete && relation != nullptr && relation->complete;
    return relation;
  }

  const CreateTable& create_;
  const Scope& scope_;
  Relation& relation_;
  std::size_t taken_over_ = 0;  ///< columns that are a parent's or of the type
};

/// generateClonedIndexStmt, generateClonedExtStatsStmt, parser/parse_utilcmd.c.
void copy_indexes(const Like& like, const RelationId& table, const Scope& scope) {
  const RelationId source = scope.resolve(like.table);
  const Relation* copied = scope.catalog.find(source);
  for (const Relation* index : scope.catalog.indexes_of(source)) {
    if (!like.indexes || !index->index) continue;
    NewIndex wanted{.index = *index->index};
    if (const Key* key = copied == nullptr ? nullptr : copied->key(index->index->constraint)) {
      wanted.key = key->kind;
      wanted.deferrable = key->deferrable;
    }
    wanted.index.constraint.clear();
    add_index(table, wanted, scope);
  }
  for (const NamedObject* object : scope.catalog.objects_on(ObjectType::kStatistics, source)) {
    if (!like.statistics) continue;
    NamedObject copy = *object;
    copy.id = {.schema = table.schema,
               .name = object_name(table.name, joined_columns(object->columns), "stat")};
    copy.relations = {table};
    copy.is_new = true;
    scope.catalog.put(std::move(copy));
  }
}

void set_partitioning(const CreateTable& create, const Scope& scope, Relation& relation) {
  for (const QualifiedName& parent : create.inherits) {
    relation.inherits.push_back(scope.resolve(parent));
  }
  if (!create.partition_of.empty()) {
    relation.partition_of = scope.resolve(create.partition_of);
    relation.bound = bound_of(create.bound);
  }
  if (!create.partitioned) return;
  relation.kind = RelationKind::kPartitionedTable;
  PartitionKey& key = relation.partition_key.emplace();
  key.strategy = create.partition_strategy;
  for (const IndexColumn& part : create.partition_parts) key.parts.push_back(index_part(part));
}

// ---------------------------------------------------------------------------------------------
// Queries

/// The one column of that name in what the query reads; null when there is none, or several.
const Column* source_column(const Expression& column, const std::vector<RelationId>& reads,
                            const Catalog& catalog) {
  const Column* found = nullptr;
  for (const RelationId& id : reads) {
    const Relation* relation = catalog.find(id);
    if (relation == nullptr || !relation->complete) return nullptr;
    const Column* each = relation->column(column.name);
    if (each != nullptr && found != nullptr) return nullptr;
    if (each != nullptr) found = each;
  }
  return found;
}

DataType type_of(const Expression& value, const std::vector<RelationId>& reads,
                 const Scope& scope) {
  if (value.kind == Expression::Kind::kColumn) {
    const Column* source = source_column(value, reads, scope.catalog);
    return source == nullptr ? DataType() : source->type;
  }
  return {};
}

/// Sets what is known of a query's result and of what it depends on.
void set_query(const QueryShape& query, const std::vector<Name>& names, const Scope& scope,
               Relation& relation) {
  for (const QualifiedName& read : query.reads) {
    RelationId id = scope.resolve(read);
    auto& reads = relation.reads;
    if (std::find(reads.begin(), reads.end(), id) == reads.end()) reads.push_back(std::move(id));
  }
  relation.reads_columns = strings(query.columns);
  relation.reads_all_columns = query.all_columns;
  relation.complete = !query.output.empty();
  for (const QueryShape::Output& output : query.output) {
    if (output.value.kind == Expression::Kind::kStar) {
      // `*` of the only relation is all that is known of it.
      const Relation* source =
          relation.reads.size() == 1 ? scope.catalog.find(relation.reads.front()) : nullptr;
      relation.complete = relation.complete && source != nullptr && source->complete;
      if (source == nullptr) continue;
      for (const Column& column : source->columns) {
        relation.columns.push_back(
            {.name = column.name, .type = column.type, .collation = column.collation});
        auto& reads = relation.reads_columns;
        if (std::find(reads.begin(), reads.end(), column.name) == reads.end()) {
          reads.push_back(column.name);
        }
      }
      continue;
    }
    Column column{.name = std::string(output.name),
                  .type = type_of(output.value, relation.reads, scope)};
    if (column.name.empty()) column.name = figured_name(output.value);
    if (column.name.empty()) column.name = "?column?";
    relation.columns.push_back(std::move(column));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i < relation.columns.size()) relation.columns[i].name = names[i];
  }
}

}  // namespace

Column new_column(const ColumnDefinition& definition, const RelationId& table, const Scope& scope) {
  Column column{.name = std::string(definition.name),
                .not_null = definition.not_null,
                .type = scope.data_type(definition.type),
                .collation = std::string(definition.collation),
                .identity = definition.identity};
  column.default_value = default_of(definition.default_value, column.type, scope.catalog);
  if (definition.generated) {
    column.generated = StoredExpression(definition.generated->expression);
    column.storage = definition.generated->storage;
  }
  column.not_null_name = definition.not_null_name;
  const std::string_view serial =
      column.type.id.schema.empty() ? serial_type(definition.type.name) : std::string_view();
  if (!serial.empty()) {
    column.type.id.name = serial;
    column.not_null = true;
    column.default_value = next_value(add_sequence(table, column.name, scope));
  } else if (column.identity != Identity::kNone) {
    add_sequence(table, column.name, scope);
  }
  return column;
}

RelationId add_sequence(const RelationId& table, std::string_view column, const Scope& scope) {
  Relation sequence;
  sequence.id = {.schema = table.schema,
                 .name = choose_relation_name(scope.catalog, table, column, "seq")};
  sequence.kind = RelationKind::kSequence;
  sequence.is_new = true;
  sequence.temporary = table.schema == "pg_temp";
  sequence.complete = true;
  sequence.owned_by = table;
  sequence.owned_by_column = column;
  RelationId id = sequence.id;
  scope.catalog.put(std::move(sequence));
  return id;
}

void create_table(const CreateTable& create, const Scope& scope) {
  if (create.if_not_exists && scope.exists(create.table)) return;
  Relation relation = scope.created(create.table, create.persistence);
  const RelationId id = relation.id;
  relation.kind = create.foreign ? RelationKind::kForeignTable : RelationKind::kTable;
  relation.drop_on_commit = create.drop_on_commit;
  set_partitioning(create, scope, relation);
  TableBuilder(create, scope, relation).build();
  const RelationId parent = relation.partition_of;
  scope.catalog.put(std::move(relation));

  std::vector<const Constraint*> constraints;
  for (const ColumnDefinition& column : create.columns) {
    for (const Constraint& constraint : column.constraints) constraints.push_back(&constraint);
  }
  for (const Constraint& constraint : create.constraints) constraints.push_back(&constraint);
  if (!create.partition_of.empty()) {
    learn_that_partitioned(parent, scope);
    adopt_partition(parent, id, scope);
  }
  for (const Like& like : create.likes) copy_indexes(like, id, scope);
  add_constraints(id, constraints, false, scope);
}

void create_table_as(const CreateTableAs& create, const Scope& scope) {
  if (create.if_not_exists && scope.exists(create.table)) return;
  Relation relation = scope.created(create.table, create.persistence);
  relation.kind = create.materialized_view ? RelationKind::kMaterializedView : RelationKind::kTable;
  relation.drop_on_commit = create.drop_on_commit;
  set_query(create.query, create.column_names, scope, relation);
  if (!create.materialized_view) {  // a table does not depend on what it was filled from
    relation.reads.clear();
    relation.reads_columns.clear();
    relation.reads_all_columns = false;
  }
  scope.catalog.put(std::move(relation));
}

void create_view(const CreateView& create, const Scope& scope) {
  Relation relation = scope.created(create.view, create.persistence);
  // Whether OR REPLACE replaces a view that people use is not known: it is then no new relation.
  relation.is_new = !create.or_replace;
  if (create.or_replace && scope.exists(create.view)) {
    const Relation* replaced = scope.catalog.find(scope.resolve(create.view));
    relation.id = replaced->id;
    relation.is_new = replaced->is_new;
    relation.triggers = replaced->triggers;
    relation.rules = replaced->rules;
  }
  relation.kind = RelationKind::kView;
  set_query(create.query, create.column_names, scope, relation);
  scope.catalog.put(std::move(relation));
}

}  // namespace unwedge::schema
