// See builtins.h. The tables are sorted by name, bytewise.

#include "effects/builtins.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace unwedge::effects {
namespace {

struct Function {
  std::string_view name;
  Volatility volatility;
};

constexpr Function kFunctions[] = {
#include "effects/builtin_functions.inc"
};

constexpr BuiltinCast kCasts[] = {
#include "effects/builtin_casts.inc"
};

constexpr BuiltinType kTypes[] = {
#include "effects/builtin_types.inc"
};

struct OperatorClass {
  std::string_view method;
  std::string_view type;
};

constexpr OperatorClass kDefaultClasses[] = {
#include "effects/builtin_opclasses.inc"
};

constexpr std::array<std::string_view, 11> kAggregates{
    "array_agg", "avg", "bool_and", "bool_or",    "count", "json_agg",
    "jsonb_agg", "max", "min",      "string_agg", "sum"};

bool has_default_class(std::string_view method, std::string_view type) {
  return std::ranges::binary_search(
      kDefaultClasses, std::tuple(method, type), {},
      [](const OperatorClass& each) { return std::tuple(each.method, each.type); });
}

/// The row with that key in a sorted table; null when there is none.
template <typename Rows, typename Key, typename KeyOf>
auto find(const Rows& rows, const Key& key, KeyOf key_of) -> decltype(std::data(rows)) {
  const auto found = std::ranges::lower_bound(rows, key, {}, key_of);
  return found != std::end(rows) && key_of(*found) == key ? &*found : nullptr;
}

}  // namespace

std::optional<Volatility> builtin_volatility(std::string_view function) {
  const Function* row = find(kFunctions, function, [](const Function& each) { return each.name; });
  if (row == nullptr) return std::nullopt;
  return row->volatility;
}

bool is_usual_aggregate(std::string_view function) {
  return std::ranges::find(kAggregates, function) != std::end(kAggregates);
}

const BuiltinCast* find_builtin_cast(std::string_view source, std::string_view target) {
  return find(kCasts, std::tuple(source, target),
              [](const BuiltinCast& each) { return std::tuple(each.source, each.target); });
}

const BuiltinType* find_builtin_type(std::string_view name) {
  return find(kTypes, name, [](const BuiltinType& each) { return each.name; });
}

std::string_view default_operator_class(std::string_view method, std::string_view type) {
  if (has_default_class(method, type)) return type;
  std::string_view found;
  for (const BuiltinCast& cast : kCasts) {
    if (cast.source != type || cast.method != CastMethod::kBinary ||
        cast.context != CastContext::kImplicit || !has_default_class(method, cast.target)) {
      continue;
    }
    const BuiltinType* target = find_builtin_type(cast.target);
    if (found.empty() || (target != nullptr && target->is_preferred)) found = cast.target;
  }
  return found;
}

}  // namespace unwedge::effects
