#!/usr/bin/env bash
# --since: which files are linted in real repositories, and what the rules about the history say of them.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v git >/dev/null || exit 77
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='2026-01-01T00:00:00Z'
export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
unset "${!GITHUB_@}" "${!CI_@}" "${!BUILDKITE_@}" "${!TRAVIS_@}" "${!DRONE_@}" CHANGE_TARGET GIT_DIR GIT_WORK_TREE

commit() { git add -A && git commit -qm "${1:-more}"; }
up() { printf -- '-- +goose Up\n%s\n-- +goose Down\nSELECT 1;\n' "$1"; }
# linted PATH…: the last run linted these, in this order; in a run with --format json.
since=(--exit-zero --format json --since)
linted() { expect 0 "${since[@]}" "$1" && shift && expect_files "$@"; }

rmdir .git
mkdir -p repo/db/migrations && cd repo && git init -qb main .
up 'CREATE TABLE users (id bigint PRIMARY KEY);' >db/migrations/00001_users.sql
up 'CREATE TABLE teams (id bigint PRIMARY KEY, user_id bigint);' >db/migrations/00002_teams.sql
echo '*.log.sql' >.gitignore
commit
git checkout -qb feature

# Nothing has changed.
expect 0 --since main
err "No migration has changed since main."

# Committed, staged, changed and untracked files; not ignored and not deleted ones.
up 'CREATE TABLE a (id int PRIMARY KEY);' >db/migrations/00003_a.sql && commit
up 'CREATE TABLE b (id int PRIMARY KEY);' >db/migrations/00004_b.sql && git add -A
up 'CREATE TABLE c (id int PRIMARY KEY);' >db/migrations/00005_c.sql
echo 'SELECT 1;' >db/migrations/00006_d.log.sql
linted main db/migrations/0000{3_a,4_b,5_c}.sql
linted main~0 db/migrations/0000{3_a,4_b,5_c}.sql
linted HEAD db/migrations/0000{4_b,5_c}.sql
(cd db/migrations && expect 0 "${since[@]}" main && expect_files 0000{3_a,4_b,5_c}.sql)
expect 0 "${since[@]}" main db/migrations/00001_users.sql db/migrations/00004_b.sql
expect_files db/migrations/00004_b.sql
commit

# The branch that it came from goes on: what is compared with is where they parted.
git checkout -q main
up 'CREATE TABLE e (id int PRIMARY KEY);' >db/migrations/00007_e.sql && commit
git checkout -q feature
linted main db/migrations/0000{3_a,4_b,5_c}.sql

# They are one change set, on the schema of what was merged.
up 'ALTER TABLE c ADD COLUMN d int; CREATE INDEX ON c (d); CREATE INDEX ON teams (user_id);' >db/migrations/00008_f.sql
expect 1 --since main --select index-not-concurrent
out "every write to 'teams'"
no_out "to 'c'"
rm db/migrations/00008_f.sql

# Edited: an error; its comments alone: only for runners with checksums.
sed -i 's/user_id bigint/user_id bigint NOT NULL/' db/migrations/00002_teams.sql
expect 1 --since main --select history
out "00002_teams.sql:2:1: error: '00002_teams.sql' was merged before and has been edited: a database that has applied it"
git checkout -q db
sed -i '2i -- the teams' db/migrations/00002_teams.sql
expect 0 --since main --select history
expect 1 --since main --select history --runner sqlx
out "comments or white space have been edited: where it is applied, sqlx finds that its checksum is wrong"
git checkout -q db
# A new name is a new migration, unless the version is the same.
git mv db/migrations/00002_teams.sql db/migrations/00002_groups.sql
expect 0 --since main --select edited-migration
git mv db/migrations/00002_groups.sql db/migrations/00009_groups.sql
expect 1 --since main --select edited-migration
out "'00009_groups.sql' was merged before as '00002_teams.sql'"
git reset -q --hard

# Out of order, for each thing that a runner does with it.
up 'CREATE TABLE g (id int PRIMARY KEY);' >db/migrations/00000_g.sql
late=(--since main --select out-of-order-migration)
expect 1 "${late[@]}"
out "'00000_g.sql' is new and comes before '00002_teams.sql', which was merged already: where that one is applied, goose refuses to go on."
expect 0 "${late[@]}" --runner dbmate
out "info: '00000_g.sql' is new"
rm db/migrations/00000_g.sql

# Two of one version: the new one is to blame.
up 'CREATE TABLE g (id int PRIMARY KEY);' >db/migrations/00001_a.sql
expect 1 --since main --select duplicate-version
out "00001_a.sql:2:1: error: '00001_a.sql' has the version of '00001_users.sql', 1: goose refuses to apply either."
rm db/migrations/00001_a.sql

# With code.
up "SET lock_timeout = '1s'; ALTER TABLE teams ALTER COLUMN user_id TYPE int;" >db/migrations/00009_drop.sql
code=(--since main --severity mixed-with-code=warning --select mixed-with-code,type-narrowed)
expect 1 "${code[@]}"
no_out "[mixed-with-code]"
mkdir app && echo 'package app' >app/team.go
expect 1 "${code[@]}"
out "code such as 'app/team.go'"
rm -r app db/migrations/00009_drop.sql

# Whatever the configuration of git names is not run.
cat >"$work/evil" <<'SH'
#!/bin/sh
touch "${0%/*}/was-run"
SH
chmod +x "$work/evil"
echo '*.sql diff=evil' >.gitattributes
sed -i 's/bigint/int/' db/migrations/00001_users.sql
cp .git/config "$work/config"
for key in core.fsmonitor core.pager diff.external diff.evil.textconv diff.evil.command; do
  git config "$key" "$work/evil"
done
git config core.hooksPath "$work"
expect 1 --since main --select history
[[ ! -e $work/was-run ]] || fail "git ran what its configuration names"
cp "$work/config" .git/config
rm .gitattributes && git checkout -q db

# Revisions that are none.
expect 2 --since nowhere
err "git knows no revision 'nowhere' here."
expect 2 --since --output=x
expect 2 --since=--output=x
err "'--output=x' is no revision."
[[ ! -e x ]] || fail "an option reached git"

# auto: the pull request's branch, or the default branch of origin, main if it has none.
expect 2 --since auto
err "sees no pull request in the environment"
git clone -q . "$work/clone" && cd "$work/clone"
git checkout -q feature
git branch -q -D main 2>/dev/null || true
up 'CREATE TABLE h (id int PRIMARY KEY);' >db/migrations/00010_h.sql
expect 0 "${since[@]}" auto
expect_files db/migrations/00010_h.sql
git remote set-head origin --delete # as in a clone of actions/checkout
expect 0 "${since[@]}" auto
expect_files db/migrations/0000{3_a,4_b,5_c}.sql db/migrations/00010_h.sql
GITHUB_BASE_REF=main expect 0 "${since[@]}" auto
expect_files db/migrations/0000{3_a,4_b,5_c}.sql db/migrations/00010_h.sql

# A work tree of its own, and a hook's environment.
git worktree add -q "$work/tree" origin/feature
(cd "$work/tree" && expect 0 "${since[@]}" origin/main && expect_files db/migrations/0000{3_a,4_b,5_c}.sql)
GIT_DIR=$work/repo/.git expect 0 "${since[@]}" HEAD
expect_files db/migrations/00010_h.sql

# What lies in another repository is linted as if there were no --since.
mkdir -p inner/db && git -C inner init -q
up 'CREATE TABLE t (id int);' >inner/db/00001_t.sql
up 'CREATE INDEX ON t (id);' >inner/db/00002_i.sql
expect 1 --select index-not-concurrent --since HEAD inner
expect 0 --select index-not-concurrent --change-set inner
rm -r inner

# A clone that is too shallow.
git clone -q --depth 1 --branch feature "file://$work/repo" "$work/shallow" && cd "$work/shallow"
expect 2 --since origin/main
err "The revision 'origin/main' is not in this clone, which is shallow."
err "fetch-depth: 0"
git fetch -q --depth 1 origin main:refs/remotes/origin/main
expect 2 --since origin/main
err "This clone is shallow and lacks the commit where HEAD and 'origin/main' part."

# Where there is no repository, no commit, no git.
cd "$work"
mkdir none && cd none
echo 'SELECT 1;' >1.sql
expect 2 --since main
err "is in none"
git init -q .
expect 2 --since main
err "there is no commit yet"
mkdir "$work/bin"
PATH=$work/bin expect 2 --since main
err "--since needs git, which cannot be run: No such file or directory."
finish
