// Many regular expressions, each belonging to one of several owners, tried in one pass.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <re2/set.h>

namespace unwedge::migration {

class PatternSet {
 public:
  PatternSet();

  void add(const std::string& expression, std::size_t owner);
  /// After the last add().
  void compile();
  [[nodiscard]] bool empty() const { return owners_.empty(); }

  /// The owners of the expressions that match some part of the text, sorted, each once. Safe to
  /// call from several threads.
  [[nodiscard]] std::vector<std::size_t> owners_matching(std::string_view text) const;

 private:
  std::unique_ptr<RE2::Set> set_;
  std::vector<std::size_t> owners_;  ///< by the expression's number
};

}  // namespace unwedge::migration
