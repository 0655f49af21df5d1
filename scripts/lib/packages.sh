# What comes from the distribution, as it is. Calls apt only when something is missing.
# shellcheck shell=bash

packages=(
  g++ cmake ninja-build ccache git pkg-config clang-tidy clang-format
  libcli11-dev libfmt-dev libyaml-cpp-dev libre2-dev nlohmann-json3-dev libexpected-dev libprotobuf-c-dev libpq-dev
  jq libxml2-utils python3 xz-utils
)

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Its long story goes to build/apt.log, and the end of that to stderr if it fails.
apt_get() {
  mkdir -p build
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >>build/apt.log 2>&1 && return
  tail -n 15 build/apt.log >&2
  return 1
}

install_packages() {
  command -v apt-get >/dev/null || die "this needs Debian's apt-get"
  local missing=() package
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  command -v npm >/dev/null || missing+=(nodejs npm)
  local has_server=yes
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || has_server=no
  [[ ${#missing[@]} -gt 0 || $has_server == no ]] || return 0

  apt_get update || say "apt-get update failed; trying with the package lists at hand"
  if [[ ${#missing[@]} -gt 0 ]]; then
    say "installing ${missing[*]}"
    install_or_skip_npm
  fi
  [[ $has_server == yes ]] || install_server
}

# npm serves only external validators and extra servers: without it, the rest still works.
install_or_skip_npm() {
  apt_get install --no-install-recommends "${missing[@]}" && return
  local package required=()
  for package in "${missing[@]}"; do
    [[ $package == npm || $package == nodejs ]] || required+=("$package")
  done
  apt_get install --no-install-recommends "${required[@]}" || die "apt could not install: ${required[*]}"
}

# The server's binaries only: the tests start servers of their own, so the package shall create no cluster.
install_server() {
  say "installing the PostgreSQL server"
  local no_cluster=/etc/postgresql-common/createcluster.d/unwedge.conf
  apt_get install --no-install-recommends postgresql-common || die "apt could not install postgresql-common"
  as_root mkdir -p "${no_cluster%/*}"
  echo "create_main_cluster = false" | as_root tee "$no_cluster" >/dev/null
  apt_get install --no-install-recommends postgresql || die "apt could not install postgresql"
  as_root rm -f "$no_cluster"
}
