// Looking up a rule by any of its names.

#include "lint/registry.h"

#include <algorithm>

namespace unwedge::lint {

const Rule* find_rule(std::string_view id_or_alias) {
  for (const Rule* rule : builtin_rules()) {
    if (rule->info.id == id_or_alias) return rule;
  }
  if (id_or_alias.empty()) return nullptr;
  for (const Rule* rule : builtin_rules()) {
    const auto& aliases = rule->info.aliases;
    if (std::find(aliases.begin(), aliases.end(), id_or_alias) != aliases.end()) return rule;
  }
  return nullptr;
}

}  // namespace unwedge::lint
