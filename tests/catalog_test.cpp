// The catalog by itself: names, and undoing.

#include <array>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "unwedge/schema.h"

namespace unwedge::schema {
namespace {

const RelationId kPublicT{.schema = "public", .name = "t"};
const RelationId kAppT{.schema = "app", .name = "t"};

Relation new_table(RelationId id) {
  Relation relation;
  relation.id = std::move(id);
  relation.kind = RelationKind::kTable;
  relation.is_new = true;
  return relation;
}

TEST_CASE("catalog: what is not known exists") {
  const Catalog catalog;
  CHECK(catalog.find(kPublicT) == nullptr);
  CHECK(catalog.existing(kPublicT));
}

TEST_CASE("catalog: what was created here is new") {
  Catalog catalog;
  catalog.put(new_table(kPublicT));
  REQUIRE(catalog.find(kPublicT) != nullptr);
  CHECK_FALSE(catalog.existing(kPublicT));
  CHECK(catalog.existing(kAppT));
}

TEST_CASE("catalog: names go through the search path") {
  Catalog catalog;
  const std::vector<std::string> path{"app", "public"};
  CHECK(catalog.resolve({.name = "t"}, path) == kAppT);
  catalog.put(new_table(kPublicT));
  CHECK(catalog.resolve({.name = "t"}, path) == kPublicT);
  catalog.put(new_table(kAppT));
  CHECK(catalog.resolve({.name = "t"}, path) == kAppT);
  CHECK(catalog.resolve({.schema = "public", .name = "t"}, path) == kPublicT);
  CHECK(catalog.resolve({.name = "t"}, {}) == kPublicT);
}

TEST_CASE("catalog: a name may be in any schema") {
  Catalog catalog;
  catalog.put(new_table(kAppT));
  catalog.put(new_table({.schema = "b", .name = "other"}));
  CHECK(catalog.is_in_any_schema("t"));
  CHECK(catalog.is_in_any_schema("other"));
  CHECK_FALSE(catalog.is_in_any_schema("b"));
  catalog.drop(kAppT);
  CHECK_FALSE(catalog.is_in_any_schema("t"));
}

TEST_CASE("catalog: a large table that changes all the time is forgotten") {
  Catalog catalog;
  Relation table = new_table(kPublicT);
  table.complete = true;
  table.columns.resize(1600);
  for (int i = 0; i < 600; ++i) catalog.put(table);
  CHECK(catalog.find(kPublicT)->complete);
  for (int i = 0; i < 100; ++i) catalog.put(table);
  CHECK_FALSE(catalog.find(kPublicT)->complete);
  CHECK(catalog.find(kPublicT)->columns.empty());
  // The next change set has all the memory again.
  catalog.commit();
  catalog.put(table);
  CHECK(catalog.find(kPublicT)->complete);
}

TEST_CASE("catalog: temporary tables come first") {
  Catalog catalog;
  Relation temporary = new_table({.schema = "pg_temp", .name = "t"});
  temporary.temporary = true;
  catalog.put(std::move(temporary));
  const std::vector<std::string> path{"public"};
  CHECK(catalog.resolve({.name = "t"}, path).schema == "pg_temp");
  CHECK_FALSE(catalog.existing(catalog.resolve({.name = "t"}, path)));
  CHECK(catalog.existing(kPublicT));
}

TEST_CASE("catalog: dropping") {
  Catalog catalog;
  catalog.put(new_table(kPublicT));
  catalog.drop(kPublicT);
  CHECK(catalog.find(kPublicT) == nullptr);
}

TEST_CASE("catalog: undoing") {
  Catalog catalog;
  catalog.put(new_table(kAppT));
  catalog.commit();
  const Catalog::Mark begin = catalog.mark();
  catalog.put(new_table(kPublicT));
  const Catalog::Mark middle = catalog.mark();
  Relation changed = catalog.edit(kAppT);
  changed.columns.push_back({.name = "a", .not_null = true});
  catalog.put(std::move(changed));
  catalog.drop(kPublicT);
  CHECK(catalog.find(kPublicT) == nullptr);
  CHECK(catalog.find(kAppT)->proves_not_null("a"));

  catalog.undo_to(middle);
  CHECK(catalog.find(kPublicT) != nullptr);
  CHECK_FALSE(catalog.find(kAppT)->proves_not_null("a"));
  catalog.undo_to(begin);
  CHECK(catalog.find(kPublicT) == nullptr);
  CHECK(catalog.find(kAppT) != nullptr);
}

TEST_CASE("catalog: what was found stays as it was") {
  Catalog catalog;
  catalog.put(new_table(kPublicT));
  Relation copy = catalog.edit(kPublicT);
  copy.kind = RelationKind::kPartitionedTable;
  CHECK(catalog.find(kPublicT)->kind == RelationKind::kTable);
}

TEST_CASE("catalog: what proves that a column is not null") {
  Relation relation;
  relation.columns = {{.name = "a", .not_null = true}, {.name = "b", .not_null = false}};
  relation.checks = {{.name = "c", .valid = true, .not_null_columns = {"b"}},
                     {.name = "d", .valid = false, .not_null_columns = {"e"}}};
  CHECK(relation.proves_not_null("a"));
  CHECK(relation.proves_not_null("b"));
  CHECK_FALSE(relation.proves_not_null("e"));
  CHECK_FALSE(relation.proves_not_null("f"));
}

}  // namespace
}  // namespace unwedge::schema
