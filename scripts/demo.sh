#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a bare Debian 12 to the main job: handwritten digits, classified by an emulated wafer.
. "$(dirname "$0")/lib.sh"

say "building"
scripts/build.sh
weft=build/release/bin/weft

say "weft"
"$weft" --version
job=jobs/digits-wse2.toml
if [ -e "$job" ]; then
  mkdir -p out
  say "running $job on 2 ranks"
  mpirun -n 2 "$weft" run "$job" --json out/digits-wse2.json
fi
