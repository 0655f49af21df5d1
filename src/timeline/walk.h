// Walks over the statements of sections in the order in which they run: one step each, with the
// session and the schema before it and the effects of it. Or, for migrations of which only what
// they leave behind matters, without steps and effects.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "migration/messages.h"
#include "migration/sections.h"
#include "sql/dialect.h"
#include "sql/plpgsql.h"
#include "unwedge/schema.h"
#include "unwedge/step.h"

namespace unwedge::timeline {

/// The choices between the statements of a section, or of a file that it includes.
struct TextChoices {
  Span region;                                        ///< the text
  const std::vector<sql::Choice>* choices = nullptr;  ///< null: there are none
};

/// A section as the runner runs it. What it points at outlives the timeline.
struct SectionRun {
  const migration::Section* section = nullptr;
  const migration::Delivery* delivery = nullptr;
  const std::vector<Statement>* statements = nullptr;
  const std::vector<sql::Choice>* choices = nullptr;  ///< between the statements; null: none
  std::vector<TextChoices> included = {};             ///< of the files that it includes
  /// WalkOptions::text with what stands for placeholders in this section; empty: it has none.
  std::string_view masked;
  const sql::PlaceholderValues* values = nullptr;  ///< of those that are known; null: of none
  const RunnerInfo* runner = nullptr;
  std::string_view directory;  ///< of its file: kTransactionPerDirectory ends with it
  bool begins_file = true;     ///< the first of its file for this direction
  /// JDBC: after COMMIT in the file the next message opens a transaction again, and one of several
  /// statements is a pipeline.
  bool reopens = false;
  bool resets_settings = false;  ///< the runner resets the settings before each file
};

/// The steps [first, last) of one transaction.
struct TransactionRange {
  TransactionState state;
  std::size_t first = 0;
  std::size_t last = 0;
  bool rolled_back = false;
  bool unclosed = false;  ///< the file's own BEGIN has no end, and no runner's COMMIT follows
};

/// The steps [first, last) of one section.
struct SectionRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

struct Timeline {
  std::vector<Step> steps;
  std::vector<TransactionRange> transactions;
  std::vector<SectionRange> sections;  ///< one for each that was walked
  /// What statements inside DO blocks are part of.
  std::vector<std::unique_ptr<sql::Body>> bodies;
};

/// What is known of the refusal of statements, by the places where they begin.
using KnownRefusals = std::map<std::uint32_t, std::optional<Refusal>>;

struct WalkOptions {
  PgVersion postgres;
  std::string_view text;  ///< that all spans are places in; outlives the timeline
  /// For a file of an unknown runner: what holds instead of the refusals that the walk would find;
  /// null: nothing.
  const KnownRefusals* known_refusals = nullptr;
};

/// Applies the sections to the catalog and nothing else: they have run long ago.
void replay(std::span<const SectionRun> sections, const WalkOptions& options,
            schema::Catalog& catalog);

/// Walks the sections one after the other on one connection: those of one file for one direction,
/// or those of several files that are applied in one run. `catalog` is the schema before them and
/// becomes the schema after them. `visit` is called with each step while the catalog is still as it
/// was before the step. The statements and the catalog must outlive the timeline. The catalog's
/// journal still holds all changes when it returns.
Timeline walk(std::span<const SectionRun> sections, const WalkOptions& options,
              schema::Catalog& catalog, const std::function<void(const Step&)>& visit);

}  // namespace unwedge::timeline
