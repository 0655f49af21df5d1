# What the scripts share. Sourced from the root of the repository.
# shellcheck shell=bash

# The script's own name stands before what it says; its output proper goes to stdout.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$*"
  exit 2
}

# Prints the comment at the head of the running script.
help_text() { sed -n '2,/^[^#]/ { /^#/ s/^# \{0,1\}//p }' "$0"; }

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  else
    command -v sudo >/dev/null || die "'$1' needs root: run this as root or install sudo"
    sudo "$@"
  fi
}

# build <preset> [<target>…]: configures and builds into build/<preset>.
build() {
  local preset=$1
  shift
  say "building $preset"
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset" ${1+--target "$@"}
}

# cpp_files <folder>…
cpp_files() { find "$@" -name '*.h' -o -name '*.cpp' | sort; }
