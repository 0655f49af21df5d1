// A new column without a default is null in every row that there is: as NOT NULL it is refused once
// there is one (ATRewriteTable, commands/tablecmds.c).

#include "effects/rejected_by_rows.h"

#include <algorithm>

#include "effects/builtins.h"
#include "effects/column_type.h"
#include "unwedge/serial.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kDomainUnknown = "whether the type is a domain with a default is not known";

bool is_null(const Expression& value) {
  const Expression* inner = &value;
  while (inner->kind == Expression::Kind::kCast) inner = &inner->operands.front();
  return inner->kind == Expression::Kind::kNull;
}

/// Whether the domain, or one below it, has a default.
bool has_default(const schema::Type& domain, const schema::Catalog& catalog) {
  if (domain.default_value) return true;
  const schema::Type* base = catalog.find_type(domain.base.id);
  return base != nullptr && base->kind == schema::Type::Kind::kDomain &&
         has_default(*base, catalog);
}

Answer leaves_nulls(const ColumnDefinition& column, const Prediction& prediction) {
  if (column.default_value) return Answer::of(is_null(*column.default_value));
  const schema::DataType type = data_type(column.type, prediction);
  if (column.generated || column.identity != Identity::kNone ||
      !serial_type(column.type.name).empty()) {
    return Answer::no();
  }
  const schema::Type* known = prediction.catalog().find_type(type.id);
  if (known != nullptr && known->kind == schema::Type::Kind::kDomain) {
    return Answer::of(!has_default(*known, prediction.catalog()));
  }
  const bool no_domain = known != nullptr || find_builtin_type(type.id.name) != nullptr ||
                         type.array_dimensions > 0 || !type.modifiers.empty();
  return no_domain ? Answer::yes() : Answer::maybe(kDomainUnknown);
}

bool is_not_null(const ColumnDefinition& column) {
  return column.not_null || std::ranges::any_of(column.constraints, [](const Constraint& each) {
           return each.kind == Constraint::Kind::kNotNull && !each.not_valid;
         });
}

bool is_true(const Expression& condition) {
  if (condition.kind == Expression::Kind::kCast) return is_true(condition.operands.front());
  return condition.kind == Expression::Kind::kConstant && condition.text == "true";
}

}  // namespace

void note_rows(const Statement& statement, const Prediction& prediction, Effects& effects) {
  if (statement.get<Truncate>() != nullptr) {
    // With all that CASCADE takes along.
    for (const Work& work : effects.work) {
      if (work.kind == WorkKind::kTruncate) effects.emptied.push_back(work.relation);
    }
  }
  const auto* dml = statement.get<Dml>();
  if (dml == nullptr) return;
  for (const Write& write : dml->writes) {
    const bool all = write.kind == Write::Kind::kDelete && !write.rows_from_query &&
                     (!write.where || is_true(*write.where));
    const bool fills = write.kind != Write::Kind::kDelete && write.kind != Write::Kind::kUpdate;
    if (all) effects.emptied.push_back(prediction.resolve(write.target));
    if (fills) effects.filled.push_back(prediction.resolve(write.target));
    if (write.kind != Write::Kind::kDelete) {
      effects.changed.push_back(prediction.resolve(write.target));
    }
  }
}

std::vector<RejectedByRows> rejected_by_rows(const Statement& statement,
                                             const Prediction& prediction) {
  std::vector<RejectedByRows> all;
  const auto* alter = statement.get<AlterTable>();
  if (alter == nullptr) return all;
  const RelationId id = prediction.resolve(alter->table);
  if (prediction.session().known_empty(id)) return all;
  const schema::Relation* table = prediction.find(id);
  for (const AlterAction& action : alter->actions) {
    const auto* add = action.get<AddColumn>();
    if (add == nullptr || !is_not_null(add->column)) continue;
    const bool there = table != nullptr && table->column(add->column.name) != nullptr;
    const Answer nulls = leaves_nulls(add->column, prediction);
    if (there || nulls.is_no() || prediction.catalog().gone(id)) continue;
    all.push_back({.relation = id,
                   .existing = prediction.catalog().existing(id),
                   .certainty = nulls.is_yes() ? Certainty::kCertain : Certainty::kPossible,
                   .reason = nulls.doubt(),
                   .cause = action.span});
  }
  return all;
}

}  // namespace unwedge::effects
