#!/usr/bin/env bash
# `-` is standard input.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

select=(--select index-not-concurrent)
echo "$bad" >in

expect 1 "${select[@]}" - <in
expect 1 "${select[@]}" --format json - <in
expect_files "<stdin>"
expect 1 "${select[@]}" --format sarif - <in
expect 0 "${select[@]}" - </dev/null

# Its name decides about its config.
mkdir db
echo 'rules: {index-not-concurrent: off}' >db/unwedge.yaml
expect 1 "${select[@]}" --stdin-filename other/1.sql - <in
out "other/1.sql"
expect 0 --stdin-filename db/1.sql --ignore design - <in
echo 'exclude: [1.sql]' >db/unwedge.yaml
expect 1 "${select[@]}" --stdin-filename db/1.sql - <in
expect 0 "${select[@]}" --stdin-filename db/1.sql --force-exclude - <in

# Not text.
printf 'SELECT \0;' >binary
expect 2 "${select[@]}" - <binary
# A file of that name is ./-.
cp in ./-
expect 1 "${select[@]}" ./- </dev/null

finish
