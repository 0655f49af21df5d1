// An expression is as volatile as the worst function that it calls. A function that was created
// here is looked up in the catalog, others among those that come with the server.

#include "effects/volatility.h"

#include <algorithm>
#include <array>

#include "effects/builtins.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kVolatilityUnknown = "the volatility of a function that it calls is not known";
constexpr Doubt kMayBeInlined =
    "whether the SQL function that it calls can be inlined is not known";

/// Since 12 the default is planned before it is looked at, which inlines simple SQL functions.
constexpr int kPlansDefaults = 12;

/// What the grammar has words of its own for, though it reads like a call; none is volatile.
constexpr std::array<Name, 6> kSyntax{
    "coalesce", "current_timestamp", "current_user", "greatest", "least", "nullif"};

Answer is_volatile(const schema::Function& function, const Prediction& prediction) {
  if (function.volatility != CreateFunction::Volatility::kVolatile) return Answer::no();
  const bool sql = function.language == "sql" || function.body_parsed;
  return sql && prediction.since(kPlansDefaults) ? Answer::maybe(kMayBeInlined) : Answer::yes();
}

Answer call_is_volatile(const Expression& call, const Prediction& prediction) {
  const QualifiedName name{.schema = call.schema, .name = call.name};
  const schema::Catalog& catalog = prediction.catalog();
  const auto id = catalog.resolve_function(name, prediction.session().settings->search_path);
  if (const schema::Overloads* known = catalog.find_function(id)) {
    Answer answer = Answer::no();
    for (const schema::Function& each : known->functions) {
      answer = answer || is_volatile(each, prediction);
    }
    return answer;
  }
  if (call.schema.empty() && std::ranges::find(kSyntax, call.name) != kSyntax.end()) {
    return Answer::no();
  }
  // An additional module's functions are in the schema that it was installed into.
  const std::optional<Volatility> volatility = builtin_volatility(call.name);
  if (!volatility) return Answer::maybe(kVolatilityUnknown);
  return Answer::of(*volatility == Volatility::kVolatile);
}

}  // namespace

Answer is_volatile(const Expression& expression, const Prediction& prediction) {
  Answer answer = Answer::no();
  (void)any_part(expression, [&](const Expression& part) {
    if (part.kind == Expression::Kind::kCall) answer = answer || call_is_volatile(part, prediction);
    return answer.is_yes();
  });
  return answer;
}

}  // namespace unwedge::effects
