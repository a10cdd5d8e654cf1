#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# HDF5 can neither create nor read a file that has no name, although open() can.
#
# Packages:  PyPI's h5py 3.12.1 (HDF5 1.14.4) and numpy 2.1.3, in a temporary folder.
# Input:     a file made with O_TMPFILE, and one that was unlinked while it is open, both by the
#            name that Linux gives every open file, /proc/self/fd/N.
# Expected:  what reads and writes files by name takes this one, as open() does: it is how a program
#            writes a file that appears whole under its name or not at all.
# Seen:      "can't retrieve real path for file", from H5Fcreate and from H5Fopen: HDF5 resolves the
#            link to compare files by path, and there is no path to find.
# So weft:   gives what HDF5 writes a temporary name beside its place, and all other output none
#            (src/base/output_file.hpp).
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q h5py==3.12.1 numpy==2.1.3 || exit 1
cat >nameless.py <<'PYTHON'
import os
import h5py

print("HDF5", h5py.version.hdf5_version)


def attempt(what, descriptor, mode):
    name = f"/proc/self/fd/{descriptor}"
    with open(name, "rb"):
        print(what, "open: ok", end=", ")
    try:
        with h5py.File(name, mode):
            print("HDF5: ok")
    except OSError as error:
        print("HDF5:", str(error).split("(")[-1].rstrip(")"))


attempt("O_TMPFILE", os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600), "w")
with h5py.File("a.h5", "w") as file:
    file["a"] = 1
descriptor = os.open("a.h5", os.O_RDONLY)
attempt("named", descriptor, "r")
os.unlink("a.h5")
attempt("unlinked", descriptor, "r")
PYTHON
seen=$(packages/bin/python nameless.py)
expected="HDF5 1.14.4
O_TMPFILE open: ok, HDF5: can't retrieve real path for file
named open: ok, HDF5: ok
unlinked open: ok, HDF5: can't retrieve real path for file"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi
