#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A string with the attribute _Encoding opens in xarray with one engine and not with the other.
#
# Packages:  PyPI's xarray 2026.9.0, netCDF4 1.7.5.1.post1, h5netcdf 1.8.2, h5py 3.16.0 and numpy
#            2.4.6, in a temporary folder.
# Input:     netCDF-4 files with one scalar variable, a string of HDF5 of fixed length with room for
#            its closing zero; with the attribute _Encoding = "utf-8", which netCDF's conventions
#            reserve for text, and without.
# Expected:  the text, as str with _Encoding, whatever the engine.
# Seen:      without it netcdf4 gives str, h5netcdf bytes. With it h5netcdf gives str, and netcdf4
#            ends in AttributeError: 'str' object has no attribute 'decode' (of numpy's str_): that
#            engine has decoded the text before, and xarray decodes it once more.
# So weft:   writes no _Encoding beside strings of a trace: with h5netcdf they are bytes
#            (docs/trace.md).
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q xarray==2026.9.0 netCDF4==1.7.5.1.post1 \
  h5netcdf==1.8.2 h5py==3.16.0 numpy==2.4.6 || exit 1
cat >look.py <<'PYTHON'
import h5py
import numpy
import xarray

for marked in (False, True):
    path = f"marked{int(marked)}.nc"
    with h5py.File(path, "w") as file:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(h5py.h5t.STR_NULLTERM)
        made = h5py.h5d.create(file.id, b"text", kind, h5py.h5s.create(h5py.h5s.SCALAR))
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.array(b"tiles", dtype="S6"), kind)
        if marked:
            file["text"].attrs["_Encoding"] = numpy.bytes_(b"utf-8")
    for engine in ("netcdf4", "h5netcdf"):
        try:
            with xarray.open_dataset(path, engine=engine) as found:
                value = found.text.values.item()
                print("marked" if marked else "plain", engine, type(value).__name__, value)
        except AttributeError as error:
            print("marked" if marked else "plain", engine, str(error).split("'")[-2])
PYTHON
seen=$(packages/bin/python look.py)
expected="plain netcdf4 str tiles
plain h5netcdf bytes b'tiles'
marked netcdf4 decode
marked h5netcdf str tiles"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi
