#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds reports of `weft advise` about all committed models, and odd ones, to what is asked of
each: the same in text, JSON and page, a place for each finding, one error for what is wrong.

Usage: check_reports.py <weft> <repository>
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from asking import PAGE_BYTES, TSP, Advice, check_forms
from forms import said

sys.path.append(str(pathlib.Path(sys.argv[2]) / "scripts"))
import onnx_file
import schema

# Extents that committed models leave open, by the beginning of their names.
EXTENTS = {"digits_cnn": ["N=1"], "old_cnn": ["N=1"], "old_encoder": ["N=1", "T=8"],
           "old_lstm": ["N=1"]}


def extents(model):
    found = next((dims for name, dims in EXTENTS.items() if model.stem.startswith(name)), [])
    return [word for dim in found for word in ("--dim", dim)]


def has_places(advice):
    """Each finding about nodes has a line and a module, or nodes and the reason for it."""
    model, count = advice.json["model"], 0
    for target in advice.json["targets"]:
        rest = target["cut"]["findings_of_the_rest"] if target["cut"] else []
        for finding in target["findings"] + rest:
            if finding["operator"] is None:
                continue
            count += 1
            assert finding["nodes"] and all(finding["nodes"]), finding
            has_all = finding["file"] and finding["line"] and finding["module"]
            assert has_all if model["why_no_lines"] is None else not finding["line"], finding
    if model["why_no_lines"]:
        assert model["producer"] is None or model["producer"] in model["why_no_lines"]
    return count


def committed(ask, repository):
    lines = count = 0
    models = sorted((repository / "jobs" / "data" / "onnx").glob("*.onnx"))
    for model in models:
        advice = ask(model, *extents(model))
        count += has_places(advice)
        lines += advice.json["model"]["why_no_lines"] is None
        assert len(advice.json["model"]["live"]) <= 64
        assert max(one["bytes"] for one in advice.json["model"]["live"]) == \
            advice.json["model"]["live_bytes"]
    assert lines >= 6 and len(models) - lines >= 4 and count > 100, (lines, len(models), count)


def snippet(weft, repository, folder):
    """The shell script of docs/advise.md, as it is written."""
    text = (repository / "docs" / "advise.md").read_text()
    script = next(one for one in re.findall(r"```sh\n(.*?)```", text, re.S) if "case" in one)
    assert len(script.strip().split("\n")) <= 11, script
    place = folder / "ci"
    for model, code, word in (("resnet_50", 0, "ready"), ("tagger", 1, "needs changes"),
                              ("llama_2_7b", 1, "blocked"), ("detector", 1, "blocked"),
                              ("none", 2, "no advice")):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for name, source in (("model", model), ("main", "tagger")):
            for end in (".onnx", ".onnx.data"):
                if (folder / (source + end)).exists():
                    (place / (name + end)).symlink_to(folder / (source + end))
                    if end == ".onnx.data":  # which the model names by the name it had
                        (place / (source + end)).unlink(missing_ok=True)
                        os.link(folder / (source + end), place / (source + end))
        done = subprocess.run(["sh", "-e", "-c", script], cwd=place, capture_output=True, text=True,
                              env={**os.environ, "PATH": f"{pathlib.Path(weft).parent}:"
                                                         f"{os.environ['PATH']}"}, timeout=60)
        assert done.returncode == code, (model, done.returncode, done.stdout[-300:], done.stderr)
        assert word in done.stdout.split("\n"), (model, done.stdout[-300:])
        assert (place / "advice.json").exists() == (code < 2)
    shutil.rmtree(place)


def since(ask, folder, root):
    """What is better and worse than in an older version stands on the page, too."""
    advice = ask("tagger", models=["tagger", "tagger_pools"], forms=False)
    found = schema.faults(advice.json, root["$defs"]["difference"], root)
    assert not found, "\n".join(found[:10])
    words, page = said(advice.text), said(advice.page)
    for target in advice.json["changes"]:
        line = (f"{target['target']}: {target['direction']}, {target['verdict_was']} -> "
                f"{target['verdict']}, {target['chips_were']} -> {target['chips']} ")
        assert line in words and line in page, line
        for mark in ("gone", "new"):
            for finding in target[mark]:
                for form in (words, page):
                    assert f"{mark} {finding['severity']}: " in form
                    assert finding["reason"] in form, finding["reason"]
    same = ask("tagger", models=["tagger", "tagger"], forms=False)
    assert {one["direction"] for one in same.json["changes"]} == {"same"}
    assert all(not one["gone"] + one["new"] + one["other"] for one in same.json["changes"])
    assert (folder / "advice.html").read_text().startswith("<!DOCTYPE html>")


def absent_weights(weft, ask, folder):
    """A model whose weights were left elsewhere is judged by their types."""
    (folder / "alone").mkdir()
    alone = folder / "alone" / "bert_base.onnx"
    shutil.copy(folder / "bert_base.onnx", alone)
    advice, whole = ask(alone), ask("bert_base")
    assert advice.json["targets"] == whole.json["targets"]
    assert advice.json["model"]["parameters"] == whole.json["model"]["parameters"]
    (count,) = advice.json["model"]["absent_data"].values()
    words = f"{count} lie in bert_base.onnx.data, which is not there"
    assert words in said(advice.text) and words in said(advice.page)
    assert whole.json["model"]["absent_data"] == {}
    out = folder / "alone" / "out.onnx"
    refused(weft, [str(alone), "--targets", TSP, "--apply", str(out)], 2,
            [str(alone), "'bert_base.onnx.data' is not there"])
    assert not out.exists() and not (folder / "alone" / "out.onnx.data").exists()


def odd_models(weft, ask, folder):
    """Names that are no text, and more of everything than a page has room for."""
    model = (folder / "tagger.onnx").read_bytes()
    odd = folder / "odd.onnx"
    odd.write_bytes(model.replace(b"lstm_1", b"l\xff\xfem_1"))
    (folder / "odd.onnx.data").unlink(missing_ok=True)
    report = folder / "odd.json"
    done = subprocess.run([weft, "advise", str(odd), "--json", str(report)], capture_output=True,
                          timeout=60)
    assert done.returncode == 5, (done.returncode, done.stderr)
    assert "l\ufffd\ufffdm_1" in report.read_text()
    file = onnx_file.ModelFile("many", folder, True, 13, lambda operation, number: (
        f"{'deep/' * 20}module_{number % 700}.py", 10 + number, "forward", f"m.{number}",
        [f"Module{number % 700}"]))
    x = file.input("x", (4, 4))
    for number in range(1500):
        x = file.node(f"Unheard{number % 500}", [x], [(4, 4)])
    file.output(x)
    file.close()
    many = ask("many", forms=False)
    assert many.code == 5 and len(many.page) < PAGE_BYTES, len(many.page)
    assert len(many.target(TSP)["findings"]) == 1500
    assert " more, which text and JSON have" in many.page


def refused(weft, arguments, code, words, data=None):
    """One error on one line, and nothing written."""
    environment = {**os.environ, **({"WEFT_DATA_DIR": str(data)} if data else {})}
    done = subprocess.run([weft, "advise", *arguments], capture_output=True, text=True, timeout=60,
                          env=environment)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    assert len(done.stderr.strip().split("\n")) == 1 and not done.stdout, (done.stderr, done.stdout)
    for word in words:
        assert word in done.stderr, (word, done.stderr)


# A file of the tables, what stands in it, what stands there instead, what the error names.
BROKEN = [
    ("operators/tsp.toml", "\nRelu = { verdict = \"full\"", "\nRelu = { verdict = \"fine\"",
     ["operators/tsp.toml:", "operators.Relu.verdict"]),
    ("operators/wse.toml", "\nfamily = \"wse\"", "\nfamily = \"wsf\"", ["wse.toml:", "'wsf'"]),
    ("baselines.toml", "model = \"resnet-50\"", "model = \"resnet-51\"",
     ["baselines.toml:", "resnet-50"]),
    ("baselines.toml", "unit = \"ms\"", "units = \"ms\"", ["baselines.toml:", "unit"]),
    ("published.toml", "sources = [\"AT\", \"GF\"]", "sources = []", ["published.toml:", "source"]),
    ("tsp.toml", "clock_hz = 900_000_000", "clock_hz = 0", ["tsp.toml:", "clock_hz"]),
    ("sources.toml", "trust = \"vendor\"", "trust = \"friend\"", ["sources.toml:", "vendor"]),
]


def broken_tables(weft, repository, folder):
    model = str(folder / "tagger.onnx")
    report = folder / "none.json"
    for file, was, now, words in BROKEN:
        data = folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(repository / "advice", data / "advice")
        text = (data / "advice" / file).read_text()
        assert was in text, (file, was)
        (data / "advice" / file).write_text(text.replace(was, now, 1))
        for arguments in ([model, "--json", str(report)], ["--targets", TSP]):
            refused(weft, arguments, 2, words, data)
        assert not report.exists()


def dims_of_either(ask, weft, repository, folder):
    """--dim is for both models, and may name what one of them has alone."""
    digits = repository / "jobs" / "data" / "onnx" / "digits_cnn.onnx"
    for pair in ([digits, "tagger"], ["tagger", digits]):
        advice = ask(pair[0], "--dim", "N=1", models=pair, forms=False)
        assert advice.json["changes"], advice.error
    models = [str(digits), str(folder / "tagger.onnx")]
    refused(weft, [*models, "--dim", "N=1", "--dim", "M=1"], 2, ["--dim", "'M'", "neither"])
    refused(weft, [*models, "--dim", "N=1", "--input", "z=1"], 2, ["--input", "'z'", "neither"])
    refused(weft, [str(digits), "--dim", f"N={2**41}"], 2, ["2^40"])
    refused(weft, [str(digits), "--dim", f"N={2**39}"], 2, ["input 'images'", "2^40"])


def broken_files(weft, folder):
    """Some of what the reader's own tests have all of."""
    whole = (folder / "tagger.onnx").read_bytes()
    out = folder / "broken.onnx"
    (folder / "folder.onnx").mkdir()
    for data in (b"", b"<html>", whole[:-1], whole[: len(whole) // 2], b"\xff" * 64):
        out.write_bytes(data)
        refused(weft, [str(out)], 2, ["broken.onnx"])
        refused(weft, [str(folder / "tagger.onnx"), str(out)], 2, ["broken.onnx"])
    refused(weft, [str(folder / "folder.onnx")], 2, ["folder.onnx"])
    model = str(folder / "tagger.onnx")
    refused(weft, [model, "--targets", "groq-tps"], 2, ["did you mean 'groq-tsp'"])
    for option in ("--json", "--html"):
        refused(weft, [str(folder / "absent.onnx"), option, str(folder / "no" / "file")], 1,
                [str(folder / "no" / "file")])  # before the model is read
        refused(weft, [model, option, str(folder)], 1, [str(folder)])


def main():
    weft, repository = sys.argv[1], pathlib.Path(sys.argv[2])
    root = json.loads((repository / "docs" / "advise.schema.json").read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, "-B", str(repository / "scripts" / "advice_models.py"),
                        name], check=True, stdout=subprocess.DEVNULL)

        def ask(model, *arguments, models=None, forms=True):
            paths = [str(one if isinstance(one, pathlib.Path) else folder / f"{one}.onnx")
                     for one in models or [model]]
            advice = Advice(weft, folder, *paths, *arguments)
            if forms:
                check_forms(advice, root)
            return advice

        committed(ask, repository)
        print("committed models: each finding has its place")
        since(ask, folder, root)
        absent_weights(weft, ask, folder)
        print("versions and weights that are not there: as asked")
        odd_models(weft, ask, folder)
        print("odd models: as asked")
        snippet(weft, repository, folder)
        print("the script of docs/advise.md: as it says")
        broken_tables(weft, repository, folder)
        broken_files(weft, folder)
        dims_of_either(ask, weft, repository, folder)
        print("what is wrong: one error each")


if __name__ == "__main__":
    main()
