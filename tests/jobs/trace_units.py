#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `weft trace waits|metapipeline|critical|placement` say of runs of unit graphs adds up, and
what they refuse.

Usage: trace_units.py <weft> <other job> <job of one loop> <job.toml>...
"""
import json
import pathlib
import subprocess
import sys
import tempfile


def run(folder, *arguments, code=0):
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120)
    if done.returncode != code:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}, not {code}\n{done.stderr}")
    return done.stdout + done.stderr


def expect(holds, what):
    if not holds:
        sys.exit(what)


def ask(weft, folder, question, trace, *more):
    run(folder, weft, "trace", question, trace, "--json", "a.json", *more)
    return json.loads((folder / "a.json").read_text())


def check_waits(weft, folder, job):
    found = ask(weft, folder, "waits", "t.h5")
    counters = {c["name"]: c["sum"] for c in ask(weft, folder, "info", "t.h5")["counters"]}
    keys = ("input_cycles", "dram_cycles", "room_cycles")
    sums = {key: sum(c[key] for c in found["contexts"]) for key in keys}
    firings = sum(c["firings"] for c in found["contexts"])
    expect(counters["context_cycles"] == firings + sum(sums.values()),
           f"{job}: {counters['context_cycles']} cycles of contexts, {firings} firings and {sums}")
    expect(sum(c["token_cycles"] for c in found["channels"]) == sums["input_cycles"]
           + sums["dram_cycles"], f"{job}: waits of channels are not those of contexts")
    expect(sum(c["room_cycles"] for c in found["channels"]) == sums["room_cycles"], f"{job}: room")
    expect(counters["tokens_sent"] == sum(c["tokens"] for c in found["channels"]),
           f"{job}: tokens")
    busiest = found["contexts"][0]
    expect(busiest["busy_cycles"] <= found["end"] - found["begin"], f"{job}: busier than there is")
    text = run(folder, weft, "trace", "waits", "t.h5", busiest["context"])
    expect("fires" in text and busiest["context"] in text, f"{job}: {text}")
    return busiest


def check_bottleneck(weft, folder, job, of_contexts):
    """The reason names the unit and what it does or awaits longest; of a DRAM, what it moves."""
    for level in ("phases", "runs"):
        trace = f"{level}.h5"
        run(folder, weft, "--quiet", "run", job, "--trace", trace, "--level", level)
        found = ask(weft, folder, "bottleneck", trace)
        said = run(folder, weft, "trace", "bottleneck", trace)
        expect(f"unit '{found['unit']}', is the bottleneck" in said, f"{job}: {said}")
        shares = found["shares"]
        expect("most of all beyond the mean tile with" in said and shares, f"{job}: {said}")
        wanted = ("firings of",) if of_contexts else ("dram_bytes",)
        expect(any(share["what"].startswith(wanted) for share in shares), f"{job}: {shares}")


def check_pipeline(weft, folder, job, busiest):
    found = ask(weft, folder, "metapipeline", "t.h5", "-o", "m.png", "--csv", "m.csv")
    rows = (folder / "m.csv").read_text().splitlines()
    stages = {s["stage"]: s for s in found["stages"]}
    expect(len(rows) - 1 == sum(s["iterations"] for s in found["stages"]), f"{job}: rows of CSV")
    expect((folder / "m.png").read_bytes()[1:4] == b"PNG", f"{job}: no picture")
    expect(found["busiest"] in stages, f"{job}: the busiest stage is none")
    critical = ask(weft, folder, "critical", "t.h5")
    least = critical["cycles_an_iteration"]
    # A loop over several iterations may be that many of them ahead at the end.
    most = critical["measured_cycles_an_iteration"] * (
        1 + critical["spans_iterations"] / critical["iterations"])
    expect(0 < least <= most,
           f"{job}: {least} cycles at least, {critical['measured_cycles_an_iteration']} it took")
    expect(sum(s["cycles"] for s in critical["steps"]) == critical["cycles"], f"{job}: a loop")
    expect(sum(s["iterations"] for s in critical["steps"]) == critical["spans_iterations"],
           f"{job}: iterations of a loop")
    placed = ask(weft, folder, "placement", "t.h5", "-o", "p.png")
    expect((folder / "p.png").read_bytes()[1:4] == b"PNG", f"{job}: no picture of places")
    cells = [(u["column"], u["row"]) for u in placed["units"] if "column" in u]
    expect(len(cells) == len(set(cells)) > 0, f"{job}: two units in one place")
    unit = {u["unit"]: u for u in placed["units"]}[busiest["unit"]]
    expect(0 < unit["busy"] <= 1, f"{job}: unit {unit}")
    return least


def check_one_loop(weft, folder, job):
    """A loop around nothing else is no pipeline."""
    run(folder, weft, "--quiet", "run", job, "--trace", "t.h5", "--set", "trace.level='runs'")
    check_waits(weft, folder, job)
    check_bottleneck(weft, folder, job, of_contexts=False)
    said = run(folder, weft, "trace", "metapipeline", "t.h5", code=2)
    expect("no context went round anything twice" in said, said)


def check_refusals(weft, folder, job, other):
    run(folder, weft, "--quiet", "run", job, "--trace", "p.h5", "--set", "trace.level='phases'")
    said = run(folder, weft, "trace", "metapipeline", "p.h5", code=2)
    expect("from level runs on" in said, said)
    ask(weft, folder, "waits", "p.h5")
    run(folder, weft, "--quiet", "run", job, "--trace", "s.h5", "--set", "trace.level='summary'")
    expect("from level phases on" in run(folder, weft, "trace", "waits", "s.h5", code=2), "waits")
    run(folder, weft, "--quiet", "run", other, "--trace", "o.h5")
    for question in ("waits", "critical", "placement"):
        said = run(folder, weft, "trace", question, "o.h5", code=2)
        expect("unit graphs run on RDUs" in said, said)
    said = run(folder, weft, "trace", "waits", "t.h5", "nobody", code=2)
    expect("no context 'nobody'" in said, said)
    said = run(folder, weft, "trace", "critical", "t.h5", "--depth", "99", code=2)
    expect("has depths 0 to" in said, said)


def main():
    weft, other, one_loop, *jobs = (str(pathlib.Path(a).resolve()) for a in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="weft_units_") as name:
        check_one_loop(weft, pathlib.Path(name), one_loop)
    for job in jobs:
        with tempfile.TemporaryDirectory(prefix="weft_units_") as name:
            folder = pathlib.Path(name)
            run(folder, weft, "--quiet", "run", job, "--trace", "t.h5", "--set",
                "trace.level='runs'")
            busiest = check_waits(weft, folder, job)
            least = check_pipeline(weft, folder, job, busiest)
            if job == jobs[0]:
                check_bottleneck(weft, folder, job, of_contexts=True)
                check_refusals(weft, folder, job, other)
            print(f"{job}: {busiest['context']}, {least:.2f} cycles an iteration at least")


if __name__ == "__main__":
    main()
