// Whether an object that a statement names is there: what the history says, and where it says
// nothing.

#pragma once

#include <cstdint>
#include <string_view>

#include "effects/prediction.h"
#include "unwedge/name.h"
#include "unwedge/schema.h"
#include "unwedge/table.h"

namespace unwedge::effects {

enum class Presence : std::uint8_t {
  kThere,
  kNeverCreated,  ///< and every migration has been seen
  kGone,          ///< dropped or renamed
  kUnknown,
};

constexpr bool is_missing(Presence presence) {
  return presence == Presence::kNeverCreated || presence == Presence::kGone;
}

/// Why something is missing: "no earlier migration creates it".
std::string_view in_words(Presence presence);

Presence presence_of(const QualifiedName& name, const Prediction& prediction);  ///< of a relation
Presence presence_of(const TypeReference& type, const Prediction& prediction);

}  // namespace unwedge::effects
