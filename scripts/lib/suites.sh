# Packages from another suite of the machine's own Debian mirror (testing, backports, …), unpacked into a directory
# of ours: apt gets lists and a cache below build/, so neither its configuration nor its state on the machine changes.
# Whoever opens suites closes them in the end.
# shellcheck shell=bash

suites_dir=$PWD/build/suites

# Prints the address of the mirror that the machine itself uses, in the form that a sources.list takes.
debian_mirror() {
  # The first repository of Debian proper: security updates have the label Debian-Security.
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
    awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

debian_codename() { (. /etc/os-release && echo "${VERSION_CODENAME-}"); }

# suite_apt <suite> <apt program> <argument>…: runs it as if the machine had that suite and no other.
suite_apt() {
  local dir=$suites_dir/$1 program=$2
  shift 2
  # Everything is verified by its signature. Only the date until which a list should be used is let go: mirrors lag.
  "$program" -q -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

# Fetches the suite's package list; fails if the mirror has no such suite.
open_suite() {
  local dir=$suites_dir/$1 mirror
  [[ ! -e $dir/open ]] || return 0
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || { say "apt knows no Debian mirror here (run 'apt-get update' once?)" && return 1; }
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$dir/sources.list"
  if ! suite_apt "$1" apt-get -o APT::Update::Error-Mode=any update >"$dir/log" 2>&1; then
    say "no suite '$1': $(grep -m 1 '^[EW]:' "$dir/log")"
    return 1
  fi
  touch "$dir/open"
}

# suite_candidates <package> <suite>…: prints "<version> <suite>" for every suite that has the package.
suite_candidates() {
  local package=$1 suite
  shift
  for suite in "$@"; do
    open_suite "$suite" || continue
    suite_apt "$suite" apt-cache madison "$package" | awk -F'|' -v suite="$suite" '{ gsub(/ /, "", $2); print $2, suite }'
  done
}

# suite_unpack <suite> <package> <version> <directory>
suite_unpack() {
  rm -rf "$4"
  mkdir -p "$4"
  (cd "$4" && suite_apt "$1" apt-get download "$2=$3" >/dev/null 2>&1 && dpkg-deb -x ./*.deb . && rm ./*.deb)
}

close_suites() { rm -rf "$suites_dir"; }
