// See pattern.h.

#include "migration/pattern.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace unwedge::migration {

const RE2& compiled(std::string_view expression) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<RE2>, std::less<>> cache;
  const std::lock_guard lock(mutex);
  auto found = cache.find(expression);
  if (found == cache.end()) {
    found = cache.emplace(std::string(expression), nullptr).first;
    found->second = std::make_unique<RE2>(found->first);
  }
  return *found->second;
}

}  // namespace unwedge::migration
