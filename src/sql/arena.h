// Storage for the names and texts of a script's statements: bump allocation, freed all at once.

#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace unwedge::sql {

class Arena {
 public:
  /// A copy that lives as long as the arena.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* place = allocate(text.size());
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{16} * 1024;

  char* allocate(std::size_t bytes) {
    if (bytes > kBlockBytes / 4) {
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
      return blocks_.back().get();
    }
    if (bytes > left_) {
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockBytes));
      next_ = blocks_.back().get();
      left_ = kBlockBytes;
    }
    char* place = next_;
    next_ += bytes;
    left_ -= bytes;
    return place;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace unwedge::sql
