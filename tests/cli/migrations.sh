#!/usr/bin/env bash
# Which runner holds for which file: --runner, `migrations:`, `runner:`, and runners that a config defines.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# held FILE TEXT: what holds for the file has this line.
held() {
  expect 0 config --show "$1"
  grep -qxF -e "$2" .out || fail "for $1 not: $2"
}

mkdir -p app/db/one app/db/two other
for folder in app app/db/one app/db/two other; do
  echo 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);' >"$folder/1.sql"
done
cat >app/unwedge.yaml <<'YAML'
runner: psql
migrations:
  - {path: db/one/2.sql, runner: tern}
  - {path: db/one, runner: dbmate}
  - {path: '**/two', runner: acme}
runners:
  acme: {transaction: {mode: tx_per_file, split: statements}}
YAML
held app/1.sql "runner: psql"
held app/db/one/1.sql "runner: dbmate"
held app/db/one/2.sql "runner: tern"
held app/db/two/1.sql "runner: acme"
held app/db/two "runner: acme"
(cd app/db/two && unwedge config --show 1.sql && grep -qx "runner: acme" "$work/.out") || fail "from within the folder"
UNWEDGE_RUNNER=goose held app/db/one/1.sql "runner: goose"

# What the runner does decides: acme has a transaction, psql has none.
rule=(--select concurrently-in-transaction)
expect 0 "${rule[@]}" app/1.sql
expect 1 "${rule[@]}" app/db/two
out "concurrently-in-transaction"
expect 0 "${rule[@]}" --runner psql app/db/two
expect 1 "${rule[@]}" --runner acme app/1.sql
sed -i 's/runner: acme}/runner: acme, mode: autocommit_per_statement}/' app/unwedge.yaml
expect 0 "${rule[@]}" app/db/two
expect 0 "${rule[@]}" --runner acme app/db/two
# A mode is that of the runner beside it.
expect 1 "${rule[@]}" --runner tern app/db/two

# A name is looked up in the config of every file.
expect 0 --runner acme --exit-zero app
expect 2 --runner acme app other
err "unwedge: --runner must be the name of a runner, not 'acme'."
empty_out
expect 2 --runner acmee app
err "did you mean 'acme'?"
expect 2 --isolated --runner acme app
UNWEDGE_RUNNER=acmee expect 2 app
err "UNWEDGE_RUNNER must be the name of a runner"
expect 2 config --show other/1.sql --runner acme

# Down sections.
mkdir -p down && printf -- '-- migrate:up\nSELECT 1;\n-- migrate:down\n%s\n' "$bad" >down/1.sql
expect 0 down
expect 1 --check-down down
echo 'check-down: true' >down/unwedge.yaml
expect 1 down

finish
