#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the vendor's CSL examples unmodified, from a checkout that the user has, on both
# generations.
#   scripts/conformance-csl.sh DIR [--weft PATH] [--ranks 1,3] [--keep DIR] [NAME...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ]; then
  echo "usage: $0 DIR [--weft PATH] [--ranks 1,3] [--keep DIR] [NAME...]" >&2
  echo "DIR: a checkout of csl-examples" >&2
  exit 2
fi
python=python3
"$python" -c 'import numpy' 2>/dev/null || python=/usr/bin/python3
exec "$python" "$here/conformance_csl.py" "$@"
