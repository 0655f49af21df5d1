// The constants that the CHECKs and the bound mention divide the key's type into points and the
// gaps between them. What a CHECK says is turned into the set of those that it allows; a bound is
// proved when it contains them all. Like Postgres (optimizer/util/predtest.c) this knows an order,
// but not that nothing lies between 199 and 200. What has no such form allows everything.

#include "effects/partition_proof.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/expression.h"

namespace unwedge::effects {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "0000-00-00" for every date written so: such texts have the order of what they stand for.
std::string shape(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](char c) { return c >= '0' && c <= '9'; }, '0');
  return result;
}

bool is_date_shape(std::string_view shape) { return shape.starts_with("0000-00-00"); }

/// A constant, through any casts; nothing for other expressions.
std::optional<std::string> constant(const Expression& expression) {
  using Kind = Expression::Kind;
  switch (expression.kind) {
    case Kind::kConstant: return std::string(expression.text);
    case Kind::kCast:
      return expression.operands.empty() ? std::nullopt : constant(expression.operands.front());
    case Kind::kOperator: {
      const bool minus = expression.name == "-" && expression.operands.size() == 1;
      const auto value = minus ? constant(expression.operands.front()) : std::nullopt;
      return value ? std::optional("-" + *value) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

/// The constants in their order. Point i has the number 2 i + 1; even numbers are gaps.
class Line {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }

  void close() {
    const auto is_number = [](const std::string& text) { return whole_number(text).has_value(); };
    const bool numbers = std::ranges::all_of(texts_, is_number);
    ordered_ = numbers || (!texts_.empty() && is_date_shape(shape(texts_.front())) &&
                           std::ranges::all_of(texts_, [this](const std::string& text) {
                             return shape(text) == shape(texts_.front());
                           }));
    if (numbers) {
      std::ranges::sort(texts_, {}, [](const std::string& text) { return *whole_number(text); });
    } else {
      std::ranges::sort(texts_);
    }
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
  }

  /// Whether less and greater mean anything.
  [[nodiscard]] bool is_ordered() const { return ordered_; }
  [[nodiscard]] std::size_t size() const { return 2 * texts_.size() + 1; }
  [[nodiscard]] std::optional<std::size_t> point(std::string_view text) const {
    const auto found = std::ranges::find(texts_, text);
    if (found == texts_.end()) return std::nullopt;
    return 2 * static_cast<std::size_t>(found - texts_.begin()) + 1;
  }

 private:
  std::vector<std::string> texts_;
  bool ordered_ = false;
};

/// Which points and gaps of a line; one flag for each.
class Values {
 public:
  Values(const Line& line, bool all) : in_(line.size(), all) {}

  /// From `first` to before `last`.
  Values& add(std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last && i < in_.size(); ++i) in_[i] = true;
    return *this;
  }
  [[nodiscard]] Values and_in(const Values& other) const {
    Values result = *this;
    for (std::size_t i = 0; i < in_.size(); ++i) result.in_[i] = in_[i] && other.in_[i];
    return result;
  }
  [[nodiscard]] Values complement() const {
    Values result = *this;
    result.in_.flip();
    return result;
  }
  [[nodiscard]] Values or_in(const Values& other) const {
    return complement().and_in(other.complement()).complement();
  }
  [[nodiscard]] bool contains(const Values& other) const { return and_in(other).in_ == other.in_; }

 private:
  std::vector<bool> in_;
};

/// What the column may be where an expression is not false; nulls are left out.
class Reading {
 public:
  Reading(Name column, const Line& line) : column_(column), line_(line) {}

  /// `denied`: of NOT (expression).
  [[nodiscard]] Values allowed_by(const Expression& expression, bool denied = false) const {
    using Kind = Expression::Kind;
    switch (expression.kind) {
      case Kind::kNot: return allowed_by(expression.operands.front(), !denied);
      case Kind::kAnd:
      case Kind::kOr: return combined(expression, denied);
      case Kind::kIsNull: return {line_, denied || !is_column(expression.operands.front())};
      case Kind::kOperator: return either(comparison(expression), denied);
      case Kind::kBetween:
      case Kind::kIn: return either(listed(expression), denied != expression.negated);
      default: return {line_, true};
    }
  }

 private:
  [[nodiscard]] bool is_column(const Expression& expression) const {
    return expression.kind == Expression::Kind::kColumn && expression.name == column_;
  }

  /// NOT (a AND b) is NOT a OR NOT b.
  [[nodiscard]] Values combined(const Expression& expression, bool denied) const {
    const bool all_hold = (expression.kind == Expression::Kind::kAnd) != denied;
    Values result(line_, all_hold);
    for (const Expression& part : expression.operands) {
      const Values values = allowed_by(part, denied);
      result = all_hold ? result.and_in(values) : result.or_in(values);
    }
    return result;
  }

  [[nodiscard]] Values either(const std::optional<Values>& exactly, bool denied) const {
    if (!exactly) return {line_, true};
    return denied ? exactly->complement() : *exactly;
  }

  /// Exactly the values that make it true; nothing when that cannot be said.
  [[nodiscard]] std::optional<Values> comparison(const Expression& expression) const {
    if (expression.operands.size() != 2) return std::nullopt;
    const Expression& left = expression.operands[0];
    const Expression& right = expression.operands[1];
    const bool turned = is_column(right);
    if (!turned && !is_column(left)) return std::nullopt;
    const auto point = point_of(turned ? left : right);
    if (!point) return std::nullopt;
    return compared(turned ? mirrored(expression.name) : expression.name, *point);
  }

  [[nodiscard]] std::optional<Values> compared(std::string_view sign, std::size_t point) const {
    Values values(line_, false);
    if (sign == "=") return values.add(point, point + 1);
    if (sign == "<>") return values.add(point, point + 1).complement();
    if (!line_.is_ordered()) return std::nullopt;
    if (sign == "<") return values.add(0, point);
    if (sign == "<=") return values.add(0, point + 1);
    if (sign == ">") return values.add(point + 1, line_.size());
    if (sign == ">=") return values.add(point, line_.size());
    return std::nullopt;
  }

  static std::string_view mirrored(std::string_view sign) {
    if (sign == "<") return ">";
    if (sign == "<=") return ">=";
    if (sign == ">") return "<";
    if (sign == ">=") return "<=";
    return sign;
  }

  /// BETWEEN and IN, as if there were no NOT in them.
  [[nodiscard]] std::optional<Values> listed(const Expression& expression) const {
    if (!is_column(expression.operands.front())) return std::nullopt;
    std::vector<std::size_t> points;
    for (std::size_t i = 1; i < expression.operands.size(); ++i) {
      const auto point = point_of(expression.operands[i]);
      if (!point) return std::nullopt;
      points.push_back(*point);
    }
    Values values(line_, false);
    if (expression.kind == Expression::Kind::kBetween) {
      if (points.size() != 2 || !line_.is_ordered()) return std::nullopt;
      return values.add(points[0], points[1] + 1);
    }
    for (const std::size_t point : points) values.add(point, point + 1);
    return values;
  }

  [[nodiscard]] std::optional<std::size_t> point_of(const Expression& expression) const {
    const auto text = constant(expression);
    return text ? line_.point(*text) : std::nullopt;
  }

  Name column_;
  const Line& line_;
};

using BoundValue = schema::Bound::Value;

bool all_constant(const std::vector<BoundValue>& values) {
  return std::ranges::all_of(
      values, [](const BoundValue& value) { return value.kind == BoundValue::Kind::kConstant; });
}

/// The values of a bound; nothing when it has none of this form.
std::optional<Values> values_of(const schema::Bound& bound, const Line& line) {
  using Kind = BoundValue::Kind;
  Values values(line, false);
  if (bound.kind == schema::Bound::Kind::kList) {
    if (!all_constant(bound.values)) return std::nullopt;
    for (const BoundValue& each : bound.values) {
      const std::size_t point = *line.point(each.text);
      values.add(point, point + 1);
    }
    return values;
  }
  const bool one_range = bound.kind == schema::Bound::Kind::kRange && bound.values.size() == 1 &&
                         bound.upper.size() == 1 && line.is_ordered();
  if (!one_range) return std::nullopt;
  const BoundValue& from = bound.values.front();
  const BoundValue& to = bound.upper.front();
  const bool known = (from.kind == Kind::kConstant || from.kind == Kind::kMinimum) &&
                     (to.kind == Kind::kConstant || to.kind == Kind::kMaximum);
  if (!known) return std::nullopt;
  const std::size_t first = from.kind == Kind::kMinimum ? 0 : *line.point(from.text);
  const std::size_t last = to.kind == Kind::kMaximum ? line.size() : *line.point(to.text);
  return values.add(first, last);
}

/// A table's CHECKs and a bound on one line.
class Proof {
 public:
  Proof(const schema::Relation& table, const schema::PartitionKey& key, const schema::Bound& bound)
      : bound_(bound) {
    if (key.parts.size() == 1) column_ = key.parts.front().column;
    for (const schema::Check& check : table.checks) {
      if (check.valid && check.expression) checks_.push_back(&check.expression->get());
    }
    for (const Expression* check : checks_) {
      (void)any_part(*check, [this](const Expression& part) {
        add_compared(part);
        return false;
      });
    }
    for (const auto* values : {&bound.values, &bound.upper}) {
      for (const BoundValue& value : *values) {
        if (value.kind == BoundValue::Kind::kConstant) line_.add(value.text);
      }
    }
    line_.close();
  }

  [[nodiscard]] Name column() const { return column_; }

  [[nodiscard]] std::optional<Values> bound() const {
    return column_.empty() ? std::nullopt : values_of(bound_, line_);
  }

  [[nodiscard]] Values allowed() const {
    Values result(line_, true);
    for (const Expression* check : checks_) {
      result = result.and_in(Reading(column_, line_).allowed_by(*check));
    }
    return result;
  }

 private:
  /// The constants that the column is compared with.
  void add_compared(const Expression& part) {
    const bool compares = std::ranges::any_of(part.operands, [this](const Expression& operand) {
      return operand.kind == Expression::Kind::kColumn && operand.name == column_;
    });
    if (!compares) return;
    for (const Expression& operand : part.operands) {
      if (auto text = constant(operand)) line_.add(std::move(*text));
    }
  }

  const schema::Bound& bound_;
  Name column_;
  std::vector<const Expression*> checks_;
  Line line_;
};

}  // namespace

bool implies_bound(const schema::Relation& table, const schema::PartitionKey& key,
                   const schema::Bound& bound) {
  const Proof proof(table, key, bound);
  const auto wanted = proof.bound();
  // Every bound says that the key is not null, but a list that has NULL in it.
  return wanted && table.proves_not_null(proof.column()) && wanted->contains(proof.allowed());
}

bool excludes_bound(const schema::Relation& table, const schema::PartitionKey& key,
                    const schema::Bound& bound) {
  const Proof proof(table, key, bound);
  const auto taken = proof.bound();
  return taken && taken->complement().contains(proof.allowed());
}

}  // namespace unwedge::effects
