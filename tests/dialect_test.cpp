// Scripts that are not only SQL: commands and variables of psql, data, placeholders, templates.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "migration/placeholders.h"
#include "migration/runner.h"
#include "sql/script.h"
#include "sql/stand_in.h"
#include "unwedge/statement.h"

namespace unwedge {
namespace {

using Texts = std::vector<std::string>;

/// A text as a runner's files are read.
class Read {
 public:
  explicit Read(std::string text, std::string_view runner = "psql",
                migration::PlaceholderSettings settings = {})
      : text_(std::move(text)), settings_(std::move(settings)) {
    const migration::RunnerProfile& profile = *migration::find_runner(runner);
    const Span all{0, static_cast<std::uint32_t>(text_.size())};
    const migration::Section section{.region = all,
                                     .marker = {},
                                     .splitter = profile.transaction.splitter,
                                     .opt_out = {},
                                     .blocks = {}};
    placeholders_ = migration::placeholders_of(text_, section, profile, settings_);
    script_ = sql::parse_script(
        text_, all,
        {.psql = profile.psql, .placeholders = placeholders_, .values = &settings_.values});
  }

  [[nodiscard]] const std::vector<Statement>& statements() const { return script_.statements; }
  [[nodiscard]] const std::vector<sql::Choice>& choices() const { return script_.choices; }
  [[nodiscard]] const std::vector<sql::Placeholder>& placeholders() const { return placeholders_; }
  [[nodiscard]] std::string at(Span span) const { return std::string(slice(text_, span)); }
  [[nodiscard]] Texts texts() const {
    Texts all;
    for (const Statement& each : statements()) all.push_back(at(each.span));
    return all;
  }
  [[nodiscard]] std::size_t errors() const {
    return static_cast<std::size_t>(
        std::count_if(statements().begin(), statements().end(),
                      [](const Statement& each) { return each.get<SyntaxError>() != nullptr; }));
  }
  template <typename Node>
  [[nodiscard]] const Node& get(std::size_t index) const {
    const Node* node = statements().at(index).get<Node>();
    REQUIRE(node != nullptr);
    return *node;
  }

 private:
  std::string text_;
  migration::PlaceholderSettings settings_;
  std::vector<sql::Placeholder> placeholders_;
  sql::Script script_;
};

// ---------------------------------------------------------------------------------------------
// Stand-ins

TEST_CASE("dialect: a stand-in has the length of what it stands for and reads as it") {
  for (const std::string text : {"${app}", "{{ .Schema }}", "$%x%$", "/* S */", ":NAME", "@@a-b@@",
                                 "{{ f \"a\" 'b' }}", "a\tb\nc\rd", "${größe}", "[x]~^`|?"}) {
    std::string masked = text;
    std::transform(masked.begin(), masked.end(), masked.begin(), sql::stand_in);
    CHECK(masked.size() == text.size());
    CHECK(sql::has_stand_in(masked));
    CHECK(sql::restored(masked) == text);
    CHECK(sql::is_placeholder(masked) == (text.front() != 'a' && text.back() != 'd'));
  }
  CHECK_FALSE(sql::has_stand_in("größe 🐘"));
  CHECK(sql::restored("größe 🐘") == "größe 🐘");
}

// ---------------------------------------------------------------------------------------------
// psql

TEST_CASE("dialect: psql commands between statements") {
  const Read read(
      "\\set ON_ERROR_STOP on\n\\echo it's about to begin\nSELECT 1;\n\\timing\\pset pager off\n"
      "\\! echo 'x\nSELECT 2;\n\\restrict abc\nSELECT 3;\n\\unrestrict abc\n");
  CHECK(read.texts() == Texts{"SELECT 1", "SELECT 2", "SELECT 3"});
  CHECK(read.errors() == 0);
}

TEST_CASE("dialect: without psql a backslash is an error") {
  CHECK(Read("\\set x 1\nSELECT 1;", "sqlx").errors() == 1);
}

TEST_CASE("dialect: psql commands that end a statement") {
  const Read read(
      "SELECT 1 AS a \\gset\nSELECT 2 \\g\nSELECT 3 \\gx out.txt\nSELECT 'x' \\gexec\nSELECT 4\\; "
      "SELECT 5;");
  CHECK(read.texts() == Texts{"SELECT 1 AS a", "SELECT 2", "SELECT 3", "SELECT 'x'", "\\gexec",
                              "SELECT 4", "SELECT 5"});
  CHECK(read.get<Execute>(4).body == "SELECT 'x'");
}

TEST_CASE("dialect: psql commands in the middle of a statement") {
  const Read read(
      "CREATE TABLE t (\n  a int,\n\\echo half done\n  b int\n);\nSELECT 1 \\r\nSELECT 2;");
  REQUIRE(read.texts().size() == 2);
  CHECK(read.get<CreateTable>(0).columns.size() == 2);
  CHECK(read.texts()[1] == "SELECT 2");
}

TEST_CASE("dialect: psql includes, connects, quits") {
  const Read read(
      "\\i 'a b.sql'\n\\ir ../c.sql\n\\include :file\n\\c other\nSELECT 1;\n\\q\nSELECT FROM "
      "FROM;");
  REQUIRE(read.statements().size() == 5);
  CHECK(read.get<ClientCommand>(0).argument == "a b.sql");
  CHECK_FALSE(read.get<ClientCommand>(0).relative);
  CHECK(read.get<ClientCommand>(1).argument == "../c.sql");
  CHECK(read.get<ClientCommand>(1).relative);
  CHECK(read.get<ClientCommand>(2).argument.empty());
  CHECK(read.get<ClientCommand>(3).kind == ClientCommand::Kind::kConnect);
  CHECK(read.at(read.statements()[1].span) == "\\ir ../c.sql");
}

TEST_CASE("dialect: psql variables") {
  const Read read(
      "\\set app shop\nCREATE TABLE :app.t (a int DEFAULT :n, b text DEFAULT :'word');\n"
      "GRANT SELECT ON :\"Table\" TO :role;\nSELECT a::int, b[1:2], :{?app} FROM t LIMIT :n;\n"
      "ALTER TABLE t ALTER a SET STATISTICS :n;\nALTER ROLE x PASSWORD :pw;");
  CHECK(read.errors() == 0);
  CHECK(read.get<CreateTable>(0).table.schema == "shop");
  CHECK(read.get<CreateTable>(0).table.name == "t");
  CHECK(read.at(read.get<CreateTable>(0).table.span) == ":app.t");
  CHECK(read.get<Grant>(1).objects.at(0).name == ":\"Table\"");
  CHECK(read.statements()[1].has_placeholder);
}

TEST_CASE("dialect: \\copy is the COPY that it sends") {
  const Read read(
      "\\copy t (a, b) from data.csv csv header\n\\copy t from 'x.csv'\n"
      "\\copy (select * from t) to out.csv\nSELECT 1;");
  CHECK(read.errors() == 0);
  REQUIRE(read.statements().size() == 4);
  CHECK(read.get<Dml>(0).writes.at(0).target.name == "t");
  CHECK(read.get<Dml>(2).copy_to);
}

TEST_CASE("dialect: the rows after COPY FROM stdin") {
  const std::string rows = "1\tit's\n2\t\\N\n$$;(\n\\.x\n\\.\n";
  for (const std::string end : {"\n", "\r\n"}) {
    std::string data = rows;
    if (end == "\r\n") data = "1\tit's\r\n\\.\r\n";
    const Read read("COPY public.t (a, b) FROM stdin;" + end + data +
                    "SELECT 1;\ncopy u from STDIN with (format csv);\n\\.\nSELECT 2;");
    CHECK(read.errors() == 0);
    REQUIRE(read.statements().size() == 4);
    CHECK(read.texts()[1] == "SELECT 1");
    CHECK(read.get<Dml>(0).copy_from_stdin);
  }
}

TEST_CASE("dialect: without an end there are no rows") {
  const Read read("COPY t FROM stdin;\nSELECT 1;\nSELEC 2;");
  CHECK(read.statements().size() == 3);
  CHECK(read.errors() == 1);
}

TEST_CASE("dialect: \\if keeps each part that may run") {
  const Read read(
      "\\if :{?fast}\nSELECT 1;\n\\elif :slow\nSELECT 2;\n\\else\nSELECT 3;\n\\endif\nSELECT 4;");
  CHECK(read.texts() == Texts{"SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4"});
  REQUIRE(read.choices().size() == 1);
  CHECK(read.choices()[0].branches.size() == 3);
  CHECK(read.choices()[0].exhaustive);
  CHECK(read.choices()[0].branches[1].contains(read.statements()[1].span));
}

TEST_CASE("dialect: \\if with a known condition") {
  CHECK(Read("\\if false\nSELECT FROM x;\n\\if true\nx\n\\endif\n\\else\nSELECT "
             "2;\n\\endif\nSELECT 3;")
            .texts() == Texts{"SELECT 2", "SELECT 3"});
  CHECK(Read("\\set x on\n\\if :x\nSELECT 1;\n\\else\nSELECT 2;\n\\endif").texts() ==
        Texts{"SELECT 1"});
  CHECK(Read("\\set x on\n\\set x off\n\\if :x\nSELECT 1;\n\\else\nSELECT 2;\n\\endif")
            .texts()
            .size() == 2);
  const Read inside("CREATE TABLE t (a int\n\\if :x\n, b int\n\\else\n, c int\n\\endif\n);");
  CHECK(inside.errors() == 0);
  CHECK(inside.get<CreateTable>(0).columns.at(1).name == "b");
  CHECK(inside.get<CreateTable>(0).columns.size() == 2);
}

TEST_CASE("dialect: psql conditions that never end") {
  CHECK(Read("\\if :x\n\\if :y\nSELECT 1;\n").texts() == Texts{"SELECT 1"});
  CHECK(Read("\\endif\n\\else\n\\elif x\n\\\\\n\\\nSELECT 1;\n\\").texts() == Texts{"SELECT 1"});
}

// ---------------------------------------------------------------------------------------------
// Placeholders

TEST_CASE("dialect: a placeholder as a name, or a part of one") {
  const Read read(
      "ALTER TABLE ${app}.users ADD COLUMN a int;\nCREATE TABLE ${prefix}_Log (id int);\n"
      "DROP TABLE {{.prefix}}blocks;\nDROP TABLE \"{{.Schema}}\".t;\nDROP TABLE $%S%$.t;\n"
      "DROP TABLE /* S */.t;\nCREATE INDEX ON ${app}.users (a);",
      "flyway");
  CHECK(read.errors() == 0);
  CHECK(read.get<AlterTable>(0).table.schema == "${app}");
  CHECK(read.get<AlterTable>(0).table.name == "users");
  CHECK(read.at(read.get<AlterTable>(0).table.span) == "${app}.users");
  CHECK(read.get<CreateTable>(1).table.name == "${prefix}_log");
  CHECK(read.get<Drop>(2).objects.at(0).name == "{{.prefix}}blocks");
  CHECK(read.get<Drop>(3).objects.at(0).schema == "{{.Schema}}");
  CHECK(read.get<Drop>(4).objects.at(0).schema == "$%S%$");
  CHECK(read.get<Drop>(5).objects.at(0).schema == "/* S */");
  CHECK(read.get<CreateIndex>(6).table.schema == "${app}");
  for (const Statement& each : read.statements()) CHECK(each.has_placeholder);
}

TEST_CASE("dialect: a placeholder as a value, a word, a clause, a statement") {
  const Read read(
      "ALTER ROLE x PASSWORD ${secret};\nGRANT ALL ON t TO ${role};\n"
      "ALTER TABLE t ALTER a SET STATISTICS ${n};\nUPDATE t SET a = ${v} WHERE id = ${id};\n"
      "SELECT '${x}', \"a${x}\" /* ${y} */ -- ${z}\n;\nCREATE TABLE t (a int) ${options};\n"
      "{{ create_things \"a\" \"b\" }}\nSELECT 1;\n${statements};",
      "flyway");
  CHECK(read.errors() == 0);
  REQUIRE(read.statements().size() == 9);
  const Write& update = read.get<Dml>(3).writes.at(0);
  REQUIRE(update.where);
  CHECK(update.where->operands.at(1).kind == Expression::Kind::kConstant);
  CHECK(read.texts()[5] == "CREATE TABLE t (a int)");
  CHECK(read.get<ClientCommand>(6).kind == ClientCommand::Kind::kPlaceholder);
  CHECK(read.get<ClientCommand>(6).text == "{{ create_things \"a\" \"b\" }}");
  CHECK(read.texts()[7] == "SELECT 1");
  CHECK(read.get<ClientCommand>(8).text == "${statements}");
}

TEST_CASE("dialect: an error beside a placeholder is where it is") {
  const Read read("SELECT 1;\nALTER TABLE ${ü}.t ADD COLUM a int;\nSELECT 2;", "flyway");
  REQUIRE(read.statements().size() == 3);
  CHECK(read.at(read.get<SyntaxError>(1).at) == "int");
  CHECK(read.texts()[1] == "ALTER TABLE ${ü}.t ADD COLUM a int");
  const Read near("SELECT 1 FROM FROM ${x};", "flyway");
  CHECK(near.at(near.get<SyntaxError>(0).at) == "FROM");
}

TEST_CASE("dialect: a placeholder that may be more than a name or a value") {
  for (const std::string text :
       {"SELECT 1 WHERE 1 IN ${list};", "INSERT INTO t VALUES ${rows};", "ALTER TABLE t ${action};",
        "ALTER TABLE ${t} ${action};", "LOCK TABLE t IN ${mode} MODE;", "CREATE ${kind} y (a int);",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES b ON DELETE ${rule};", "SELECT 1 ${op} 2;",
        "CREATE TRIGGER t ${timing} INSERT ON x FOR EACH ROW EXECUTE FUNCTION f();"}) {
    INFO(text);
    const Read read("SELECT 1; " + text + "SELECT 2;", "flyway");
    CHECK(read.errors() == 0);
    REQUIRE(read.statements().size() == 3);
    CHECK(read.get<ClientCommand>(1).kind == ClientCommand::Kind::kPlaceholder);
    CHECK(read.at(read.statements()[1].span) + ";" == text);
  }
  CHECK(Read("ALTER TABEL t ${action};", "flyway").errors() == 1);
}

TEST_CASE("dialect: a value that is known is the name") {
  const Read read("DROP TABLE ${app}.t, ${app}_x.${b};", "flyway",
                  {.patterns = {}, .values = {{"${app}", "shop"}}});
  CHECK(read.get<Drop>(0).objects.at(0).schema == "shop");
  CHECK(read.get<Drop>(0).objects.at(1).schema == "shop_x");
  CHECK(read.get<Drop>(0).objects.at(1).name == "${b}");
  CHECK(read.statements()[0].has_placeholder);
  CHECK_FALSE(
      Read("DROP TABLE ${app}.t;", "flyway", {.patterns = {}, .values = {{"${app}", "shop"}}})
          .statements()[0]
          .has_placeholder);
}

TEST_CASE("dialect: a value may have the schema with the name") {
  const Read read(
      "CREATE TABLE ${two} (a int); DROP TABLE ${two}; DROP TABLE ${a.b}; "
      "DROP TABLE \"x.y\";",
      "flyway", {.patterns = {}, .values = {{"${two}", "app.x"}}});
  CHECK(read.get<CreateTable>(0).table.schema == "app");
  CHECK(read.get<CreateTable>(0).table.name == "x");
  CHECK(read.get<Drop>(1).objects.at(0).schema == "app");
  CHECK(read.get<Drop>(1).objects.at(0).name == "x");
  CHECK(read.get<Drop>(2).objects.at(0).name == "${a.b}");
  CHECK(read.get<Drop>(3).objects.at(0).name == "x.y");
}

TEST_CASE("dialect: patterns of the settings") {
  CHECK(Read("DROP TABLE @@app@@.t;", "flyway").errors() == 1);
  const Read read("DROP TABLE @@app@@.t;", "flyway", {.patterns = {"@@\\w+@@"}, .values = {}});
  CHECK(read.get<Drop>(0).objects.at(0).schema == "@@app@@");
}

TEST_CASE("dialect: goose fills in variables where it is told to") {
  const std::string on = "-- +goose ENVSUB ON\nGRANT ALL ON t TO $ROLE;\n-- +goose ENVSUB OFF\n";
  CHECK(Read(on, "goose").errors() == 0);
  CHECK(Read(on + "GRANT ALL ON t TO $ROLE;", "goose").errors() == 1);
  CHECK(Read("GRANT ALL ON t TO :APP_ROLE;", "graphile-migrate").errors() == 0);
}

// ---------------------------------------------------------------------------------------------
// Templates

TEST_CASE("dialect: a template's parts between statements") {
  const Read read(
      "{{- /* doesn't matter */ -}}\n{{if .plugin}}\nSELECT 1;\n{{else if .x}}\nSELECT "
      "2;\n{{else}}\n"
      "SELECT 3;\n{{end}}\n{% if a %}SELECT 4;{% else %}SELECT 5;{% endif %}\n"
      "{# isn't SQL #}{{ range .Tables }}DROP TABLE {{ .Name }};{{ end }}");
  CHECK(read.errors() == 0);
  CHECK(read.texts() == Texts{"SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", "SELECT 5",
                              "DROP TABLE {{ .Name }}"});
  REQUIRE(read.choices().size() == 3);
  CHECK(read.choices()[0].branches.size() == 3);
  CHECK(read.choices()[0].exhaustive);
  CHECK_FALSE(read.choices()[2].exhaustive);
}

TEST_CASE("dialect: a template's parts for other databases are left out") {
  const Read read(
      "{{if .mysql}}ALTER TABLE t MODIFY `a` int;{{end}}\n"
      "{{if .postgres}}SELECT 1;{{else}}REPLACE INTO t SET a = 'it\\'s';{{end}}\n"
      "{{if not .sqlite}}SELECT 2;{{end}}\n{{if or .mysql .sqlite}}x{{else}}SELECT 3;{{end}}\n"
      "{{if eq .Dialect \"mysql\"}}`{{else}}SELECT 4;{{end}}");
  CHECK(read.errors() == 0);
  CHECK(read.texts() == Texts{"SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4"});
  CHECK(read.choices().empty());
}

TEST_CASE("dialect: a template's parts inside a statement") {
  const Read read(
      "create index {{ if not .Transactional }}concurrently{{end}} i on \"{{.Schema}}\".t (a);\n"
      "CREATE TABLE t (\n  {{if .mysql}}`a`{{else}}a{{end}} int,\n"
      "  b {{if .postgres}}jsonb{{else}}text{{end}}\n){{if .mysql}} CHARSET utf8mb4{{end}};");
  CHECK(read.errors() == 0);
  REQUIRE(read.statements().size() == 2);
  CHECK(read.get<CreateIndex>(0).concurrently);
  CHECK(read.get<CreateTable>(1).columns.size() == 2);
  CHECK(read.get<CreateTable>(1).columns[1].type.name.name == "jsonb");
}

// ---------------------------------------------------------------------------------------------
// Separators

TEST_CASE("dialect: a separator ends a statement") {
  const Read read("SELECT 1\n--> statement-breakpoint\nSELECT 2--> statement-breakpoint\nSELECT 3",
                  "drizzle");
  CHECK(read.texts() == Texts{"SELECT 1", "SELECT 2", "SELECT 3"});
  CHECK(Read("SELECT 1\ngo\nSELECT 2\n/\nSELECT 3 / 1;\n", "liquibase").texts() ==
        Texts{"SELECT 1", "SELECT 2", "SELECT 3 / 1"});
}

}  // namespace
}  // namespace unwedge
