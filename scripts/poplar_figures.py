#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Published figures of thorbenlouw/lbm-graphcore beside weft's (conformance_poplar.py --figures).

The blur's figures are cycles a half-step: the difference of two runs of different length, so that
streams and start-up drop out. Published: experiments/gaussian-blur-scaling/exchange-vs-compute.csv
and results.csv, experiments/halo-exchange-approaches/results.txt of the checkout.
"""

import csv
import re

SHOWN = {"exchange": "IPU exchange cycles", "globExchange": "global exchange cycles",
         "sync": "sync cycles", "copies": "cycles in on-tile copies",
         "waiting": "cycles waiting for the slowest tile"}
SHORT, LONG = 1, 3  # iterations, of two half-steps each


def means(profile):
    """Tile averages of a printed profile, by name."""
    found = {}
    for name, words in SHOWN.items():
        line = re.search(rf"Tile average {words}:\s+([0-9,.]+)", profile)
        found[name] = float(line.group(1).replace(",", ""))
    return found


def seconds(profile):
    return float(re.search(r"Average IPU timing for program is: ([0-9.e+-]+)", profile).group(1))


def published_phases(source):
    table = {}
    path = source / "experiments/gaussian-blur-scaling/exchange-vs-compute.csv"
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table[row["numIpus"], row["dataType"], row["name"]] = float(row["cycles"])
    for ipus, data_type, name in list(table):
        if name == "pre":
            table[ipus, data_type, "copies"] = (table[ipus, data_type, "pre"]
                                                + table[ipus, data_type, "post"])
    return table


def blur_phases(source, run_blur):
    """Rows (figure, published, weft). `run_blur(data_type, ipus, iterations)` gives the profile."""
    published = published_phases(source)
    rows = []
    ours = {}
    for ipus in (1, 16):
        for data_type in ("half4", "float2", "float"):
            short, long = (run_blur(data_type, ipus, n) for n in (SHORT, LONG))
            before, after = means(short), means(long)
            for name in SHOWN:
                value = (after[name] - before[name]) / (2 * (LONG - SHORT))
                ours[str(ipus), data_type, name] = value
            # The slowest tile's, as published; the sum over compute and copies waits for it.
            ours[str(ipus), data_type, "copies"] += ours[str(ipus), data_type, "waiting"]
            for name in ("exchange", "globExchange", "sync", "copies"):
                key = str(ipus), data_type, name
                if published.get(key):
                    rows.append((f"{name}, {data_type}, {ipus} IPU", published[key], ours[key]))
    for title, above, below in (
            ("exchange float : half4, 1 IPU", ("1", "float"), ("1", "half4")),
            ("exchange float : half4, 16 IPUs", ("16", "float"), ("16", "half4")),
            ("exchange 1 : 16 IPUs, half4", ("1", "half4"), ("16", "half4")),
            ("exchange 1 : 16 IPUs, float", ("1", "float"), ("16", "float"))):
        values = [t[(*above, "exchange")] / t[(*below, "exchange")] for t in (published, ours)]
        rows.append((title, *values))
    return rows


def blur_scaling(source, run_blur):
    """Strong scaling: seconds on one IPU over seconds on more, for the same image."""
    rows = []
    with open(source / "experiments/gaussian-blur-scaling/results.csv", encoding="utf-8") as file:
        table = [row for row in csv.DictReader(file) if row["image"] == "cheese"]
    for data_type in ("half4", "float"):
        theirs = {int(row["numIpus"]): float(row["time"]) for row in table
                  if row["datatype"] == data_type}
        ours = {}
        for ipus in (1, 2, 4, 8, 16):
            ours[ipus] = seconds(run_blur(data_type, ipus, LONG))
            if ipus > 1:
                rows.append((f"blur {data_type}, 1 : {ipus} IPUs, time", theirs[1] / theirs[ipus],
                             ours[1] / ours[ipus]))
    return rows


def halo_rows(source, run_halo):
    rows = []
    path = source / "experiments/halo-exchange-approaches/results.csv"
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            profile = run_halo(row["strategy"])
            total = re.search(r"Total cycles:\s+([0-9,]+)", profile).group(1)
            outside = re.search(r"outside programs:\s+([0-9,.]+)", profile).group(1)
            cycles = float(total.replace(",", "")) - float(outside.replace(",", ""))
            rows.append((f"halo {row['strategy']}, cycles", float(row["totalCycleCount"]), cycles))
            rows.append((f"halo {row['strategy']}, exchange", float(row["exchangeCycleCount"]),
                         means(profile)["exchange"]))
    return rows


def show(rows):
    print(f"{'figure':44} {'published':>14} {'weft':>14} {'weft : published':>17}")
    for name, published, ours in rows:
        digits = 2 if published < 100 else 0
        print(f"{name:44} {published:14,.{digits}f} {ours:14,.{digits}f} {ours / published:17.3f}",
              flush=True)
