#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks `weft advise --emulate` about small models: figures of runs, and what is not known of them.

The digits network on all four machines, its layers and the whole of it, on one rank and on two:
the same text, JSON and page; of the whole the cycles that `weft compile` and `weft run` give. A
model with an operator that a machine lacks: its layer is named, and the sum is not known.

Usage: check_emulate.py <weft> <repository>
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import schema
from asking import IPU, LINE_WIDTH, PAGE_BYTES, RDU, TSP, WSE
from forms import said

MPIRUN = ["mpirun", "--oversubscribe", "-n", "2"]


def advise(weft, folder, model, *arguments, ranks=1):
    """The text, JSON and page of one answer."""
    out = [folder / "e.json", folder / "e.html"]
    done = subprocess.run(
        (MPIRUN if ranks > 1 else [])
        + [weft, "--quiet", "advise", str(model), "--json", str(out[0]), "--html", str(out[1]),
           *arguments], capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 3, 4, 5):
        raise AssertionError(f"{model}: exit {done.returncode}: {done.stderr}")
    return done.stdout, json.loads(out[0].read_text()), out[1].read_text()


def check_forms(text, found, page, repository):
    """Every figure of a run stands in all three forms, and the JSON keeps its schema."""
    root = json.loads((repository / "docs" / "advise.schema.json").read_text())
    faults = schema.faults(found, root, root)
    assert not faults, "\n".join(faults[:10])
    assert all(len(line) <= LINE_WIDTH for line in text.split("\n"))
    assert len(page) <= PAGE_BYTES
    words, marked = said(text), said(page)
    for target in found["targets"]:
        emulated = target["emulated"]
        facts = [emulated["estimate"]]
        for run in (emulated["sum"], emulated["whole"]):
            if run and run["cycles"] is not None:
                facts.append(f"{run['cycles']:,} cycles")
                facts.append(f"{100 * run['share_on_assumed_or_fitted']:.1f} % of it rests on")
                if run["share_is_of"] < 1:
                    facts.append(f"by layers that take {100 * run['share_is_of']:.1f} %")
        for layer in emulated["layers"]:
            if layer["refused"]:
                facts += [layer["layer"], " ".join(layer["refused"].split())[:40]]
            elif layer["share"] > 0.01:
                facts += [layer["layer"], f"{layer['cycles']:,}", f"{100 * layer['share']:.1f} %"]
        for fact in facts:
            assert fact in words, f"the text lacks: {fact}"
            assert fact in marked, f"the page lacks: {fact}"


def compared(weft, model, folder):
    """What `weft compare` says of runs with data, by machine."""
    subprocess.run([weft, "--quiet", "compare", str(model), "--dim", "N=1", "--quick", "--json",
                    str(folder / "c.json")], check=True, capture_output=True)
    found = json.loads((folder / "c.json").read_text())
    return {column["machine"]: column for column in found["machines"]}


def by_hand(weft, model, target, folder):
    """Cycles of the run that compiling the model and running its job make."""
    place = folder / f"by-hand-{target}"
    subprocess.run([weft, "--quiet", "compile", str(model), "--dim", "N=1", "--target", target,
                    "-o", str(place)], check=True, capture_output=True)
    subprocess.run([weft, "--quiet", "run", "job.toml", "--json", "run.json"], check=True,
                   capture_output=True, cwd=place)
    return json.loads((place / "run.json").read_text())["cycles"]


def digits(weft, folder, repository):
    model = repository / "jobs" / "data" / "onnx" / "digits_cnn.onnx"
    how = ("--dim", "N=1", "--emulate", "--whole")
    first = advise(weft, folder, model, *how)
    check_forms(*first, repository)
    assert advise(weft, folder, model, *how, ranks=2) == first, "two ranks say something else"
    cycles, columns = {}, compared(weft, model, folder)
    for target in first[1]["targets"]:
        emulated, whole = target["emulated"], target["emulated"]["whole"]
        layers = emulated["layers"]
        assert sum(one["count"] for one in layers) == 7 == emulated["sum"]["layers"], layers
        total = sum(one["count"] * one["cycles"] for one in layers)
        assert total == emulated["sum"]["cycles"] > 0
        assert sorted(layers, key=lambda one: -one["count"] * one["cycles"]) == layers
        assert abs(sum(one["share"] for one in layers) - 1) < 1e-9
        for run in (emulated["sum"], whole):
            assert 0 < run["share_on_assumed_or_fitted"] <= 1, run
            assert 0.5 <= run["share_is_of"] <= 1, run
            assert run["seconds"] > 0 and run["why_no_share"] is None
        convolution = next(one for one in layers if one["layer"].startswith("convolution"))
        assert convolution["nodes"][0].startswith("node_Conv_"), convolution
        assert convolution["lines"][0].startswith("scripts/digits_cnn.py:")
        for finding in target["findings"]:
            if finding["operator"]:
                assert finding["share_of"].startswith("cycles"), finding
                assert 0 < finding["share"] < 1, finding
        column = columns[target["target"]]
        assert whole["cycles"] == column["cycles"], (target["target"], whole, column["cycles"])
        run = by_hand(weft, model, target["target"], folder)
        assert column["cycles"] + column["host_copy_cycles"] == run, (target["target"], run)
        cycles[target["target"]] = whole["cycles"]
    # A convolution of 16 channels that nothing supports fully is a finding, by what it takes.
    (pool, other) = [one for one in first[1]["targets"][0]["findings"]
                     if one["operator"] == "MaxPool"]
    assert pool["share"] > other["share"]
    assert [one["target"] for one in first[1]["targets"]] == [WSE, IPU, TSP, RDU]
    print(f"digits: {cycles}")


def lacking(weft, folder, repository):
    """A cumulative sum, which wafers lack; and operators that nothing here has."""
    sys.path.insert(0, str(repository / "scripts"))
    import onnx_file
    file = onnx_file.ModelFile("sums", folder, False)
    x = file.input("x", (4, 8))
    axis = file.constant("axis", (), 1, "<i8")
    y = file.node("Relu", [file.node("CumSum", [x, axis], [(4, 8)])], [(4, 8)])
    file.output(file.node("CumSum", [y, axis], [(4, 8)]))
    file.close()
    how = ("--targets", f"{WSE},{IPU}", "--emulate", "--whole", "--quick")
    found = advise(weft, folder, folder / "sums.onnx", *how)
    wafer, ipu = [target["emulated"] for target in found[1]["targets"]]
    assert ipu["sum"]["cycles"] > 0 and ipu["sum"]["layers_not_known"] == 0
    assert ipu["whole"]["cycles"] > 0 and ipu["sum"]["share_on_assumed_or_fitted"] is None
    assert (wafer["sum"]["cycles"], wafer["sum"]["layers_not_known"]) == (None, 2), wafer["sum"]
    known, lacks = wafer["layers"]
    assert known["layer"].startswith("relu") and known["cycles"] == wafer["sum"]["known_cycles"] > 0
    assert lacks["cycles"] is None and lacks["share"] is None and lacks["count"] == 2
    assert "cumsum_0" in lacks["refused"], lacks
    assert wafer["whole"]["cycles"] is None and "cumsum_1" in wafer["whole"]["refused"]
    for finding in found[1]["targets"][0]["findings"]:
        assert finding["share_of"] != "cycles", finding
    assert "not known: nor is the sum" in said(found[0])
    assert "not known: nor is the sum" in said(found[2])

    subprocess.run([sys.executable, "-B", str(repository / "scripts" / "advice_models.py"),
                    str(folder), "detector"], check=True, stdout=subprocess.DEVNULL)
    found = advise(weft, folder, folder / "detector.onnx", "--targets", TSP, "--emulate")
    emulated = found[1]["targets"][0]["emulated"]
    assert emulated["layers"] == [] and "NonMaxSuppression" in emulated["refused"], emulated
    assert emulated["sum"]["cycles"] is None
    assert "not emulated: " in said(found[0])
    print("what is not known is said")


def in_int8(weft, folder, repository):
    """Scales need no file; what has no int8 says so in its column."""
    model = repository / "jobs" / "data" / "onnx" / "cnn_8.onnx"
    how = ("--emulate", "--quick", "--targets", f"{TSP},{IPU},{RDU}", "--precision", "int8")
    text, found, page = advise(weft, folder, model, *how)
    tsp, *others = [target["emulated"] for target in found["targets"]]
    assert tsp["precision"] == "int8" and tsp["sum"]["cycles"] > 0, tsp["sum"]
    for other, words in zip(others, ("an IPU computes in", "an RDU's patterns compute in")):
        assert other["sum"]["layers_not_known"] == other["sum"]["layers"] > 0, other["sum"]
        for layer in other["layers"]:
            assert layer["cycles"] is None
            assert words in layer["refused"] and "int8" in layer["refused"], layer
        assert words in said(text) and words in said(page)
    assert advise(weft, folder, model, *how, ranks=2) == (text, found, page)
    for target in found["targets"][1:]:
        (lack,) = [one for one in target["findings"] if "not in int8" in one["reason"]]
        assert lack["severity"] == "change" and lack["source"], lack
    print("int8: where machines have it")


def refusals(weft, folder):
    """One clear error each, nothing written."""
    model = str(folder / "sums.onnx")
    report = folder / "none.json"
    for arguments, words in (([model, "--whole"], "--emulate"), (["--emulate"], "one model"),
                             ([model, model, "--emulate"], "one model"),
                             ([model, "--emulate", "--task", "training"], "inference"),
                             ([model, "--emulate", "--targets", "groq-tps"], "did you mean")):
        for launch in ([], MPIRUN):
            done = subprocess.run([*launch, weft, "advise", *arguments, "--json", str(report)],
                                  capture_output=True, text=True, timeout=60)
            assert done.returncode == 2, (arguments, done.returncode, done.stderr)
            assert words in done.stderr, (arguments, done.stderr)
            assert not report.exists(), arguments
    print("refusals: as they should be")


def main():
    weft, repository = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lacking(weft, folder, repository)
        refusals(weft, folder)
        in_int8(weft, folder, repository)
        digits(weft, folder, repository)


if __name__ == "__main__":
    main()
