// See alter_facts.h. SUX: other DDL, VACUUM and concurrent index builds wait. SRX: writes wait.
// AX: everything waits, reads included.

#include "effects/alter_facts.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace unwedge::effects {
namespace {

constexpr LockMode kAccessExclusive = LockMode::kAccessExclusive;
constexpr LockMode kShareRowExclusive = LockMode::kShareRowExclusive;
constexpr LockMode kShareUpdateExclusive = LockMode::kShareUpdateExclusive;

struct Fact {
  AlterKind kind;
  LockMode mode;
  LockMode mode_in_11;
};

constexpr Fact same(AlterKind kind, LockMode mode) { return {kind, mode, mode}; }

/// Every subcommand that is not here takes ACCESS EXCLUSIVE.
constexpr std::array kWeaker{
    same(AlterKind::kSetStatistics, kShareUpdateExclusive),
    same(AlterKind::kSetColumnOptions, kShareUpdateExclusive),
    same(AlterKind::kResetColumnOptions, kShareUpdateExclusive),
    same(AlterKind::kClusterOn, kShareUpdateExclusive),
    same(AlterKind::kSetWithoutCluster, kShareUpdateExclusive),
    same(AlterKind::kValidateConstraint, kShareUpdateExclusive),
    same(AlterKind::kEnableTrigger, kShareRowExclusive),
    same(AlterKind::kDisableTrigger, kShareRowExclusive),
    same(AlterKind::kDetachPartitionFinalize, kShareUpdateExclusive),
    Fact{AlterKind::kAttachPartition, kShareUpdateExclusive, kAccessExclusive},
};

/// Storage parameters that need ACCESS EXCLUSIVE (relOpts in access/common/reloptions.c); the
/// others need SHARE UPDATE EXCLUSIVE.
constexpr std::array<std::string_view, 9> kExclusiveOptions{"user_catalog_table",
                                                            "fastupdate",
                                                            "pages_per_range",
                                                            "autosummarize",
                                                            "gin_pending_list_limit",
                                                            "buffering",
                                                            "security_barrier",
                                                            "security_invoker",
                                                            "check_option"};

LockMode options_lock(const AlterAction& action) {
  const auto* options = action.get<Options>();
  const bool exclusive =
      options != nullptr &&
      std::any_of(options->options.begin(), options->options.end(), [](const Option& option) {
        return std::find(kExclusiveOptions.begin(), kExclusiveOptions.end(), option.name) !=
               kExclusiveOptions.end();
      });
  return exclusive ? kAccessExclusive : kShareUpdateExclusive;
}

}  // namespace

LockMode alter_lock(const AlterAction& action, PgVersion version) {
  switch (action.kind) {
    case AlterKind::kSetOptions:
    case AlterKind::kResetOptions: return options_lock(action);
    case AlterKind::kAddConstraint: {
      const auto* add = action.get<AddConstraint>();
      const bool foreign_key =
          add != nullptr && add->constraint.kind == Constraint::Kind::kForeignKey;
      return foreign_key ? kShareRowExclusive : kAccessExclusive;
    }
    case AlterKind::kDetachPartition: {
      const auto* partition = action.get<OtherTable>();
      const bool concurrently = partition != nullptr && partition->concurrently;
      return concurrently ? kShareUpdateExclusive : kAccessExclusive;
    }
    default: break;
  }
  const auto* fact = std::find_if(kWeaker.begin(), kWeaker.end(),
                                  [&action](const Fact& each) { return each.kind == action.kind; });
  if (fact == kWeaker.end()) return kAccessExclusive;
  return version.major == 11 ? fact->mode_in_11 : fact->mode;
}

}  // namespace unwedge::effects
