#!/usr/bin/env bash
# --help, --version, rule, and command lines that make no sense.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

expect 0 --version
grep -qE '^unwedge [0-9]+\.[0-9]+\.[0-9]+ \(PostgreSQL [0-9.]+ grammar\)$' .out || fail "--version"
expect 0 check --version
out "unwedge "
for help in --help -h "check --help"; do
  # shellcheck disable=SC2086
  expect 0 $help
  out "Usage: unwedge"
  out "--fail-on LEVEL"
  no_out "--schema"
  empty_err
done
! grep -qE '.{101}' .out || fail "--help is wider than 100 columns"

expect 2 --fromat json
err "There is no option '--fromat'; did you mean '--format'?"
empty_out
expect 2 --format yaml
err "--format must be text, json or sarif"
UNWEDGE_FORMAT=xml expect 2
err "UNWEDGE_FORMAT must be"
expect 2 --format
expect 2 --select index-not-concurent
err "there is no rule 'index-not-concurent'; did you mean 'index-not-concurrent'?"
expect 2 --select syntax-error,
expect 2 --severity syntax-error
err "--severity must be RULE=LEVEL"
expect 2 --severity syntax-error=eror
err "did you mean 'error'?"
expect 2 --postgres 10
err "--postgres must be a whole number from 11 to 18, not '10'."
expect 2 --postgres fifteen
expect 2 --jobs 0
expect 2 --jobs 1x
expect 2 --runner dbmat
err "did you mean 'dbmate'?"
expect 2 --output report.json
err "--output must be FORMAT:FILE"
expect 2 --output json:
expect 2 --color sometimes
expect 2 --config a.yaml --isolated
expect 2 --config absent.yaml
err "absent.yaml: There is no such file."
expect 2 --exclude '../x'
expect 2 --stdin-filename a.sql
expect 0 --format json --format text --ignore all . # the last one counts

expect 0 rule
out "index-not-concurrent"
expect 0 rule index-not-concurrent
out "# index-not-concurrent"
out "since"
expect 0 rule require-concurrent-index-creation
out "# index-not-concurrent"
expect 2 rule index-not-concurent
err "did you mean 'index-not-concurrent'?"
empty_out
expect 2 rule a b
expect 2 rule --format xml
for arg in "" index-not-concurrent; do
  # shellcheck disable=SC2086
  expect 0 rule --format json $arg
  python3 -m json.tool .out >/dev/null || fail "rule --format json $arg"
done

expect 2 config
expect 0 config --help
expect 0 config --schema
python3 -m json.tool .out >/dev/null || fail "config --schema"

finish
