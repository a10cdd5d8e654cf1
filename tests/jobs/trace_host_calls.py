#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An IPU's trace as h5py reads it: every id has a name, every command of the host the span that it
took, bytes are bytes, the timeline lasts as long as the run, and every cycle is in a row.

Usage: trace_host_calls.py <weft> <job of streams> <job.toml>...
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
except ImportError:
    sys.exit(77)

# Whose names an id of a row is: by stream and kind. A superstep's number has no name.
TABLES = {"phases": {"compute": "compute_sets", "copy": "rearrangements", "exchange": "exchanges"},
          "supersteps": {"exchange": "exchanges", "host": "requests"}}
STREAM_BYTES = 65536

Row = collections.namedtuple("Row", "begin end kind id argument")
Span = collections.namedtuple("Span", "name kind begin end")


def expect(holds, what):
    if not holds:
        sys.exit(what)


def texts(dataset):
    return dataset[()].decode().split("\n")[:-1]


def rows_of(file, name):
    stream = file["events"][name]
    kinds = texts(stream["kinds"])
    columns = (stream[c][()].tolist() for c in ("cycle", "duration", "kind", "id", "argument"))
    return [Row(cycle - duration, cycle, kinds[kind], number, argument)
            for cycle, duration, kind, number, argument in zip(*columns)]


def spans_of(file):
    group = file["phases"]
    return [Span(*columns) for columns in zip(texts(group["name"]), texts(group["kind"]),
                                              group["begin"][()].tolist(),
                                              group["end"][()].tolist())]


def named(names, table, number, where):
    expect(number < len(names), f"{where}: id {number} of {len(names)} {table}")
    return names[number]


def inside(row, spans, later=0):
    return any(span.begin - later <= row.begin and row.end <= span.end for span in spans)


def check_ids(file, job):
    names = {table: texts(file["definitions"][table])
             for tables in TABLES.values() for table in tables.values()}
    for stream, tables in TABLES.items():
        for row in rows_of(file, stream):
            if row.kind in tables:
                table = tables[row.kind]
                named(names[table], table, row.id, f"{job}: {stream}, {row.kind}")


def check_spans(file, job):
    """What the program did lies within its launches, the host's part of it within its requests."""
    spans = spans_of(file)
    launches = [span for span in spans if span.kind == "launch"]
    requests = [span for span in spans if span.kind == "request"]
    for row in rows_of(file, "supersteps"):
        expect(inside(row, launches), f"{job}: {row} is in no launch: {launches}")
        # The host sees a request in the cycle after the one in which the program stops.
        expect(row.kind != "host" or inside(row, requests, later=1),
               f"{job}: {row} is in no request")
    for span in spans:
        expect(span.begin <= span.end <= file.attrs["cycles"], f"{job}: {span}")
    return spans


def check_streams(file, job, spans):
    expect([s.name for s in spans if s.kind == "request"]
           == ["request samples", "request copies"], f"{job}: {spans}")
    moved = collections.defaultdict(list)
    for row in rows_of(file, "supersteps"):
        if row.kind in ("exchange", "host"):
            table = TABLES["supersteps"][row.kind]
            names = texts(file["definitions"][table])
            moved[row.kind, named(names, table, row.id, job)].append(row.argument)
    for stream in ("samples", "copies"):
        expect(moved["host", stream] == [STREAM_BYTES], f"{job}: {stream}: {dict(moved)}")
        expect(moved["exchange", f"request {stream}"] == [STREAM_BYTES],
               f"{job}: exchange of {stream}: {dict(moved)}")
    expect(moved["exchange", "branch"] == [4], f"{job}: branch: {dict(moved)}")

    longest = max((s for s in spans if s.kind == "launch"), key=lambda s: s.end - s.begin)
    expect(longest.end == file.attrs["cycles"], f"{job}: the program ends after its launch")


def check_timeline(weft, folder, file, job, spans):
    """The picture lasts as long as the run, and a command of the host is no idle time."""
    subprocess.run([weft, "trace", "timeline", "t.h5", "-o", "t.png", "--json", "t.json"],
                   cwd=folder, check=True, capture_output=True, timeout=120)
    told = json.loads((folder / "t.json").read_text())
    cycles = int(file.attrs["cycles"])
    expect((told["begin"], told["end"]) == (0, cycles), f"{job}: {told}, {cycles} cycles")
    known = [False] * cycles
    for row in rows_of(file, "supersteps"):
        expect(not any(known[row.begin:row.end]), f"{job}: {row} begins before the last one ends")
        known[row.begin:row.end] = [True] * (row.end - row.begin)
    free = 0
    for span in spans:
        free += known[span.begin:span.end].count(False)
        known[span.begin:span.end] = [True] * (span.end - span.begin)
    expect(False not in known, f"{job}: {known.count(False)} cycles are in no row")
    expect(told["host_between_cycles"] == free > 0,
           f"{job}: {told}, the host's commands outside of supersteps took {free}")
    return free


def check_sums(file, job, between):
    """A tile's cycles add up to the run's, and the bytes of its rows to its counter."""
    of_host = sum(row.end - row.begin for row in rows_of(file, "supersteps") if row.kind == "host")
    counters = {name: file["counters"][name][()].ravel()
                for name in ("tile_busy", "sync_cycles", "exchange_cycles", "bytes_received")}
    own = counters["tile_busy"] + counters["sync_cycles"] + counters["exchange_cycles"]
    expect((own + of_host + between == int(file.attrs["cycles"])).all(),
           f"{job}: a tile's phases do not add up to the run")
    stream = file["events"]["phases"]
    kind = texts(stream["kinds"]).index("exchange")
    received = [0] * len(own)
    for tile, at, argument in zip(*(stream[c][()].tolist() for c in ("tile", "kind", "argument"))):
        received[tile] += argument if at == kind else 0
    expect(received == counters["bytes_received"].tolist(), f"{job}: rows have other bytes")


def check_bins(weft, folder, file, job):
    """Bins are short from the start, as many as the run has, and add up to the counters."""
    cycles, group = int(file.attrs["cycles"]), file["timeline"]
    length = int(group.attrs["bin_cycles"])
    bins = -(-cycles // length)
    expect(length <= max(1024, cycles // 16), f"{job}: {cycles} cycles in bins of {length}")
    for name, counter in file["counters"].items():
        if name in group and counter.ndim >= 2:
            grid = group[name][()]
            expect(grid.shape[0] == bins, f"{job}: {name}: {grid.shape[0]} bins, not {bins}")
            expect((grid.sum(axis=0) == counter[()]).all(), f"{job}: bins of {name} do not add up")
    heatmap = [weft, "trace", "heatmap", "t.h5", "tile_busy", "--csv", "h.csv", "--bin"]
    done = subprocess.run([*heatmap, str(bins - 1)], cwd=folder, capture_output=True, text=True,
                          timeout=120)
    expect(f"cycles {(bins - 1) * length} to {cycles}" in done.stdout, f"{job}: {done}")
    done = subprocess.run([*heatmap, str(bins)], cwd=folder, capture_output=True, text=True,
                          timeout=120)
    expect(done.returncode == 2 and f"the timeline has {bins} bin" in done.stderr, f"{job}: {done}")


def main():
    weft, *jobs = (str(pathlib.Path(a).resolve()) for a in sys.argv[1:])
    for job in jobs:
        with tempfile.TemporaryDirectory(prefix="weft_host_calls_") as name:
            folder = pathlib.Path(name)
            subprocess.run([weft, "--quiet", "run", job, "--trace", "t.h5", "--set",
                            "trace.level='runs'"], cwd=folder, check=True, timeout=300,
                           capture_output=True)
            with h5py.File(folder / "t.h5", "r") as file:
                check_ids(file, job)
                spans = check_spans(file, job)
                if job == jobs[0]:
                    check_streams(file, job, spans)
                check_sums(file, job, check_timeline(weft, folder, file, job, spans))
                check_bins(weft, folder, file, job)
            print(f"{job}: {len(spans)} commands of the host")


if __name__ == "__main__":
    main()
