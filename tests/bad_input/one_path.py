#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Outputs through the real program: two runs with one path, devices, pipes, links, a full stdout.

Two runs with one trace path: the later one ends at once with one error that names path and owner,
the earlier one ends well and leaves its trace; after a kill the path is free again. What is no
regular file stays what it is; a trace is refused there. Whatever a subcommand prints to a device
that is full, it says so and does not end with 0.

Usage: one_path.py <weft>
"""
import pathlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time

from interrupts import ENDLESS, MPIRUN, prepare, stop_of

WEFT = str(pathlib.Path(sys.argv[1]).resolve())
FINITE = ENDLESS[1:]
FAULTS = []


def expect(holds, what):
    if not holds:
        FAULTS.append(what)


def command(ranks, *arguments):
    return (MPIRUN + [str(ranks)] if ranks > 1 else []) + [WEFT, "--quiet", *arguments]


def run(folder, *arguments, ranks=1, stdout=subprocess.PIPE):
    return subprocess.run(command(ranks, *arguments), cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=120)


def expect_one_error(done, what, *words, code=1):
    """That exit code, one error, which holds the words."""
    expect(done.returncode == code, f"{what}: exit code {done.returncode}: {done.stderr}")
    expect(done.stderr.count("weft: error") == 1, f"{what}: says {done.stderr!r}")
    for word in words:
        expect(word in done.stderr, f"{what}: no '{word}' in {done.stderr!r}")


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return path.exists()


def two_runs(root, ranks):
    what = f"two runs on {ranks}"
    folder = root / f"two{ranks}"
    folder.mkdir()
    prepare(folder, ENDLESS)
    first = subprocess.Popen(command(ranks, "run", "job.toml"), cwd=folder,
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        expect(wait_for(folder / "trace.h5.tmp"), f"{what}: the first run writes no trace")
        # The program of the later one is broken: nobody compiles it.
        (folder / "pe.csl").write_text("this is no program")
        for other in (1, 3):
            expect_one_error(run(folder, "run", "job.toml", ranks=other), f"{what}, then {other}",
                             "trace.h5: another run is writing it: process ", " since ")
        expect((folder / "trace.h5.tmp").exists(), f"{what}: the first run's file is gone")
        if ranks == 1:
            first.send_signal(signal.SIGINT)
            _, errors = first.communicate(timeout=60)
            expect(first.returncode == 130, f"{what}: the first run ends with {first.returncode}")
            expect((folder / "trace.h5").exists(), f"{what}: the first run's trace is not there")
            expect(not list(folder.glob("trace.h5.*")), f"{what}: {list(folder.glob('*'))}")
    finally:
        if first.poll() is None:
            os.killpg(first.pid, signal.SIGKILL)
            first.communicate(timeout=60)
    if ranks == 1:
        return
    # Killed: what is left is a dead run's, and the next run takes the path.
    # Ranks outlive their launcher by a moment, and own the path as long as they live.
    prepare(folder, FINITE)
    deadline = time.monotonic() + 60
    done = run(folder, "run", "job.toml", ranks=ranks)
    while "another run is writing it" in done.stderr and time.monotonic() < deadline:
        time.sleep(0.2)
        done = run(folder, "run", "job.toml", ranks=ranks)
    expect(done.returncode == 0, f"{what}: after a killed run: {done.stderr}")
    if done.returncode == 0:
        stop = stop_of(folder / "trace.h5")
        expect(stop == ("done", 1), f"{what}: after a killed run the trace says {stop}")
    expect(not list(folder.glob("trace.h5.*")), f"{what}: {list(folder.glob('*'))}")


def nodes(root):
    """A full device, as a link and as a node of our own where that may be made."""
    (root / "full-link").symlink_to("/dev/full")
    out = ["full-link"]
    try:
        os.mknod(root / "full-node", stat.S_IFCHR | 0o600, os.makedev(1, 7))
        with open(root / "full-node", "rb") as probe:
            probe.read(1)
        out.append("full-node")
    except OSError:
        print("no device nodes: this user may not make any")
    return out


def not_regular(root):
    prepare(root, [])
    done = run(root, "run", "job.toml", "--json", "s.json")
    expect(done.returncode == 0, f"the job itself: {done.stderr}")
    for node in nodes(root):
        kind = stat.S_IFMT(os.lstat(root / node).st_mode)
        for arguments in (("run", "job.toml", "--json", node),
                          ("trace", "info", "trace.h5", "--json", node),
                          ("trace", "export", "trace.h5", "tasks", "-o", node),
                          ("machines", "--json", node)):
            expect_one_error(run(root, *arguments), f"{arguments}", node, "No space left on device")
        for ranks in (1, 3):
            expect_one_error(run(root, "run", "job.toml", "--trace", node, ranks=ranks),
                             f"a trace to {node} on {ranks}", node, "a trace needs a file")
        expect(stat.S_IFMT(os.lstat(root / node).st_mode) == kind, f"{node} is no device any more")
    os.mkfifo(root / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((root / "pipe").read_text()), daemon=True)
    reader.start()
    done = run(root, "trace", "export", "trace.h5", "tasks", "-o", "pipe")
    expect(done.returncode == 0 and stat.S_ISFIFO(os.lstat(root / "pipe").st_mode),
           f"export to a pipe: {done.returncode} {done.stderr}")
    reader.join(timeout=10)
    expect(got and got[0].startswith("cycle,tile"), "export to a pipe: nothing came")
    (root / "elsewhere").mkdir()
    (root / "linked.h5").symlink_to("elsewhere/real.h5")
    done = run(root, "run", "job.toml", "--trace", "linked.h5")
    expect(done.returncode == 0 and (root / "linked.h5").is_symlink() and
           stop_of(root / "elsewhere" / "real.h5") == ("done", 1),
           f"a trace through a link: {done.stderr}")


def one_file_twice(root):
    (root / "trace.h5").rename(root / "aside.h5")  # a trace that is there is kept from --json alone
    for ranks in (1, 3):
        for key, arguments in (("output.b", ("--set", "output.b='./trace.h5:b'")),
                               ("--json", ("--json", "trace.h5"))):
            expect_one_error(run(root, "run", "job.toml", *arguments, ranks=ranks),
                             f"{arguments} on {ranks}",
                             f"keys 'trace.path' and '{key}' write one file", code=2)
    (root / "aside.h5").rename(root / "trace.h5")
    expect_one_error(run(root, "run", "job.toml", "--json", "trace.h5"), "--json of a trace",
                     "trace.h5: is not JSON and would be replaced", code=2)
    for option, more in (("-o", ("export", "trace.h5", "tasks", "-o")),
                         ("--csv", ("busy", "trace.h5", "--csv")),
                         ("--json", ("info", "trace.h5", "--json"))):
        expect_one_error(run(root, "trace", *more, "./trace.h5"), f"{option} of the trace read",
                         f"{option} would replace the trace, ./trace.h5", code=2)
    expect_one_error(run(root, "trace", "busy", "trace.h5", "--csv", "t", "--json", "./t"),
                     "two tables in one", "--csv and --json write one file, ./t", code=2)


def full_stdout(root):
    for arguments in (("--help",), ("--version",), ("machines",), ("machines", "cerebras-wse2"),
                      ("check", "job.toml"), ("run", "job.toml"), ("trace", "info", "trace.h5"),
                      ("trace", "diff", "trace.h5", "trace.h5"), ("bench", "--list"),
                      ("trace", "export", "trace.h5", "tasks"), ("validate", "--list")):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = run(root, *arguments, stdout=full)
        expect_one_error(done, f"{arguments} to a full device", "No space left on device")
    closed = subprocess.run(["sh", "-c", f"exec '{WEFT}' machines >&-"], cwd=root, text=True,
                            capture_output=True, timeout=60)
    expect_one_error(closed, "machines without a stdout", "Bad file descriptor")


def main():
    with tempfile.TemporaryDirectory(prefix="weft_paths_") as name:
        root = pathlib.Path(name)
        for ranks in (1, 3):
            two_runs(root, ranks)
        not_regular(root)
        one_file_twice(root)
        full_stdout(root)
    for fault in FAULTS:
        print(fault)
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
