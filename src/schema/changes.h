// The changes that statements are made of, by the file that makes them. A relation is copied,
// changed and put back in each step, so that no function holds a copy while another changes it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/scope.h"
#include "unwedge/schema.h"
#include "unwedge/statement.h"

namespace unwedge::schema {

// indexes.cpp

/// An index to be made, alone or for a constraint.
struct NewIndex {
  std::string name;  ///< empty: Postgres chooses one
  Index index;
  std::optional<Key::Kind> key;  ///< for a constraint
  bool deferrable = false;
  bool only = false;    ///< not on the partitions
  RelationId parent{};  ///< of a partition: the index that it becomes a part of
};

IndexPart index_part(const IndexColumn& column);
NewIndex new_index(const CreateIndex& create);
/// Makes the index, and those of the partitions unless they have their like; returns its identity.
RelationId add_index(const RelationId& table, const NewIndex& wanted, const Scope& scope);
/// Makes an index like the parent's on the partition, or makes one that is there a part of it.
void adopt_index(const Relation& parent_index, const RelationId& partition, const Scope& scope);
/// Finds anew which columns are keys of their own.
void refresh_key_columns(const RelationId& table, const Scope& scope);
/// A constraint that takes an index which is there.
void add_key_using_index(const RelationId& table, const Constraint& constraint, const Scope& scope);

// constraints.cpp

/// The check with every column that the expression mentions, each once.
Check check_of(const Expression& expression);
/// The name that Postgres gives a CHECK without one: table_column_check, or table_check when the
/// expression has not exactly one column (AddRelationNewConstraints, catalog/heap.c).
std::string default_check_name(const Relation& relation, const Check& check,
                               const Catalog& catalog);
/// In the order of Postgres: checks, keys with the primary key first, foreign keys.
void add_constraints(const RelationId& table, const std::vector<const Constraint*>& constraints,
                     bool only, const Scope& scope);
void add_foreign_key(const RelationId& table, ForeignKey key, const Scope& scope);
/// Adds a parent's check to a child, or marks the child's own as inherited.
void inherit_check(const Check& check, Relation& child);
void inherit_checks(const Relation& parent, Relation& child);

// tables.cpp

void create_table(const CreateTable& create, const Scope& scope);
void create_table_as(const CreateTableAs& create, const Scope& scope);
void create_view(const CreateView& create, const Scope& scope);
/// The column without its constraints; a serial or identity one gets its sequence.
Column new_column(const ColumnDefinition& definition, const RelationId& table, const Scope& scope);
RelationId add_sequence(const RelationId& table, std::string_view column, const Scope& scope);

// partitions.cpp

/// Only a partitioned table has partitions, wherever it was created.
void learn_that_partitioned(const RelationId& id, const Scope& scope);
std::optional<Bound> bound_of(const std::optional<PartitionBound>& bound);
/// What a partition takes from its parent beside columns and checks: indexes, foreign keys,
/// triggers.
void adopt_partition(const RelationId& parent, const RelationId& partition, const Scope& scope);
/// ATTACH PARTITION and INHERIT: the columns and checks of the parent are inherited from now on.
void inherit_columns(const RelationId& parent, const RelationId& child, const Scope& scope);
void attach_partition(const RelationId& parent, const OtherTable& other, const Scope& scope);
/// The check that DETACH CONCURRENTLY leaves in place of the partition's bound.
void add_partition_check(const RelationId& parent, const RelationId& partition, const Scope& scope);
void detach_partition(const RelationId& parent, const RelationId& partition, const Scope& scope);
void attach_index(const RelationId& parent, const RelationId& child, const Scope& scope);
void no_inherit(const RelationId& parent, const RelationId& child, const Scope& scope);

// drop.cpp

/// The column with what is part of the same relation.
void erase_column(Relation& relation, std::string_view column);
void erase_constraint(Relation& relation, std::string_view name);
/// That whose NOT NULL was written with it and has this name, chosen or given; null: none.
Column* column_of_not_null(Relation& relation, std::string_view name);
/// With everything that cannot be without it.
void drop_relation(const RelationId& id, const Scope& scope);
void drop_column(const RelationId& table, std::string_view column, bool only, const Scope& scope);
void drop_constraint(const RelationId& table, std::string_view name, const Scope& scope);
bool same_arguments(const Function& function, const std::vector<TypeReference>& types,
                    const Scope& scope);
void drop_objects(const Drop& drop, const Scope& scope);

// alter.cpp

void alter_table(const AlterTable& alter, const Scope& scope);

// rename.cpp

void rename(const Rename& rename, const Scope& scope);
void set_schema(const SetSchema& set, const Scope& scope);
void rename_constraint(const RelationId& table, std::string_view from, std::string_view to,
                       const Scope& scope);
void rename_index(const RelationId& index, std::string_view to, const Scope& scope);

}  // namespace unwedge::schema
