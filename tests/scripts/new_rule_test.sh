#!/usr/bin/env bash
# scripts/new_rule in a copy of what it needs: what it writes, that it compiles, and what it refuses.
set -euo pipefail

root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r --parents -t "$work" "$root/scripts" "$root/rules" "$root/include" "$root/CMakeLists.txt"
cd "$work$root"
mkdir fixtures
failures=0

fail() {
  echo "FAIL: $*" >&2
  failures=$((failures + 1))
}

# refuses <words of the error> <argument>…
refuses() {
  local words=$1 error status=0
  shift
  error=$(scripts/new_rule "$@" 2>&1 >/dev/null) || status=$?
  [[ $status == 2 ]] || fail "status $status instead of 2: new_rule $*"
  [[ $error == *"$words"* ]] || fail "'$error' does not say '$words': new_rule $*"
}

files() { find rules fixtures -type f | sort; }

# begins <category> <id>: four files, nothing else, with the form of their kind.
begins() {
  local category=$1 id=$2 name=${2//-/_} before written expected
  before=$(files)
  scripts/new_rule "$category" "$id" >out 2>err || fail "new_rule $*: $(<err)"
  written=$(comm -13 <(echo "$before") <(files))
  expected=$(printf '%s\n' "fixtures/rules/$id/bad_basic.sql" "fixtures/rules/$id/good_basic.sql" \
    "rules/$category/$name.cpp" "rules/$category/$name.md")
  [[ $written == "$expected" ]] || fail "new_rule $* wrote: $written"
  [[ $(sort out) == "$expected" ]] || fail "new_rule $* printed: $(<out)"
  grep -qwF "$(sed -n 's/.*Category::\(k[A-Za-z]*\),/\1/p' "rules/$category/$name.cpp")" include/unwedge/rule.h ||
    fail "rules/$category/$name.cpp has an unknown category"
  [[ $(head -n 1 "rules/$category/$name.md") == "# $id" ]] || fail "the page's title is not its id"
  diff <(grep '^## ' "rules/$category/$name.md") <(grep '^## ' rules/locking/index_not_concurrent.md) ||
    fail "the page's headings are not those of other pages"
}

begins locking column-too-wide
begins design odd-name2
for category in transaction failure compatibility data history; do begins "$category" "odd-$category"; done
for source in rules/locking/column_too_wide.cpp rules/design/odd_name2.cpp; do
  "${CXX:-c++}" -std=c++20 -Wall -Wextra -Werror -fsyntax-only -Iinclude "$source" || fail "$source does not compile"
done

refuses "takes a category"
refuses "takes a category" locking
refuses "there is no category 'lock'" lock odd-thing
refuses "reported by the linter" acks ack-too-long
for id in Odd-thing odd_thing odd--thing -odd odd- 2odd ../odd "odd thing" ""; do
  refuses "is no rule's id" locking "$id"
done
refuses "what is flagged" locking ban-odd-thing
refuses "something else" locking locking
refuses "a word of C++" locking delete
refuses "exists" locking column-too-wide
refuses "exists" data index-not-concurrent
refuses "is another name of a rule" locking adding-not-nullable-field
mkdir -p fixtures/rules/left-over
refuses "fixtures/rules/left-over exists" locking left-over

[[ $failures == 0 ]] || exit 1
