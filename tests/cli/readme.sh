#!/usr/bin/env bash
# The examples of the README: a console block is a command and what it prints.
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
# shellcheck source=tests/cli/lib.sh
source "$root/tests/cli/lib.sh"

awk '/^```console$/ { ++count; inside = 1; next } /^```$/ { inside = 0 } inside { print > ("example" count) }' \
  "$root/README.md"
for example in example*; do
  command=$(sed -n '1s/^\$ unwedge //p' "$example")
  [[ -n $command ]] || fail "no command: $(head -n 1 "$example")"
  # shellcheck disable=SC2086
  (cd "$root" && "$UNWEDGE" $command) >.out 2>.err || [[ $? == 1 ]] || fail "it fails: $command"
  diff <(tail -n +2 "$example") .out >&2 || fail "README.md shows something else: $command"
done
[[ -e example1 ]] || fail "no examples in README.md"
finish
