// Prediction against observation, statement by statement: the locks, the work and the refusals that
// unwedge computes must be those of the server.

#pragma once

#include <string>
#include <vector>

#include "postgres/fixture_run.h"

namespace unwedge::postgres {

/// What unwedge got wrong of this statement, in words; empty when it is right. Left out is what it
/// cannot know without a history; comparison.cpp lists that, each with its reason. `opaque_before`:
/// the transaction has run statements before that is_opaque() is true of.
std::vector<std::string> differences(const ObservedStep& observed, bool opaque_before);

/// Whether the statement runs code that unwedge does not look into: DO and CALL.
bool is_opaque(const Step& step);

/// The modes of the locks on tables and views from before the fixture that others wait for, held
/// while or after the statement runs: those it takes and those that were taken before it.
std::map<std::string, LockMode> blocking_locks(const ObservedStep& observed);

/// The name by which observations know a relation: "public.t".
std::string observed_name(const RelationId& relation);

}  // namespace unwedge::postgres
