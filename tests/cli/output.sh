#!/usr/bin/env bash
# Several reports of one run, colour, and quiet.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

echo "$bad" >bad.sql
echo "$good" >good.sql
select=(--select index-not-concurrent)

expect 1 "${select[@]}" --output json:r.json -o sarif:r.sarif --output text:r:1.txt bad.sql
out "index-not-concurrent"
python3 -m json.tool r.json >/dev/null || fail "r.json"
python3 -m json.tool r.sarif >/dev/null || fail "r.sarif"
cmp -s .out r:1.txt || fail "r:1.txt differs from stdout"
UNWEDGE_FORMAT=json expect 1 "${select[@]}" bad.sql
cmp -s .out r.json || fail "UNWEDGE_FORMAT"

# Written over, not appended to; not written when the config is broken.
expect 0 "${select[@]}" --output json:r.json good.sql
python3 -m json.tool r.json >/dev/null || fail "r.json again"
expect 2 --config absent.yaml --output json:new.json good.sql
[[ ! -e new.json ]] || fail "a report without a run"
empty_out

# Colour: the option, then NO_COLOR, then FORCE_COLOR, then the terminal.
escape=$'\e['
expect 1 "${select[@]}" bad.sql
no_out "$escape"
expect 1 "${select[@]}" --color always bad.sql
out "$escape"
FORCE_COLOR=1 expect 1 "${select[@]}" bad.sql
out "$escape"
CLICOLOR_FORCE=1 expect 1 "${select[@]}" bad.sql
out "$escape"
FORCE_COLOR='' expect 1 "${select[@]}" bad.sql
no_out "$escape"
NO_COLOR=1 FORCE_COLOR=1 expect 1 "${select[@]}" bad.sql
no_out "$escape"
NO_COLOR=1 expect 1 "${select[@]}" --color always bad.sql
out "$escape"
FORCE_COLOR=1 expect 1 "${select[@]}" --color never bad.sql
no_out "$escape"
expect 1 "${select[@]}" --color always --format json --output text:r.txt bad.sql
no_out "$escape"
! grep -qF "$escape" r.txt || fail "colour in a file"
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
  on_terminal() { script -qec "'$UNWEDGE' ${select[*]} bad.sql" /dev/null </dev/null >.out 2>.err || true; }
  TERM=xterm on_terminal
  out "$escape"
  TERM=dumb on_terminal
  no_out "$escape"
  NO_COLOR=1 TERM=xterm on_terminal
  no_out "$escape"
fi

expect 0 "${select[@]}" --quiet good.sql
empty_out
empty_err
expect 1 "${select[@]}" --quiet bad.sql
out "index-not-concurrent"
expect 0 "${select[@]}" --quiet --format json good.sql
out '"files"'

finish
