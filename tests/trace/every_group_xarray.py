# SPDX-License-Identifier: Apache-2.0
# Opens and loads one group of a trace, and prints what each variable is: <file> <group> <engine>
import sys
import xarray


def text(item):
    """The netcdf4 engine gives str, h5netcdf bytes."""
    value = item.values.item()
    return value.decode() if isinstance(value, bytes) else value


with xarray.open_dataset(sys.argv[1], group=sys.argv[2], engine=sys.argv[3]) as group:
    group.load()
    print({name: (item.dims, 'text' if item.dtype.kind in 'OSU' else str(item.dtype))
           for name, item in sorted(group.variables.items())})
    if sys.argv[2] == '/phases':
        print(text(group.name).splitlines(), text(group.kind).splitlines())
