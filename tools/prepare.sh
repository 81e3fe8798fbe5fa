# Sourced by tools/demo and tools/check: installs what is missing, configures
# and builds into build/. Needs Debian 12 with its security suite for the first.
#
#   EINSUMC_BUILD_DIR   where to build (default: build/ in the checkout)
#   EINSUMC_JOBS        parallel jobs (default: cores, at most one per 1.5 GiB)

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${EINSUMC_BUILD_DIR:-$root/build}
llvm=/usr/lib/llvm-22

packages=(llvm-22-dev libmlir-22-dev mlir-22-tools llvm-22-tools clang-22 lld-22
  libclang-rt-22-dev clang-format-22 clang-tidy-22 libgtest-dev nlohmann-json3-dev libstdc++-12-dev libc6-dev
  cmake ninja-build ccache python3 python3-numpy git ca-certificates)

say() { printf '== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

install_missing() {
  local missing=() package status
  for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "apt-get not found; install by hand: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "neither root nor sudo; install by hand: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}" >&2 ||
    die "apt-get could not install ${missing[*]} (LLVM 22 is in Debian 12's security suite)"
}

jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo "${EINSUMC_JOBS:-$((cores < memory ? cores : memory))}"
}

# Whole paths: a bare name is looked up anew each time, and one that is found
# elsewhere (CMAKE_PREFIX_PATH) throws the configured build away.
configure() {
  local dir=$1
  shift
  cmake -S "$root" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1" -DCMAKE_C_FLAGS_RELEASE="-O1" \
    -DCMAKE_C_COMPILER="$llvm/bin/clang" -DCMAKE_CXX_COMPILER="$llvm/bin/clang++" \
    -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_PREFIX_PATH="$llvm" \
    "$@" >"$dir/configure.log" 2>&1
}

# configure_and_build DIR [cmake arguments]
configure_and_build() {
  local dir=$1
  shift
  # ccache wants a place even where HOME is empty or not there.
  export CCACHE_DIR=${CCACHE_DIR:-$build/.ccache}
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
  mkdir -p "$dir"
  say "configuring and building in $dir ($(jobs) jobs)"
  configure "$dir" "$@" || {
    # What another compiler, generator or folder left there is in the way.
    say "configuring $dir afresh"
    rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
    configure "$dir" "$@"
  } || { tail -n 40 "$dir/configure.log" >&2; die "configuring failed"; }
  ninja -C "$dir" -j "$(jobs)" >"$dir/build.log" 2>&1 || {
    grep -vE '^\[[0-9]+/' "$dir/build.log" | head -n 100 >&2
    die "building failed, see $dir/build.log"
  }
}

prepare() {
  install_missing
  # The demo's build is the check's, too: other warning flags would build all again.
  configure_and_build "$build" -DEINSUMC_WERROR=ON "$@"
}
