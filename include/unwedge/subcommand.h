// Questions that the rules about ALTER TABLE ask of a step: what one of its subcommands is
// responsible for, and in which words it was written.

#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "unwedge/effects.h"
#include "unwedge/step.h"

namespace unwedge {

/// The words of the file at a place inside the step's statement.
inline std::string_view words_at(const Step& step, Span place) {
  return slice(step.sql(), {place.begin - step.span().begin, place.end - step.span().begin});
}

/// The work of this kind that the subcommand asks for on existing relations (of a partitioned table
/// the partitions), certain rather than possible; null: none.
inline const Work* work_for(const Step& step, const AlterAction& action, WorkKind kind) {
  const Work* found = nullptr;
  for (const Work& each : step.effects().work) {
    if (!each.existing || each.kind != kind || each.cause != action.span) continue;
    if (found == nullptr || each.certainty < found->certainty) found = &each;
  }
  return found;
}

/// Whether the subcommand surely writes the whole table anew: what else it asks for is done on the
/// way.
inline bool rewrites(const Step& step, const AlterAction& action) {
  const Work* work = work_for(step, action, WorkKind::kRewrite);
  return work != nullptr && work->certainty == Certainty::kCertain;
}

/// The subcommand of the same ALTER TABLE that drops the constraint of this name, which another one
/// then adds anew; null: none.
inline const AlterAction* replaced(const AlterTable& alter, Name constraint) {
  const auto found =
      std::find_if(alter.actions.begin(), alter.actions.end(), [constraint](const auto& action) {
        return action.kind == AlterKind::kDropConstraint && action.name == constraint;
      });
  return found == alter.actions.end() ? nullptr : &*found;
}

/// Whether the transaction has a lock on the relation already that is at least so strong: the step
/// waits for nobody then, and keeps nobody waiting who does not wait anyway.
inline bool is_held(const Step& step, const RelationId& relation, LockMode mode) {
  const HeldLocks& held = step.session().held_locks;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i].relation == relation && held[i].mode >= mode) return true;
  }
  return false;
}

/// The mode in which the step locks the relation.
inline LockMode mode_on(const Step& step, const RelationId& relation) {
  const auto& locks = step.effects().locks;
  const auto found = std::find_if(locks.begin(), locks.end(), [&relation](const Lock& lock) {
    return lock.relation == relation;
  });
  return found == locks.end() ? LockMode::kNone : found->mode;
}

}  // namespace unwedge
