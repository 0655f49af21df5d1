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

struct Descent {
  AlterKind kind;
  int since = 11;
  bool partitions_only = false;
};

/// ADD CONSTRAINT depends on the constraint, and is below.
constexpr std::array kToChildren{
    Descent{AlterKind::kAddColumn},
    Descent{AlterKind::kDropColumn},
    Descent{AlterKind::kAlterType},
    Descent{AlterKind::kSetDefault},
    Descent{AlterKind::kDropDefault},
    Descent{AlterKind::kSetNotNull},
    Descent{AlterKind::kDropNotNull},
    Descent{AlterKind::kSetExpression},
    Descent{AlterKind::kDropExpression},
    Descent{AlterKind::kSetStatistics},
    Descent{AlterKind::kSetStorage},
    Descent{AlterKind::kAddIdentity, 17, true},
    Descent{AlterKind::kSetIdentity, 17, true},
    Descent{AlterKind::kDropIdentity, 17, true},
    Descent{AlterKind::kValidateConstraint},
    Descent{AlterKind::kDropConstraint},
    Descent{AlterKind::kAlterConstraint, 11, true},
    Descent{AlterKind::kEnableTrigger, 11, true},
    Descent{AlterKind::kDisableTrigger, 11, true},
};

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

bool goes_to_children(const AlterAction& action, PgVersion version, bool is_partitioned) {
  if (const auto* add = action.get<AddConstraint>()) {
    switch (add->constraint.kind) {
      case Constraint::Kind::kCheck:
      case Constraint::Kind::kNotNull: return !add->constraint.no_inherit;
      case Constraint::Kind::kForeignKey: return is_partitioned;
      default: return false;  // the index goes there in its own way
    }
  }
  const auto* fact =
      std::find_if(kToChildren.begin(), kToChildren.end(),
                   [&action](const Descent& each) { return each.kind == action.kind; });
  if (fact == kToChildren.end() || version.major < fact->since) return false;
  return is_partitioned || !fact->partitions_only;
}

}  // namespace unwedge::effects
