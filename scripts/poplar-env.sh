# SPDX-License-Identifier: Apache-2.0
# To be sourced: builds and runs Poplar programs with weft, by their own build files.
#
#   . scripts/poplar-env.sh [FOLDER]
#
# FOLDER is weft's build folder or an installed prefix; by default the newest build of the checkout
# that this file is in, or the prefix that it was installed into.

_weft_script=${BASH_SOURCE[0]:-${(%):-%x}}
_weft_here=$(cd "$(dirname "$_weft_script")" && pwd)
_weft_root=
_weft_library_in() {
  for _weft_found in "$1"/lib*/libpoplar.so "$1"/lib/*/libpoplar.so; do
    [ ! -e "$_weft_found" ] || echo "$_weft_found"
  done
}
# A script that sources this without a word passes its own arguments on: those are no FOLDER.
if [ -d "${1:-}" ] && [ -z "$(_weft_library_in "$1")" ]; then
  echo "poplar-env.sh: no libpoplar.so under '$1': it is not taken for weft's folder" >&2
fi
if [ -n "${1:-}" ] && [ -n "$(_weft_library_in "$1")" ]; then
  _weft_root=$(cd "$1" && pwd)
elif [ -d "$_weft_here/../build" ]; then
  for _weft_library in $(ls -t "$_weft_here"/../build/*/lib*/libpoplar.so 2>/dev/null || true); do
    _weft_root=$(cd "$(dirname "$_weft_library")/.." && pwd)
    break
  done
else
  _weft_root=$(cd "$_weft_here/../.." && pwd)
fi
_weft_library=$(_weft_library_in "$_weft_root" | tail -n 1)
if [ -z "$_weft_library" ]; then
  echo "poplar-env.sh: no libpoplar.so under '$_weft_root': build weft, or name its folder" >&2
else
  _weft_libraries=$(dirname "$_weft_library")
  export POPLAR_SDK_ENABLED=$_weft_root
  export WEFT_DATA_DIR=$_weft_root/share/weft
  export CPATH=$WEFT_DATA_DIR/include${CPATH:+:$CPATH}
  export LIBRARY_PATH=$_weft_libraries${LIBRARY_PATH:+:$LIBRARY_PATH}
  export LD_LIBRARY_PATH=$_weft_libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export PATH=$_weft_root/bin:$PATH
  export CMAKE_PREFIX_PATH=$_weft_root${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}
  # For programs that bring a FindPoplar.cmake of their own.
  export CMAKE_INCLUDE_PATH=$WEFT_DATA_DIR/include${CMAKE_INCLUDE_PATH:+:$CMAKE_INCLUDE_PATH}
  export CMAKE_LIBRARY_PATH=$_weft_libraries${CMAKE_LIBRARY_PATH:+:$CMAKE_LIBRARY_PATH}
fi
unset _weft_script _weft_here _weft_root _weft_library _weft_libraries _weft_found
unset -f _weft_library_in
