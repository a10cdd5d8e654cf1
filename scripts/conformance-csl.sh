#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs programs written for the wafer's SDK through their own commands files, from a checkout that
# the user has.
#   scripts/conformance-csl.sh DIR [--arch wse2|wse3] [--ranks 1,4] [--weft PATH] [--keep DIR]
#                              [NAME...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ]; then
  echo "usage: $0 DIR [--arch wse2|wse3] [--ranks 1,4] [--weft PATH] [--keep DIR] [NAME...]" >&2
  echo "DIR: a checkout of csl-examples, or any folder with commands_wse2.sh files below it" >&2
  exit 2
fi
python=python3
"$python" -c 'import numpy' 2>/dev/null || python=/usr/bin/python3
exec "$python" "$here/conformance_csl.py" "$@"
