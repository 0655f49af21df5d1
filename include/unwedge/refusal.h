// What the rules about refusals ask of a step.

#pragma once

#include "unwedge/effects.h"
#include "unwedge/statement.h"
#include "unwedge/step.h"

namespace unwedge {

/// The step's refusal if it comes from this; null otherwise.
inline const Refusal* refused_for(const Step& step, RefusalCause cause) {
  const auto& refusal = step.effects().refusal;
  return refusal && refusal->cause == cause ? &*refusal : nullptr;
}

/// The part of the statement that the server refuses.
inline Span place_of(const Refusal& refusal, const Step& step) {
  return refusal.at.empty() ? step.statement().keyword_span : refusal.at;
}

/// NOT VALID on a constraint that has an index: a rule of its own says so, though it is the grammar
/// that rejects it (processCASbits, parser/gram.y).
inline bool is_not_valid_refused(const SyntaxError& error) {
  return error.message.ends_with("constraints cannot be marked NOT VALID");
}

}  // namespace unwedge
