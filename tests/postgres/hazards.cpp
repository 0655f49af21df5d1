// One function for each rule whose finding a server can confirm.

#include "postgres/hazards.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "postgres/comparison.h"

namespace unwedge::postgres {
namespace {

using Hazard = std::optional<std::string>;

/// The tables of the fixtures have hundreds of rows, their statements name a handful.
constexpr std::int64_t kManyRows = 50;

Hazard stored_generated_column(const ObservedStep& observed) {
  for (const std::string& table : observed.seen->rewritten) {
    if (observed.from_before.contains(table)) return "rewrites " + table;
  }
  return std::nullopt;
}

Hazard set_not_null_without_check(const ObservedStep& observed) {
  if (observed.step->statement().get<AlterTable>() == nullptr) return std::nullopt;
  for (const std::string& table : observed.seen->scanned) {
    const auto lock = observed.seen->locks.find(table);
    const auto held = observed.seen->held_before.find(table);
    const bool locked_now =
        lock != observed.seen->locks.end() && lock->second.mode == LockMode::kAccessExclusive;
    const bool locked_before =
        held != observed.seen->held_before.end() && held->second.mode == LockMode::kAccessExclusive;
    if (observed.from_before.contains(table) && (locked_now || locked_before)) {
      return "reads all of " + table + " under ACCESS EXCLUSIVE";
    }
  }
  return std::nullopt;
}

Hazard index_not_concurrent(const ObservedStep& observed) {
  if (observed.step->statement().get<CreateIndex>() == nullptr) return std::nullopt;
  const auto locks = blocking_locks(observed);
  for (const auto& [index, table] : observed.seen->index_builds) {
    const auto lock = locks.find(table);
    if (lock == locks.end()) continue;
    return fmt::format("builds {} while {} is locked in {}", index, table, sql_name(lock->second));
  }
  return std::nullopt;
}

Hazard ddl_with_bulk_dml(const ObservedStep& observed) {
  const auto locks = blocking_locks(observed);
  if (locks.empty() || !writes_in_bulk(*observed.seen)) return std::nullopt;
  return fmt::format("writes many rows while {} is locked in {}", locks.begin()->first,
                     sql_name(locks.begin()->second));
}

/// The server's refusal because of the transaction that the statement is in, or is not in.
const Error* refusal(const ObservedStep& observed) {
  constexpr std::string_view kRefusedInBlock = "25001";
  constexpr std::string_view kNeedsBlock = "25P01";
  for (const auto* error : {&observed.seen->error, &observed.seen->refused_in_transaction}) {
    if (!*error) continue;
    const bool in_block = observed.step->transaction().is_block();
    if ((*error)->sqlstate == kNeedsBlock) return &**error;
    if ((*error)->sqlstate == kRefusedInBlock && in_block) return &**error;
  }
  return nullptr;
}

bool is_concurrent(const Error& error) {
  return error.message.find("CONCURRENTLY") != std::string::npos;
}

Hazard concurrently_in_transaction(const ObservedStep& observed) {
  const Error* const error = refusal(observed);
  if (error == nullptr || !is_concurrent(*error)) return std::nullopt;
  return to_string(*error);
}

Hazard not_in_transaction(const ObservedStep& observed) {
  const Error* const error = refusal(observed);
  if (error == nullptr || is_concurrent(*error)) return std::nullopt;
  return to_string(*error);
}

struct Witness {
  std::string_view rule;
  Hazard (*ask)(const ObservedStep&);
};

constexpr std::array kWitnesses{
    Witness{"concurrently-in-transaction", concurrently_in_transaction},
    Witness{"ddl-with-bulk-dml", ddl_with_bulk_dml},
    Witness{"index-not-concurrent", index_not_concurrent},
    Witness{"not-in-transaction", not_in_transaction},
    Witness{"set-not-null-without-check", set_not_null_without_check},
    Witness{"stored-generated-column", stored_generated_column},
};

}  // namespace

std::optional<std::string> hazard(std::string_view rule, const ObservedStep& observed) {
  for (const Witness& witness : kWitnesses) {
    if (witness.rule == rule && observed.seen) return witness.ask(observed);
  }
  return std::nullopt;
}

std::vector<std::string_view> witnessed_rules() {
  std::vector<std::string_view> rules;
  for (const Witness& witness : kWitnesses) rules.push_back(witness.rule);
  return rules;
}

bool writes_in_bulk(const Observation& seen) {
  std::int64_t rows = 0;
  for (const auto& [table, written] : seen.rows) {
    rows += written.inserted + written.updated + written.deleted;
  }
  return rows > kManyRows;
}

}  // namespace unwedge::postgres
