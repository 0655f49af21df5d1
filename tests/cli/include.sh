#!/usr/bin/env bash
# What psql's \i and \ir include is linted in its place, and reported as the file that it is.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir -p db/parts
printf '\\set ON_ERROR_STOP on\n\\ir parts/index.sql\n' >db/deploy.sql
printf -- '-- ü\n%s\n' "$bad" >db/parts/index.sql

# Every report names the included file, and shows its line.
expect 1 db/deploy.sql
out 'db/parts/index.sql:2:1: error:'
out "2 | $bad"
out '1 error in 1 of 2 files'
expect 1 --format json db/deploy.sql
expect_files db/deploy.sql db/parts/index.sql
out '"file": "db/parts/index.sql"'
expect 1 --format sarif db/deploy.sql
out '"uri": "db/parts/index.sql"'
out '"startLine": 2'
cd db/parts
expect 1 ../deploy.sql
out '../parts/index.sql:2:1: error:'
cd ../..

# Once, also where it is linted by itself.
printf '\\ir parts/index.sql\n' >db/again.sql
expect 1 --format json db
expect_files db/again.sql db/deploy.sql db/parts/index.sql
[[ $(grep -c '"rule": "index-not-concurrent"' .out) == 1 ]] || fail "not once"
rm db/again.sql

# The settings are those of the file that includes it.
expect 0 --fail-on never db/deploy.sql
echo 'fail-on: never' >db/unwedge.yaml
expect 0 db/deploy.sql
out 'db/parts/index.sql:2:1: error:'

# An acknowledgement in the config names the file that is reported.
printf 'acks: [{path: parts/index.sql, rules: [index-not-concurrent], reason: small}]\n' >db/unwedge.yaml
expect 0 db/deploy.sql
out '(1 acknowledged)'
expect 1 --no-ack db/deploy.sql
rm db/unwedge.yaml

# \i is seen from the repository's root, or from where the config is; explain goes the same way.
printf '\\i index.sql\n' >db/deploy.sql
expect 0 db/deploy.sql
out "This runs 'index.sql', which is not read because there is no such file here or at the root of the repository"
printf '\\i db/parts/index.sql\n' >db/deploy.sql
expect 1 db/deploy.sql
printf '\\i parts/index.sql\n' >db/deploy.sql
echo 'postgres: 15' >db/unwedge.yaml
expect 1 db/deploy.sql
out 'db/parts/index.sql:2:1: error:'
expect 0 explain db/deploy.sql
out '  in db/parts/index.sql'
out '      2  CREATE INDEX users_email_idx ON users (email)'
expect 0 explain --format json db/deploy.sql
out '"file": "db/parts/index.sql"'
rm db/unwedge.yaml

# Nothing outside the repository, nor what standard input cannot place.
outside=$(mktemp)
echo "$bad" >"$outside"
ln -s "$outside" db/parts/link.sql
printf '\\ir parts/link.sql\n\\i %s\n' "$outside" >db/deploy.sql
expect 0 db/deploy.sql
out 'it lies outside the repository'
no_out 'index-not-concurrent'
rm "$outside"
expect 0 - <<<'\ir parts/index.sql'
out 'it is not known in which folder this file lies'
expect 1 --stdin-filename db/deploy.sql - <<<'\ir parts/index.sql'
out 'db/parts/index.sql:2:1: error:'

# What an earlier migration includes is part of the schema.
mkdir -p history/parts
printf '\\ir parts/users.sql\n' >history/1_users.sql
echo 'CREATE TABLE users (id bigint, email text NOT NULL);' >history/parts/users.sql
echo 'ALTER TABLE users ADD COLUMN email text;' >history/2_email.sql
expect 1 --runner psql --select unknown-object history/2_email.sql
out "history/2_email.sql:1:"

finish
