// Prediction against observation, statement by statement: the locks, the work and the refusals that
// unwedge computes must be those of the server.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "postgres/fixture_run.h"

namespace unwedge::postgres {

/// What the statements of a transaction so far have made uncertain.
class Uncertainty {
 public:
  /// Forgets all when the step begins another transaction.
  void enter(const Step& step);
  void add(const Step& step);

  /// Some of them locked tables that the file does not name.
  [[nodiscard]] bool has_unnamed() const { return has_unnamed_; }
  /// Some of them gave a relation this name or took it away.
  [[nodiscard]] bool is_renamed(const std::string& relation) const;

 private:
  int transaction_ = 0;
  bool has_unnamed_ = false;
  std::set<std::string, std::less<>> renamed_;  // without their schemas
};

/// What unwedge got wrong of this statement, in words; empty when it is right. Left out is what it
/// cannot know without a history; comparison.cpp lists that, each with its reason.
std::vector<std::string> differences(const ObservedStep& observed, const Uncertainty& before);

/// The modes of the locks on tables and views from before the fixture that others wait for, held
/// while or after the statement runs: those it takes and those that were taken before it.
std::map<std::string, LockMode> blocking_locks(const ObservedStep& observed);

/// The name by which observations know a relation: "public.t".
std::string observed_name(const RelationId& relation);

}  // namespace unwedge::postgres
