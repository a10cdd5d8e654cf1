# SPDX-License-Identifier: Apache-2.0
# To be sourced: runs programs written against the groq packages for Python with weft.
#
#   . scripts/groq-env.sh [FOLDER]
#   $WEFT_PYTHON PROGRAM.py                     # or: mpirun -n 2 $WEFT_PYTHON PROGRAM.py
#
# FOLDER is weft's build folder or an installed prefix; by default the newest build of the checkout
# that this file is in, or the prefix that it was installed into.

_weft_script=${BASH_SOURCE[0]:-${(%):-%x}}
_weft_here=$(cd "$(dirname "$_weft_script")" && pwd)
_weft_root=
_weft_packages_in() {
  for _weft_found in "$1"/lib*/weft/python/weft/built_for.py \
                     "$1"/lib/*/weft/python/weft/built_for.py; do
    [ ! -e "$_weft_found" ] || (cd "$(dirname "$_weft_found")/.." && pwd)
  done
}
# A script that sources this without a word passes its own arguments on: those are no FOLDER.
if [ -d "${1:-}" ] && [ -z "$(_weft_packages_in "$1")" ]; then
  echo "groq-env.sh: no Python packages under '$1': it is not taken for weft's folder" >&2
fi
if [ -n "${1:-}" ] && [ -n "$(_weft_packages_in "$1")" ]; then
  _weft_root=$(cd "$1" && pwd)
elif [ -d "$_weft_here/../build" ]; then
  for _weft_module in $(ls -t "$_weft_here"/../build/*/lib*/weft/python/weft/_session*.so \
                              "$_weft_here"/../build/*/lib/*/weft/python/weft/_session*.so \
                              2>/dev/null || true); do
    _weft_root=$(cd "${_weft_module%%/lib*/weft/python/weft/*}" && pwd)
    break
  done
else
  _weft_root=$(cd "$_weft_here/../.." && pwd)
fi
_weft_packages=$(_weft_packages_in "$_weft_root" | tail -n 1)
if [ -z "$_weft_packages" ]; then
  echo "groq-env.sh: no Python packages under '$_weft_root': build weft with its Python doors, or" \
       "name its folder" >&2
else
  export WEFT_DATA_DIR=$_weft_root/share/weft
  export WEFT_PYTHON=$(sed -n 's/^PYTHON = "\(.*\)"$/\1/p' "$_weft_packages/weft/built_for.py")
  export PYTHONPATH=$_weft_packages${PYTHONPATH:+:$PYTHONPATH}
  export PATH=$_weft_root/bin:$PATH
fi
unset _weft_script _weft_here _weft_root _weft_packages _weft_module _weft_found
unset -f _weft_packages_in
