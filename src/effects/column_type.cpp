// A new type needs no rewrite when the cast to it does nothing but give the same bytes another
// name, and its modifiers cannot cut a value off.

#include "effects/column_type.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "effects/builtins.h"
#include "unwedge/features.h"

namespace unwedge::effects {
namespace {

using schema::DataType;

constexpr Doubt kOldTypeUnknown = "the column's present type is not known";
constexpr Doubt kTypeUnknown = "one of the types is not known";
constexpr Doubt kDomainUnknown = "whether the type is a domain with a constraint is not known";
constexpr Doubt kTimeZoneUnknown = "the session's time zone is not known";

/// In one of these both types of timestamp are the same (TimestampTimestampTypesSimplify… in
/// utils/adt/timestamp.c, timestamp_zone support).
constexpr std::array<std::string_view, 8> kUtc{"UTC",     "GMT",  "UCT",       "Etc/UTC",
                                               "Etc/GMT", "Zulu", "Universal", "0"};

/// Microseconds: more cannot be asked for, and less is no change.
constexpr std::int32_t kMaxPrecision = 6;
/// INTERVAL_FULL_RANGE (utils/timestamp.h): `interval(3)` restricts the precision alone.
constexpr std::int32_t kFullRange = 0x7FFF;

const schema::Type* find_domain(const DataType& type, const schema::Catalog& catalog) {
  const schema::Type* known = type.array_dimensions == 0 ? catalog.find_type(type.id) : nullptr;
  return known != nullptr && known->kind == schema::Type::Kind::kDomain ? known : nullptr;
}

DataType base_type(DataType type, const schema::Catalog& catalog) {
  while (const schema::Type* domain = find_domain(type, catalog)) type = domain->base;
  return type;
}

Answer is_constrained(const schema::Type& domain, const schema::Catalog& catalog) {
  if (domain.not_null || !domain.checks.empty()) return Answer::yes();
  if (const schema::Type* base = find_domain(domain.base, catalog)) {
    return is_constrained(*base, catalog);
  }
  return domain.complete ? Answer::no() : Answer::maybe(kDomainUnknown);
}

Answer is_constrained(const DataType& type, const schema::Catalog& catalog) {
  // A type with modifiers is no domain, and an array of a domain not one itself.
  if (!type.modifiers.empty() || type.array_dimensions > 0) return Answer::no();
  if (const schema::Type* known = catalog.find_type(type.id)) {
    if (known->kind == schema::Type::Kind::kDomain) return is_constrained(*known, catalog);
    if (known->kind != schema::Type::Kind::kUnknown) return Answer::no();
  }
  const bool built_in = find_builtin_type(type.id.name) != nullptr;
  return built_in ? Answer::no() : Answer::maybe(kDomainUnknown);
}

std::int32_t precision_of(const DataType& type) {
  return type.modifiers.empty() ? kMaxPrecision : type.modifiers.back();
}

std::int32_t range_of(const DataType& interval) {
  return interval.modifiers.empty() ? kFullRange : interval.modifiers.front();
}

/// Whether every value of the one fits the other: what the support functions of the length
/// coercions decide (varchar_support, numeric_support, interval_support, TemporalSimplify, …).
bool fits(const DataType& from, const DataType& to) {
  const std::vector<std::int32_t>& old = from.modifiers;
  const std::vector<std::int32_t>& next = to.modifiers;
  if (next.empty() || old == next) return true;
  const std::string& name = to.id.name;
  if (name == "interval") {
    return range_of(to) == range_of(from) && precision_of(to) >= precision_of(from);
  }
  if (name.starts_with("time")) return precision_of(to) >= precision_of(from);
  if (old.empty()) return false;
  if (name == "numeric") {
    const auto scale = [](const std::vector<std::int32_t>& modifiers) {
      return modifiers.size() > 1 ? modifiers[1] : 0;
    };
    return scale(old) == scale(next) && next[0] >= old[0];
  }
  return next[0] >= old[0];
}

/// From a type to itself with other modifiers.
Answer coercion_rewrites(const DataType& from, const DataType& to) {
  if (to.modifiers.empty() || from.modifiers == to.modifiers) return Answer::no();
  const BuiltinType* type = find_builtin_type(to.id.name);
  if (type == nullptr) return Answer::maybe(kTypeUnknown);
  switch (type->length) {
    case LengthCoercion::kNone: return Answer::no();
    case LengthCoercion::kAlways: return Answer::yes();
    case LengthCoercion::kWhenShorter: break;
  }
  return Answer::of(!fits(from, to));
}

bool between_timestamps(const DataType& from, const DataType& to) {
  const auto is_timestamp = [](const DataType& type) {
    return type.id.name == "timestamp" || type.id.name == "timestamptz";
  };
  return is_timestamp(from) && is_timestamp(to);
}

Answer zone_shifts(const Prediction& prediction) {
  if (prediction.version() < kTimestampsAgreeInUtc) return Answer::yes();
  const auto zone = prediction.session().settings->value("timezone");
  if (!zone) return Answer::maybe(kTimeZoneUnknown);
  const bool utc = std::ranges::any_of(kUtc, [&zone](std::string_view name) {
    return std::ranges::equal(name, *zone, [](char left, char right) {
      const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
      return lower(left) == lower(right);
    });
  });
  return Answer::of(!utc);
}

/// USING with the column itself, or a cast of it to the very type, is the same as none.
bool says_nothing(const Expression& expression, Name column, const DataType& to) {
  if (expression.kind == Expression::Kind::kColumn) return expression.name == column;
  if (expression.kind != Expression::Kind::kCast || expression.operands.empty()) return false;
  return expression.name == to.id.name && to.modifiers.empty() && to.array_dimensions == 0 &&
         says_nothing(expression.operands.front(), column, to);
}

}  // namespace

DataType data_type(const TypeReference& type, const Prediction& prediction) {
  QualifiedName name = type.name;
  if (name.schema == "pg_catalog") name.schema = {};
  return {.id = prediction.catalog().resolve_type(name, prediction.session().settings->search_path),
          .modifiers = type.modifiers,
          .array_dimensions = type.array_dimensions};
}

Answer is_constrained_domain(const TypeReference& type, const Prediction& prediction) {
  return is_constrained(data_type(type, prediction), prediction.catalog());
}

TypeChange::TypeChange(const schema::Column* column, const AlterColumnType& change,
                       const Prediction& prediction)
    : column_(column != nullptr && column->type.known() ? column : nullptr),
      type_(data_type(change.type, prediction)),
      collation_(change.collation) {
  decide(change, prediction);
}

void TypeChange::decide(const AlterColumnType& change, const Prediction& prediction) {
  if (column_ == nullptr) {
    rewrites_ = Answer::maybe(kOldTypeUnknown);
    return;
  }
  const bool computed =
      change.using_expression && !says_nothing(*change.using_expression, column_->name, type_);
  if (computed) {
    rewrites_ = Answer::yes();
    return;
  }
  const schema::Catalog& catalog = prediction.catalog();
  const DataType from = base_type(column_->type, catalog);
  const DataType to = base_type(type_, catalog);
  const Answer checked =
      column_->type.id == type_.id ? Answer::no() : is_constrained(type_, catalog);
  if (from.array_dimensions > 0 || to.array_dimensions > 0) {
    const bool same = from.id == to.id && from.modifiers == to.modifiers &&
                      (from.array_dimensions > 0) == (to.array_dimensions > 0);
    rewrites_ = checked || Answer::of(!same);
    return;
  }
  if (from.id == to.id) {
    rewrites_ = checked || coercion_rewrites(from, to);
    return;
  }
  if (between_timestamps(from, to)) {
    const Answer cut = Answer::of(precision_of(to) < kMaxPrecision);
    rewrites_ = checked || cut || zone_shifts(prediction);
    return;
  }
  const auto known = [&catalog](const DataType& type) {
    return catalog.find_type(type.id) != nullptr || find_builtin_type(type.id.name) != nullptr;
  };
  const BuiltinCast* cast = find_builtin_cast(from.id.name, to.id.name);
  if (cast == nullptr) {
    rewrites_ = known(from) && known(to) ? Answer::yes() : Answer::maybe(kTypeUnknown);
    return;
  }
  if (cast->method != CastMethod::kBinary) {
    rewrites_ = Answer::yes();
    return;
  }
  // The relabelled value counts as one without modifiers.
  rewrites_ = checked || coercion_rewrites({.id = to.id}, to);
}

Answer TypeChange::rebuilds(const schema::Index& index) const {
  if (column_ == nullptr) return Answer::maybe(kOldTypeUnknown);
  const bool by_expression =
      (index.predicate && index.predicate->mentions(column_->name)) ||
      std::ranges::any_of(index.parts, [this](const schema::IndexPart& part) {
        return part.expression && part.expression->mentions(column_->name);
      });
  if (by_expression) return Answer::yes();
  for (const schema::IndexPart& part : index.parts) {
    if (part.column != column_->name) continue;
    if (part.collation.empty() && column_->collation != collation_) return Answer::yes();
    if (part.operator_class.empty() &&
        default_operator_class(index.method, column_->type.id.name) !=
            default_operator_class(index.method, type_.id.name)) {
      return Answer::yes();
    }
  }
  return Answer::no();
}

Answer TypeChange::verifies_foreign_keys() const {
  if (column_ == nullptr) return Answer::maybe(kOldTypeUnknown);
  return Answer::of(default_operator_class("btree", column_->type.id.name) !=
                    default_operator_class("btree", type_.id.name));
}

}  // namespace unwedge::effects
