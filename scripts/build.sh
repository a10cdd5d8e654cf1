#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing and builds weft, popc, cslc, libpoplar.so and Python doors in
# build/release.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

install_missing "${build_packages[@]}" "$(kokkos_package)"
configure -DWEFT_TESTS=OFF >/dev/null
cmake --build build/release --target weft poplar popc cslc python_doors -j "$(compile_jobs)"
