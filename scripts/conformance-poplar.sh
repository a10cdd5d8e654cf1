#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds Poplar programs of a checkout that the user has by their own build files, unmodified, runs
# them on weft and prints program, ranks, result, cycles.
#   scripts/conformance-poplar.sh DIR [--ranks 1,4] [--keep DIR] [--quick] [--figures] [NAME...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ]; then
  echo "usage: $0 DIR [--ranks 1,4] [--keep DIR] [--quick] [--figures] [NAME...]" >&2
  echo "DIR: a checkout of graphcore/examples or thorbenlouw/lbm-graphcore" >&2
  exit 2
fi
. "$here/lib.sh"
# shellcheck source=scripts/poplar-env.sh
. "$here/poplar-env.sh" ""
python=python3
"$python" -c 'import numpy, h5py' 2>/dev/null || python=/usr/bin/python3
exec "$python" "$here/conformance_poplar.py" "$@"
