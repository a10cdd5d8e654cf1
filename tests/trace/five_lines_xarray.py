# SPDX-License-Identifier: Apache-2.0
# A counter with its coordinates, opened by xarray.
import sys
import xarray
counters = xarray.open_dataset(sys.argv[1], group='counters')
east = counters.link_words.sel(link_words_channel=1)
print(east.dims, int(east.max()), int(counters.tile_busy.sel(x=6, y=4)), counters.tile_busy.units)
