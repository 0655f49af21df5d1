// The objects of a schema as a server's system catalogs have them and as unwedge's catalog has
// them, in the same words, so that the two can be compared one by one.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "postgres/connection.h"
#include "unwedge/schema.h"

namespace unwedge::postgres {

/// What is said of an object, "type" or "not null" say; nothing where unwedge does not know.
using Properties = std::map<std::string, std::optional<std::string>>;

/// By kind and name: ("column", "public.t.a").
using ObjectKey = std::pair<std::string, std::string>;

struct Objects {
  std::map<ObjectKey, Properties> all;
  /// Relations of which unwedge knows that it does not know all: they may have more columns,
  /// constraints and indexes.
  std::set<std::string> incomplete;
  /// Relations of which it does not even know whether they are there.
  std::set<std::string> perhaps;
};

/// What the database holds that is neither the server's own nor an extension's.
Objects objects_on(Connection& session);

Objects objects_in(const schema::Catalog& catalog);

/// How the objects of one kind compare.
struct Tally {
  std::size_t equal = 0;
  std::size_t unknown = 0;  ///< unwedge says that it does not know
  std::size_t different = 0;
};

struct CatalogComparison {
  std::map<std::string, Tally> kinds;
  std::vector<std::string> differences;  ///< a sentence each

  [[nodiscard]] Tally total() const;
};

CatalogComparison compare(const Objects& server, const Objects& catalog);

}  // namespace unwedge::postgres
