// The words of a statement where its values do not keep them: the clauses of a column's definition,
// a partition's bound, what a constraint's index has, names that are too long. For help texts,
// which repeat what the file says.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unwedge/span.h"

namespace unwedge {

/// A part of a column's definition, with `CONSTRAINT name` in front of it where there is one.
struct ColumnClause {
  enum class Kind : std::uint8_t {
    kType,  ///< the name and the type, with STORAGE and COMPRESSION; always the first
    kCollate,
    kDefault,
    kNull,
    kNotNull,
    kCheck,
    kUnique,
    kPrimaryKey,
    kReferences,
    kGenerated,  ///< AS IDENTITY, too
  };
  Kind kind = Kind::kType;
  std::string_view text;
};

/// The clauses of `total integer DEFAULT 0 CHECK (total >= 0)`, in their order.
std::vector<ColumnClause> column_clauses(std::string_view definition);

/// The bound in the words behind the name of a partition or its parent: `FOR VALUES IN ('a')`,
/// `DEFAULT`; empty when there is none.
std::string_view partition_bound(std::string_view text);

/// What CREATE INDEX says of the index behind a UNIQUE or PRIMARY KEY constraint, from the key's
/// columns on: `(a, b) INCLUDE (c) WITH (fillfactor = 70)`. Without columns where the constraint is
/// written with its column; they go in front then.
std::string index_definition(std::string_view constraint);

/// An identifier of more than NAMEDATALEN - 1 bytes.
struct LongIdentifier {
  Span span;              ///< in the text, quotes included
  std::size_t bytes = 0;  ///< of the name itself
  std::string_view kept;  ///< what the server keeps of it
};

/// Those in the statement, in their order.
std::vector<LongIdentifier> long_identifiers(std::string_view sql);

}  // namespace unwedge
