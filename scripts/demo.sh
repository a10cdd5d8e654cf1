#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a bare Debian 12 to the main job: handwritten digits, classified by an emulated wafer.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

say "building"
scripts/build.sh
weft=$PWD/build/release/bin/weft

"$weft" --version
mkdir -p out
cd out
say "running jobs/digits-wse2.toml on 2 ranks; its trace and pictures go to out/"
mpirun -n 2 "$weft" run ../jobs/digits-wse2.toml --json digits-wse2.json
say "out/"
ls -l
