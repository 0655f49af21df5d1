// What is known after changes that may not have happened: what holds with them and without them.
// Of a relation, that is what both have in common, and it is no longer known completely: a column
// that only one of the two has may be there or not.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

template <typename Part>
const Part* find_named(const std::vector<Part>& parts, const std::string& name) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&name](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

/// Those that both have, as `combine` makes one of the two.
template <typename Part, typename Combine>
std::vector<Part> in_both(const std::vector<Part>& before, const std::vector<Part>& after,
                          const Combine& combine) {
  std::vector<Part> common;
  for (const Part& part : before) {
    if (const Part* other = find_named(after, part.name)) common.push_back(combine(part, *other));
  }
  return common;
}

template <typename Part>
std::vector<Part> equal_in_both(const std::vector<Part>& before, const std::vector<Part>& after) {
  std::vector<Part> common;
  std::copy_if(before.begin(), before.end(), std::back_inserter(common),
               [&after](const Part& part) {
                 return std::find(after.begin(), after.end(), part) != after.end();
               });
  return common;
}

Column either(const Column& before, const Column& after) {
  Column column = before;
  column.not_null = before.not_null && after.not_null;
  if (before.type != after.type) column.type = {};
  if (before.default_value != after.default_value) column.default_value.reset();
  return column;
}

Check either(const Check& before, const Check& after) {
  Check check = before;
  check.valid = before.valid && after.valid;
  check.enforced = before.enforced && after.enforced;
  return check;
}

Key either(const Key& before, const Key& /*after*/) { return before; }
Trigger either(const Trigger& before, const Trigger& /*after*/) { return before; }

ForeignKey either(const ForeignKey& before, const ForeignKey& after) {
  ForeignKey key = before;
  key.valid = before.valid && after.valid;
  key.enforced = before.enforced && after.enforced;
  return key;
}

Relation either(const Relation& before, const Relation& after) {
  const auto combine = [](const auto& a, const auto& b) { return either(a, b); };
  Relation relation = before;
  relation.complete = false;
  relation.columns = in_both(before.columns, after.columns, combine);
  relation.checks = in_both(before.checks, after.checks, combine);
  relation.keys = in_both(before.keys, after.keys, combine);
  relation.foreign_keys = in_both(before.foreign_keys, after.foreign_keys, combine);
  relation.triggers = in_both(before.triggers, after.triggers, combine);
  relation.key_columns = equal_in_both(before.key_columns, after.key_columns);
  relation.rules = equal_in_both(before.rules, after.rules);
  relation.policies = equal_in_both(before.policies, after.policies);
  std::erase_if(relation.policy_columns, [&after](const auto& policy) {
    const auto other = after.policy_columns.find(policy.first);
    return other == after.policy_columns.end() || other->second != policy.second;
  });
  relation.triggers_disabled = before.triggers_disabled || after.triggers_disabled;
  if (before.partition_of != after.partition_of) {
    relation.partition_of = {};
    relation.bound.reset();
  }
  return relation;
}

/// Whether it is there is not known. If it is, and was not before, nobody has seen it yet.
Relation perhaps_there(const RelationId& id, bool is_new) { return {.id = id, .is_new = is_new}; }

bool is_there(const Relation* relation) { return relation != nullptr && !relation->dropped; }

Relation either(const RelationId& id, const Relation* before, const Relation* after) {
  if (is_there(before) && is_there(after)) return either(*before, *after);
  return perhaps_there(id, !is_there(before) && is_there(after) && after->is_new);
}

Type either(const ObjectId& id, const Type* before, const Type* after) {
  Type type;
  type.id = id;
  if (before == nullptr || after == nullptr || before->dropped || after->dropped) return type;
  type = *before;
  type.complete = false;
  type.labels = equal_in_both(before->labels, after->labels);
  type.not_null = before->not_null && after->not_null;
  type.checks = in_both(before->checks, after->checks,
                        [](const auto& a, const auto& b) { return either(a, b); });
  return type;
}

Overloads in_both(const ObjectId& id, const Overloads* before, const Overloads* after) {
  Overloads common{.id = id, .functions = {}};
  if (before == nullptr || after == nullptr) return common;
  for (const Function& function : before->functions) {
    const bool still_there = std::any_of(
        after->functions.begin(), after->functions.end(),
        [&function](const Function& other) { return other.arguments == function.arguments; });
    if (still_there) common.functions.push_back(function);
  }
  return common;
}

}  // namespace

void Catalog::doubt_since(Mark mark) {
  std::map<RelationId, std::shared_ptr<const Relation>> relations;
  std::map<ObjectId, std::shared_ptr<const Type>> types;
  std::map<ObjectId, std::shared_ptr<const Overloads>> functions;
  std::map<ObjectKey, std::shared_ptr<const NamedObject>> objects;
  for (std::size_t i = mark; i < journal_.size(); ++i) {
    if (const auto* relation = std::get_if<Change<RelationId, Relation>>(&journal_[i])) {
      relations.emplace(relation->key, relation->before);
    } else if (const auto* type = std::get_if<Change<ObjectId, Type>>(&journal_[i])) {
      types.emplace(type->key, type->before);
    } else if (const auto* overloads = std::get_if<Change<ObjectId, Overloads>>(&journal_[i])) {
      functions.emplace(overloads->key, overloads->before);
    } else if (const auto* object = std::get_if<Change<ObjectKey, NamedObject>>(&journal_[i])) {
      objects.emplace(object->key, object->before);
    }
  }
  for (const auto& [id, before] : relations) {
    const auto now = relations_.all.find(id);
    put(either(id, before.get(), now == relations_.all.end() ? nullptr : now->second.get()));
  }
  for (const auto& [id, before] : types) {
    const auto now = types_.all.find(id);
    put(either(id, before.get(), now == types_.all.end() ? nullptr : now->second.get()));
  }
  // Of the others it is only known what certainly is there.
  for (const auto& [id, before] : functions) put(in_both(id, before.get(), find_function(id)));
  for (const auto& [key, before] : objects) {
    const bool was_there = before != nullptr && !before->dropped;
    if (!was_there) drop_object(key.first, key.second);
  }
}

}  // namespace unwedge::schema
