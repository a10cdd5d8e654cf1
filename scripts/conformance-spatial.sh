#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the Spatial programs of a checkout that the user has, unmodified, and prints for each
#   NAME RANKS passed|FAILED CYCLES PUBLISHED ERROR UNITS PUBLISHED_UNITS SECONDS [reason]
#   scripts/conformance-spatial.sh CHECKOUT [--ranks 1,4] [--log CSV] [--weft PATH] [CLASS...]
# or, on an ideal and on another network (conformance_spatial_networks.py says what it prints),
#   scripts/conformance-spatial.sh CHECKOUT --networks CSV [--kind hybrid] [--weft PATH] [CLASS...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ]; then
  echo "usage: $0 CHECKOUT [--ranks 1,4] [--log CSV] [--weft PATH] [CLASS...]" >&2
  echo "CHECKOUT: a checkout of stanford-ppl/pir at d4ea004b" >&2
  exit 2
fi
# shellcheck source=scripts/mpi-env.sh
. "$here/mpi-env.sh"
script=conformance_spatial.py
for argument in "$@"; do
  case $argument in --networks | --networks=*) script=conformance_spatial_networks.py ;; esac
done
exec python3 "$here/$script" "$@"
