#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds everything, runs the tiers fast and full. CI runs this.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

install_missing "${build_packages[@]}" "$(kokkos_package)" "${test_packages[@]}"
say "building"
configure -DWEFT_TESTS=ON >/dev/null
cmake --build build/release -j "$(compile_jobs)"
say "testing"
# One more than cores: ranks that start, and programs that end, mostly wait.
exec ctest --test-dir build/release -L '^(fast|full)$' -j "$(($(jobs) + 1))" \
  --output-on-failure --no-tests=error
