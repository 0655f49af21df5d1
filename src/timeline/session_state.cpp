// Settings follow guc.c: SET lasts beyond COMMIT, SET LOCAL does not, ROLLBACK undoes both.

#include "timeline/session_state.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace unwedge::timeline {
namespace {

/// Each step keeps a list of its own: only the last ones of a transaction are remembered.
constexpr std::size_t kMostGuards = 50;

/// The schemas of a search_path; "$user" is skipped: a schema named like the role is rare.
std::vector<std::string> search_path_of(const std::vector<std::string_view>& values) {
  std::vector<std::string> schemas;
  for (const std::string_view schema : values) {
    if (!schema.empty() && schema != "$user") schemas.emplace_back(schema);
  }
  return schemas;
}

std::string joined(const std::vector<std::string_view>& values) {
  std::string text;
  for (const std::string_view value : values) {
    if (!text.empty()) text.append(", ");
    text.append(value);
  }
  return text;
}

}  // namespace

void SessionState::set(const SetVariable& set, Settings& settings) const {
  using Kind = SetVariable::Kind;
  const bool has_value = set.kind == Kind::kSet;
  if (set.kind == Kind::kSetCurrent) return;
  if (set.kind == Kind::kResetAll) {
    settings = Settings();
    return;
  }
  if (has_value) {
    settings.values.insert_or_assign(std::string(set.name), joined(set.values));
  } else if (auto found = settings.values.find(set.name); found != settings.values.end()) {
    settings.values.erase(found);
  }
  if (set.name == "search_path") {
    settings.search_path = has_value ? search_path_of(set.values) : Settings().search_path;
  }
}

void SessionState::set(std::string_view name, std::string_view value) {
  Settings settings = *now_.current;
  settings.values.insert_or_assign(std::string(name), std::string(value));
  now_.current = std::make_shared<const Settings>(std::move(settings));
  now_.after_commit = now_.current;
}

void SessionState::reset_settings() {
  now_.current = std::make_shared<const Settings>();
  now_.after_commit = now_.current;
}

void SessionState::apply(const Statement& statement) {
  if (const auto* constraints = statement.get<SetConstraints>()) {
    // IMMEDIATE checks at once what was left to be checked.
    Unfinished left = now_.unfinished == nullptr ? Unfinished() : *now_.unfinished;
    if (constraints->constraints.empty()) {
      left.all_deferred = constraints->deferred;
      left.deferred.clear();
      if (!constraints->deferred) left.events.clear();
    }
    for (const QualifiedName& name : constraints->constraints) {
      left.deferred.insert_or_assign(std::string(name.name), constraints->deferred);
      if (constraints->deferred) continue;
      std::erase_if(left.events, [&name](const PendingEvents& events) {
        return events.constraint == name.name;
      });
    }
    now_.unfinished = std::make_shared<const Unfinished>(std::move(left));
    return;
  }
  if (const auto* discard = statement.get<Discard>()) {
    if (discard->target == Discard::Target::kAll) reset_settings();
    return;
  }
  const auto* variable = statement.get<SetVariable>();
  if (variable == nullptr) return;
  Settings current = *now_.current;
  set(*variable, current);
  now_.current = std::make_shared<const Settings>(std::move(current));
  if (variable->local) return;
  Settings lasting = *now_.after_commit;
  set(*variable, lasting);
  now_.after_commit = std::make_shared<const Settings>(std::move(lasting));
}

void SessionState::hold(const Effects& effects, Span taken_by) {
  for (const Lock& lock : effects.locks) {
    if (!blocks_writes(lock.mode)) continue;
    LockMode& strongest = strongest_[lock.relation];
    if (strongest >= lock.mode) continue;
    strongest = lock.mode;
    if (locks_ == nullptr) locks_ = std::make_shared<HeldLocks::List>();
    locks_->push_back({.relation = lock.relation,
                       .mode = lock.mode,
                       .existing = lock.existing,
                       .is_index = lock.is_index,
                       .of_table = lock.of_table,
                       .certain = lock.certainty == Certainty::kCertain,
                       .taken_by = taken_by});
  }
}

void SessionState::leave_unfinished(const Effects& effects) {
  if (!effects.emptied.empty() || (!effects.filled.empty() && now_.emptied != nullptr)) {
    std::vector<RelationId> empty =
        now_.emptied == nullptr ? std::vector<RelationId>() : *now_.emptied;
    for (const RelationId& table : effects.filled) std::erase(empty, table);
    empty.insert(empty.end(), effects.emptied.begin(), effects.emptied.end());
    now_.emptied = std::make_shared<const std::vector<RelationId>>(std::move(empty));
  }
  forget_guards(effects);
  if (effects.pending_events.empty() && effects.new_enum_values.empty()) return;
  Unfinished all = now_.unfinished == nullptr ? Unfinished() : *now_.unfinished;
  for (const PendingEvents& events : effects.pending_events) {
    const auto known =
        std::find_if(all.events.begin(), all.events.end(), [&events](const PendingEvents& each) {
          return each.relation == events.relation && each.constraint == events.constraint &&
                 each.certain == events.certain;
        });
    if (known == all.events.end()) all.events.push_back(events);
  }
  all.enum_values.insert(all.enum_values.end(), effects.new_enum_values.begin(),
                         effects.new_enum_values.end());
  now_.unfinished = std::make_shared<const Unfinished>(std::move(all));
}

void SessionState::guard(NoRow guard) {
  std::vector<NoRow> guards = now_.guards == nullptr ? std::vector<NoRow>() : *now_.guards;
  if (guards.size() >= kMostGuards) guards.erase(guards.begin());
  guards.push_back(std::move(guard));
  now_.guards = std::make_shared<const std::vector<NoRow>>(std::move(guards));
}

/// Code that is not followed may write to any table.
void SessionState::forget_guards(const Effects& effects) {
  if (now_.guards == nullptr) return;
  if (effects.changed.empty() && effects.not_followed.empty()) return;
  const auto has = [](const std::vector<RelationId>& tables, const RelationId& table) {
    return std::find(tables.begin(), tables.end(), table) != tables.end();
  };
  std::vector<NoRow> guards = *now_.guards;
  std::erase_if(guards, [&](const NoRow& each) {
    return !effects.not_followed.empty() ||
           has(each.condition ? effects.changed : effects.filled, each.table);
  });
  now_.guards = std::make_shared<const std::vector<NoRow>>(std::move(guards));
}

void SessionState::release_locks() {
  locks_.reset();
  strongest_.clear();
  savepoints_.clear();
}

void SessionState::release_locks_since(std::size_t count) {
  if (locks_ == nullptr || locks_->size() <= count) return;
  // The steps so far keep the list that they know.
  locks_ = std::make_shared<HeldLocks::List>(locks_->begin(),
                                             locks_->begin() + static_cast<std::ptrdiff_t>(count));
  strongest_.clear();
  for (const HeldLock& lock : *locks_) {
    LockMode& strongest = strongest_[lock.relation];
    strongest = std::max(strongest, lock.mode);
  }
}

void SessionState::begin() {
  now_.after_commit = now_.current;
  now_.unfinished.reset();
  now_.guards.reset();
  release_locks();
  at_begin_ = now_;
}

void SessionState::commit() {
  now_.current = now_.after_commit;
  now_.unfinished.reset();
  now_.guards.reset();
  release_locks();
}

void SessionState::rollback() {
  now_ = at_begin_;
  release_locks();
}

std::vector<SessionState::Savepoint>::iterator SessionState::find(std::string_view name) {
  const auto found =
      std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                   [name](const Savepoint& savepoint) { return savepoint.name == name; });
  return found == savepoints_.rend() ? savepoints_.end() : std::prev(found.base());
}

void SessionState::savepoint(std::string_view name) {
  now_.lock_count = locks_ == nullptr ? 0 : locks_->size();
  savepoints_.push_back({.name = std::string(name), .state = now_});
}

void SessionState::release(std::string_view name) {
  savepoints_.erase(find(name), savepoints_.end());
}

void SessionState::rollback_to(std::string_view name) {
  const auto found = find(name);
  if (found == savepoints_.end()) return;
  now_ = found->state;
  release_locks_since(now_.lock_count);
  savepoints_.erase(std::next(found), savepoints_.end());
}

}  // namespace unwedge::timeline
