#!/usr/bin/env bash
# unwedge explain: what it prints, of what, and how it ends.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir -p .git db drizzle/meta
printf -- '-- migrate:up\nALTER TABLE t ADD COLUMN a int;\nUPDATE t SET a = 1;\n' >db/1.sql
echo '{}' >drizzle/meta/_journal.json
echo 'CREATE INDEX CONCURRENTLY i ON t (a);' >drizzle/0001_x.sql

expect 0 explain db/1.sql
out "Runner: dbmate, recognised by the line '-- migrate:up'"
out "one transaction for the section"
out "ACCESS EXCLUSIVE"
out "changes any number of rows of t"
out "since line 2"

expect 0 explain drizzle
out "recognised by drizzle/meta/_journal.json"
out "fails"

expect 0 explain --runner psql drizzle/0001_x.sql
out "recognised by your settings"
out "BEGIN and COMMIT in the file decide"

expect 0 explain --format json --postgres 18 drizzle
out '"postgres": 18'
out '"sqlstate": "25001"'

expect 0 explain --stdin-filename db/2.sql - <db/1.sql
out "db/2.sql"

# What cannot be done.
expect 2 explain
err "needs a file"
expect 2 explain nowhere.sql
err "does not exist"
expect 2 explain --format xml db
err "text or json"
expect 2 explain --runner flywa db/1.sql
err "flyway"
expect 0 explain --help
out "Usage: unwedge explain"
printf '\0' >db/3.sql
expect 2 explain db
out "could not be read"
out "dbmate"


# --schema: what the files have made, as SQL.
mkdir made
echo 'CREATE TABLE a (id bigserial PRIMARY KEY, name text NOT NULL);' >made/0001_a.sql
echo "ALTER TABLE a ADD COLUMN kind text DEFAULT 'x'; CREATE INDEX a_kind ON a (kind);" >made/0002_b.sql
echo 'DROP TABLE a;' >made/0003_c.sql
expect 0 explain --schema made/0002_b.sql
cat >made/expected <<'SQL'
-- The schema after made/0002_b.sql
CREATE TABLE a (
  id bigserial,
  name text NOT NULL,
  kind text DEFAULT 'x',
  CONSTRAINT a_pkey PRIMARY KEY (id)
);
CREATE INDEX a_kind ON a (kind);
SQL
cmp -s made/expected .out || fail "the schema is another"
expect 0 explain --schema a made/0001_a.sql
out "CREATE TABLE a ("
no_out "kind"
expect 0 explain --schema made
out "-- The schema after made/0003_c.sql"
no_out "CREATE TABLE"
expect 2 explain --schema --format json made
expect 2 explain --schema b made/0001_a.sql
err "'b' is no file, and the schema has no such table"
cd made
expect 0 explain --schema
out "-- The schema after 0003_c.sql"
cd ..
finish
