#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spatial programs of a checkout on an ideal and on another network, beside a log that has both.

A line for each program that runs on both, with cycles on either and how many times slower:

  NAME IDEAL OTHER RATIO PUBLISHED_IDEAL PUBLISHED_OTHER PUBLISHED_RATIO same|OTHER [reason]

`same`: slower in both, faster in both, or neither in both. Then how many are, and how far the
ratios are in the same order (Spearman's rank correlation, equal ones at their mean rank): of all,
and of those whose ideal cycles are published within 10 % of ours. Logs are of other days than the
programs, whose sizes have changed since; the others are then programs of the same name only.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import sys
import tempfile

import conformance_spatial as programs


class Pair:
    """Cycles on an ideal network and on the other."""

    def __init__(self, ideal, other):
        self.ideal = ideal
        self.other = other
        self.ratio = other / ideal

    def sign(self):
        return (self.other > self.ideal) - (self.other < self.ideal)

    def text(self):
        return f"{self.ideal} {self.other} {self.ratio:.3f}"


def read_pairs(path):
    """Of programs that passed on both networks."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    out = {}
    for row in rows:
        good = row.get("runp2p_pass") == "True" and row.get("runhybrid_pass") == "True"
        cycles = [int(row.get(column) or 0) for column in ("runp2p_cycle", "runhybrid_cycle")]
        if good and all(cycles):
            out[row["app"]] = Pair(*cycles)
    return out


def run_on(options, file, name, kind):
    """Cycles, and why there are none."""
    with tempfile.TemporaryDirectory(prefix="weft_spatial_") as folder:
        command = [options.weft, "--quiet", "spatial", str(file), name, "--json", "summary.json",
                   "--set", f"network.kind={kind}"]
        for constant in options.constants:
            command += ["--set", constant]
        code, _, err, _ = programs.run(command, options.timeout, folder)
        path = pathlib.Path(folder) / "summary.json"
        summary = json.loads(path.read_text()) if path.is_file() else {}
    why = programs.reason_of(code, err, summary)
    return (None, why) if why else (summary["cycles"], "")


def run_pair(options, file, name):
    ideal, why = run_on(options, file, name, "ideal")
    if why:
        return None, f"ideal: {why}"
    other, why = run_on(options, file, name, options.kind)
    return (None, f"{options.kind}: {why}") if why else (Pair(ideal, other), "")


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and values[order[end]] == values[order[begin]]:
            end += 1
        for place in order[begin:end]:
            out[place] = (begin + end - 1) / 2
        begin = end
    return out


def correlation(a, b):
    """Of ranks; None where one side has no order."""
    a, b = ranks(a), ranks(b)
    mean = (len(a) - 1) / 2
    both = sum((x - mean) * (y - mean) for x, y in zip(a, b))
    own = [sum((x - mean) ** 2 for x in of) for of in (a, b)]
    return both / (own[0] * own[1]) ** 0.5 if all(own) else None


def summary(what, found):
    signs = sum(ours.sign() == published.sign() for ours, published in found)
    order = correlation([ours.ratio for ours, _ in found], [other.ratio for _, other in found])
    slower = [sum(pair[side].sign() > 0 for pair in found) for side in (0, 1)]
    faster = [sum(pair[side].sign() < 0 for pair in found) for side in (0, 1)]
    text = (f"{what}: {len(found)} programs; same sign {signs}; slower ours {slower[0]}, "
            f"published {slower[1]}; faster ours {faster[0]}, published {faster[1]}")
    return text + ("" if order is None else f"; rank correlation of the ratios {order:.2f}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("classes", nargs="*", metavar="CLASS")
    parser.add_argument("--networks", type=pathlib.Path, required=True, metavar="CSV",
                        help="a log with runp2p_cycle and runhybrid_cycle")
    parser.add_argument("--kind", default="hybrid", choices=["static", "dynamic", "hybrid"])
    parser.add_argument("--set", dest="constants", action="append", default=[], metavar="A.B=C")
    parser.add_argument("--weft", help="the program; else the newest build of this checkout")
    parser.add_argument("--timeout", type=float, default=60, help="seconds a run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="programs at once")
    options = parser.parse_intermixed_args()
    options.checkout = options.checkout.resolve()
    options.weft = str(pathlib.Path(options.weft).resolve()) if options.weft \
        else programs.newest_weft()
    regression = options.checkout / "regression"
    options.programs = regression if regression.is_dir() else options.checkout
    return options


def main():
    options = parse()
    published = read_pairs(options.networks)
    found = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        every = programs.find_programs(options, {}, pool)
        chosen = [(file, name) for file, name in every if name in published]
        runs = [(name, pool.submit(run_pair, options, file, name)) for file, name in chosen]
        for name, done in runs:
            ours, why = done.result()
            if ours is None:
                print(f"{name} - - - {published[name].text()} - {why}", flush=True)
                continue
            word = "same" if ours.sign() == published[name].sign() else "OTHER"
            print(f"{name} {ours.text()} {published[name].text()} {word}", flush=True)
            found.append((ours, published[name]))
    if not found:
        sys.exit("no program ran on both networks")
    print(summary("all", found))
    alike = [pair for pair in found if abs(pair[0].ideal / pair[1].ideal - 1) <= 0.1]
    if len(alike) > 1:
        print(summary("ideal within 10 %", alike))
    return 0


if __name__ == "__main__":
    sys.exit(main())
