// How many rows a write may touch, judged by its own text.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "parsing.h"

namespace unwedge {
namespace {

using parsing::Only;

constexpr RowBound kBounded = RowBound::kBounded;
constexpr RowBound kByKey = RowBound::kByKey;
constexpr RowBound kUnbounded = RowBound::kUnbounded;

struct Case {
  std::string_view sql;
  RowBound bound;
};

void check(const std::vector<Case>& cases, std::string_view prefix) {
  for (const Case& each : cases) {
    const std::string sql = std::string(prefix) + std::string(each.sql);
    INFO(sql);
    CHECK(static_cast<int>(Only<Dml>(sql)->writes.at(0).bound) == static_cast<int>(each.bound));
  }
}

std::vector<Name> keys(const std::string& where) {
  const Only<Dml> dml("UPDATE t SET x = 1 WHERE " + where);
  // The names live as long as the statement: a copy of what they say is compared below.
  static std::vector<std::string> kept;
  kept.assign(dml->writes.at(0).key_columns.begin(), dml->writes.at(0).key_columns.end());
  return {kept.begin(), kept.end()};
}

TEST_CASE("row bound: WHERE") {
  check(
      {
          {"", kUnbounded},
          {" WHERE true", kUnbounded},
          {" WHERE false", kBounded},
          {" WHERE a = 1", kByKey},
          {" WHERE 1 = a", kByKey},
          {" WHERE a = $1", kByKey},
          {" WHERE a = '2020-01-01'::date", kByKey},
          {" WHERE a = now()", kByKey},
          {" WHERE t.a = 1 AND b > 5", kByKey},
          {" WHERE b IS NULL AND (c < 1 AND a = 1)", kByKey},
          {" WHERE lower(a) = 'x'", kByKey},
          {" WHERE (a, b) = (1, 2)", kByKey},
          {" WHERE a = (SELECT max(b) FROM u)", kByKey},
          {" WHERE a IN (1, 2, 3)", kByKey},
          {" WHERE a = ANY (ARRAY[1, 2])", kByKey},
          {" WHERE a = ANY ('{1,2}')", kByKey},
          {" WHERE a BETWEEN 1 AND 100", kByKey},
          {" WHERE a >= 1 AND a < 100", kByKey},
          {" WHERE 100 > a AND a >= 1", kByKey},
          {" WHERE a = 1 OR a = 2", kByKey},
          {" WHERE CURRENT OF c", kBounded},
          {" WHERE a IN (SELECT b FROM u LIMIT 100)", kByKey},
          {" WHERE ctid IN (SELECT ctid FROM t LIMIT 100 FOR UPDATE SKIP LOCKED)", kByKey},
          {" WHERE ctid = ANY (ARRAY(SELECT ctid FROM t LIMIT 100))", kByKey},
          {" WHERE a > 1", kUnbounded},
          {" WHERE a >= 1 AND b < 100", kUnbounded},
          {" WHERE a > 1 AND a > 2", kUnbounded},
          {" WHERE a <> 1", kUnbounded},
          {" WHERE NOT a = 1", kUnbounded},
          {" WHERE a IS NULL", kUnbounded},
          {" WHERE a IS NOT NULL", kUnbounded},
          {" WHERE a = b", kUnbounded},
          {" WHERE a = a", kUnbounded},
          {" WHERE a = true", kUnbounded},
          {" WHERE a", kUnbounded},
          {" WHERE a LIKE 'x%'", kUnbounded},
          {" WHERE a NOT IN (1, 2)", kUnbounded},
          {" WHERE a NOT BETWEEN 1 AND 2", kUnbounded},
          {" WHERE a = 1 OR b > 2", kUnbounded},
          {" WHERE a IN (SELECT b FROM u)", kUnbounded},
          {" WHERE a IN (SELECT b FROM u LIMIT ALL)", kUnbounded},
          {" WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a LIMIT 1)", kUnbounded},
          {" WHERE a <> ALL (ARRAY[1, 2])", kUnbounded},
          {" WHERE 1 = 1", kUnbounded},
      },
      "UPDATE t SET x = 1");
}

TEST_CASE("row bound: the columns that bound") {
  CHECK(keys("a = 1 AND b = 2") == std::vector<Name>{"a", "b"});
  CHECK(keys("a = 1 OR a = 2") == std::vector<Name>{"a"});
  CHECK(keys("a = 1 OR b = 2").empty());
  CHECK(keys("a = 1 AND c > 2") == std::vector<Name>{"a"});
  CHECK(keys("data ->> 'id' = 'x'").empty());
  CHECK(keys("a IN (1, 2)") == std::vector<Name>{"a"});
  CHECK(keys("a > 1 AND a <= 2") == std::vector<Name>{"a"});
}

TEST_CASE("row bound: DELETE and joins") {
  check(
      {
          {"DELETE FROM t", kUnbounded},
          {"DELETE FROM t WHERE id = 5", kByKey},
          {"DELETE FROM t USING u WHERE t.id = u.id", kUnbounded},
          {"UPDATE t SET x = v.x FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, x) WHERE t.id = v.id",
           kByKey},
          {"UPDATE t SET x = 1 FROM (VALUES (1)) AS v (id) WHERE t.a > v.id", kUnbounded},
          {"UPDATE t SET x = u.x FROM u WHERE t.id = u.id", kUnbounded},
          {"UPDATE t SET x = u.x FROM u WHERE t.id = u.id AND t.id = 1", kByKey},
          {"WITH b AS (SELECT id FROM t LIMIT 10) UPDATE t SET x = 1 FROM b WHERE t.id = b.id",
           kByKey},
          {"WITH b AS (SELECT id FROM t LIMIT 10) UPDATE t SET x = 1 WHERE id IN (SELECT id FROM "
           "b)",
           kByKey},
          {"WITH b AS (SELECT id FROM t) UPDATE t SET x = 1 FROM b WHERE t.id = b.id", kUnbounded},
          {"WITH b AS (SELECT id FROM t) DELETE FROM t WHERE id IN (SELECT id FROM b)", kUnbounded},
      },
      "");
}

TEST_CASE("row bound: INSERT, COPY, MERGE") {
  check(
      {
          {"INSERT INTO t VALUES (1), (2)", kBounded},
          {"INSERT INTO t DEFAULT VALUES", kBounded},
          {"INSERT INTO t SELECT 1", kBounded},
          {"INSERT INTO t SELECT * FROM u", kUnbounded},
          {"INSERT INTO t TABLE u", kUnbounded},
          {"INSERT INTO t SELECT * FROM u LIMIT 10", kBounded},
          {"INSERT INTO t SELECT * FROM u LIMIT ALL", kUnbounded},
          {"INSERT INTO t SELECT * FROM u WHERE id = 1", kByKey},
          {"INSERT INTO t SELECT * FROM (VALUES (1), (2)) AS v", kBounded},
          {"INSERT INTO t SELECT * FROM unnest(ARRAY[1, 2])", kBounded},
          {"INSERT INTO t SELECT * FROM generate_series(1, 10)", kBounded},
          {"INSERT INTO t SELECT * FROM all_users()", kUnbounded},
          {"INSERT INTO t SELECT 1 UNION ALL SELECT a FROM u", kUnbounded},
          {"INSERT INTO t SELECT 1 UNION ALL SELECT 2", kBounded},
          {"INSERT INTO t SELECT * FROM (VALUES (1)) AS v CROSS JOIN u", kUnbounded},
          {"COPY t FROM '/x'", kUnbounded},
          {"MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE", kUnbounded},
          {"MERGE INTO t USING (VALUES (1)) AS u (id) ON t.id = u.id WHEN MATCHED THEN DELETE",
           kBounded},
          {"MERGE INTO t USING (VALUES (1)) AS u (id) ON t.id = u.id WHEN NOT MATCHED BY SOURCE "
           "THEN DELETE",
           kUnbounded},
      },
      "");
}

}  // namespace
}  // namespace unwedge
