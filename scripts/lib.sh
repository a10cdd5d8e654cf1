# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts beside it (sourced): what must be installed, how to configure, how to run.
# Changes neither the folder nor the options of the shell that sources it.

build_packages=(g++ cmake ninja-build libopenmpi-dev openmpi-bin libhdf5-openmpi-dev libcli11-dev
  libtomlplusplus-dev nlohmann-json3-dev libcairo2-dev zlib1g-dev python3-dev python3-numpy
  pybind11-dev)
test_packages=(git libgtest-dev python3 python3-h5py python3-xarray python3-h5netcdf
  python3-netcdf4 clang-format-14 locales libonnx-testdata)

# shellcheck source=scripts/mpi-env.sh
. "$(dirname "${BASH_SOURCE[0]}")/mpi-env.sh"

say() { printf '%s\n' "== $*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_missing PACKAGE...: asks apt for those that are not there; touches nothing when all are.
install_missing() {
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: cmake will say what it misses"
    return
  fi
  local missing=()
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# Debian 12 has Kokkos within Trilinos; later releases have it under its own name.
kokkos_package() {
  if installed libkokkos-dev || ! apt-cache show libtrilinos-kokkos-dev >/dev/null 2>&1; then
    if [ ! -e /etc/debian_version ] || ! grep -q '^12' /etc/debian_version; then
      echo libkokkos-dev
      return
    fi
  fi
  echo libtrilinos-kokkos-dev
}

# How many compilers at once: one a core, and 2 GiB of memory for each.
compile_jobs() {
  local cores memory_gib
  cores=$(nproc)
  memory_gib=$(awk '/^MemAvailable/ {print int($2 / 2097152)}' /proc/meminfo)
  [ "$memory_gib" -ge 1 ] || memory_gib=1
  echo $((cores < memory_gib ? cores : memory_gib))
}

# configure [CMAKE ARGUMENT...]: the release preset, with Ninja in a fresh build folder.
configure() {
  local generator=(-G Ninja)
  [ ! -e build/release/CMakeCache.txt ] || generator=()
  cmake --preset release "${generator[@]}" "$@"
}
