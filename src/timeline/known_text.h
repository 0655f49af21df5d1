// What a body of PL/pgSQL executes, as far as its own text says: constants, what is put together
// from them with || and format(), and variables that are set once.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sql/plpgsql.h"
#include "unwedge/expression.h"

namespace unwedge::timeline {

struct KnownText {
  std::string text;
  bool ends = true;  ///< false: what follows is not known
  bool names_unknown =
      false;  ///< some of its names are those of variables, in place of their values
};

/// What variables have where they are used, as far as the walk has come.
using Bindings = std::map<std::string, KnownText, std::less<>>;

KnownText known_text(const Expression& expression, const sql::Body& body, const Bindings& bindings);

/// The elements of an array of constants, of any kind of ARRAY[…] or '{…}'; nothing: not known.
std::optional<std::vector<std::string>> known_elements(const Expression& expression,
                                                       const sql::Body& body,
                                                       const Bindings& bindings);

}  // namespace unwedge::timeline
