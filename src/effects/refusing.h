// What the files that predict refusals have in common: their parts, and the words for one refusal.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "effects/prediction.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

using Refused = std::optional<Refusal>;

// Appendix A of the manual.
inline constexpr std::string_view kNotSupported = "0A000";
inline constexpr std::string_view kWrongValue = "22023";
inline constexpr std::string_view kDependents = "2BP01";
inline constexpr std::string_view kSyntax = "42601";
inline constexpr std::string_view kDuplicateColumn = "42701";
inline constexpr std::string_view kUnknownColumn = "42703";
inline constexpr std::string_view kUnknownObject = "42704";
inline constexpr std::string_view kDuplicateObject = "42710";
inline constexpr std::string_view kWrongType = "42804";
inline constexpr std::string_view kWrongKind = "42809";
inline constexpr std::string_view kNoUniqueKey = "42830";
inline constexpr std::string_view kUnknownRelation = "42P01";
inline constexpr std::string_view kDuplicateRelation = "42P07";
inline constexpr std::string_view kInvalidDefinition = "42P16";
inline constexpr std::string_view kWrongState = "55000";
inline constexpr std::string_view kInUse = "55006";
inline constexpr std::string_view kUnsafeNewEnumValue = "55P04";

inline Refused refuse(RefusalCause cause, std::string_view sqlstate, std::string_view command,
                      std::string message) {
  return Refusal{
      .sqlstate = sqlstate, .command = command, .message = std::move(message), .cause = cause};
}

/// Fills in what a message needs besides the server's words.
inline Refused about(Refused refusal, std::string subject, std::string obstacle = {}) {
  if (refusal) {
    refusal->subject = std::move(subject);
    refusal->obstacle = std::move(obstacle);
  }
  return refusal;
}

inline Refused at(Refused refusal, Span place) {
  if (refusal && refusal->at.empty()) refusal->at = place;
  return refusal;
}

inline Refused possible(Refused refusal, Doubt doubt) {
  if (refusal) {
    refusal->certainty = Certainty::kPossible;
    refusal->reason = doubt;
  }
  return refusal;
}

/// The kind of the relation in a sentence: "table", "materialized view".
std::string_view kind_in_words(schema::RelationKind kind);

/// The relation in a sentence: "view 'order_totals'".
std::string in_words(const schema::Relation& relation);
std::string column_in_words(Name column, const RelationId& table);
/// The type as the server shows it: "character varying" (format_type_be, utils/adt/format_type.c).
std::string type_in_words(const schema::DataType& type);

/// True when all columns and constraints of the table are in the catalog: it was created here, and
/// nothing has been done to it that was not seen.
bool has_all_columns(const schema::Relation& relation, const schema::Catalog& catalog);

// Each answers whether the server refuses the statement for one sort of reason; nothing: not that
// is known.

/// newer_syntax.cpp: the grammar of the server is older than the statement.
Refused newer_syntax(const Statement& statement, const Prediction& prediction);
/// missing_objects.cpp: something that the statement names is not there.
Refused missing_object(const Statement& statement, const Prediction& prediction);
/// duplicate_objects.cpp: what the statement creates is there.
Refused duplicate_object(const Statement& statement, const Prediction& prediction);
/// unfinished.cpp: events that are pending, enum values that are new.
Refused unfinished_refusal(const Statement& statement, const Prediction& prediction);

/// drop_refusals.cpp
Refused drop_refusal(const Drop& drop, const Prediction& prediction);
/// What depends on a column so that DROP COLUMN needs CASCADE.
Refused column_drop_refusal(const AlterAction& action, const schema::Relation& table,
                            const Prediction& prediction);
/// And on a constraint.
Refused constraint_drop_refusal(const AlterAction& action, const schema::Relation& table,
                                const Prediction& prediction);

/// Whether the view has its column of that name from this table: surely, if no other that it reads
/// has such a column.
Answer takes_column_from(const schema::Relation& view, const RelationId& table, Name column,
                         const schema::Catalog& catalog);

/// key_refusals.cpp: a key or foreign key that the table gets.
Refused key_refusal(const Constraint& constraint, const schema::Relation& table,
                    const Prediction& prediction);
/// `table` has what the same statement adds to it, as `with_added` gives it.
Refused foreign_key_refusal(const Constraint& constraint, const schema::Relation& table,
                            const Prediction& prediction);
/// The table when foreign keys are added to it: its columns have their new types, and new columns
/// and keys are there (AlterTablePass, commands/tablecmds.c).
schema::Relation with_added(const AlterTable& alter, schema::Relation table,
                            const Prediction& prediction);
/// A unique index on a partitioned table.
Refused unique_index_refusal(const CreateIndex& index, const schema::Relation& table);
/// CREATE TABLE: its keys, as far as its own words decide.
Refused new_table_refusal(const CreateTable& create, const Prediction& prediction);

/// type_refusals.cpp: ALTER COLUMN TYPE; `table` is what the same statement has left of it.
Refused type_refusal(Name name, const AlterColumnType& change, const schema::Relation& table,
                     const Prediction& prediction);

/// virtual_columns.cpp: what virtual generated columns cannot have.
Refused virtual_column_refusal(const Statement& statement, const Prediction& prediction);

}  // namespace unwedge::effects
