// The parser of bodies of PL/pgSQL. Internal to this folder.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/plpgsql.h"
#include "unwedge/span.h"

namespace unwedge::sql {

/// The text, seen as if it stood at `place`. What is in front of it is never looked at.
std::string_view put(std::string& room, std::uint32_t place, std::string_view text);

/// Reads text[region] into the body. `file` has at the same place what `text` is made from, with
/// its escapes.
void parse_body(std::string_view text, std::string_view file, Span region,
                const std::vector<Name>& parameters, BodyScratch& scratch, Body& body);

}  // namespace unwedge::sql
