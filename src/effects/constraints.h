// What adding a constraint costs, for ALTER TABLE and for CREATE TABLE.

#pragma once

#include "effects/prediction.h"

namespace unwedge::effects {

/// The table at the other end of a foreign key, and its partitions.
void lock_referenced(const RelationId& table, LockMode mode, Prediction& prediction);

/// Both ends of a foreign key are read to verify it (RI_Initial_Check,
/// utils/adt/ri_triggers.c).
void verify_foreign_key(const RelationId& table, const RelationId& referenced,
                        Prediction& prediction);

/// How ALTER TABLE adds a constraint.
struct Adding {
  bool only = false;     ///< ALTER TABLE ONLY
  bool verifies = true;  ///< unless the constraint itself says otherwise
};

void add_constraint(const Constraint& constraint, const RelationId& table, Adding adding,
                    Prediction& prediction);

/// Whether a scan is needed to know that the column has no nulls; `known` is the table as the
/// statement's drops leave it, or null.
Answer needs_not_null_scan(const schema::Relation* known, Name column,
                           const Prediction& prediction);

}  // namespace unwedge::effects
