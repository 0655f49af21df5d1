// What a migration does when it is run a second time, after a first time that did not get to its
// end: statement by statement, on what the ones before it have left.

#pragma once

#include <optional>
#include <set>
#include <string>

#include "unwedge/statement.h"

namespace unwedge {

/// The second run of a statement that cannot be repeated.
struct Repetition {
  std::string outcome;  ///< "fails: 'orders' exists already"
  std::string remedy;   ///< "write CREATE TABLE IF NOT EXISTS"; empty: there is no such form
  std::string drop;     ///< in place of a remedy, the statement to run before it
};

class RepeatedRun {
 public:
  /// Takes the migration's statements in their order, for as long as they can be repeated. Nothing
  /// is returned for one that can, or of which it is not known.
  std::optional<Repetition> next(const Statement& statement);

 private:
  // What the statements so far make sure of, the first time as well as the second.
  std::set<Name> dropped_;  ///< if it was there
  std::set<Name> created_;
};

}  // namespace unwedge
