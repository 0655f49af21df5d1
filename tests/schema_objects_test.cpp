// What the catalog knows of objects beside a table's columns: names that Postgres chooses, the ways
// from one object to others, and that renaming, dropping and undoing keep them right. Live servers
// check the same in tests/postgres/catalog_test.cpp; here it is said what is expected.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "schema/chosen_names.h"
#include "walking.h"

namespace unwedge::schema {
namespace {

using walking::Walk;
using Names = std::vector<std::string>;

RelationId in_public(std::string_view name) {
  return {.schema = "public", .name = std::string(name)};
}

Names names_of(const std::vector<const Relation*>& relations) {
  Names names;
  for (const Relation* relation : relations) names.push_back(relation->id.name);
  return names;
}

Names referencing(const Catalog& catalog, std::string_view table) {
  Names names;
  for (const Catalog::Reference& reference : catalog.references_to(in_public(table))) {
    names.push_back(reference.table->id.name + "." + reference.key->name);
  }
  return names;
}

constexpr std::string_view kShop =
    "CREATE TABLE customers (id bigserial PRIMARY KEY, email text UNIQUE);"
    "CREATE TABLE orders (id int PRIMARY KEY, customer bigint REFERENCES customers, total numeric "
    "(10, 2) DEFAULT 0);"
    "CREATE INDEX ON orders (customer, lower(total::text));"
    "CREATE VIEW big AS SELECT id FROM orders WHERE total > 9;"
    "CREATE VIEW biggest AS SELECT id FROM big;";

Walk shop(std::string_view more = {}) { return Walk(std::string(kShop).append(more), "psql"); }

TEST_CASE("schema: from one relation to others") {
  const Walk walk = shop();
  const Catalog& catalog = walk.catalog();
  CHECK(names_of(catalog.indexes_of(in_public("orders"))) ==
        Names{"orders_customer_lower_idx", "orders_pkey"});
  CHECK(referencing(catalog, "customers") == Names{"orders.orders_customer_fkey"});
  CHECK(names_of(catalog.views_on(in_public("orders"))) == Names{"big"});
  CHECK(names_of(catalog.all_views_on(in_public("orders"))) == Names{"big", "biggest"});
  REQUIRE(catalog.sequence_of(in_public("customers"), "id") != nullptr);
  CHECK(catalog.sequence_of(in_public("customers"), "id")->id.name == "customers_id_seq");
  const ForeignKey& key = catalog.find(in_public("orders"))->foreign_keys.at(0);
  CHECK(key.referenced_columns == Names{"id"});
  const Column* total = catalog.find(in_public("orders"))->column("total");
  CHECK(total->type.id.name == "numeric");
  CHECK(total->type.modifiers == std::vector<std::int32_t>{10, 2});
  CHECK(total->default_value);
}

TEST_CASE("schema: references follow a rename") {
  const Walk walk = shop(
      "ALTER TABLE customers RENAME TO people; ALTER TABLE people RENAME id TO number;"
      "ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases RENAME customer TO buyer;");
  const Catalog& catalog = walk.catalog();
  CHECK(referencing(catalog, "people") == Names{"purchases.orders_customer_fkey"});
  CHECK(referencing(catalog, "customers").empty());
  const ForeignKey& key = catalog.find(in_public("purchases"))->foreign_keys.at(0);
  CHECK(key.references == in_public("people"));
  CHECK(key.columns == Names{"buyer"});
  CHECK(key.referenced_columns == Names{"number"});
  CHECK(catalog.find(in_public("orders_customer_lower_idx"))->index->mentions("buyer"));
  CHECK(names_of(catalog.views_on(in_public("purchases"))) == Names{"big"});
  CHECK(catalog.sequence_of(in_public("people"), "number") != nullptr);
  CHECK(catalog.gone(in_public("orders")));
}

TEST_CASE("schema: what is undone is undone for all") {
  const Walk walk = shop(
      "BEGIN; ALTER TABLE customers RENAME TO people; DROP TABLE orders CASCADE; CREATE TYPE t AS "
      "ENUM ('a'); CREATE TABLE orders (customer int REFERENCES people); ROLLBACK;");
  const Catalog& catalog = walk.catalog();
  CHECK(referencing(catalog, "customers") == Names{"orders.orders_customer_fkey"});
  CHECK(referencing(catalog, "people").empty());
  CHECK(names_of(catalog.all_views_on(in_public("orders"))) == Names{"big", "biggest"});
  CHECK(catalog.find_type(in_public("t")) == nullptr);
  CHECK_FALSE(catalog.gone(in_public("customers")));
  CHECK(catalog.has_constraint(in_public("orders_customer_fkey")));
}

TEST_CASE("schema: what a dropped object takes along") {
  const Walk table = shop("DROP TABLE customers CASCADE;");
  CHECK(table.catalog().find(in_public("orders"))->foreign_keys.empty());
  CHECK(table.catalog().find(in_public("customers_id_seq")) == nullptr);
  CHECK(table.catalog().find(in_public("customers_email_key")) == nullptr);
  const Walk key = shop("ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE;");
  CHECK(key.catalog().find(in_public("orders"))->foreign_keys.empty());
  CHECK(key.catalog().find(in_public("customers_pkey")) == nullptr);
  CHECK(key.catalog().find(in_public("customers"))->key_columns == Names{"email"});
  const Walk column = shop("ALTER TABLE orders DROP COLUMN total CASCADE;");
  CHECK(column.catalog().find(in_public("big")) == nullptr);
  CHECK(column.catalog().find(in_public("biggest")) == nullptr);
  CHECK(column.catalog().find(in_public("orders_customer_lower_idx")) == nullptr);
  CHECK_FALSE(column.catalog().has_constraint(in_public("customers_total_check")));
}

TEST_CASE("schema: partitions") {
  const Walk walk(
      "CREATE TABLE m (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
      "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);"
      "CREATE TABLE md PARTITION OF m DEFAULT PARTITION BY LIST (id);"
      "CREATE TABLE md1 PARTITION OF md FOR VALUES IN (1, NULL);"
      "CREATE INDEX ON m (at);",
      "psql");
  const Catalog& catalog = walk.catalog();
  CHECK(names_of(catalog.children_of(in_public("m"))) == Names{"m1", "md"});
  CHECK(names_of(catalog.descendants_of(in_public("m"))) == Names{"m1", "md", "md1"});
  CHECK(catalog.ancestors_of(in_public("md1")) ==
        std::vector<RelationId>{in_public("md"), in_public("m")});
  REQUIRE(catalog.default_partition_of(in_public("m")) != nullptr);
  CHECK(catalog.default_partition_of(in_public("m"))->id.name == "md");
  CHECK(catalog.default_partition_of(in_public("md")) == nullptr);
  CHECK(names_of(catalog.children_of(in_public("m_at_idx"))) == Names{"m1_at_idx", "md_at_idx"});
  using Kind = Bound::Value::Kind;
  const Bound& range = *catalog.find(in_public("m1"))->bound;
  CHECK(range.kind == Bound::Kind::kRange);
  CHECK(range.values == std::vector<Bound::Value>{{Kind::kConstant, "2020-01-01"}});
  CHECK(range.upper.at(0).kind == Kind::kMaximum);
  const Bound& list = *catalog.find(in_public("md1"))->bound;
  CHECK(list.values == std::vector<Bound::Value>{{Kind::kConstant, "1"}, {Kind::kNull, ""}});
}

TEST_CASE("schema: columns of a type") {
  const Walk walk(
      "CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN small AS positive;"
      "CREATE TYPE pair AS (a positive, b int);"
      "CREATE TABLE t (a positive, b int, c positive[], d small, e pair);"
      "CREATE TABLE u (t t); ALTER DOMAIN positive RENAME TO plus;",
      "psql");
  const auto columns = [&walk](std::string_view type) {
    Names names;
    for (const ColumnPlace& place : walk.catalog().columns_of_type(in_public(type))) {
      names.push_back(place.relation->id.name + "." + place.column->name);
    }
    std::ranges::sort(names);
    return names;
  };
  CHECK(columns("plus") == Names{"t.a", "t.c", "t.d", "t.e", "u.t"});
  CHECK(columns("small") == Names{"t.d", "u.t"});
  CHECK(columns("positive").empty());
  REQUIRE(walk.catalog().find_type(in_public("plus")) != nullptr);
  CHECK(walk.catalog().find_type(in_public("plus"))->checks.at(0).name == "positive_check");
}

TEST_CASE("schema: references to what no statement created") {
  const Walk walk(
      "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer) REFERENCES customers;"
      "CREATE INDEX i ON orders (customer); CREATE TABLE p1 PARTITION OF p DEFAULT;"
      "CREATE TABLE copy (LIKE orders INCLUDING ALL);",
      "psql");
  const Catalog& catalog = walk.catalog();
  CHECK(referencing(catalog, "customers") == Names{"orders.f"});
  CHECK(catalog.find(in_public("orders"))->foreign_keys.at(0).referenced_columns.empty());
  CHECK(names_of(catalog.indexes_of(in_public("orders"))) == Names{"i"});
  CHECK(names_of(catalog.children_of(in_public("p"))) == Names{"p1"});
  CHECK_FALSE(catalog.find(in_public("p1"))->complete);
  CHECK_FALSE(catalog.find(in_public("copy"))->complete);
  CHECK(catalog.find(in_public("customers")) == nullptr);
}

TEST_CASE("schema: what is mentioned next to unknown SQL is not known any more") {
  const Walk walk(
      "CREATE TABLE t (a int); CREATE TABLE u (a int);"
      "DO $$ BEGIN EXECUTE lower('ALTER TABLE T ADD b int'); END $$;",
      "psql");
  CHECK_FALSE(walk.catalog().find(in_public("t"))->complete);
  CHECK(walk.catalog().find(in_public("u"))->complete);
}

TEST_CASE("schema: the end of a change set") {
  Catalog catalog;
  Relation table;
  table.id = in_public("t");
  table.is_new = true;
  catalog.put(table);
  catalog.settle();
  CHECK(catalog.existing(in_public("t")));
  catalog.undo_to(0);
  CHECK(catalog.find(in_public("t")) != nullptr);
}

TEST_CASE("schema: names are cut where Postgres cuts them") {
  const std::string long_name(60, 'a');
  CHECK(object_name("t", "a", "key") == "t_a_key");
  CHECK(object_name("t", "", "pkey") == "t_pkey");
  CHECK(object_name(long_name, "", "pkey").size() == 63);
  CHECK(object_name(long_name, long_name, "idx") ==
        std::string(29, 'a') + "_" + std::string(29, 'a') + "_idx");
  // No character is cut in half: each of these has two bytes.
  std::string umlauts;
  for (int i = 0; i < 31; ++i) umlauts += "ä";
  CHECK(object_name(umlauts, "", "pkey") == umlauts.substr(0, 58) + "_pkey");
  CHECK(object_name(umlauts, "", "key") == umlauts.substr(0, 58) + "_key");
}

}  // namespace
}  // namespace unwedge::schema
