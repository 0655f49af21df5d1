// Conditions of IF that ask the server's own catalogs what is there: the way in which a block says
// IF NOT EXISTS or IF EXISTS where the statement has no such form.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "sql/plpgsql.h"

namespace unwedge::timeline {

using GuardWords = std::set<std::string, std::less<>>;

/// The names that the condition asks the catalogs for; empty: it asks something else, too.
/// `last_query` is what set FOUND; null: nothing did.
GuardWords guard_words(const sql::BodyExpression& condition, const sql::Body& body,
                       const sql::BodyNode* last_query);

/// Whether one of these names is in the statements: what the condition asks for is what they make
/// or change.
bool is_about(const GuardWords& words, std::string_view statements);

/// Only the server's own catalogs are read.
bool reads_only_catalogs(const Dml& dml);

/// No functions of the user's own.
bool calls_only_the_servers(const Dml& dml);

/// Whether a handler for these conditions is there for objects that are there already, or no
/// longer.
bool tolerates_repetition(const sql::BodyBranch& handler);

/// Whether the handler, with a RAISE of its own at its end, lets the failure be one.
bool raises_again(const sql::BodyBranch& handler);

/// Whether the handler takes what fails with this SQLSTATE.
bool catches(const sql::BodyBranch& handler, std::string_view sqlstate);

}  // namespace unwedge::timeline
