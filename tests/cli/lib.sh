# What the tests of the command line share. Sourced; makes an empty folder and goes there.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

: "${UNWEDGE:?set it to the path of the binary}"
UNWEDGE=$(realpath "$UNWEDGE")
unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE CI "${!UNWEDGE_@}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir .git # configs above do not count

bad='CREATE INDEX users_email_idx ON users (email);'
good='SELECT 1;'
broken='SELECT * FORM users;'
failures=0

fail() {
  printf 'FAIL: %s (line %s)\n' "$1" "${BASH_LINENO[1]}" >&2
  sed 's/^/  stdout: /' "$work/.out" >&2
  sed 's/^/  stderr: /' "$work/.err" >&2
  failures=$((failures + 1))
}

# unwedge ARG…: runs it; $status, .out and .err say what happened.
unwedge() {
  status=0
  "$UNWEDGE" "$@" >"$work/.out" 2>"$work/.err" || status=$?
}

# expect STATUS ARG…: runs it and checks the exit status.
expect() {
  local expected=$1
  shift
  unwedge "$@"
  [[ $status == "$expected" ]] || fail "status $status instead of $expected: unwedge $*"
}

# out TEXT, err TEXT: the last run printed this somewhere; no_out, no_err: it did not.
out() { grep -qF -e "$1" "$work/.out" || fail "not on stdout: $1"; }
err() { grep -qF -e "$1" "$work/.err" || fail "not on stderr: $1"; }
no_out() { ! grep -qF -e "$1" "$work/.out" || fail "on stdout: $1"; }
no_err() { ! grep -qF -e "$1" "$work/.err" || fail "on stderr: $1"; }
empty_out() { [[ ! -s $work/.out ]] || fail "stdout is not empty"; }
empty_err() { [[ ! -s $work/.err ]] || fail "stderr is not empty"; }

# The paths of the files in the JSON report of the last run, one per line.
files() { python3 -c 'import json, sys; [print(f["path"]) for f in json.load(sys.stdin)["files"]]' <"$work/.out"; }
# expect_files PATH…: they are these, in this order.
expect_files() {
  local expected
  expected=$(printf '%s\n' "$@")
  [[ $(files) == "$expected" ]] || fail "files: $(files | tr '\n' ' ')"
}

finish() {
  [[ $failures == 0 ]] || exit 1
}
