#!/usr/bin/env bash
# 0 clean, 1 findings, 2 could not work; the worst wins, the format never changes it.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

echo "$good" >good.sql
echo "$bad" >bad.sql
echo "$broken" >broken.sql
select=(--select index-not-concurrent)

for format in text json sarif; do
  expect 0 "${select[@]}" --format $format good.sql
  expect 1 "${select[@]}" --format $format bad.sql
  expect 1 "${select[@]}" --format $format broken.sql
  expect 2 "${select[@]}" --format $format bad.sql absent.sql
  err "'absent.sql' does not exist."
done
out bad.sql # the others are linted all the same

# A file that cannot be read is in the report.
mkfifo pipe.sql
expect 2 "${select[@]}" pipe.sql bad.sql
out pipe.sql
out bad.sql
rm pipe.sql

# The threshold.
level=("${select[@]}" --severity index-not-concurrent=warning bad.sql)
expect 1 "${level[@]}"
expect 0 --fail-on error "${level[@]}"
expect 1 --fail-on info "${level[@]}"
expect 0 --fail-on never "${level[@]}"
expect 0 --exit-zero "${level[@]}"
expect 2 --exit-zero absent.sql
expect 0 "${select[@]}" --severity locking=info bad.sql
expect 0 "${select[@]}" --severity index-not-concurrent=off bad.sql
expect 0 --ignore all bad.sql broken.sql
UNWEDGE_FAIL_ON=never expect 0 "${level[@]}"
UNWEDGE_FAIL_ON=never expect 1 --fail-on warning "${level[@]}"
UNWEDGE_FAIL_ON=nevr expect 2 "${level[@]}"
err "UNWEDGE_FAIL_ON must be error, warning, info or never, not 'nevr'; did you mean 'never'?"

# Each file's own config decides for it.
mkdir lenient
echo "fail-on: never" >lenient/unwedge.yaml
cp bad.sql lenient
expect 0 "${select[@]}" lenient
expect 1 "${select[@]}" lenient bad.sql
expect 1 "${select[@]}" --fail-on error lenient

# Reports that cannot be written.
expect 2 --output json:absent/report.json good.sql
err "absent/report.json"
if [[ -w /dev/full ]]; then
  status=0
  "$UNWEDGE" bad.sql >/dev/full 2>.err || status=$?
  [[ $status == 2 ]] || fail "status $status on a full disk"
fi
# A reader that has gone: the pipe is closed before anything is written.
status=$( (trap '' PIPE; sleep 0.3; code=0; "$UNWEDGE" bad.sql 2>.err || code=$?; echo $code >code) | true; cat code)
[[ $status == 2 ]] || fail "status $status with nobody reading"

finish
