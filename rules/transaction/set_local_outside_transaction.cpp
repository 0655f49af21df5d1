// SET LOCAL lasts until the transaction ends. Where a statement is a transaction of its own, that
// is at once: the server warns and goes on without the setting. set_config does not even warn.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "set-local-outside-transaction",
    .summary = "SET LOCAL outside a transaction has no effect",
    .category = Category::kTransaction,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

constexpr std::string_view kLocal = "LOCAL";
constexpr std::string_view kTrue = "true";

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// LOCAL among the words of the command; empty for set_config.
std::string_view local_word(const Step& step) {
  const std::string_view command = step.sql().substr(0, step.statement().keyword_span.size());
  const auto* found =
      std::search(command.begin(), command.end(), kLocal.begin(), kLocal.end(), same_letter);
  if (found == command.end()) return {};
  return command.substr(static_cast<std::size_t>(found - command.begin()), kLocal.size());
}

/// The same statement for the session.
std::string without_local(std::string_view sql, std::string_view local) {
  if (!local.empty()) return fmt::format("SET{}", std::string_view(local.end(), sql.end()));
  const auto* flag = std::find_end(sql.begin(), sql.end(), kTrue.begin(), kTrue.end(), same_letter);
  if (flag == sql.end()) return std::string(sql);
  return fmt::format("{}false{}", std::string_view(sql.begin(), flag),
                     std::string_view(flag + kTrue.size(), sql.end()));
}

void check(const SetVariable& variable, const Step& step, Findings& findings) {
  if (!variable.local || step.transaction().kind != TransactionKind::kNone) return;
  // SET TRANSACTION, with or without LOCAL, is always about the transaction.
  if (variable.name == "transaction" || variable.name == "transaction snapshot") return;

  const std::string_view local = local_word(step);
  const std::string_view command = local.empty() ? "set_config(…, true)" : "SET LOCAL";
  Span span = step.span();
  if (!local.empty()) {
    span.end = span.begin + static_cast<std::uint32_t>(local.end() - step.sql().begin());
  }
  FindingBuilder finding = findings.report(span);
  if (step.runner().known) {
    finding.message("'{}' keeps its value: {} has no effect outside a transaction.", variable.name,
                    command);
  } else {
    finding.message(
        "'{}' keeps its value unless your migration tool runs this file in one transaction: {} "
        "has no effect outside one.",
        variable.name, command);
  }
  finding.help(
      "Put it between BEGIN and COMMIT, before the statements that it is for, or set it for the "
      "session:\n{};",
      without_local(step.sql(), local));
}

}  // namespace

extern constinit const Rule set_local_outside_transaction = on<SetVariable, check>(kInfo);

}  // namespace unwedge::rules
