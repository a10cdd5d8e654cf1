#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds weft for arm64 (preset arm64, run under qemu) and with clang++ (preset clang, optimised),
# and runs five jobs, on all machines: the trace hashes have to be those of WEFT.
#   WEFT=build/release/bin/weft scripts/processors.sh [arm64|clang ...]
# WEFT_ARM64_SYSROOT: what scripts/arm64-sysroot.sh has filled; by default build/arm64-root, which
# is filled here. Where a compiler or qemu is not installed: exit code 77.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/five_jobs.sh

export WEFT_ARM64_SYSROOT=${WEFT_ARM64_SYSROOT:-$PWD/build/arm64-root}
codelets=$five_jobs_folder/codelets  # no other processor's are taken

need() {
  for program in "$@"; do
    command -v "$program" >/dev/null && continue
    say "skipped: no $program (Debian: g++-aarch64-linux-gnu qemu-user-static; clang)"
    exit 77
  done
}

build_arm64() {
  need aarch64-linux-gnu-g++ qemu-aarch64-static
  [ -e "$WEFT_ARM64_SYSROOT/usr" ] || quietly scripts/arm64-sysroot.sh "$WEFT_ARM64_SYSROOT"
  quietly cmake --preset arm64 -G Ninja -DWEFT_TESTS=OFF
  cmake --build build/arm64 -j "$(compile_jobs)" --target weft
}
# Codelets are compiled where the program runs: by the cross compiler, natively.
run_arm64=(env WEFT_CXX=aarch64-linux-gnu-g++ "WEFT_CODELET_CACHE=$codelets/arm64"
           qemu-aarch64-static -L "$WEFT_ARM64_SYSROOT" build/arm64/bin/weft)

build_clang() {
  need clang++
  quietly cmake --preset clang -B build/clang-release -G Ninja -DWEFT_TESTS=OFF \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O3 -DNDEBUG" -DCMAKE_UNITY_BUILD=ON
  cmake --build build/clang-release -j "$(compile_jobs)" --target weft
}
run_clang=(env WEFT_CXX=clang++ "WEFT_CODELET_CACHE=$codelets/clang" build/clang-release/bin/weft)

[ $# -gt 0 ] || set -- arm64 clang
differ=0
for build in "$@"; do
  "build_$build"
  declare -n run=run_$build
  say "$build"
  for job in "${jobs[@]}"; do
    same_hash "$job" 1 "${WEFT:?the program to compare with}" "${run[@]}" || differ=1
  done
done
[ $differ = 0 ] || say "hashes differ"
exit $differ
