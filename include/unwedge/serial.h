// serial and its like: no types, but an integer column with a sequence of its own.

#pragma once

#include <string_view>

#include "unwedge/name.h"

namespace unwedge {

/// The type that the column gets, by its internal name; empty: the word is none of these
/// (transformColumnDefinition, parser/parse_utilcmd.c).
constexpr std::string_view serial_type(const QualifiedName& type) {
  if (!type.schema.empty()) return {};
  const Name name = type.name;
  if (name == "serial" || name == "serial4") return "int4";
  if (name == "bigserial" || name == "serial8") return "int8";
  if (name == "smallserial" || name == "serial2") return "int2";
  return {};
}

}  // namespace unwedge
