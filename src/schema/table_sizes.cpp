// See table_sizes.h.

#include "unwedge/table_sizes.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "unwedge/schema.h"

namespace unwedge {
namespace {

/// In time proportional to both at most: after a `*` that has failed, only the last one is tried
/// again further on.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t next = 0;
  std::size_t star = std::string_view::npos;
  std::size_t tried = 0;
  while (next < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      tried = next;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[next])) {
      ++at;
      ++next;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      next = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool any_matches(const std::vector<TablePattern>& patterns, const RelationId& table) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const TablePattern& pattern) { return pattern.matches(table); });
}

/// With as many digits as an estimate deserves: "2.6", "26", "260".
std::string rounded(double number) {
  return number < 9.95 ? fmt::format("{:.1f}", number) : fmt::format("{:.0f}", number);
}

std::string rows_text(std::uint64_t rows) {
  if (rows >= 1'000'000'000) {
    return fmt::format("{} billion rows", rounded(static_cast<double>(rows) / 1e9));
  }
  if (rows >= 1'000'000) {
    return fmt::format("{} million rows", rounded(static_cast<double>(rows) / 1e6));
  }
  if (rows >= 1'000) return fmt::format("{},{:03} rows", rows / 1'000, rows % 1'000);
  return fmt::format("{} row{}", rows, rows == 1 ? "" : "s");
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB", "PB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 999.5 && unit + 1 < kUnits.size()) {
    size /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes)
                   : fmt::format("{} {}", rounded(size), kUnits.at(unit));
}

}  // namespace

bool TablePattern::matches(const RelationId& table) const {
  return (schema.empty() || unwedge::matches(schema, table.schema)) &&
         unwedge::matches(name, table.name);
}

bool TableSizes::small(const RelationId& table) const {
  if (any_matches(large_, table)) return false;
  if (any_matches(small_, table)) return true;
  const auto found = measured_.find(table);
  if (found == measured_.end()) return false;
  const TableSize& size = found->second;
  if (!size.rows && !size.bytes) return false;
  return size.rows.value_or(0) < kSmallRows && size.bytes.value_or(0) < kSmallBytes;
}

std::string TableSizes::describe(const RelationId& table) const {
  const auto found = measured_.find(table);
  if (found != measured_.end()) {
    const TableSize& size = found->second;
    if (size.rows && size.bytes) {
      return fmt::format("has about {} ({})", rows_text(*size.rows), bytes_text(*size.bytes));
    }
    if (size.rows) return fmt::format("has about {}", rows_text(*size.rows));
    if (size.bytes) return fmt::format("has {}", bytes_text(*size.bytes));
  }
  if (any_matches(large_, table)) return "is listed as large";
  if (any_matches(small_, table)) return "is listed as small";
  return {};
}

const TableSizes& schema::Catalog::sizes() const {
  static const TableSizes nothing_known;
  return sizes_ == nullptr ? nothing_known : *sizes_;
}

}  // namespace unwedge
