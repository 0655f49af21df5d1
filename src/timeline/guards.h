// Conditions of IF that ask the server's own catalogs what is there: the way in which a block says
// IF NOT EXISTS or IF EXISTS where the statement has no such form.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/plpgsql.h"
#include "timeline/known_text.h"

namespace unwedge::timeline {

using GuardWords = std::set<std::string, std::less<>>;

/// The names that the condition asks the catalogs for, and of variables with known ones; empty: it
/// asks something else, too. `last_query` is what set FOUND; null: nothing did.
GuardWords guard_words(const sql::BodyExpression& condition, const sql::Body& body,
                       const Bindings& bindings, const sql::BodyNode* last_query);

/// Where the words of text[region] are.
class WordPlaces {
 public:
  WordPlaces(std::string_view text, Span region);

  /// Whether one of these names is in the statements there: what the condition asks for is what
  /// they make or change.
  [[nodiscard]] bool any_in(Span statements, const GuardWords& words) const;

 private:
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> places_;  ///< behind each word
};

/// Only the server's own catalogs are read.
bool reads_only_catalogs(const Dml& dml);

/// No functions of the user's own.
bool calls_only_the_servers(const Dml& dml);

/// Whether a handler for these conditions is there for objects that are there already, or no
/// longer.
bool tolerates_repetition(const sql::BodyBranch& handler);

/// Whether the handler, with a RAISE of its own at its end, lets the failure be one.
bool raises_again(const sql::BodyBranch& handler);

/// Whether the handler takes what fails with this SQLSTATE, or the condition of this name.
bool catches(const sql::BodyBranch& handler, std::string_view failure);

}  // namespace unwedge::timeline
