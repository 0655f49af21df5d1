// Statements that unwedge's own grammar knows and an older server's does not: the release notes and
// parser/gram.y of each version say which it brought.

#include <algorithm>
#include <string_view>
#include <variant>

#include "effects/refusing.h"
#include "unwedge/features.h"

namespace unwedge::effects {
namespace {

constexpr int kNullsNotDistinct = 15;
constexpr int kSetNullColumns = 15;
constexpr int kMerge = 15;
constexpr int kReplaceTrigger = 14;
constexpr int kSqlBody = 14;
constexpr int kReindexConcurrently = 12;

/// A clause, and the first version that has it.
struct Newer {
  int since = 0;
  std::string_view clause;
  std::string_view near;  ///< where an older server gives up
  Span at;
};

class Syntax {
 public:
  explicit Syntax(const Prediction& prediction) : prediction_(prediction) {}

  template <typename Node>
  Newer operator()(const Node& /*node*/) const {
    return {};
  }

  Newer operator()(const CreateTable& create) const {
    for (const ColumnDefinition& column : create.columns) {
      if (const Newer newer = in(column); newer.since != 0) return newer;
    }
    for (const Constraint& constraint : create.constraints) {
      if (const Newer newer = in(constraint, true); newer.since != 0) return newer;
    }
    return {};
  }

  Newer operator()(const AlterTable& alter) const {
    for (const AlterAction& action : alter.actions) {
      Newer newer;
      if (const auto* add = action.get<AddColumn>()) newer = in(add->column);
      if (const auto* added = action.get<AddConstraint>()) newer = in(added->constraint, true);
      const auto* other = action.get<OtherTable>();
      if (other != nullptr && other->concurrently) {
        newer = of(kDetachConcurrently.major, "DETACH PARTITION … CONCURRENTLY", "CONCURRENTLY",
                   other->concurrently_span);
      }
      if (newer.since != 0) return newer;
    }
    return {};
  }

  Newer operator()(const CreateIndex& index) const {
    return index.nulls_not_distinct
               ? of(kNullsNotDistinct, "NULLS NOT DISTINCT", "NULLS", index.keyword_span)
               : Newer();
  }

  Newer operator()(const Reindex& reindex) const {
    return reindex.concurrently ? of(kReindexConcurrently, "REINDEX … CONCURRENTLY", "CONCURRENTLY",
                                     reindex.concurrently_span)
                                : Newer();
  }

  Newer operator()(const CreateTrigger& create) const {
    return create.or_replace ? of(kReplaceTrigger, "CREATE OR REPLACE TRIGGER", "TRIGGER", {})
                             : Newer();
  }

  Newer operator()(const CreateFunction& create) const {
    if (!create.body_parsed) return {};
    return create.body.empty() ? of(kSqlBody, "a body of RETURN", "RETURN", {})
                               : of(kSqlBody, "a body of BEGIN ATOMIC", "BEGIN", {});
  }

  Newer operator()(const Dml& dml) const {
    for (const Write& write : dml.writes) {
      if (write.kind == Write::Kind::kMerge) return of(kMerge, "MERGE", "MERGE", write.span);
    }
    return {};
  }

 private:
  [[nodiscard]] Newer of(int since, std::string_view clause, std::string_view near,
                         Span place) const {
    if (prediction_.since(since)) return {};
    return {.since = since, .clause = clause, .near = near, .at = place};
  }

  [[nodiscard]] Newer in(const ColumnDefinition& column) const {
    if (column.generated) {
      const bool stored = column.generated->storage == GeneratedColumn::Storage::kStored;
      const Newer newer =
          stored ? of(kStoredColumns.major, "GENERATED … STORED", "(", column.generated->span)
                 : of(kVirtualColumns.major, "GENERATED … VIRTUAL", "", column.generated->span);
      if (newer.since != 0) return newer;
    }
    for (const Constraint& constraint : column.constraints) {
      if (const Newer newer = in(constraint, false); newer.since != 0) return newer;
    }
    return {};
  }

  [[nodiscard]] Newer in(const Constraint& constraint, bool of_table) const {
    if (!constraint.enforced) {
      return of(kNotEnforced.major, "NOT ENFORCED", "ENFORCED", constraint.span);
    }
    if (of_table && constraint.kind == Constraint::Kind::kNotNull) {
      return of(kNotNullNotValid.major, "a NOT NULL constraint of the table", "NOT",
                constraint.span);
    }
    if (constraint.nulls_not_distinct) {
      return of(kNullsNotDistinct, "NULLS NOT DISTINCT", "NULLS", constraint.span);
    }
    if (!constraint.set_columns.empty()) {
      return of(kSetNullColumns, "ON DELETE SET NULL (columns)", "(", constraint.span);
    }
    return {};
  }

  const Prediction& prediction_;
};

}  // namespace

Refused newer_syntax(const Statement& statement, const Prediction& prediction) {
  const Newer newer = std::visit(Syntax(prediction), statement.node);
  if (newer.since == 0) return std::nullopt;
  return at(about(refuse(RefusalCause::kNewerSyntax, kSyntax, "",
                         fmt::format(R"(syntax error at or near "{}")", newer.near)),
                  std::string(newer.clause), fmt::format("Postgres {}", newer.since)),
            newer.at);
}

}  // namespace unwedge::effects
