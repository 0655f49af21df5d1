// Parsing: every statement at its place, whatever the others look like, and every kind of statement
// lowered with the fields that rules ask for.

#include "sql/script.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "parsing.h"

namespace unwedge {
namespace {

using parsing::Only;
using parsing::Parsed;

std::vector<std::string_view> texts(const Parsed& parsed) {
  std::vector<std::string_view> all;
  for (const Statement& statement : parsed.statements())
    all.push_back(parsed.slice(statement.span));
  return all;
}

using Texts = std::vector<std::string_view>;

/// The text that the error of a statement points at.
std::string_view error_at(const Parsed& parsed, std::size_t index) {
  const auto* error = parsed[index].get<SyntaxError>();
  return error == nullptr ? "(no error)" : parsed.slice(error->at);
}

// ---------------------------------------------------------------------------------------------
// Places

TEST_CASE("script: nothing") {
  CHECK(Parsed("").statements().empty());
  CHECK(Parsed(" \n\t").statements().empty());
  CHECK(Parsed(";;;").statements().empty());
  CHECK(Parsed("-- a comment").statements().empty());
  CHECK(Parsed("/* one */ -- two\n/* three /* nested */ */").statements().empty());
}

TEST_CASE("script: statements from the first token to the last") {
  CHECK(texts(Parsed("SELECT 1")) == Texts{"SELECT 1"});
  CHECK(texts(Parsed("SELECT 1;")) == Texts{"SELECT 1"});
  CHECK(texts(Parsed("SELECT 1 ;SELECT 2")) == Texts{"SELECT 1", "SELECT 2"});
  CHECK(texts(Parsed("\n\n  SELECT 1\n;\n\n SELECT\n 2\n")) == Texts{"SELECT 1", "SELECT\n 2"});
  CHECK(texts(Parsed(";; SELECT 1;; ;SELECT 2;;")) == Texts{"SELECT 1", "SELECT 2"});
}

TEST_CASE("script: comments in front and behind do not belong to a statement") {
  CHECK(texts(Parsed("-- a\nSELECT 1; -- b\nSELECT 2 -- c")) == Texts{"SELECT 1", "SELECT 2"});
  CHECK(texts(Parsed("/* a; */SELECT 1/* b */;/* c */SELECT 2/* d */ /* e */")) ==
        Texts{"SELECT 1/* b */", "SELECT 2"});
  CHECK(texts(Parsed("/* /* nested; */ */ SELECT 1")) == Texts{"SELECT 1"});
  CHECK(texts(Parsed("SELECT '-- no comment' -- one\n")) == Texts{"SELECT '-- no comment'"});
  CHECK(texts(Parsed("SELECT 1 /* c */ + 2")) == Texts{"SELECT 1 /* c */ + 2"});
}

TEST_CASE("script: multi-byte characters and CRLF") {
  CHECK(texts(Parsed("/* größte 🐘 */ SELECT 'ü'; SELECT \"Größe\" FROM t;")) ==
        Texts{"SELECT 'ü'", "SELECT \"Größe\" FROM t"});
  CHECK(texts(Parsed("SELECT 1;\r\n-- x\r\nSELECT 2\r\n;\r\n")) == Texts{"SELECT 1", "SELECT 2"});
}

TEST_CASE("script: a region counts from the beginning of the text") {
  const std::string text = "SELECT 0; SELECT 1; SELECT 2;";
  const sql::Script script = sql::parse_script(text, {10, 19});
  REQUIRE(script.statements.size() == 1);
  CHECK(slice(text, script.statements[0].span) == "SELECT 1");
}

TEST_CASE("script: keywords") {
  const auto keyword = [](const char* sql) {
    const Parsed parsed(sql);
    return std::string(parsed.slice(parsed[0].keyword_span));
  };
  CHECK(keyword("ALTER TABLE t ADD a int") == "ALTER TABLE");
  CHECK(keyword("create unique index concurrently i on t (a)") ==
        "create unique index concurrently");
  CHECK(keyword("CREATE INDEX ON t (a)") == "CREATE INDEX");
  CHECK(keyword("CREATE /* why */ INDEX i ON t (a)") == "CREATE /* why */ INDEX");
  CHECK(keyword("CREATE -- why\n INDEX i ON t (a)") == "CREATE -- why\n INDEX");
  CHECK(keyword("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'") ==
        "CREATE OR REPLACE FUNCTION");
  CHECK(keyword("UPDATE t SET a = 1") == "UPDATE");
  CHECK(keyword("DROP INDEX CONCURRENTLY i") == "DROP INDEX CONCURRENTLY");
  CHECK(keyword("REINDEX TABLE CONCURRENTLY t") == "REINDEX TABLE CONCURRENTLY");
}

// ---------------------------------------------------------------------------------------------
// Errors

TEST_CASE("script: an error costs its own statement alone") {
  const Parsed parsed("SELECT 1; ALTER TABLE t ADD COLUM a int; SELECT 2; DROP INDX i; SELECT 3");
  REQUIRE(texts(parsed) == Texts{"SELECT 1", "ALTER TABLE t ADD COLUM a int", "SELECT 2",
                                 "DROP INDX i", "SELECT 3"});
  CHECK(parsed[0].get<Dml>() != nullptr);
  CHECK(error_at(parsed, 1) == "int");
  CHECK(parsed[2].get<Dml>() != nullptr);
  CHECK(error_at(parsed, 3) == "INDX");
  CHECK(parsed[4].get<Dml>() != nullptr);
}

TEST_CASE("script: places of errors") {
  CHECK(error_at(Parsed("SELEC 1"), 0) == "SELEC");
  CHECK(error_at(Parsed("/* ü🐘 */ SELECT 'ü🐘' FORM t"), 0) == "t");
  CHECK(error_at(Parsed("SELECT 'ü🐘', FROM t"), 0) == "FROM");
  CHECK(error_at(Parsed("SELECT 1;\n\nSELECT )"), 1) == ")");
}

TEST_CASE("script: at the end of the input the last character is pointed at") {
  CHECK(error_at(Parsed("ALTER TABLE t ADD COLUMN"), 0) == "N");
  CHECK(error_at(Parsed("SELECT 1,"), 0) == ",");
  CHECK(error_at(Parsed("ALTER TABLE t RENAME COLUMN \"ä🐘\""), 0) == "\"");
  CHECK(error_at(Parsed("ALTER TABLE t RENAME COLUMN ä"), 0) == "ä");
}

TEST_CASE("script: WITH without a statement") {
  const Parsed parsed("WITH x AS (SELECT 1) ; SELECT 2");
  REQUIRE(parsed.statements().size() == 2);
  CHECK(error_at(parsed, 0) == ")");
  CHECK(parsed[1].get<Dml>() != nullptr);
}

TEST_CASE("script: what is never closed") {
  const Parsed string("SELECT 1; SELECT 'abc; SELECT 2;");
  REQUIRE(string.statements().size() == 2);
  CHECK(string[0].get<Dml>() != nullptr);
  CHECK(error_at(string, 1) == "'abc; SELECT 2;");

  const Parsed comment("SELECT 1; /* abc\nSELECT 2;");
  REQUIRE(comment.statements().size() == 2);
  CHECK(error_at(comment, 1) == "/* abc");

  const Parsed dollar("SELECT 1; DO $a$ BEGIN\nEND $b$;");
  REQUIRE(dollar.statements().size() == 2);
  CHECK(error_at(dollar, 1) == "$a$ BEGIN");

  const Parsed name("SELECT 1; SELECT \"abc FROM t;");
  REQUIRE(name.statements().size() == 2);
  CHECK(name[1].get<SyntaxError>() != nullptr);
}

TEST_CASE("script: an error that repeats the rest of the text is cut short") {
  const Parsed lines("SELECT 'abc\n" + std::string(1000, 'x') + "\n");
  CHECK(lines[0].get<SyntaxError>()->message == "unterminated quoted string at or near \"'abc…\"");
  const Parsed long_line("SELECT '" + std::string(1000, 'x'));
  CHECK(long_line[0].get<SyntaxError>()->message.size() < 150);
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ü";
  const Parsed multi_byte("SELECT '" + umlauts);
  CHECK(multi_byte[0].get<SyntaxError>()->message.ends_with("ü…\""));
}

TEST_CASE("script: statements behind a parenthesis that is never closed") {
  const Parsed parsed("CREATE TABLE a (id int; CREATE TABLE b (id int); CREATE TABLE c (id int);");
  std::vector<std::string_view> created;
  std::size_t errors = 0;
  for (const Statement& statement : parsed.statements()) {
    if (const auto* create = statement.get<CreateTable>()) created.push_back(create->table.name);
    if (statement.get<SyntaxError>() != nullptr) ++errors;
  }
  CHECK(created == Texts{"b", "c"});
  CHECK(errors == 1);
}

// ---------------------------------------------------------------------------------------------
// Large and deep

TEST_CASE("script: deep nesting is an error, not a crash") {
  constexpr std::size_t kDepth = 50'000;
  const Parsed parsed("SELECT " + std::string(kDepth, '(') + "1" + std::string(kDepth, ')') +
                      "; SELECT 2");
  REQUIRE(parsed.statements().size() == 2);
  CHECK(parsed.sql(1) == "SELECT 2");
  CHECK(parsed[1].get<Dml>() != nullptr);
}

TEST_CASE("script: a long sum") {
  std::string sum = "1";
  for (int i = 0; i < 200'000; ++i) sum += "+1";
  const Parsed parsed("SELECT " + sum + " FROM t; UPDATE t SET a = " + sum + " WHERE id = " + sum);
  REQUIRE(parsed.statements().size() == 2);
  REQUIRE(parsed[0].get<Dml>() != nullptr);
  CHECK(parsed[0].get<Dml>()->reads.size() == 1);
  REQUIRE(parsed[1].get<Dml>() != nullptr);
  CHECK(parsed[1].get<Dml>()->writes.size() == 1);
}

TEST_CASE("script: many arms of a UNION") {
  std::string query = "SELECT 1";
  for (int i = 0; i < 20'000; ++i) query += " UNION ALL SELECT 1";
  const Parsed parsed(query + "; SELECT 2");
  REQUIRE(parsed.statements().size() == 2);
  CHECK(parsed[1].get<Dml>() != nullptr);
}

TEST_CASE("script: a text parsed in chunks is the same as one parsed whole") {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; text.size() < 1'500'000; ++i) {
    const std::string statement =
        i % 7 == 0 ? "CREATE INDEX i" + std::to_string(i) + " ON t (a)"
                   : "INSERT INTO t VALUES ('; ü " + std::to_string(i) + "', $$;$$, (1))";
    text += "-- " + std::to_string(i) + ";\n" + statement + ";\n";
    expected.push_back(statement);
  }
  const Parsed parsed(text);
  REQUIRE(parsed.statements().size() == expected.size());
  bool same = true;
  std::size_t indexes = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    same = same && parsed.sql(i) == expected[i];
    if (const auto* index = parsed[i].get<CreateIndex>()) {
      same = same && parsed.slice(index->table.span) == "t";
      ++indexes;
    }
  }
  CHECK(same);
  CHECK(indexes == (expected.size() + 6) / 7);
}

TEST_CASE("script: an error in a large text costs its own statement alone") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "SELECT 'some text to fill it';\n";
  const std::size_t before = 20'000;
  text += "SELECT 1 FROM FROM t;\n";
  for (int i = 0; i < 20'000; ++i) text += "SELECT 'some text to fill it';\n";
  const Parsed parsed(text);
  REQUIRE(parsed.statements().size() == 2 * before + 1);
  std::size_t errors = 0;
  for (const Statement& statement : parsed.statements()) {
    if (statement.get<SyntaxError>() != nullptr) ++errors;
  }
  CHECK(errors == 1);
  CHECK(error_at(parsed, before) == "FROM");
}

// ---------------------------------------------------------------------------------------------
// Transactions, settings

TEST_CASE("script: transaction control") {
  using Kind = TransactionControl::Kind;
  const auto kind = [](const char* sql) { return Only<TransactionControl>(sql)->kind; };
  CHECK(kind("BEGIN") == Kind::kBegin);
  CHECK(kind("BEGIN WORK ISOLATION LEVEL SERIALIZABLE") == Kind::kBegin);
  CHECK(kind("START TRANSACTION READ ONLY") == Kind::kStart);
  CHECK(kind("COMMIT") == Kind::kCommit);
  CHECK(kind("END") == Kind::kCommit);
  CHECK(kind("ROLLBACK") == Kind::kRollback);
  CHECK(kind("ABORT") == Kind::kRollback);
  CHECK(kind("PREPARE TRANSACTION 'x'") == Kind::kPrepare);
  CHECK(kind("COMMIT PREPARED 'x'") == Kind::kCommitPrepared);
  CHECK(kind("ROLLBACK PREPARED 'x'") == Kind::kRollbackPrepared);
  CHECK(Only<TransactionControl>("COMMIT AND CHAIN")->chain);
  CHECK_FALSE(Only<TransactionControl>("COMMIT AND NO CHAIN")->chain);
  const Only<TransactionControl> savepoint("SAVEPOINT \"A b\"");
  CHECK(savepoint->kind == Kind::kSavepoint);
  CHECK(savepoint->savepoint == "A b");
  CHECK(Only<TransactionControl>("RELEASE x")->savepoint == "x");
  CHECK(kind("ROLLBACK TO SAVEPOINT x") == Kind::kRollbackTo);
}

TEST_CASE("script: settings") {
  using Kind = SetVariable::Kind;
  const Only<SetVariable> timeout("SET Lock_Timeout = '3s'");
  CHECK(timeout->kind == Kind::kSet);
  CHECK(timeout->name == "lock_timeout");
  CHECK(timeout->values == Texts{"3s"});
  CHECK_FALSE(timeout->local);
  CHECK(Only<SetVariable>("SET LOCAL statement_timeout TO 5000")->local);
  CHECK(Only<SetVariable>("SET LOCAL statement_timeout TO 5000")->values == Texts{"5000"});
  CHECK(Only<SetVariable>("SET search_path = app, \"Public\"")->values == Texts{"app", "Public"});
  CHECK(Only<SetVariable>("SET lock_timeout TO DEFAULT")->kind == Kind::kSetDefault);
  CHECK(Only<SetVariable>("SET lock_timeout FROM CURRENT")->kind == Kind::kSetCurrent);
  CHECK(Only<SetVariable>("RESET lock_timeout")->kind == Kind::kReset);
  CHECK(Only<SetVariable>("RESET ALL")->kind == Kind::kResetAll);
  CHECK(Only<SetVariable>("SET TIME ZONE 'UTC'")->name == "timezone");
  const Only<SetVariable> config("SELECT pg_catalog.set_config('search_path', '', false)");
  CHECK(config->name == "search_path");
  CHECK(config->values.empty());
  CHECK_FALSE(config->local);
  CHECK(Only<SetVariable>("SELECT set_config('a.b', 'c', true)")->local);
  CHECK(Parsed("SELECT set_config('a', b, true) FROM t")[0].get<Dml>() != nullptr);
}

TEST_CASE("script: session commands") {
  CHECK(Only<SetConstraints>("SET CONSTRAINTS ALL DEFERRED")->deferred);
  CHECK(Only<Discard>("DISCARD ALL")->target == Discard::Target::kAll);
  CHECK(Only<Discard>("DISCARD PLANS")->target == Discard::Target::kPlans);
  CHECK(Only<Discard>("DISCARD TEMP")->target == Discard::Target::kTemporary);
  CHECK(Only<Discard>("DISCARD SEQUENCES")->target == Discard::Target::kSequences);
}

TEST_CASE("script: databases") {
  using Kind = DatabaseCommand::Kind;
  CHECK(Only<DatabaseCommand>("CREATE DATABASE d")->kind == Kind::kCreateDatabase);
  CHECK(Only<DatabaseCommand>("DROP DATABASE d")->name == "d");
  CHECK(Only<DatabaseCommand>("ALTER DATABASE d SET TABLESPACE s")->kind ==
        Kind::kAlterDatabaseTablespace);
  CHECK(Only<DatabaseCommand>("ALTER DATABASE d SET work_mem = '1MB'")->kind ==
        Kind::kAlterDatabaseOther);
  CHECK(Only<DatabaseCommand>("CREATE TABLESPACE s LOCATION '/x'")->kind ==
        Kind::kCreateTablespace);
  CHECK(Only<DatabaseCommand>("DROP TABLESPACE s")->kind == Kind::kDropTablespace);
  CHECK(Only<DatabaseCommand>("ALTER SYSTEM SET work_mem = '1MB'")->kind == Kind::kAlterSystem);
}

// ---------------------------------------------------------------------------------------------
// Tables

TEST_CASE("script: CREATE TABLE") {
  const Only<CreateTable> create(
      "CREATE TABLE IF NOT EXISTS app.\"Orders\" (\n"
      "  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
      "  name varchar(50) COLLATE \"C\" NOT NULL DEFAULT 'x' UNIQUE,\n"
      "  price numeric(10, 2)[] CHECK (price IS NOT NULL),\n"
      "  owner int REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE\n"
      "    INITIALLY DEFERRED,\n"
      "  total numeric GENERATED ALWAYS AS (a * (b + 1)) STORED,\n"
      "  CONSTRAINT pair UNIQUE (id, name),\n"
      "  EXCLUDE USING gist (period WITH &&),\n"
      "  LIKE template INCLUDING ALL\n"
      ")");
  CHECK(create->table.schema == "app");
  CHECK(create->table.name == "Orders");
  CHECK(create.parsed.slice(create->table.span) == "app.\"Orders\"");
  CHECK(create->if_not_exists);
  REQUIRE(create->columns.size() == 5);
  const ColumnDefinition& id = create->columns[0];
  CHECK(id.identity == Identity::kAlways);
  CHECK(id.not_null);
  CHECK(id.type.name.name == "int8");
  REQUIRE(id.constraints.size() == 1);
  CHECK(id.constraints[0].kind == Constraint::Kind::kPrimaryKey);
  CHECK(id.constraints[0].columns == std::vector<Name>{"id"});
  const ColumnDefinition& name = create->columns[1];
  CHECK(name.type.name.name == "varchar");
  CHECK(name.type.modifiers == std::vector<std::int32_t>{50});
  CHECK(name.collation == "C");
  CHECK(name.not_null);
  REQUIRE(name.default_value);
  CHECK(name.default_value->text == "x");
  CHECK(create.parsed.slice(name.name_span) == "name");
  const ColumnDefinition& price = create->columns[2];
  CHECK(price.type.array_dimensions == 1);
  CHECK(price.type.modifiers == std::vector<std::int32_t>{10, 2});
  REQUIRE(price.constraints.size() == 1);
  REQUIRE(price.constraints[0].expression);
  CHECK(price.constraints[0].expression->kind == Expression::Kind::kIsNotNull);
  const ColumnDefinition& owner = create->columns[3];
  REQUIRE(owner.constraints.size() == 1);
  CHECK(owner.constraints[0].references.name == "users");
  CHECK(owner.constraints[0].referenced_columns == std::vector<Name>{"id"});
  CHECK(owner.constraints[0].on_delete == Constraint::Action::kSetNull);
  CHECK(owner.constraints[0].on_update == Constraint::Action::kCascade);
  CHECK(owner.constraints[0].deferrable);
  CHECK(owner.constraints[0].initially_deferred);
  const ColumnDefinition& total = create->columns[4];
  REQUIRE(total.generated);
  CHECK(create.parsed.slice(total.generated->span) == "GENERATED ALWAYS AS (a * (b + 1)) STORED");
  REQUIRE(create->constraints.size() == 2);
  CHECK(create->constraints[0].name == "pair");
  CHECK(create->constraints[0].columns == std::vector<Name>{"id", "name"});
  CHECK(create->constraints[1].kind == Constraint::Kind::kExclusion);
  REQUIRE(create->likes.size() == 1);
  CHECK(create->likes[0].table.name == "template");
}

TEST_CASE("script: kinds of CREATE TABLE") {
  CHECK(Only<CreateTable>("CREATE TEMP TABLE t (a int)")->persistence == Persistence::kTemporary);
  CHECK(Only<CreateTable>("CREATE UNLOGGED TABLE t (a int)")->persistence ==
        Persistence::kUnlogged);
  const Only<CreateTable> partitioned("CREATE TABLE p (a int, b int) PARTITION BY RANGE (a, (b))");
  CHECK(partitioned->partitioned);
  CHECK(partitioned->partition_key == std::vector<Name>{"a"});
  const Only<CreateTable> partition(
      "CREATE TABLE p1 PARTITION OF app.p FOR VALUES FROM (1) TO (2)");
  CHECK(partition->partition_of.schema == "app");
  CHECK(partition->inherits.empty());
  CHECK(Only<CreateTable>("CREATE TABLE p1 PARTITION OF p DEFAULT")->default_partition);
  CHECK(Only<CreateTable>("CREATE TABLE k (a int) INHERITS (x, y)")->inherits.size() == 2);
  CHECK(Only<CreateTable>("CREATE FOREIGN TABLE f (a int) SERVER s")->foreign);
  CHECK(Only<CreateTable>("CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a) VIRTUAL)")
            ->columns[1]
            .generated->storage == GeneratedColumn::Storage::kVirtual);
}

TEST_CASE("script: types as SQL") {
  const auto type = [](const std::string& text) {
    return quoted(Only<CreateTable>("CREATE TABLE t (a " + text + ")")->columns[0].type);
  };
  CHECK(type("numeric(14, 2)") == "numeric(14, 2)");
  CHECK(type("text[]") == "text[]");
  CHECK(type("int") == "int4");
  CHECK(type("character varying(20)[][]") == "varchar(20)[][]");
  CHECK(type("timestamp with time zone") == "timestamptz");
  CHECK(type("interval day to second(3)") == "interval day to second(3)");
  CHECK(type("interval year") == "interval year");
  CHECK(type("interval(2)") == "interval(2)");
  CHECK(type("interval") == "interval");
  CHECK(type("app.\"Kind\"") == "app.\"Kind\"");
  CHECK(type("\"char\"") == "\"char\"");
}

TEST_CASE("script: CREATE TABLE AS and views") {
  const Only<CreateTableAs> as("CREATE TABLE n AS SELECT * FROM a JOIN b ON true WITH NO DATA");
  CHECK(as->table.name == "n");
  CHECK(as->reads.size() == 2);
  CHECK(as->with_no_data);
  CHECK_FALSE(as->materialized_view);
  CHECK(Only<CreateTableAs>("SELECT * INTO TEMP n FROM a")->persistence == Persistence::kTemporary);
  CHECK(Only<CreateTableAs>("SELECT 1 INTO n FROM a UNION SELECT 2 FROM b")->reads.size() == 2);
  CHECK(Only<CreateTableAs>("CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1")
            ->materialized_view);
  const Only<CreateView> view(
      "CREATE OR REPLACE VIEW v AS WITH w AS (SELECT * FROM a) SELECT * FROM w");
  CHECK(view->or_replace);
  REQUIRE(view->reads.size() == 1);
  CHECK(view->reads[0].name == "a");
  const Only<RefreshMaterializedView> refresh("REFRESH MATERIALIZED VIEW CONCURRENTLY app.m");
  CHECK(refresh->concurrently);
  CHECK(refresh->view.schema == "app");
  CHECK(Only<RefreshMaterializedView>("REFRESH MATERIALIZED VIEW m WITH NO DATA")->with_no_data);
}

TEST_CASE("script: CREATE INDEX") {
  const Only<CreateIndex> index(
      "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON app.t USING gin (a DESC, lower(b) "
      "text_pattern_ops) INCLUDE (c) WHERE d IS NOT NULL");
  CHECK(index->name == "i");
  CHECK(index->table.schema == "app");
  CHECK(index->method == "gin");
  CHECK(index->unique);
  CHECK(index->concurrently);
  CHECK(index->if_not_exists);
  CHECK_FALSE(index->only);
  REQUIRE(index->columns.size() == 2);
  CHECK(index->columns[0].column == "a");
  CHECK(index->columns[0].descending);
  CHECK(index->columns[1].column.empty());
  CHECK(index->columns[1].expression->name == "lower");
  CHECK(index->columns[1].operator_class == "text_pattern_ops");
  CHECK(index->including == std::vector<Name>{"c"});
  REQUIRE(index->predicate);
  CHECK(index.parsed.slice(index->keyword_span) == "CREATE UNIQUE INDEX CONCURRENTLY");
  CHECK(index.parsed.slice(index->concurrently_span) == "CONCURRENTLY");
  const Only<CreateIndex> plain("CREATE INDEX ON ONLY t (a)");
  CHECK(plain->name.empty());
  CHECK(plain->only);
  CHECK(plain->method == "btree");
  CHECK(plain->concurrently_span.empty());
}

TEST_CASE("script: REINDEX") {
  using Target = Reindex::Target;
  CHECK(Only<Reindex>("REINDEX INDEX app.i")->target == Target::kIndex);
  CHECK(Only<Reindex>("REINDEX INDEX app.i")->relation.schema == "app");
  CHECK(Only<Reindex>("REINDEX TABLE CONCURRENTLY t")->concurrently);
  CHECK(Only<Reindex>("REINDEX SCHEMA s")->name == "s");
  CHECK(Only<Reindex>("REINDEX DATABASE d")->target == Target::kDatabase);
  CHECK(Only<Reindex>("REINDEX SYSTEM d")->target == Target::kSystem);
  const Only<Reindex> option("REINDEX (VERBOSE, CONCURRENTLY) TABLE t");
  CHECK(option->concurrently);
  CHECK(option.parsed.slice(option->concurrently_span) == "CONCURRENTLY");
  CHECK_FALSE(Only<Reindex>("REINDEX (CONCURRENTLY FALSE) TABLE t")->concurrently);
  CHECK_FALSE(Only<Reindex>("REINDEX (CONCURRENTLY off) TABLE t")->concurrently);
}

TEST_CASE("script: DROP, RENAME, SET SCHEMA, OWNER TO") {
  const Only<Drop> drop("DROP TABLE IF EXISTS app.a, b CASCADE");
  CHECK(drop->object_type == ObjectType::kTable);
  REQUIRE(drop->objects.size() == 2);
  CHECK(drop->objects[0].schema == "app");
  CHECK(drop->missing_ok);
  CHECK(drop->cascade);
  const Only<Drop> index("DROP INDEX CONCURRENTLY i");
  CHECK(index->concurrently);
  CHECK(index.parsed.slice(index->concurrently_span) == "CONCURRENTLY");
  const Only<Drop> trigger("DROP TRIGGER x ON app.t");
  CHECK(trigger->objects.at(0).name == "x");
  CHECK(trigger->table.schema == "app");
  CHECK(trigger->table.name == "t");
  CHECK(Only<Drop>("DROP SCHEMA s")->objects.at(0).name == "s");
  CHECK(Only<Drop>("DROP FUNCTION app.f(int)")->objects.at(0).name == "f");
  CHECK(Only<Drop>("DROP TYPE k")->object_type == ObjectType::kType);

  const Only<Rename> table("ALTER TABLE IF EXISTS app.a RENAME TO b");
  CHECK(table->object_type == ObjectType::kTable);
  CHECK(table->object.schema == "app");
  CHECK(table->part.empty());
  CHECK(table->new_name == "b");
  CHECK(table->missing_ok);
  const Only<Rename> column("ALTER TABLE a RENAME COLUMN b TO c");
  CHECK(column->object_type == ObjectType::kColumn);
  CHECK(column->part == "b");
  CHECK(Only<Rename>("ALTER TABLE a RENAME CONSTRAINT b TO c")->object_type ==
        ObjectType::kConstraint);
  CHECK(Only<Rename>("ALTER SCHEMA a RENAME TO b")->object.name == "a");
  CHECK(Only<Rename>("ALTER INDEX i RENAME TO j")->object_type == ObjectType::kIndex);

  const Only<SetSchema> schema("ALTER TABLE a SET SCHEMA app");
  CHECK(schema->object.name == "a");
  CHECK(schema->new_schema == "app");
  const Only<OwnerTo> owner("ALTER FUNCTION f() OWNER TO bob");
  CHECK(owner->object.name == "f");
  CHECK(owner->owner == "bob");
}

TEST_CASE("script: TRUNCATE, LOCK, VACUUM, CLUSTER") {
  const Only<Truncate> truncate("TRUNCATE a, app.b RESTART IDENTITY CASCADE");
  CHECK(truncate->tables.size() == 2);
  CHECK(truncate->cascade);
  CHECK(truncate->restart_identity);
  CHECK(Only<LockTable>("LOCK TABLE a")->mode == LockMode::kAccessExclusive);
  CHECK(Only<LockTable>("LOCK a IN SHARE ROW EXCLUSIVE MODE NOWAIT")->mode ==
        LockMode::kShareRowExclusive);
  CHECK(Only<LockTable>("LOCK a IN SHARE MODE NOWAIT")->nowait);
  CHECK(Only<LockTable>("LOCK a IN ROW SHARE MODE")->mode == LockMode::kRowShare);
  CHECK(Only<Vacuum>("VACUUM FULL a")->full);
  CHECK(Only<Vacuum>("VACUUM (FULL, ANALYZE) a")->analyze);
  CHECK_FALSE(Only<Vacuum>("VACUUM (FULL false) a")->full);
  CHECK_FALSE(Only<Vacuum>("ANALYZE a")->vacuum);
  CHECK(Only<Vacuum>("VACUUM")->tables.empty());
  CHECK(Only<Cluster>("CLUSTER a USING i")->index == "i");
  CHECK(Only<Cluster>("CLUSTER")->table.empty());
}

TEST_CASE("script: COMMENT and GRANT") {
  const Only<CommentOn> column("COMMENT ON COLUMN app.t.c IS 'x'");
  CHECK(column->object_type == ObjectType::kColumn);
  CHECK(column->object.schema == "app");
  CHECK(column->object.name == "t");
  CHECK(Only<CommentOn>("COMMENT ON TABLE t IS 'x'")->object.name == "t");
  CHECK(Only<CommentOn>("COMMENT ON CONSTRAINT c ON t IS 'x'")->object.name == "t");
  CHECK(Only<CommentOn>("SECURITY LABEL FOR p ON TABLE t IS 'x'")->security_label);
  const Only<Grant> grant("GRANT SELECT ON app.t TO bob, PUBLIC");
  CHECK(grant->is_grant);
  CHECK(grant->to_public);
  CHECK(grant->objects.at(0).name == "t");
  CHECK_FALSE(Only<Grant>("REVOKE ALL ON t FROM bob")->is_grant);
}

// ---------------------------------------------------------------------------------------------
// ALTER TABLE

std::vector<std::string_view> actions(const Only<AlterTable>& alter) {
  std::vector<std::string_view> all;
  for (const AlterAction& action : alter->actions) all.push_back(alter.parsed.slice(action.span));
  return all;
}

TEST_CASE("script: subcommands are cut at their own commas") {
  CHECK(actions(Only<AlterTable>("ALTER TABLE t ADD a numeric(10, 2), DROP b")) ==
        Texts{"ADD a numeric(10, 2)", "DROP b"});
  CHECK(actions(Only<AlterTable>("ALTER TABLE ONLY app.t ADD a int[] DEFAULT ARRAY[1, 2] , "
                                 "ALTER b SET DEFAULT 'x, y'")) ==
        Texts{"ADD a int[] DEFAULT ARRAY[1, 2]", "ALTER b SET DEFAULT 'x, y'"});
  CHECK(actions(Only<AlterTable>("ALTER TABLE t ALTER a SET DEFAULT $$,$$, -- one, two\n"
                                 "  ADD CONSTRAINT c CHECK (b IN (1, 2)) /* x, y */")) ==
        Texts{"ALTER a SET DEFAULT $$,$$", "ADD CONSTRAINT c CHECK (b IN (1, 2))"});
  CHECK(actions(Only<AlterTable>("ALTER TABLE IF EXISTS \"a,b\" * DROP \"c,d\", DROP e")) ==
        Texts{"DROP \"c,d\"", "DROP e"});
  CHECK(actions(Only<AlterTable>("ALTER TABLE t /* 🐘, ü */ ADD \"Größe\" text, DROP b")) ==
        Texts{"ADD \"Größe\" text", "DROP b"});
  CHECK(
      actions(Only<AlterTable>("ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = off)")) ==
      Texts{"SET (fillfactor = 70, autovacuum_enabled = off)"});
  CHECK(actions(Only<AlterTable>(
            "ALTER TABLE app . t ADD FOREIGN KEY (a, b) REFERENCES r (c, d), DROP e")) ==
        Texts{"ADD FOREIGN KEY (a, b) REFERENCES r (c, d)", "DROP e"});
}

TEST_CASE("script: kinds of subcommand") {
  const auto kind = [](const std::string& action) {
    const Only<AlterTable> alter("ALTER TABLE t " + action);
    return alter->actions.at(0).kind;
  };
  CHECK(kind("ADD COLUMN a int") == AlterKind::kAddColumn);
  CHECK(kind("DROP COLUMN a") == AlterKind::kDropColumn);
  CHECK(kind("ALTER a TYPE bigint") == AlterKind::kAlterType);
  CHECK(kind("ALTER a SET DATA TYPE bigint USING a::bigint") == AlterKind::kAlterType);
  CHECK(kind("ALTER a SET DEFAULT 1") == AlterKind::kSetDefault);
  CHECK(kind("ALTER a DROP DEFAULT") == AlterKind::kDropDefault);
  CHECK(kind("ALTER a SET NOT NULL") == AlterKind::kSetNotNull);
  CHECK(kind("ALTER a DROP NOT NULL") == AlterKind::kDropNotNull);
  CHECK(kind("ALTER a SET EXPRESSION AS (b)") == AlterKind::kSetExpression);
  CHECK(kind("ALTER a DROP EXPRESSION") == AlterKind::kDropExpression);
  CHECK(kind("ALTER a SET STATISTICS 100") == AlterKind::kSetStatistics);
  CHECK(kind("ALTER a SET (n_distinct = 5)") == AlterKind::kSetColumnOptions);
  CHECK(kind("ALTER a RESET (n_distinct)") == AlterKind::kResetColumnOptions);
  CHECK(kind("ALTER a SET STORAGE EXTERNAL") == AlterKind::kSetStorage);
  CHECK(kind("ALTER a SET COMPRESSION lz4") == AlterKind::kSetCompression);
  CHECK(kind("ALTER a ADD GENERATED ALWAYS AS IDENTITY") == AlterKind::kAddIdentity);
  CHECK(kind("ALTER a SET GENERATED BY DEFAULT") == AlterKind::kSetIdentity);
  CHECK(kind("ALTER a DROP IDENTITY") == AlterKind::kDropIdentity);
  CHECK(kind("ADD CHECK (a > 0)") == AlterKind::kAddConstraint);
  CHECK(kind("ALTER CONSTRAINT c DEFERRABLE") == AlterKind::kAlterConstraint);
  CHECK(kind("VALIDATE CONSTRAINT c") == AlterKind::kValidateConstraint);
  CHECK(kind("DROP CONSTRAINT c") == AlterKind::kDropConstraint);
  CHECK(kind("CLUSTER ON i") == AlterKind::kClusterOn);
  CHECK(kind("SET WITHOUT CLUSTER") == AlterKind::kSetWithoutCluster);
  CHECK(kind("SET LOGGED") == AlterKind::kSetLogged);
  CHECK(kind("SET UNLOGGED") == AlterKind::kSetUnlogged);
  CHECK(kind("SET ACCESS METHOD heap") == AlterKind::kSetAccessMethod);
  CHECK(kind("SET TABLESPACE s") == AlterKind::kSetTablespace);
  CHECK(kind("SET (fillfactor = 70)") == AlterKind::kSetOptions);
  CHECK(kind("RESET (fillfactor)") == AlterKind::kResetOptions);
  CHECK(kind("ENABLE TRIGGER x") == AlterKind::kEnableTrigger);
  CHECK(kind("DISABLE TRIGGER ALL") == AlterKind::kDisableTrigger);
  CHECK(kind("ENABLE RULE x") == AlterKind::kEnableRule);
  CHECK(kind("DISABLE RULE x") == AlterKind::kDisableRule);
  CHECK(kind("INHERIT p") == AlterKind::kInherit);
  CHECK(kind("NO INHERIT p") == AlterKind::kNoInherit);
  CHECK(kind("OF k") == AlterKind::kOf);
  CHECK(kind("NOT OF") == AlterKind::kNotOf);
  CHECK(kind("OWNER TO bob") == AlterKind::kOwnerTo);
  CHECK(kind("REPLICA IDENTITY FULL") == AlterKind::kReplicaIdentity);
  CHECK(kind("ENABLE ROW LEVEL SECURITY") == AlterKind::kEnableRowSecurity);
  CHECK(kind("DISABLE ROW LEVEL SECURITY") == AlterKind::kDisableRowSecurity);
  CHECK(kind("FORCE ROW LEVEL SECURITY") == AlterKind::kForceRowSecurity);
  CHECK(kind("NO FORCE ROW LEVEL SECURITY") == AlterKind::kNoForceRowSecurity);
  CHECK(kind("ATTACH PARTITION p DEFAULT") == AlterKind::kAttachPartition);
  CHECK(kind("DETACH PARTITION p") == AlterKind::kDetachPartition);
  CHECK(kind("DETACH PARTITION p FINALIZE") == AlterKind::kDetachPartitionFinalize);
}

TEST_CASE("script: what subcommands say") {
  const Only<AlterTable> alter(
      "ALTER TABLE IF EXISTS ONLY t\n"
      "  ADD COLUMN IF NOT EXISTS a int,\n"
      "  DROP COLUMN IF EXISTS b CASCADE,\n"
      "  ALTER c TYPE varchar(10) COLLATE \"C\" USING d::varchar,\n"
      "  ADD CONSTRAINT e FOREIGN KEY (f) REFERENCES g NOT VALID,\n"
      "  DISABLE TRIGGER USER");
  CHECK(alter->if_exists);
  CHECK(alter->only);
  REQUIRE(alter->actions.size() == 5);
  CHECK(alter->actions[0].name == "a");
  CHECK(alter->actions[0].get<AddColumn>()->if_not_exists);
  CHECK(alter->actions[1].name == "b");
  CHECK(alter->actions[1].missing_ok);
  CHECK(alter->actions[1].cascade);
  CHECK(alter->actions[2].name == "c");
  CHECK(alter->actions[2].get<AlterColumnType>()->type.modifiers == std::vector<std::int32_t>{10});
  CHECK(alter->actions[2].get<AlterColumnType>()->collation == "C");
  CHECK(alter->actions[2].get<AlterColumnType>()->using_expression);
  CHECK(alter->actions[3].name == "e");
  CHECK(alter->actions[3].get<AddConstraint>()->constraint.not_valid);
  CHECK(alter->actions[3].get<AddConstraint>()->constraint.references.name == "g");
  CHECK(*alter->actions[4].get<TriggerChoice>() == TriggerChoice::kUser);

  const Only<AlterTable> detach("ALTER TABLE p DETACH PARTITION app.q CONCURRENTLY");
  const auto* other = detach->actions.at(0).get<OtherTable>();
  REQUIRE(other != nullptr);
  CHECK(other->table.schema == "app");
  CHECK(other->concurrently);
  CHECK(detach.parsed.slice(other->concurrently_span) == "CONCURRENTLY");
  const Only<AlterTable> primary("ALTER TABLE t ADD PRIMARY KEY USING INDEX i");
  CHECK(primary->actions[0].get<AddConstraint>()->constraint.using_index == "i");
  const Only<AlterTable> not_null("ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID");
  const Constraint& constraint = not_null->actions[0].get<AddConstraint>()->constraint;
  CHECK(constraint.kind == Constraint::Kind::kNotNull);
  CHECK(constraint.columns == std::vector<Name>{"a"});
  CHECK(constraint.not_valid);
  CHECK_FALSE(Only<AlterTable>("ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED")
                  ->actions[0]
                  .get<AddConstraint>()
                  ->constraint.enforced);
  CHECK(Only<AlterTable>("ALTER INDEX i SET (fillfactor = 70)")->object_type == ObjectType::kIndex);
}

// ---------------------------------------------------------------------------------------------
// Other objects

TEST_CASE("script: sequences, types, domains") {
  CHECK(Only<CreateSequence>("CREATE SEQUENCE IF NOT EXISTS app.s")->sequence.schema == "app");
  const Only<AlterSequence> sequence("ALTER SEQUENCE s RESTART WITH 5 INCREMENT BY 2");
  REQUIRE(sequence->options.size() == 2);
  CHECK(sequence->options[0].name == "restart");
  CHECK(sequence->options[0].value == "5");
  const Only<CreateType> kind("CREATE TYPE app.k AS ENUM ('a', 'b')");
  CHECK(kind->kind == CreateType::Kind::kEnum);
  CHECK(kind->labels == std::vector<Name>{"a", "b"});
  CHECK(Only<CreateType>("CREATE TYPE c AS (a int)")->kind == CreateType::Kind::kComposite);
  CHECK(Only<CreateType>("CREATE TYPE r AS RANGE (subtype = int)")->kind ==
        CreateType::Kind::kRange);
  const Only<AlterEnum> add("ALTER TYPE k ADD VALUE IF NOT EXISTS 'c' BEFORE 'a'");
  CHECK(add->new_value == "c");
  CHECK(add->old_value.empty());
  CHECK(add->if_not_exists);
  CHECK(add->has_position);
  CHECK(Only<AlterEnum>("ALTER TYPE k RENAME VALUE 'a' TO 'z'")->old_value == "a");
  const Only<CreateDomain> domain("CREATE DOMAIN d AS text CHECK (VALUE <> '') NOT NULL");
  CHECK(domain->domain.name == "d");
  CHECK(domain->type.name.name == "text");
  CHECK(domain->constraints.size() == 2);
  using Kind = AlterDomain::Kind;
  CHECK(Only<AlterDomain>("ALTER DOMAIN d SET NOT NULL")->kind == Kind::kSetNotNull);
  CHECK(Only<AlterDomain>("ALTER DOMAIN d DROP NOT NULL")->kind == Kind::kDropNotNull);
  CHECK(Only<AlterDomain>("ALTER DOMAIN d SET DEFAULT 'x'")->kind == Kind::kSetDefault);
  CHECK(Only<AlterDomain>("ALTER DOMAIN d DROP DEFAULT")->kind == Kind::kDropDefault);
  const Only<AlterDomain> check("ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > '') NOT VALID");
  CHECK(check->kind == Kind::kAddConstraint);
  REQUIRE(check->constraint);
  CHECK(check->constraint->not_valid);
  CHECK(Only<AlterDomain>("ALTER DOMAIN d VALIDATE CONSTRAINT c")->name == "c");
  CHECK(Only<AlterDomain>("ALTER DOMAIN d DROP CONSTRAINT c")->kind == Kind::kDropConstraint);
}

TEST_CASE("script: triggers, policies, rules") {
  const Only<CreateTrigger> trigger(
      "CREATE OR REPLACE TRIGGER x BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION f()");
  CHECK(trigger->name == "x");
  CHECK(trigger->table.schema == "app");
  CHECK(trigger->function.name == "f");
  CHECK(trigger->or_replace);
  CHECK(Only<CreateTrigger>("CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE "
                            "FUNCTION f()")
            ->constraint);
  CHECK(Only<PolicyOrRule>("CREATE POLICY p ON t USING (true)")->is_new);
  CHECK_FALSE(Only<PolicyOrRule>("ALTER POLICY p ON t USING (true)")->is_new);
  CHECK(Only<PolicyOrRule>("CREATE RULE r AS ON INSERT TO t DO NOTHING")->object_type ==
        ObjectType::kRule);
}

TEST_CASE("script: functions") {
  const Only<CreateFunction> function(
      "CREATE OR REPLACE FUNCTION app.f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE SECURITY "
      "DEFINER SET search_path = app AS $body$ BEGIN RETURN 1; END $body$");
  CHECK(function->function.schema == "app");
  CHECK(function->or_replace);
  CHECK(function->language == "plpgsql");
  CHECK(function->volatility == CreateFunction::Volatility::kImmutable);
  CHECK(function->security_definer);
  REQUIRE(function->settings.size() == 1);
  CHECK(function->settings[0].name == "search_path");
  CHECK(function->body == " BEGIN RETURN 1; END ");
  CHECK(function.parsed.slice(function->body_span) == function->body);
  const Only<CreateFunction> quoted_body(
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''x'''");
  CHECK(quoted_body->body == "SELECT 'x'");
  CHECK(quoted_body->body_span.empty());
  const Only<CreateFunction> procedure("CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'");
  CHECK(procedure->procedure);
  CHECK(procedure.parsed.slice(procedure->body_span) == "SELECT 1");
  const Only<CreateFunction> atomic(
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true "
      "THEN 1 END; END");
  CHECK(atomic->body == " SELECT 1; SELECT CASE WHEN true THEN 1 END; ");
  CHECK(Only<CreateFunction>("CREATE FUNCTION f() RETURNS int RETURN 1")->body.empty());
  const Only<DoBlock> block("DO $$ BEGIN PERFORM 1; END $$");
  CHECK(block->language == "plpgsql");
  CHECK(block.parsed.slice(block->body_span) == " BEGIN PERFORM 1; END ");
  CHECK(Only<DoBlock>("DO LANGUAGE plperl 'x'")->language == "plperl");
  CHECK(Only<Call>("CALL app.p(1)")->procedure.schema == "app");
}

TEST_CASE("script: other objects") {
  CHECK(Only<CreateSchema>("CREATE SCHEMA IF NOT EXISTS s")->name == "s");
  const Only<CreateSchema> schema(
      "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS TABLE t");
  REQUIRE(schema->elements.size() == 2);
  CHECK(schema->elements[0].get<CreateTable>()->table.name == "t");
  CHECK(schema->elements[1].get<CreateView>()->view.name == "v");
  CHECK(Only<CreateSchema>("CREATE SCHEMA AUTHORIZATION ana")->name == "ana");
  CHECK(Only<CreateExtension>("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"")->name == "uuid-ossp");
  CHECK(Only<CreateStatistics>("CREATE STATISTICS s ON a, b FROM t")->tables.at(0).name == "t");
  CHECK(Only<PublicationTables>("CREATE PUBLICATION p FOR TABLE t, u")->tables.size() == 2);
  CHECK_FALSE(Only<PublicationTables>("ALTER PUBLICATION p ADD TABLE t")->is_new);
  const Only<Subscription> create(
      "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = false)");
  CHECK(create->kind == Subscription::Kind::kCreate);
  CHECK(create->options.at(0).name == "create_slot");
  CHECK(create->options.at(0).value == "false");
  CHECK(Only<Subscription>("ALTER SUBSCRIPTION s REFRESH PUBLICATION")->change == "refresh");
  CHECK(Only<Subscription>("DROP SUBSCRIPTION s")->kind == Subscription::Kind::kDrop);
  CHECK(Only<Other>("CREATE CAST (a AS b) WITHOUT FUNCTION")->tag == "CREATE CAST");
  CHECK(Only<Other>("create /* x */ role bob")->tag.starts_with("CREATE"));
  CHECK(Only<Other>("CHECKPOINT")->tag == "CHECKPOINT");
}

// ---------------------------------------------------------------------------------------------
// Data

TEST_CASE("script: writes and reads") {
  const Only<Dml> update("UPDATE app.t AS x SET a = 1, b = 2 FROM u WHERE x.id = u.id");
  REQUIRE(update->writes.size() == 1);
  CHECK(update->writes[0].kind == Write::Kind::kUpdate);
  CHECK(update->writes[0].target.schema == "app");
  CHECK(update->writes[0].columns == std::vector<Name>{"a", "b"});
  CHECK(update->writes[0].rows_from_query);
  CHECK(update->writes[0].where);
  CHECK(update.parsed.slice(update->writes[0].span) == "UPDATE app.t");
  REQUIRE(update->reads.size() == 1);
  CHECK(update->reads[0].name == "u");

  const Only<Dml> insert("INSERT INTO t (a, b) SELECT c, d FROM u ON CONFLICT DO NOTHING");
  CHECK(insert->writes[0].kind == Write::Kind::kInsert);
  CHECK(insert->writes[0].columns == std::vector<Name>{"a", "b"});
  CHECK(insert->writes[0].rows_from_query);
  CHECK(insert->writes[0].conflict_clause);
  CHECK_FALSE(Only<Dml>("INSERT INTO t VALUES (1)")->writes[0].rows_from_query);

  const Only<Dml> remove("DELETE FROM t USING u WHERE t.a IN (SELECT b FROM v)");
  CHECK(remove->writes[0].kind == Write::Kind::kDelete);
  CHECK(remove->reads.size() == 2);
  CHECK(remove.parsed.slice(remove->writes[0].span) == "DELETE FROM t");

  const Only<Dml> merge("MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DO NOTHING");
  CHECK(merge->writes[0].kind == Write::Kind::kMerge);
  CHECK(merge->reads.at(0).name == "u");
}

TEST_CASE("script: writes inside WITH, and names that it hides") {
  const Only<Dml> moved(
      "WITH gone AS (DELETE FROM a RETURNING *), other AS (SELECT * FROM gone) "
      "INSERT INTO b SELECT * FROM other");
  REQUIRE(moved->writes.size() == 2);
  CHECK(moved->writes[0].target.name == "a");
  CHECK(moved->writes[1].target.name == "b");
  CHECK(moved->reads.empty());
  const Only<Dml> hidden("WITH a AS (SELECT 1) SELECT * FROM a, app.a");
  REQUIRE(hidden->reads.size() == 1);
  CHECK(hidden->reads[0].schema == "app");
}

TEST_CASE("script: queries and COPY") {
  const Only<Dml> query("SELECT app.f(1), g() FROM t FOR UPDATE");
  CHECK(query->writes.empty());
  CHECK(query->row_locks);
  REQUIRE(query->calls.size() == 2);
  CHECK(query->calls[0].function.schema == "app");
  CHECK(query->calls[1].function.name == "g");
  const Only<Dml> from("COPY t (a, b) FROM STDIN");
  CHECK(from->copy_from_stdin);
  REQUIRE(from->writes.size() == 1);
  CHECK(from->writes[0].kind == Write::Kind::kCopy);
  CHECK(from->writes[0].columns == std::vector<Name>{"a", "b"});
  CHECK(Only<Dml>("COPY t TO STDOUT")->copy_to);
  CHECK(Only<Dml>("COPY t TO STDOUT")->reads.at(0).name == "t");
  CHECK(Only<Dml>("COPY (SELECT * FROM u) TO STDOUT")->reads.at(0).name == "u");
  CHECK(Only<Dml>("VALUES (1), (2)")->writes.empty());
}

TEST_CASE("script: commands in words") {
  const auto name = [](const char* sql) { return std::string(command_name(Parsed(sql)[0])); };
  CHECK(name("ALTER TABLE t ADD a int") == "ALTER TABLE");
  CHECK(name("ALTER INDEX i SET (fillfactor = 70)") == "ALTER INDEX");
  CHECK(name("CREATE INDEX CONCURRENTLY i ON t (a)") == "CREATE INDEX CONCURRENTLY");
  CHECK(name("DROP INDEX CONCURRENTLY i") == "DROP INDEX CONCURRENTLY");
  CHECK(name("REINDEX TABLE t") == "REINDEX");
  CHECK(name("VACUUM FULL t") == "VACUUM FULL");
  CHECK(name("ANALYZE t") == "ANALYZE");
  CHECK(name("WITH x AS (DELETE FROM t RETURNING 1) SELECT 1") == "DELETE");
  CHECK(name("SELECT 1") == "SELECT");
  CHECK(name("SET LOCAL a.b = 1") == "SET LOCAL");
  CHECK(name("CREATE SERVER s FOREIGN DATA WRAPPER w") == "CREATE SERVER");
}

}  // namespace
}  // namespace unwedge
