// The names that Postgres chooses for objects that were given none.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unwedge/schema.h"

namespace unwedge::schema {

/// `table_columns_label`, with the longer part cut until 63 bytes hold it (makeObjectName,
/// commands/indexcmds.c). `columns` may be empty.
std::string object_name(std::string_view table, std::string_view columns, std::string_view label);

/// The same, with a number behind it until no relation has the name, nor, for the index of a
/// constraint, a constraint (ChooseRelationName, commands/indexcmds.c).
std::string choose_relation_name(const Catalog& catalog, const RelationId& table,
                                 std::string_view columns, std::string_view label,
                                 bool for_constraint = false);

/// The same, until no constraint in the schema has the name, nor any of `others`
/// (ChooseConstraintName, catalog/pg_constraint.c).
std::string choose_constraint_name(const Catalog& catalog, const ObjectId& owner,
                                   std::string_view columns, std::string_view label,
                                   const std::vector<Check>& others = {});

/// The names of columns in one (ChooseIndexNameAddition, commands/indexcmds.c, and
/// ChooseForeignKeyConstraintNameAddition, commands/tablecmds.c, since Postgres 12).
std::string joined_columns(const std::vector<std::string>& columns);

/// The columns of an index, INCLUDE too, for its name: an expression counts by the name that it has
/// or as "expr", and no name comes twice (ChooseIndexColumnNames, commands/indexcmds.c).
std::vector<std::string> index_column_names(const Index& index);

/// What Postgres calls a column of a query, or of an index, that is given no name; empty when it
/// finds nothing (FigureColnameInternal, parser/parse_target.c).
std::string figured_name(const Expression& expression);

}  // namespace unwedge::schema
