# SPDX-License-Identifier: Apache-2.0
# A counter and a stream read with h5py.
import sys
import h5py
with h5py.File(sys.argv[1]) as trace:
    busy = trace['counters/tile_busy']
    print(busy.shape, busy[:].max(), busy.attrs['units'].decode(), trace['events/tasks/cycle'].size)
