# SPDX-License-Identifier: Apache-2.0
# Opens and loads one group of a trace, and prints what each variable is: <file> <group> <engine>
import sys
import xarray
with xarray.open_dataset(sys.argv[1], group=sys.argv[2], engine=sys.argv[3]) as group:
    group.load()
    print({name: (item.dims, str(item.dtype)) for name, item in sorted(group.variables.items())})
    if sys.argv[2] == '/phases':
        print(group.name.values.tolist(), group.kind.values.tolist())
