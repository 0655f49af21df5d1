# The two libraries that the distribution may have too old: libpg_query and Catch2. A candidate is taken only after a
# small program was compiled and linked with it, and ran. Each is unpacked into build/deps/<name>, with a file
# `chosen` that says which it is; delete the folder to choose again.
# shellcheck shell=bash

deps_dir=$PWD/build/deps

# choose <name> <package> <majors, best first> <suite>…: unpacks the newest candidate that passes prove_<name>.
choose() {
  local name=$1 package=$2 majors=$3 major version suite result trial=$deps_dir/$1.trial
  shift 3
  local candidates
  candidates=$(suite_candidates "$package" "$@" | sort -u -rV)
  for major in $majors; do
    while read -r version suite; do
      [[ $version =~ ^${major}[.-] ]] || continue
      if suite_unpack "$suite" "$package" "$version" "$trial" && result=$("prove_$name" "$trial/usr"); then
        rm -rf "${deps_dir:?}/$name"
        mv "$trial" "$deps_dir/$name"
        echo "$package $version from $suite: $result" >"$deps_dir/$name/chosen"
        return 0
      fi
      say "$package $version from $suite does not work here"
    done <<<"$candidates"
  done
  rm -rf "$trial"
  return 1
}

# Version 18 is what we ship, and 17 still builds. Newest suites first; the mirror may not have all of them.
setup_pg_query() {
  if [[ ! -e $deps_dir/pg_query/chosen ]]; then
    choose pg_query libpg-query-dev "18 17" unstable testing stable "$(debian_codename)" ||
      die "found no libpg_query 17 or 18 that links and runs here (is the network down?)"
  fi
  say "$(<"$deps_dir/pg_query/chosen")"
}

# Prints the version of the grammar in the libpg_query under that prefix.
prove_pg_query() {
  local include=$1/include archive program
  archive=$(find "$1/lib" -name libpg_query.a -print -quit)
  program=$(mktemp "$deps_dir/probe.XXXXXX")
  local compile=(gcc -isystem "$include" -isystem "$include/pg_query" -isystem "$include/pg_query/postgres"
    scripts/lib/prove_pg_query.c)
  local libraries=("$archive" -lprotobuf-c -pthread -static -o "$program")
  "${compile[@]}" "${libraries[@]}" 2>/dev/null ||
    "${compile[@]}" src/sql/compat/glibc_2_38.c "${libraries[@]}" || { rm -f "$program" && return 1; }
  "$program"
  local status=$?
  rm -f "$program"
  return $status
}

# Catch2 3 is the distribution's own from Debian 13 on, else a backport.
setup_catch2() {
  if [[ -e $deps_dir/catch2/chosen ]]; then
    say "$(<"$deps_dir/catch2/chosen")"
  elif is_installed libcatch2-dev; then
    return
  elif [[ $(apt-cache madison libcatch2-dev) == *" 3."* ]]; then
    apt_get install --no-install-recommends libcatch2-dev || die "apt could not install libcatch2-dev"
  else
    choose catch2 libcatch2-dev 3 "$(debian_codename)-backports" ||
      choose catch2 libcatch2-dev 3 stable testing ||
      die "found no Catch2 3 that links and runs here (is the network down?)"
    say "$(<"$deps_dir/catch2/chosen")"
  fi
}

prove_catch2() {
  local library program
  library=$(dirname "$(find "$1/lib" -name libCatch2.a -print -quit)")
  program=$(mktemp "$deps_dir/probe.XXXXXX")
  g++ -std=c++20 -isystem "$1/include" scripts/lib/prove_catch2.cpp -L"$library" -lCatch2Main -lCatch2 -o "$program" &&
    "$program" >/dev/null && echo "a test with it passes"
  local status=$?
  rm -f "$program"
  return $status
}
