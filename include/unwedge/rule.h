// A rule is a constant: what it is called and says of itself, and a function that looks at a step,
// a transaction, a migration or the history. The build finds every rules/*/*.cpp and makes the
// registry.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "unwedge/finding.h"
#include "unwedge/history.h"
#include "unwedge/statement.h"
#include "unwedge/step.h"

namespace unwedge {

enum class Category : std::uint8_t {
  kLocking,
  kTransaction,
  kFailure,
  kCompatibility,
  kData,
  kHistory,
  kDesign,
  kAcks,  ///< findings about acknowledgements; they cannot be acknowledged
};

std::string_view to_string(Category category);  ///< "locking", …: also the folder in rules/

struct RuleInfo {
  std::string_view id;       ///< kebab-case; what is flagged
  std::string_view summary;  ///< at most 72 characters, no period
  Category category = Category::kLocking;
  Kind kind = Kind::kBlocks;
  Severity severity = Severity::kWarning;
  std::string_view since;                     ///< the version that brought it
  std::array<std::string_view, 4> aliases{};  ///< other linters' names, accepted wherever ids are
  /// It speaks of whatever no other rule speaks of: where a more specific one has a finding about
  /// the harm that the same statement does, be it acknowledged or turned off, it has none.
  bool fallback = false;
};

struct Rule {
  using StepCheck = void (*)(const Step&, Findings&);
  using TransactionCheck = void (*)(const Transaction&, Findings&);
  using MigrationCheck = void (*)(const Migration&, Findings&);
  using HistoryCheck = void (*)(const History&, Findings&);

  static constexpr std::size_t kEveryStatement = std::variant_npos;

  RuleInfo info;
  std::size_t statement_kind = kEveryStatement;  ///< the alternative of StatementNode it looks at
  StepCheck check_step = nullptr;
  TransactionCheck check_transaction = nullptr;
  MigrationCheck check_migration = nullptr;
  HistoryCheck check_history = nullptr;
};

namespace detail {

template <typename Node, typename Variant>
struct IndexIn;

template <typename Node, typename... Nodes>
struct IndexIn<Node, std::variant<Nodes...>> {
  static constexpr std::size_t find() {
    constexpr std::array<bool, sizeof...(Nodes)> kSame = {std::is_same_v<Node, Nodes>...};
    for (std::size_t i = 0; i < kSame.size(); ++i) {
      if (kSame[i]) return i;
    }
    return std::variant_npos;
  }
};

}  // namespace detail

/// A rule that looks at every statement of one type: check(const Node&, const Step&, Findings&).
template <typename Node, auto Check>
constexpr Rule on(const RuleInfo& info) {
  Rule rule{.info = info};
  rule.statement_kind = detail::IndexIn<Node, StatementNode>::find();
  rule.check_step = [](const Step& step, Findings& findings) {
    Check(*step.statement().template get<Node>(), step, findings);
  };
  return rule;
}

/// A rule that looks at every step: check(const Step&, Findings&).
template <auto Check>
constexpr Rule on_step(const RuleInfo& info) {
  Rule rule{.info = info};
  rule.check_step = Check;
  return rule;
}

/// A rule that looks at each transaction when it has ended: check(const Transaction&, Findings&).
/// A statement in autocommit is a transaction of one step.
template <auto Check>
constexpr Rule on_transaction(const RuleInfo& info) {
  Rule rule{.info = info};
  rule.check_transaction = Check;
  return rule;
}

/// A rule that looks at each migration as a whole: check(const Migration&, Findings&).
template <auto Check>
constexpr Rule on_migration(const RuleInfo& info) {
  Rule rule{.info = info};
  rule.check_migration = Check;
  return rule;
}

/// A rule that looks at what a change set leaves behind: check(const History&, Findings&).
template <auto Check>
constexpr Rule on_history(const RuleInfo& info) {
  Rule rule{.info = info};
  rule.check_history = Check;
  return rule;
}

/// An id whose findings the linter itself reports: about acknowledgements.
constexpr Rule reported_by_linter(const RuleInfo& info) { return Rule{.info = info}; }

}  // namespace unwedge
