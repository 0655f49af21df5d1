// How large the tables of the live database are, as the config says: by names, and by numbers that
// were taken from the database. What is small, no rule need worry about for the time that work on
// its rows takes.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/name.h"

namespace unwedge {

struct TableSize {
  std::optional<std::uint64_t> rows{};   ///< an estimate
  std::optional<std::uint64_t> bytes{};  ///< with indexes and TOAST
};

/// `name` or `schema.name`, each with `*` for any text and `?` for one character.
struct TablePattern {
  std::string schema;  ///< "": any
  std::string name;

  [[nodiscard]] bool matches(const RelationId& table) const;
};

class TableSizes {
 public:
  /// What has fewer rows and fewer bytes than these is small.
  static constexpr std::uint64_t kSmallRows = 10'000;
  static constexpr std::uint64_t kSmallBytes = 10'000'000;

  void add_small(TablePattern pattern) { small_.push_back(std::move(pattern)); }
  void add_large(TablePattern pattern) { large_.push_back(std::move(pattern)); }
  void add(RelationId table, TableSize size) { measured_.insert_or_assign(std::move(table), size); }

  [[nodiscard]] bool empty() const { return small_.empty() && large_.empty() && measured_.empty(); }
  /// True when the table is listed as small, or is by its numbers; not when it is listed as large.
  [[nodiscard]] bool small(const RelationId& table) const;
  /// "has about 2.6 million rows (1.2 GB)", "is listed as small"; "": nothing is known.
  [[nodiscard]] std::string describe(const RelationId& table) const;

 private:
  std::vector<TablePattern> small_;
  std::vector<TablePattern> large_;
  std::map<RelationId, TableSize> measured_;
};

}  // namespace unwedge
