#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One job, written and started in many ways, has one trace hash; another job has another.

Two checkouts: other folders, other homes, comments in job and sources, keys in another order, other
spellings of a number, data in another file, paths absolute or not, the machine by name or by path.

Usage: one_identity.py <weft> <source folder>
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

WEFT = str(pathlib.Path(sys.argv[1]).resolve())
SOURCES = pathlib.Path(sys.argv[2]).resolve()
MPIRUN = ["mpirun", "--oversubscribe", "-n"]

WAFER = """[job]
name = "one"
[machine]
topology = "cerebras-wse2"
[program]
csl = "layout.csl"
[[command]]
copy_in = "x"
data = "x.npy"
[[command]]
launch = "square"
[[command]]
copy_out = "x"
result = "squares"
[trace]
path = "t.h5"
"""
WAFER_ELSEWHERE = """# A comment, and the same in other words.
[trace]
level = "phases"
path = "{folder}/t.h5"
epoch_cycles = 64
[program]
csl = "{folder}/deeper/layout.csl"
[machine]
region = [4, 1]
topology = "{sources}/topologies/cerebras-wse2.toml"
constants = ["host.command_latency_cycles=0x3E8"]
[job]
description = "the other checkout"
name = "two"
[limits]
max_cycles = 1_000_000
[[command]]
data = "{folder}/x.h5:x"
copy_in = "x"
name = "first"
[[command]]
launch = "square"
[[command]]
result = "squares"
copy_out = "x"
"""
IPU = """[job]
name = "one"
[machine]
topology = "ipu-debug"
[program]
poplar = "hello.cpp"
[trace]
path = "t.h5"
"""
IPU_ELSEWHERE = """# Elsewhere.
[program]
poplar = ["{folder}/deeper/hello.cpp"]
flags = ["-DUNUSED=1"]
[machine]
topology = "{sources}/topologies/ipu-debug.toml"
[job]
name = "two"
[trace]
path = "{folder}/t.h5"
level = "summary"
"""


def commented(text):
    """The source with comment and empty lines before every line that begins a statement."""
    out = []
    for line in text.splitlines():
        if line and not line[0].isspace():
            out += ["// one line more", ""]
        out.append(line)
    return "\n".join(out) + "\n"


def copy(kernel, folder, change=lambda text: text):
    """A kernel's files; `change` is told the text of each source."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (SOURCES / "kernels" / kernel).iterdir():
        if source.is_file():
            text = source.read_text()
            is_source = source.suffix in (".csl", ".cpp", ".hpp")
            (folder / source.name).write_text(change(text) if is_source else text)


def checkout(folder, kernel, job, where="", change=lambda text: text):
    copy(kernel, folder / where, change)
    values = np.arange(32, dtype=np.float32)
    np.save(folder / "x.npy", values)
    with h5py.File(folder / "x.h5", "w") as file:
        file["x"] = values
    (folder / "home").mkdir(exist_ok=True)
    (folder / "job.toml").write_text(job.replace("{folder}", str(folder))
                                     .replace("{sources}", str(SOURCES)))


def run(folder, ranks=1, job="job.toml", start=None, options=()):
    """The trace hash of the job, started from `start`."""
    command = [WEFT, "--quiet", "run", str(job), "--json", str(folder / "s.json"), *options]
    if ranks > 1:
        command = MPIRUN + [str(ranks)] + command
    environment = dict(os.environ, HOME=str(folder / "home"))
    done = subprocess.run(command, cwd=start or folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300, env=environment)
    if done.returncode != 0:
        sys.exit(f"{command}: exit code {done.returncode}\n{done.stderr}")
    return json.loads((folder / "s.json").read_text())["trace_hash"]


def differences(left, right):
    """What `weft trace diff` says: its exit code and its (what, name) pairs."""
    done = subprocess.run([WEFT, "trace", "diff", left, right, "--json", "d.json"],
                          cwd=left.parent, capture_output=True, text=True, timeout=60)
    found = json.loads((left.parent / "d.json").read_text()).get("differences", [])
    lines = done.stdout.splitlines()
    for one in found:
        if not any(one["name"] in line and one["left"] in line.replace(",", "") for line in lines):
            sys.exit(f"weft trace diff says {done.stdout!r} for {found}")
    if not found and len(lines) != 1:
        sys.exit(f"weft trace diff says {done.stdout!r} of what is the same")
    return done.returncode, [(item["what"], item["name"]) for item in found]


def check(faults, root, name, kernel, job, elsewhere, change):
    """`change`: an override that makes it another job, and the key that tells."""
    one, two = root / name / "one", root / name / "two" / "deeply" / "nested"
    checkout(one, kernel, job)
    checkout(two, kernel, elsewhere, "deeper", commented)
    hashes = {"one checkout": run(one), "the other, from outside": run(two, job=two / "job.toml",
                                                                       start=root),
              "one checkout, 3 ranks": run(one, 3), "the other, 3 ranks": run(two, 3)}
    if len(set(hashes.values())) != 1:
        faults.append(f"{name}: {hashes}")
    if (found := differences(one / "t.h5", two / "t.h5")) != (0, []):
        faults.append(f"{name}: diff of one content says {found}")
    option, key = change
    if run(two, options=["--set", option]) in hashes.values():
        faults.append(f"{name}: {option} changes no hash")
    code, found = differences(one / "t.h5", two / "t.h5")
    if code != 1 or ("job", key) not in found:
        faults.append(f"{name}: {option}: diff does not name {key}: {found}")
    return found


def main():
    faults = []
    with tempfile.TemporaryDirectory(prefix="weft_identity_") as folder:
        root = pathlib.Path(folder)
        found = check(faults, root, "wafer", "wse/hello", WAFER, WAFER_ELSEWHERE,
                      ("machine.constants=['host.command_latency_cycles=1010']",
                       "machine.host.command_latency_cycles"))
        if found[0][0] == "job":
            faults.append(f"a slower host changes no cycle: {found}")
        check(faults, root, "ipu", "ipu/hello", IPU, IPU_ELSEWHERE,
              ("machine.constants=['host.command_latency_cycles=77']",
               "machine.host.command_latency_cycles"))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
