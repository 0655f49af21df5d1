// SELECT, INSERT, UPDATE, DELETE, MERGE and COPY.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "effects/builtins.h"
#include "effects/partitions.h"
#include "effects/predict.h"
#include "effects/row_estimate.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kRoutesUnknown = "which partitions the rows go to is not known";
constexpr Doubt kFunctionNotFollowed = "what the function does is not followed";
constexpr Doubt kProcedureNotFollowed = "what the procedure does is not followed";
constexpr Doubt kBuiltAtRunTime = "what it executes is put together at run time";
constexpr Doubt kFileNotRead = "what is in the file is not read";
constexpr Doubt kPlaceholderUnknown = "what is put in the place of the placeholder is not known";
constexpr Doubt kLanguageNotFollowed = "what the block does is not followed";
constexpr Doubt kObjectsUnknown = "which objects it is about is not known";
constexpr Doubt kKeyUnknown = "whether the compared column is a key is not known";
constexpr Doubt kKeyValuesUnknown =
    "whether the foreign key's values change, and to others than null, is not known";

constexpr int kRoutesLazily = 12;

/// Statements without a room of their own that change every object of an owner or a tablespace.
constexpr std::array<std::string_view, 5> kOnManyObjects{
    "ALTER INDEX", "ALTER MATERIALIZED VIEW", "ALTER TABLE", "DROP OWNED", "REASSIGN OWNED"};

/// Only a volatile function can change anything.
bool may_change(const QualifiedName& function, const Prediction& prediction) {
  const schema::Catalog& catalog = prediction.catalog();
  const auto id = catalog.resolve_function(function, prediction.session().settings->search_path);
  if (const schema::Overloads* known = catalog.find_function(id)) {
    return std::ranges::any_of(known->functions, [](const schema::Function& each) {
      return each.volatility == CreateFunction::Volatility::kVolatile;
    });
  }
  return !builtin_volatility(function.name) && !is_usual_aggregate(function.name);
}

void write_rows(const Write& write, const Dml& dml, Prediction& prediction) {
  prediction.set_cause(write.span);
  const RelationId target = prediction.resolve(write.target);
  switch (estimate_rows(write, prediction.find(target))) {
    case RowCount::kFew: return;
    case RowCount::kPossible: prediction.work(WorkKind::kRows, target, kKeyUnknown); break;
    case RowCount::kMany: prediction.work(WorkKind::kRows, target); break;
  }
  // A copy into a new table takes as long as reading the old one does.
  if (!write.rows_from_query) return;
  for (const QualifiedName& source : dml.reads) {
    prediction.work(WorkKind::kScan, prediction.resolve(source));
  }
}

/// Whether the write sets one of the columns: INSERT and MERGE without a list may set all.
bool sets(const Write& write, const std::vector<std::string>& columns) {
  return (write.columns.empty() && write.kind != Write::Kind::kUpdate) ||
         std::ranges::any_of(columns, [&write](const std::string& column) {
           return std::ranges::find(write.columns, column) != write.columns.end();
         });
}

/// The triggers that enforce foreign keys query the table at the other end (RI_FKey_check,
/// RI_FKey_noaction_del and the like, utils/adt/ri_triggers.c): an UPDATE only when it changes the
/// key.
void check_foreign_keys(const Write& write, Prediction& prediction) {
  const RelationId target = prediction.resolve(write.target);
  const schema::Relation* known = prediction.find(target);
  if (known != nullptr && write.kind != Write::Kind::kDelete) {
    for (const schema::ForeignKey& key : known->foreign_keys) {
      if (!sets(write, key.columns)) continue;
      const Doubt doubt = write.kind == Write::Kind::kUpdate ? kKeyValuesUnknown : Doubt();
      prediction.lock(key.references, LockMode::kRowShare, doubt);
      const schema::Relation* referenced = prediction.find(key.references);
      const schema::Key* primary = referenced == nullptr ? nullptr : referenced->primary_key();
      if (primary != nullptr) {
        prediction.lock(primary->index, prediction.index_mode(LockMode::kRowShare), doubt);
      }
    }
  }
  const bool updates = write.kind == Write::Kind::kUpdate;
  if (!updates && write.kind != Write::Kind::kDelete) return;
  for (const auto& reference : prediction.catalog().references_to(target)) {
    if (updates && !sets(write, reference.key->referenced_columns)) continue;
    using Action = Constraint::Action;
    const Action action = updates ? reference.key->on_update : reference.key->on_delete;
    const bool only_looks = action == Action::kNoAction || action == Action::kRestrict;
    prediction.query_key(reference.table->id,
                         only_looks ? LockMode::kRowShare : LockMode::kRowExclusive);
  }
}

}  // namespace

void predict(const Call& /*call*/, Prediction& prediction) {
  prediction.may_do_more(kProcedureNotFollowed);
}

void predict(const Execute& /*execute*/, Prediction& prediction) {
  prediction.may_do_more(kBuiltAtRunTime);
}

void predict(const ClientCommand& command, Prediction& prediction) {
  if (command.followed || command.kind == ClientCommand::Kind::kConnect) return;
  const bool is_file = command.kind == ClientCommand::Kind::kInclude;
  prediction.may_do_more(is_file ? kFileNotRead : kPlaceholderUnknown);
}

/// What it runs are steps of their own.
void predict(const DoBlock& block, Prediction& prediction) {
  if (block.language != "plpgsql") prediction.may_do_more(kLanguageNotFollowed);
}

void predict(const Other& other, Prediction& prediction) {
  if (std::ranges::find(kOnManyObjects, other.tag) != kOnManyObjects.end()) {
    prediction.may_do_more(kObjectsUnknown);
  }
}

void predict(const Dml& dml, Prediction& prediction) {
  for (const FunctionCall& call : dml.calls) {
    if (may_change(call.function, prediction)) prediction.may_do_more(kFunctionNotFollowed);
  }
  // lock_and_open_sequence, commands/sequence.c
  for (const QualifiedName& sequence : dml.sequences) {
    prediction.lock(sequence, LockMode::kRowExclusive);
  }
  for (const QualifiedName& source : dml.reads) {
    prediction.query(prediction.resolve(source),
                     dml.row_locks ? LockMode::kRowShare : LockMode::kAccessShare);
  }
  for (const Write& write : dml.writes) {
    const RelationId target = prediction.resolve(write.target);
    const bool inserts = write.kind == Write::Kind::kInsert || write.kind == Write::Kind::kCopy;
    if (inserts) {
      // The indexes are opened for the rows and closed again at once.
      prediction.lock(target, LockMode::kRowExclusive);
      // Since 12 only the partitions that rows go to.
      const Doubt doubt = prediction.since(kRoutesLazily) ? kRoutesUnknown : Doubt();
      if (is_partitioned(prediction.find(target))) {
        prediction.lock_descendants(target, LockMode::kRowExclusive, doubt);
      }
    } else {
      prediction.query(target, LockMode::kRowExclusive);
    }
    read_bound(target, write.kind != Write::Kind::kDelete, prediction);
    check_foreign_keys(write, prediction);
    write_rows(write, dml, prediction);
  }
}

}  // namespace unwedge::effects
