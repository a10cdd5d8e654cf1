#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the programs of a groqsnips checkout that the user has on weft, unmodified, and prints
# program, ranks, result, cycles.
#   scripts/conformance-groq.sh DIR [--ranks 1,2] [--quick] [NAME...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ $# -lt 1 ]; then
  echo "usage: $0 DIR [--ranks 1,2] [--quick] [NAME...]" >&2
  echo "DIR: a checkout of kazutomo/groqsnips" >&2
  exit 2
fi
. "$here/lib.sh"
# shellcheck source=scripts/groq-env.sh
. "$here/groq-env.sh" ""
[ -n "${WEFT_PYTHON:-}" ] || exit 2
exec "$WEFT_PYTHON" "$here/conformance_groq.py" "$@"
