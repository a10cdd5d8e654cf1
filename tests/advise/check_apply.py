#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `weft advise --apply` to its word: its own file asks for nothing more and is written byte
for byte as it is, numbers that are off are an error, and what is not compared says so.

Usage: check_apply.py <weft> <repository>
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TARGETS = ("cerebras-wse3", "graphcore-gc200", "groq-tsp", "sambanova-sn40l")
EXTENTS = {"digits_cnn": ["N=1"], "old_cnn": ["N=1"],
           "old_encoder": ["N=1", "T=8"], "old_lstm": ["N=1"]}


class Apply:
    """One run; `made`: of its JSON what is said of the changes."""

    def __init__(self, weft, model, target, out, *arguments, modules=None):
        out.parent.mkdir(exist_ok=True)
        report = out.parent / "report.json"
        report.unlink(missing_ok=True)
        environment = dict(os.environ)
        if modules:
            environment["PYTHONPATH"] = str(modules)
        done = subprocess.run([weft, "advise", str(model), "--targets", target, "--apply", str(out),
                               "--json", str(report), *arguments],
                              capture_output=True, text=True, timeout=300, env=environment)
        self.code, self.text, self.error = done.returncode, done.stdout, done.stderr
        self.made = json.loads(report.read_text())["applied"] if report.exists() else None


def extents(model):
    found = next((dims for name, dims in EXTENTS.items()
                  if model.stem == name or model.stem.startswith(name + "_opset")), [])
    return [word for dim in found for word in ("--dim", dim)]


def same_files(a, b):
    for end in ("", ".data"):
        one, two = (pathlib.Path(f"{path}{end}") for path in (a, b))
        assert one.exists() == two.exists(), one
        if one.exists():
            assert one.read_bytes() == two.read_bytes(), f"{one} is not {two}"


def settles(weft, model, target, folder):
    """Applied, and applied to what it made."""
    first, second = folder / "first" / "m.onnx", folder / "second" / "m.onnx"
    for path in (first, second):
        for end in ("", ".data"):
            pathlib.Path(f"{path}{end}").unlink(missing_ok=True)
    once = Apply(weft, model, target, first, *extents(model))
    where = f"{model.name} for {target}"
    assert once.made is not None, f"{where}: {once.error}"
    assert once.made["compared"], f"{where}: {once.made}"
    assert once.made["largest_difference"] <= once.made["allowed_difference"], (where, once.made)
    assert once.made["largest_number"] > 1e-6, (where, once.made)
    twice = Apply(weft, first, target, second)
    assert twice.made is not None, f"{where}, again: {twice.error}"
    assert twice.made["changes"] == [], (where, twice.made)
    assert twice.made["largest_difference"] == 0, (where, twice.made)
    assert twice.text.startswith("No changes:"), twice.text[:80]
    assert twice.code == once.code, where
    same_files(first, second)
    return {one["rewrite"] for one in once.made["changes"]}


def all_settle(weft, repository, folder):
    seen = set()
    for model in sorted((repository / "jobs" / "data" / "onnx").glob("*.onnx")):
        for target in TARGETS:
            seen |= settles(weft, model, target, folder)
    for wanted in ("fold-constants", "layer-norm-spelled-out", "gelu-spelled-out", "opset-11",
                   "opset-13", "lstm-directions", "guard-removed", "untie-weights"):
        assert wanted in seen, (wanted, seen)
    print("own files: nothing more to change, byte for byte;", len(seen), "changes seen")


def leaves_weights_once(weft, repository, folder):
    """A table that is also the head's matrix is not written twice where nobody asks for it."""
    model = repository / "jobs" / "data" / "onnx" / "gpt2_2layer_w64.onnx"
    sizes = {}
    for target in ("graphcore-gc200", "sambanova-sn40l"):
        out = folder / target / "m.onnx"
        made = Apply(weft, model, target, out).made
        sizes[target] = sum(path.stat().st_size for path in out.parent.glob("m.onnx*"))
        is_untied = any(one["rewrite"] == "untie-weights" for one in made["changes"])
        assert is_untied == (target == "sambanova-sn40l"), made["changes"]
    was = sum(path.stat().st_size for path in model.parent.glob(model.name + "*"))
    assert sizes["graphcore-gc200"] < 1.1 * was, (sizes, was)
    print("tied tables: once, and twice where they are untied")


def refuses_other_numbers(weft, repository, folder):
    """HardSwish of -infinity is 0; x HardSigmoid(x) is no number."""
    sys.path.insert(0, str(repository / "scripts"))
    import numpy as np
    import onnx_file
    file = onnx_file.ModelFile("infinite", folder, False, 20)
    x = file.input("x", (8,))
    scaled = file.node("Mul", [x, file.constant("w", (8,), np.full(8, np.inf))], [(8,)])
    file.output(file.node("HardSwish", [scaled], [(8,)]))
    file.close()
    out = folder / "refused" / "m.onnx"
    run = Apply(weft, folder / "infinite.onnx", "graphcore-gc200", out)
    assert run.code == 1 and run.made is None, (run.code, run.made)
    assert "is no number" in run.error and "nothing is written" in run.error, run.error
    assert len(run.error.strip().split("\n")) == 1, run.error
    assert list(out.parent.iterdir()) == [], list(out.parent.iterdir())
    print("other numbers: refused, nothing written")


def says_what_is_not_compared(weft, repository, folder):
    model = repository / "jobs" / "data" / "onnx" / "bert_2layer_w64.onnx"
    run = Apply(weft, model, "graphcore-gc200", folder / "limit" / "m.onnx",
                "--evaluate-limit", "0")
    assert run.code == 0 and not run.made["compared"] and run.made["changes"], run.made
    words = " ".join(run.text.split())
    assert "equality was not checked" in words and "--evaluate-limit N allows" in words, words
    print("limit: named, with how to raise it")


def refuses_absent_weights(weft, repository, folder):
    alone = folder / "bert.onnx"
    alone.write_bytes((repository / "jobs/data/onnx/bert_2layer_w64.onnx").read_bytes())
    out = folder / "absent" / "m.onnx"
    run = Apply(weft, alone, "groq-tsp", out)
    assert run.code == 2 and "bert_2layer_w64.onnx.data" in run.error, (run.code, run.error)
    assert len(run.error.strip().split("\n")) == 1, run.error
    assert list(out.parent.iterdir()) == [], list(out.parent.iterdir())
    print("weights that are not there: refused, nothing written")


def says_that_zeros_show_nothing(weft, repository, folder):
    """Weights that are left out are drawn where both files have them; a joined matrix is new."""
    sys.path.insert(0, str(repository / "scripts"))
    import numpy as np
    import onnx_file
    file = onnx_file.ModelFile("zeros", folder, False, 20)
    x = file.input("x", (2, 8))
    for number in range(2):
        matrix = file.constant(f"w{number}", (8, 8), np.zeros((8, 8)))
        file.output(file.node("MatMul", [x, matrix], [(2, 8)]))
    file.close()
    for target, is_compared in (("graphcore-gc200", True), ("groq-tsp", False)):
        run = Apply(weft, folder / "zeros.onnx", target, folder / f"zeros {target}" / "m.onnx")
        assert run.made["compared"] == is_compared, run.made
        assert run.made["weights_drawn"] == is_compared, run.made
        why = "are 0 for drawn inputs, and the changes make weights of those that the file leaves"
        assert is_compared or why in run.made["why_not_compared"], run.made
    print("zeros: drawn, or said to show nothing")


# A runtime as the user's Python may have it: its models give what a variable says.
RUNTIME = """
import os
import numpy
if os.environ.get("WITHOUT"):
    raise ImportError("none", name="onnxruntime")
__version__ = "9.9"
class SessionOptions:
    pass
class InferenceSession:
    def __init__(self, path, options, providers):
        self.is_new = "unproved" in path
        if self.is_new and os.environ.get("REFUSES"):
            raise ValueError("cannot load it\\nfor several reasons")
    def get_inputs(self):
        class Input:
            name, type = "images", "tensor(float)"
        return [Input]
    def run(self, names, feeds):
        assert feeds["images"].shape == (1, 1, 8, 8), feeds
        off = float(os.environ.get("OFF", "0")) if self.is_new else 0.0
        return [numpy.array([1.5 + off, -2.0]) * (0 if os.environ.get("ZERO") else 1)]
"""


def asks_the_runtime(weft, repository, folder):
    model = repository / "jobs" / "data" / "onnx" / "digits_cnn.onnx"
    (folder / "modules").mkdir()
    (folder / "modules" / "onnxruntime.py").write_text(RUNTIME)
    # The Python that weft finds is this one, which has numpy.
    (folder / "bin").mkdir()
    (folder / "bin" / "python3").symlink_to(sys.executable)
    os.environ["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"
    cases = [({}, 0, "compared by onnxruntime 9.9", "largest difference 0, of numbers up to 2"),
             ({"OFF": "0.25"}, 0.25, "largest difference 0.25, of numbers up to 2", ""),
             ({"OFF": "nan"}, None, "DIFFERENT: a number of one model is none", ""),
             ({"ZERO": "1"}, None, "not compared by onnxruntime: all numbers of the outputs are 0",
              ""),
             ({"REFUSES": "1"}, None, "does not run the changed model: cannot load it", ""),
             ({"WITHOUT": "1"}, None, "this host's Python cannot import onnxruntime", "")]
    for number, (variables, difference, *wanted) in enumerate(cases):
        os.environ.update(variables)
        run = Apply(weft, model, "graphcore-gc200", folder / f"runtime{number}" / "m.onnx",
                    "--dim", "N=1", modules=folder / "modules")
        for name in variables:
            del os.environ[name]
        assert run.made is not None, run.error
        words = " ".join(run.text.split())
        assert all(one in words for one in wanted), (variables, words[:900])
        assert run.made["runtime_difference"] == difference, run.made
        assert run.code == 0 and run.made["compared"], run.made
    print("runtime: its own difference, or why there is none")


def main():
    weft, repository = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        refuses_other_numbers(weft, repository, folder)
        says_what_is_not_compared(weft, repository, folder)
        asks_the_runtime(weft, repository, folder)
        refuses_absent_weights(weft, repository, folder)
        says_that_zeros_show_nothing(weft, repository, folder)
        leaves_weights_once(weft, repository, folder)
        all_settle(weft, repository, folder)


if __name__ == "__main__":
    main()
