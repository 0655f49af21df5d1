// See moved.h. What is left where it was belongs to statements that only rules of style point into.

#include "timeline/moved.h"

#include <variant>
#include <vector>

namespace unwedge::timeline {
namespace {

class Mover {
 public:
  explicit Mover(Span place) : place_(place) {}

  template <typename Node>
  void operator()(Node& /*node*/) const {}

  void operator()(SyntaxError& error) const { move(error.at); }
  void operator()(Reindex& reindex) const {
    move(reindex.relation.span);
    move(reindex.concurrently_span);
  }
  void operator()(Truncate& truncate) const { move(truncate.tables); }
  void operator()(LockTable& lock) const { move(lock.tables); }
  void operator()(Drop& drop) const {
    move(drop.objects);
    move(drop.table.span);
    move(drop.concurrently_span);
  }
  void operator()(CreateIndex& index) const {
    move(index.table.span);
    move(index.keyword_span);
    move(index.concurrently_span);
    move(index.if_not_exists_span);
  }
  void operator()(CreateTable& create) const {
    move(create.table.span);
    move(create.partition_of.span);
    for (ColumnDefinition& column : create.columns) move(column);
    for (Constraint& constraint : create.constraints) move(constraint);
  }
  void operator()(AlterTable& alter) const {
    move(alter.table.span);
    for (AlterAction& action : alter.actions) {
      move(action.span);
      if (auto* added = std::get_if<AddColumn>(&action.detail)) move(added->column);
      if (auto* added = std::get_if<AddConstraint>(&action.detail)) move(added->constraint);
      if (auto* change = std::get_if<AlterColumnType>(&action.detail)) move(change->type.span);
      if (auto* other = std::get_if<OtherTable>(&action.detail)) {
        move(other->table.span);
        move(other->concurrently_span);
      }
    }
  }
  void operator()(Dml& dml) const {
    for (Write& write : dml.writes) {
      move(write.span);
      move(write.target.span);
    }
    move(dml.reads);
  }

 private:
  void move(Span& span) const {
    if (!span.empty()) span = place_;
  }
  void move(std::vector<QualifiedName>& names) const {
    for (QualifiedName& name : names) move(name.span);
  }
  void move(Constraint& constraint) const {
    move(constraint.span);
    move(constraint.references.span);
  }
  void move(ColumnDefinition& column) const {
    move(column.span);
    move(column.name_span);
    move(column.type.span);
    if (column.default_value) move(column.default_value->span);
    if (column.generated) move(column.generated->span);
    for (Constraint& constraint : column.constraints) move(constraint);
  }

  Span place_;
};

}  // namespace

void move_to(Span place, Statement& statement) {
  statement.span = place;
  statement.keyword_span = place;
  std::visit(Mover(place), statement.node);
}

}  // namespace unwedge::timeline
