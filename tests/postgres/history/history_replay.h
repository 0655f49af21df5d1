// Applies the migrations of a history to a live server, each as its runner would, and to unwedge's
// catalog. What the server rejects is in neither.

#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lint/options.h"
#include "postgres/connection.h"
#include "postgres/server.h"
#include "text/source_file.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"

namespace unwedge::postgres {

/// A statement that was rejected, or is predicted to be.
struct Rejection {
  std::string statement;  ///< empty: the COMMIT of the runner
  std::string sqlstate;
  std::string message;
};

/// What became of one migration.
struct MigrationOutcome {
  std::string name;
  std::string runner;
  std::optional<Error> error;  ///< the server's
  std::string statement;       ///< that it was about; empty: the runner's COMMIT
  /// The first refusal that unwedge is certain of.
  std::optional<Rejection> predicted;
  bool is_migration = true;  ///< false: it has nothing for the up direction
};

class HistoryReplay {
 public:
  HistoryReplay(Server& server, const lint::Options& options);

  MigrationOutcome apply(const text::SourceFile& file);

  [[nodiscard]] const schema::Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const Database& database() const { return database_; }

 private:
  const lint::Options& options_;
  Database database_;
  schema::Catalog catalog_;
};

}  // namespace unwedge::postgres
