// Expressions as rules see them, and what a CHECK proves of a column.

#include "unwedge/expression.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "parsing.h"

namespace unwedge {
namespace {

using parsing::Only;
using Kind = Expression::Kind;

/// The expression of a CHECK.
class Check {
 public:
  explicit Check(const std::string& text) : alter_("ALTER TABLE t ADD CHECK (" + text + ")") {}
  [[nodiscard]] const Expression& get() const {
    return *alter_->actions.at(0).get<AddConstraint>()->constraint.expression;
  }

 private:
  Only<AlterTable> alter_;
};

TEST_CASE("expression: kinds") {
  const auto kind = [](const char* text) { return Check(text).get().kind; };
  CHECK(kind("true") == Kind::kConstant);
  CHECK(kind("NULL") == Kind::kNull);
  CHECK(kind("a") == Kind::kColumn);
  CHECK(kind("f(a)") == Kind::kCall);
  CHECK(kind("coalesce(a, b)") == Kind::kCall);
  CHECK(kind("a::boolean") == Kind::kCast);
  CHECK(kind("a > b") == Kind::kOperator);
  CHECK(kind("- a") == Kind::kOperator);
  CHECK(kind("a AND b") == Kind::kAnd);
  CHECK(kind("a OR b") == Kind::kOr);
  CHECK(kind("NOT a") == Kind::kNot);
  CHECK(kind("a IS NULL") == Kind::kIsNull);
  CHECK(kind("a IS NOT NULL") == Kind::kIsNotNull);
  CHECK(kind("a IS NOT DISTINCT FROM NULL") == Kind::kIsNull);
  CHECK(kind("a IS DISTINCT FROM NULL") == Kind::kIsNotNull);
  CHECK(kind("a IN (1, 2)") == Kind::kIn);
  CHECK(kind("a = ANY (ARRAY[1, 2])") == Kind::kIn);
  CHECK(kind("a BETWEEN 1 AND 2") == Kind::kBetween);
  CHECK(kind("ARRAY[a, b]") == Kind::kArray);
  CHECK(kind("ROW(a, b)") == Kind::kRow);
  CHECK(kind("a COLLATE \"C\"") == Kind::kCast);
  CHECK(kind("CASE WHEN a THEN b END") == Kind::kOther);
}

TEST_CASE("expression: parts") {
  const Check call("app.f(t.a, 'x') IS NOT NULL");
  const Expression& function = call.get().operands.at(0);
  CHECK(function.schema == "app");
  CHECK(function.name == "f");
  CHECK(function.operands.at(0).schema == "t");
  CHECK(function.operands.at(0).name == "a");
  CHECK(function.operands.at(1).text == "x");
  CHECK(Check("a NOT IN (1)").get().negated);
  CHECK(Check("a AND b AND c").get().operands.size() == 3);
  const Check nested("CASE WHEN a > 1 THEN b ELSE c END");
  const auto mentions = [&](Name name) {
    return any_part(nested.get(), [name](const Expression& part) {
      return part.kind == Kind::kColumn && part.name == name;
    });
  };
  CHECK(mentions("a"));
  CHECK(mentions("b"));
  CHECK(mentions("c"));
  CHECK_FALSE(mentions("d"));
}

TEST_CASE("expression: what proves that a column is not null") {
  struct Case {
    std::string_view check;
    bool proves;
  };
  const std::vector<Case> cases{
      {"a IS NOT NULL", true},
      {"NOT (a IS NULL)", true},
      {"NOT a IS NULL", true},
      {"a IS DISTINCT FROM NULL", true},
      {"a IS NOT NULL AND b > 1", true},
      {"b > 1 AND (c < 2 AND a IS NOT NULL)", true},
      {"a IS NOT NULL OR (a IS NOT NULL AND b > 1)", true},
      {"(a IS NOT NULL AND b > 1) OR (c AND a IS NOT NULL)", true},
      {"ROW(a, b) IS NOT NULL", true},
      {"a IS NOT NULL OR b IS NOT NULL", false},
      {"b IS NOT NULL", false},
      {"a IS NULL", false},
      {"a > 0", false},  // not false for a null
      {"a <> ''", false},
      {"NOT (a IS NOT NULL)", false},
      {"coalesce(a, b) IS NOT NULL", false},
      {"a::text IS NOT NULL", false},
      {"a COLLATE \"C\" IS NOT NULL", false},
      {"ARRAY[a, b] IS NOT NULL", false},
      {"\"A\" IS NOT NULL", false},
      {"true", false},
      {"num_nonnulls(a, b) = 2", false},
  };
  for (const Case& each : cases) {
    INFO(each.check);
    CHECK(implies_not_null(Check(std::string(each.check)).get(), "a") == each.proves);
  }
}

}  // namespace
}  // namespace unwedge
