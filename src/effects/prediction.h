// The effects of one statement while they are being collected, with all that they depend on: the
// schema, the session, the server's version.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/effects.h"
#include "unwedge/schema.h"
#include "unwedge/session.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// What is not known, and would have to be; empty: nothing, the effect is certain.
using Doubt = std::string_view;

/// Whether something is so.
class Answer {
 public:
  static constexpr Answer no() { return {Is::kNo, {}}; }
  static constexpr Answer maybe(Doubt doubt) { return {Is::kMaybe, doubt}; }
  static constexpr Answer yes() { return {Is::kYes, {}}; }
  static constexpr Answer of(bool known) { return known ? yes() : no(); }

  [[nodiscard]] constexpr bool is_no() const { return is_ == Is::kNo; }
  [[nodiscard]] constexpr bool is_yes() const { return is_ == Is::kYes; }
  /// Meaningful unless it is no.
  [[nodiscard]] constexpr Doubt doubt() const { return doubt_; }

  /// Whether at least one is so.
  friend constexpr Answer operator||(Answer left, Answer right) {
    return left.is_ >= right.is_ ? left : right;
  }

 private:
  enum class Is : std::uint8_t { kNo, kMaybe, kYes };
  constexpr Answer(Is is, Doubt doubt) : is_(is), doubt_(doubt) {}

  Is is_;
  Doubt doubt_;
};

class Prediction {
 public:
  Prediction(const schema::Catalog& before, const Session& session, PgVersion version)
      : before_(before), session_(session), version_(version) {}

  [[nodiscard]] const schema::Catalog& catalog() const { return before_; }
  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] bool since(int major) const { return version_.major >= major; }
  [[nodiscard]] PgVersion version() const { return version_; }

  [[nodiscard]] RelationId resolve(const QualifiedName& name) const;
  [[nodiscard]] const schema::Relation* find(const RelationId& id) const {
    return before_.find(id);
  }
  [[nodiscard]] const schema::Type* find_type(const QualifiedName& name) const;

  // A relation that is known to be gone has no effects: the statement fails, or does nothing.

  /// A relation has one entry, with its strongest mode.
  void lock(const RelationId& relation, LockMode mode, Doubt doubt = {});
  /// Does nothing for an empty name.
  void lock(const QualifiedName& name, LockMode mode, Doubt doubt = {});
  /// An index that is dropped or built anew, and its table.
  void lock_index_and_table(const RelationId& index, LockMode table_mode);
  /// An index of a table that is locked by itself.
  void lock_index_of(const RelationId& index, LockMode mode);
  /// The known indexes of the table.
  void lock_indexes(const RelationId& table, LockMode mode, Doubt doubt = {});
  /// The partitions of all levels, and the tables that inherit.
  void lock_descendants(const RelationId& parent, LockMode mode, Doubt doubt = {});
  void lock_default_partition(const RelationId& parent, LockMode mode);
  /// What a query does that reads or changes the relation: its partitions are locked, too, and the
  /// planner opens every index (get_relation_info, optimizer/util/plancat.c).
  void query(const RelationId& relation, LockMode mode);
  /// The same for the queries behind foreign keys: FROM ONLY the table, unless it is partitioned
  /// (RI_FKey_check and the like, utils/adt/ri_triggers.c).
  void query_key(const RelationId& relation, LockMode mode);
  /// The mode in which a query that locks the table in `mode` opens its indexes.
  [[nodiscard]] LockMode index_mode(LockMode mode) const;

  void work(WorkKind kind, const RelationId& relation, Doubt doubt = {});
  /// The same unless the answer is no.
  void work(WorkKind kind, const RelationId& relation, Answer answer);
  /// On the table and every partition or child of it: on each that has rows of its own.
  void work_on_family(WorkKind kind, const RelationId& table, Answer answer = Answer::yes());
  /// On the table, or every partition of it; inheriting tables have no part in it.
  void work_on_partitions(WorkKind kind, const RelationId& table, Answer answer = Answer::yes());

  /// An index that is known to be there, or not known to be gone, is dropped.
  void drop_index(const RelationId& index);

  /// The statement may do more, for that reason.
  void may_do_more(Doubt doubt) { effects_.not_followed = doubt; }

  /// The part of the statement that asks for the work that follows.
  void set_cause(Span cause) { cause_ = cause; }

  Effects take() { return std::move(effects_); }

 private:
  /// One table of those that a query reads or changes.
  void open(const RelationId& id, const schema::Relation* known, LockMode mode);

  const schema::Catalog& before_;
  const Session& session_;
  PgVersion version_;
  Effects effects_;
  Span cause_;
};

/// A table that is known to have partitions has no rows of its own.
bool is_partitioned(const schema::Relation* relation);

/// The known relations of the search path's schemas: for statements that name none.
template <typename Visit>
void for_all_relations(const Prediction& prediction, const Visit& visit) {
  for (const std::string& schema : prediction.session().settings->search_path) {
    for (const RelationId& id : prediction.catalog().relations_in(schema)) {
      if (const schema::Relation* relation = prediction.find(id)) visit(*relation);
    }
  }
}

/// What kind of relation ALTER, DROP or COMMENT names, if any.
constexpr bool is_relation(ObjectType type) {
  return type == ObjectType::kTable || type == ObjectType::kIndex ||
         type == ObjectType::kSequence || type == ObjectType::kView ||
         type == ObjectType::kMaterializedView || type == ObjectType::kForeignTable;
}

constexpr bool is_part_of_table(ObjectType type) {
  return type == ObjectType::kColumn || type == ObjectType::kConstraint ||
         type == ObjectType::kTrigger || type == ObjectType::kRule || type == ObjectType::kPolicy;
}

}  // namespace unwedge::effects
