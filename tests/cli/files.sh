#!/usr/bin/env bash
# Which files are linted, in which order, and what they are called.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

json=(--format json --exit-zero)

# Folders are searched in bytewise order; .git and node_modules are not.
mkdir -p db/b db/a-x db/a node_modules/p .git/x
for file in db/b/1.sql db/a-x/1.sql db/a/1.sql db/z.sql db/A.sql node_modules/p/1.sql .git/x/1.sql; do
  echo "$good" >"$file"
done
echo "$good" >db/readme.txt
expect 0 "${json[@]}"
expect_files db/A.sql db/a-x/1.sql db/a/1.sql db/b/1.sql db/z.sql
expect 0 "${json[@]}" "$PWD" # below the current folder paths are relative
expect_files db/A.sql db/a-x/1.sql db/a/1.sql db/b/1.sql db/z.sql
expect 0 "${json[@]}" ./db/b/../b//1.sql db db/b/1.sql # each once
expect_files db/b/1.sql db/A.sql db/a-x/1.sql db/a/1.sql db/z.sql
(cd db/a && unwedge "${json[@]}" ../b ../a)
expect_files ../b/1.sql 1.sql
expect 0 "${json[@]}" db/readme.txt # named: whatever its name
expect_files db/readme.txt
mkdir empty
expect 0 empty
err "There is no .sql file in 'empty'."
expect 0 --quiet empty
empty_err
empty_out

# Strange names. A path is never a pattern, a list or an option.
mkdir names '[id]'
cd names || exit
weird=('a b.sql' '[a].sql' '*.sql' '-dash.sql' '++' 'x,y.sql' "quote'\".sql" $'new\nline.sql' $'esc\e[31m.sql'
  $'latin\xe9.sql' 'ümlaut.sql' '[a,b]')
for name in "${weird[@]}"; do
  echo "$bad" >"./$name"
  expect 1 --select index-not-concurrent -- "$name"
  no_out $'\e[31m'
  iconv -f UTF-8 -t UTF-8 "$work/.out" >/dev/null || fail "not UTF-8: $name"
  for format in json sarif; do
    expect 1 --format $format -- "$name"
    python3 -m json.tool "$work/.out" >/dev/null || fail "$format of $name"
  done
  [[ $name == -* ]] || expect 1 "$name"
done
expect 1 --format json .
[[ $(grep -c '"path"' "$work/.out") == 10 ]] || fail "not all found"
expect 2 -dash.sql
err "Put -- before files"
expect 2 $'not\xff\e[31mthere'
no_err $'\e'
cd "$work" || exit
echo "$bad" >'[id]/1.sql'
expect 1 '[id]'
out '[id]/1.sql'
expect 2 ""
expect 2 chekc

# Exclusion: not for files that are named, unless asked for.
echo 'exclude: [a/, "z*"]' >db/unwedge.yaml
expect 0 "${json[@]}" db
expect_files db/A.sql db/a-x/1.sql db/b/1.sql
expect 0 "${json[@]}" db/z.sql
expect_files db/z.sql
expect 0 "${json[@]}" --force-exclude db/z.sql db/A.sql
expect_files db/A.sql
expect 0 "${json[@]}" --exclude 'db/b' --exclude A.sql db
expect_files db/a-x/1.sql
expect 0 "${json[@]}" --isolated --exclude 'b' db
expect_files db/A.sql db/a-x/1.sql db/a/1.sql db/z.sql

# Links: not to folders, not out of the repository.
mkdir links target
echo "$bad" >target/1.sql
outside=$(mktemp)
ln -s ../target links/folder
ln -s "$outside" links/out.sql
ln -s ../target/1.sql links/in.sql
ln -s nowhere links/dead.sql
expect 2 links
err "'links/folder' is a link to a folder and was not searched."
out links/in.sql
out "a link out of the repository"
out links/dead.sql
expect 0 links/out.sql # named: the user's own will
expect 1 links/folder
rm "$outside"

# A folder that cannot be searched (root can search everything).
if [[ $EUID != 0 ]]; then
  mkdir locked
  chmod 000 locked
  expect 2 locked
  err "cannot be searched"
  chmod 700 locked
fi

finish
