#!/usr/bin/env bash
# A file is judged by the schema that the other migrations of its folder have made, without being told.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A history by numbers: the newest file alone is asked for.
mkdir -p db/migrations
cd db/migrations
echo 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);' >1_users.sql
echo 'ALTER TABLE users ADD CONSTRAINT name_there CHECK (name IS NOT NULL) NOT VALID;' >2_check.sql
echo 'ALTER TABLE users VALIDATE CONSTRAINT name_there;' >9_validate.sql
echo 'ALTER TABLE users ALTER name SET NOT NULL;' >10_not_null.sql
rule=(--select set-not-null-without-check --format json)
expect 0 "${rule[@]}" 10_not_null.sql
expect_files 10_not_null.sql
# Without the file that proves it, and from standard input.
mv 9_validate.sql ..
expect 1 "${rule[@]}" 10_not_null.sql
mv ../9_validate.sql .
expect 0 "${rule[@]}" --stdin-filename 10_not_null.sql - <10_not_null.sql
expect 1 "${rule[@]}" - <10_not_null.sql
# What comes later in the order has not run yet.
echo 'ALTER TABLE users ALTER name SET NOT NULL;' >3_too_early.sql
expect 1 "${rule[@]}" 3_too_early.sql
rm 3_too_early.sql
# All of a folder: each is a change set of its own, on what those before it have made.
expect 0 "${rule[@]}" .
expect_files 10_not_null.sql 1_users.sql 2_check.sql 9_validate.sql
cd ../..

# Another folder is another history.
mkdir other && cp db/migrations/10_not_null.sql other/
expect 1 "${rule[@]}" db/migrations/10_not_null.sql other
out '"file": "other/10_not_null.sql"'
no_out '"file": "db/migrations/10_not_null.sql"'

# --change-set: what an earlier one of them created is new.
echo 'CREATE INDEX users_email_idx ON users (email);' >db/migrations/11_index.sql
expect 1 --select index-not-concurrent db/migrations
expect 0 --select index-not-concurrent --change-set db/migrations
expect 1 --select index-not-concurrent --change-set db/migrations/1{0,1}_*.sql

# A dump of the schema as the base.
mkdir squashed
echo 'ALTER TABLE users ALTER name SET NOT NULL;' >squashed/0042_not_null.sql
echo 'SELECT 1;' >squashed/0043_nothing.sql
cat >structure.sql <<'SQL'
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.users (id bigint NOT NULL, name text NOT NULL);
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
INSERT INTO public.schema_migrations (version) VALUES ('0041');
SQL
expect 1 "${rule[@]}" squashed
echo 'migrations: [{path: squashed, schema: structure.sql}]' >unwedge.yaml
expect 0 "${rule[@]}" squashed
# One that has the file in it already is of no use.
sed -i "s/'0041'/'0041'), ('0042'/" structure.sql
expect 1 "${rule[@]}" squashed
rm unwedge.yaml

# explain shows the steps on the same schema.
expect 0 explain db/migrations/10_not_null.sql
no_out 'reads every row'
expect 0 explain other/10_not_null.sql
out 'reads every row'

finish
