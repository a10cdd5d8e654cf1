#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# jsfive shows no attribute at all of an object that has nine, where the file is of HDF5's 1.8 form.
#
# Packages:  npm's jsfive 0.4.2; PyPI's h5py 3.16.0 (HDF5 2.0.0) and numpy 2.4.6, in a temporary
#            folder.
# Input:     files whose root has 8 and 9 integer attributes, in the 1.8 form (libver v108) and in
#            the earliest one.
# Expected:  8 and 9 attributes from each, or a word about what is not read.
# Seen:      of the earliest form 8 and 9, of the 1.8 form 8 and 0: from the ninth on HDF5 keeps
#            attributes of that form in a heap of its own, which jsfive does not look into. It says
#            nothing; the object looks as if it had none.
# So weft:   gives no object of a trace more than eight (docs/trace.md).
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q h5py==3.16.0 numpy==2.4.6 || exit 1
npm install --silent --no-audit --no-fund jsfive@0.4.2 || exit 1
cat >write.py <<'PYTHON'
import h5py

for form in ("v108", "earliest"):
    for count in (8, 9):
        with h5py.File(f"{form}-{count}.h5", "w", libver=(form, "v108")) as file:
            for number in range(count):
                file.attrs[f"a{number}"] = number
PYTHON
cat >read.mjs <<'NODE'
import fs from "fs";
import * as jsfive from "jsfive";

for (const form of ["earliest", "v108"]) {
  for (const count of [8, 9]) {
    const bytes = fs.readFileSync(`${form}-${count}.h5`);
    const file = new jsfive.File(bytes.buffer.slice(bytes.byteOffset,
                                                    bytes.byteOffset + bytes.length));
    console.log(form, "written", count, "shown", Object.keys(file.attrs).length);
  }
}
NODE
packages/bin/python write.py || exit 1
seen=$(node read.mjs)
expected="earliest written 8 shown 8
earliest written 9 shown 9
v108 written 8 shown 8
v108 written 9 shown 0"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi
