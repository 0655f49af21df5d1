// The rules that are on, and those that are off but may silence a fallback (lint/fallback.h),
// sorted by what they look at. Made once for all files with the same options.

#pragma once

#include <variant>
#include <vector>

#include "lint/options.h"
#include "lint/result.h"
#include "text/source_file.h"
#include "unwedge/rule.h"

namespace unwedge::lint {

class ActiveRules {
 public:
  explicit ActiveRules(const Options& options);

  [[nodiscard]] const std::vector<const Rule*>& for_statement(const Statement& statement) const {
    return by_statement_[statement.node.index()];
  }
  [[nodiscard]] const std::vector<const Rule*>& every_step() const { return every_step_; }
  [[nodiscard]] const std::vector<const Rule*>& transaction() const { return transaction_; }
  [[nodiscard]] const std::vector<const Rule*>& migration() const { return migration_; }
  [[nodiscard]] const std::vector<const Rule*>& history() const { return history_; }

 private:
  std::vector<std::vector<const Rule*>> by_statement_;
  std::vector<const Rule*> every_step_;
  std::vector<const Rule*> transaction_;
  std::vector<const Rule*> migration_;
  std::vector<const Rule*> history_;
};

/// True when the options leave the rule on.
bool is_enabled(const RuleInfo& rule, const Options& options);

/// lint_file() of engine.h, for many files with the same options.
FileResult lint_file(const text::SourceFile& file, const Options& options,
                     const ActiveRules& rules);

}  // namespace unwedge::lint
