// What comes with the server: its functions, types, casts and operator classes, and those of its
// additional modules. The tables are written by scripts/generate_builtins from a server's own
// catalogs.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace unwedge::effects {

/// In order: what an expression is, is the worst of its parts.
enum class Volatility : std::uint8_t { kImmutable, kStable, kVolatile };

/// The worst among the overloads of that name; nothing when no such function comes with the server.
std::optional<Volatility> builtin_volatility(std::string_view function);

/// count, sum and the like, which are not among the functions above.
bool is_usual_aggregate(std::string_view function);

enum class CastContext : std::uint8_t {
  kImplicit,    ///< in any expression
  kAssignment,  ///< when stored in a column, and by ALTER TYPE without USING
  kExplicit,    ///< only where it is written
};

enum class CastMethod : std::uint8_t {
  kBinary,    ///< the bytes are the same: nothing to do
  kFunction,  ///< a function computes the new value
  kInOut,     ///< through the text form
};

struct BuiltinCast {
  std::string_view source;
  std::string_view target;
  CastContext context;
  CastMethod method;
};

/// The row of pg_cast, by type names as in pg_type ("int4"); null when there is none.
const BuiltinCast* find_builtin_cast(std::string_view source, std::string_view target);

/// What making a value fit the modifiers of its type costs, `varchar(10)` for instance.
enum class LengthCoercion : std::uint8_t {
  kNone,         ///< the type has no modifiers, or its input function alone heeds them
  kAlways,       ///< a function computes the value, whatever it was before
  kWhenShorter,  ///< the function's support function leaves it out where it cannot change anything
};

struct BuiltinType {
  std::string_view name;
  std::string_view extension;  ///< that it is part of; empty: the server itself
  bool is_string;  ///< pg_type.typcategory: every type can be assigned to it through its text form
  bool is_preferred;  ///< pg_type.typispreferred: within its category
  LengthCoercion length;
};

/// Null when no such type comes with the server.
const BuiltinType* find_builtin_type(std::string_view name);

/// The type whose default operator class an index of that method uses for a column of `type`: the
/// type itself or one that it can be taken for (GetDefaultOpClass, commands/indexcmds.c). Empty
/// when none comes with the server.
std::string_view default_operator_class(std::string_view method, std::string_view type);

}  // namespace unwedge::effects
