#!/usr/bin/env bash
# Which config is used, what comes before it, and what happens when it is wrong.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir -p app/db other
echo "$bad" | tee app/db/1.sql >other/1.sql
echo 'rules: {all: off}' >app/unwedge.yaml

expect 0 app
expect 1 app other
expect 1 --isolated app
expect 0 --config app/unwedge.yaml other
UNWEDGE_CONFIG=app/unwedge.yaml expect 0 other
UNWEDGE_CONFIG=app/unwedge.yaml expect 1 --isolated other
expect 1 --select index-not-concurrent app
expect 1 --severity index-not-concurrent=error app
expect 0 config --show app/db/1.sql
out "# app/unwedge.yaml"
out "index-not-concurrent: off"
UNWEDGE_POSTGRES=13 expect 0 config --show app/db
out "postgres: 13"
expect 0 config --show other/1.sql
out "There is no config"
out "index-not-concurrent: error"

# Acks, by the path from the config.
cat >app/unwedge.yaml <<'YAML'
acks:
  - path: db/1.sql
    reason: It was tiny.
YAML
rules=(--select index-not-concurrent)
expect 0 "${rules[@]}" app
expect 0 "${rules[@]}" --show-acked app
out "index-not-concurrent"
expect 1 "${rules[@]}" --no-ack app
(cd app/db && unwedge "${rules[@]}" 1.sql && exit "$status") || fail "an ack from within the folder"

# The values of placeholders, in bodies and in what they execute as well.
mkdir -p filled
echo "placeholders: {values: {'\${schema}': app}}" >filled/unwedge.yaml
cat >filled/1.sql <<'SQL'
CREATE SCHEMA app;
DO $$ BEGIN CREATE TABLE ${schema}.a (id int); EXECUTE 'CREATE TABLE ${schema}.b (id int)'; END $$;
CREATE FUNCTION make() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE ${schema}.c (id int); END $$;
SELECT make();
CREATE INDEX ON ${schema}.a (id);
CREATE INDEX ON app.b (id);
CREATE INDEX ON app.c (id);
SQL
expect 0 "${rules[@]}" filled
expect 0 --select syntax-error,unknown-object,not-analysable --fail-on info filled

# Errors: all of them, once, and nothing is linted.
printf 'rule: {}\nrunner: dbmat\n' >app/unwedge.yaml
cp app/db/1.sql app/db/2.sql
expect 2 app other
empty_out
err "app/unwedge.yaml:1:1: Unknown key 'rule'; did you mean 'rules'?"
err "app/unwedge.yaml:2:9: 'runner' must be"
[[ $(grep -c "Unknown key" .err) == 1 ]] || fail "errors more than once"
expect 2 config --show app/db/1.sql
cp app/unwedge.yaml app/.unwedge.yaml
expect 2 app
err "There is both"
printf '"\e[31m": 1\n' >other/unwedge.yaml
expect 2 other
no_err $'\e'

finish
