# SPDX-License-Identifier: Apache-2.0
"""groq-compiler MODEL -o BASE: a model as a program for one chip.

Writes BASE.aa (with --auto-asm BASE.iop) and, where --save-stats names a file, what the program
takes: total_cycles from its schedule. The scheduler of weft chooses on its own: flags that ask for
effort, checks, reports and views change nothing and are told; what would change the program or its
interface is refused.
"""
import argparse
import json
import pathlib
import re
import tempfile

import weft_iop

from . import assembler, common

# Flags that change neither values nor what is written: weft's scheduler has one effort, always
# checks, and shows its work by `weft trace`.
WITHOUT_EFFECT = ("--groqview", "--no-print-stats", "--no-invariant-checks",
                  "--disableAddressCompaction", "--no-multichip-pipelining", "--large-program")
WITH_VALUE = ("--effort", "--extraInstMemSlices")
SUMMARY = re.compile(r", ([\d,]+) cycles, [\d,.]+ us")


def parser_of():
    """The options that groqflow passes, and those of its guide that change nothing."""
    parser = argparse.ArgumentParser(prog="groq-compiler", description=__doc__, allow_abbrev=False)
    parser.add_argument("model", help="a model (ONNX)")
    parser.add_argument("-o", required=True, metavar="BASE", dest="base",
                        help="where the program goes, without its extension")
    parser.add_argument("--save-stats", metavar="FILE", help="what the program takes, as JSON")
    parser.add_argument("--auto-asm", action="store_true", help="write an .iop file at once")
    parser.add_argument("--multichip", metavar="TOPOLOGY", help="several chips: not there in weft")
    parser.add_argument("--partition-mode", help="how a model is cut into chips: likewise")
    for flag in WITHOUT_EFFECT:
        parser.add_argument(flag, action="store_true", help="has no effect in weft")
    for flag in WITH_VALUE:
        parser.add_argument(flag, help="has no effect in weft")
    return parser


def refuse(options, unknown):
    """What weft has not, by its name."""
    if options.multichip or options.partition_mode:
        raise common.Failed("--multichip: a model goes to one chip here, larger ones to none")
    if unknown:
        raise common.Failed(f"{unknown[0]}: weft has no such option")


def cycles_of(job):
    """Of the schedule that the job's program gets."""
    said = common.weft("check", job)
    found = SUMMARY.search(said)
    if not found:
        raise common.Failed(f"{job}: weft check tells no cycles of it", 1)
    return int(found[1].replace(",", ""))


def stats_of(folder, model, told):
    """What is known of a compiled model."""
    return {"total_cycles": cycles_of(folder / "job.toml"), "model": model.name,
            "machine": told["target"], "precision": told["precision"], "nodes": told["nodes"],
            "weight_bytes": told["weight_bytes"], "compiler": "weft"}


def run(arguments):
    """The tool."""
    options, unknown = parser_of().parse_known_args(arguments)
    refuse(options, unknown)
    model = pathlib.Path(options.model)
    if not model.is_file():
        raise common.Failed(f"{model}: there is no such file")
    ignored = [flag for flag in (*WITHOUT_EFFECT, *WITH_VALUE)
               if getattr(options, flag.lstrip("-").replace("-", "_"))]
    with tempfile.TemporaryDirectory(prefix="weft_sdk_") as scratch:
        folder, report = pathlib.Path(scratch) / "model", pathlib.Path(scratch) / "report.json"
        common.weft("compile", model, "--target", common.machine(), "-o", folder, "--json", report)
        told = json.loads(report.read_text(encoding="utf-8"))
        stats = stats_of(folder, model, told)
        (folder / "stats.json").write_text(json.dumps(stats, indent=1) + "\n", encoding="utf-8")
        if options.auto_asm:
            assembler.assemble(folder, options.base + ".iop")
        else:
            common.pack(options.base + ".aa", folder)
        if options.save_stats:
            with weft_iop.whole(options.save_stats) as beside:
                beside.write_bytes((folder / "stats.json").read_bytes())
    for flag in ignored:
        print(f"{flag} has no effect in weft")
    print(f"{model.name}: {stats['total_cycles']} cycles on {stats['machine']} in "
          f"{stats['precision']}")
