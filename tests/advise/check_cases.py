#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks `weft advise` about models whose porting has known answers, and holds its JSON against them.

Text, JSON and page of each must say the same; JSON must be as docs/advise.schema.json says.

Usage: check_cases.py <weft> <repository>
"""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(sys.argv[2]) / "scripts"))
import onnx_file
from asking import IPU, RDU, TSP, WSE, Advice, check_forms
from forms import operators_of, said, section_of


def bert(ask):
    advice = ask("bert_base")
    ipu = advice.target(IPU)
    assert ipu["verdict"] == "NEEDS CHANGES", ipu["verdict"]
    assert any(one["rewrite"] == "opset-11" for one in ipu["findings"])
    (gelu,) = advice.findings(IPU, operator="Gelu")
    assert (gelu["line"], gelu["module"], len(gelu["nodes"])) == (412, "BertIntermediate", 12)
    assert gelu["file"].endswith("modeling_bert.py")
    norms = advice.findings(IPU, operator="LayerNormalization")
    assert sorted(one["line"] for one in norms) == [210, 366, 428]
    assert sum(len(one["nodes"]) for one in norms) == 25
    tsp = advice.target(TSP)
    assert (tsp["chips"], tsp["fits"]) == (4, True)
    assert tsp["fit_source"][0] == "GF" and "GF" in advice.json["sources"]
    assert "cycles x 4 / clock + " in said(advice.text)
    (opset,) = [one for one in ipu["findings"] if one["rewrite"] == "opset-11"]
    assert "operator set 20 is above 11" in opset["reason"] and opset["source"] == ["PA"]
    assert (opset["severity"], opset["evidence"]) == ("change", "documented")
    assert any("int64 becomes int32" in one["reason"] for one in tsp["findings"])
    assert "110,000,000" not in tsp["fit_reason"] and "= 3 -> 4 chips" in tsp["fit_reason"]
    # 2 x 128 int64 as int32 in, 128 x 768 fp16 out, 10 us each way.
    expected = 20e-6 + (2 * 128 * 4 + 128 * 768 * 2) / 24e9
    assert abs(tsp["host_seconds"] - expected) < 1e-12, tsp["host_seconds"]
    for target in advice.json["targets"]:
        for finding in target["findings"]:
            if finding["operator"]:
                assert finding["file"] and finding["line"] and finding["module"], finding
    # Q, K and V: 3 x 9 planes of 320 x 320, and 3 x 8 as one product; in each of 12 layers.
    (joined,) = [one for one in tsp["findings"] if one["rewrite"] == "join-products"]
    assert len(joined["nodes"]) == 36 and 0.02 < joined["share"] < 0.03, joined
    assert "take 27 planes of 320 x 320, and 24 as one product" in joined["reason"]
    assert advice.json["model"]["sequence"]["extent"] == 128
    assert any(row["value"] == 4 for row in tsp["published"])
    assert not advice.findings(TSP, evidence="none", severity="note")


def resnet(ask):
    advice = ask("resnet_50")
    tsp = advice.target(TSP)
    assert (tsp["verdict"], tsp["chips"], tsp["precision"]) == ("READY", 1, "fp16")
    assert all(one["severity"] == "note" and not one["rewrite"] for one in tsp["findings"])
    assert all("fill" in one["reason"] for one in tsp["findings"]) and tsp["nodes"]["full"] == 122
    assert [row["value"] for row in tsp["published"]] == [301467, 2515.15, 44118]
    assert [row["precision"] for row in tsp["published"]] == ["fp16", "fp16", "int8"]
    assert all(row["chips"] == row["batch"] == 1 for row in tsp["published"])
    assert all(row["source"] and row["date"] for row in tsp["published"])
    assert tsp["emulated"] is None and tsp["nearest_model"] is None
    assert all(row["alike"] for row in tsp["published"]) and tsp["published_lack"] is None
    ipu = advice.target(IPU)
    assert ipu["published"] and all(row["task"] == "training" for row in ipu["published"])
    assert ipu["published_lack"].startswith("no row for inference of ResNet-50")
    assert advice.json["model"]["multiplications"] > 4_000_000_000
    assert advice.json["model"]["why_no_lines"] and advice.findings(IPU, operator=None)
    alone = ask("resnet_50", "--targets", TSP)
    assert alone.code == 0, alone.code


def llama(ask):
    advice = ask("llama_2_7b")
    tsp = advice.target(TSP)
    assert (tsp["verdict"], tsp["fits"], tsp["chips"]) == ("BLOCKED", False, 256)
    words = "6,738,464,772 parameters / 50,000,000 = 135 -> 256 chips, and 64 are the most"
    assert words in tsp["fit_reason"] and words in said(advice.text), tsp["fit_reason"]
    assert any(one["severity"] == "blocked" and one["reason"].startswith("does not fit")
               and one["source"] == ["GF", "AL"] for one in tsp["findings"])
    assert "a rack of 72" in tsp["fit_reason"]
    assert any(row["value"] == 72 and row["unit"] == "chips" for row in tsp["published"])
    wse = advice.target(WSE)
    assert wse["fits"] and "weights stream" in wse["fit_reason"] and wse["verdict"] != "BLOCKED"
    rdu = advice.target(RDU)
    assert (rdu["fits"], rdu["chips"]) == (True, 1) and "one socket's HBM" in rdu["fit_reason"]
    decode = ask("llama_decode", "--targets", WSE)
    assert (decode.code, decode.target(WSE)["verdict"]) == (4, "BLOCKED")
    reasons = [one["reason"] for one in decode.findings(WSE, severity="blocked")]
    assert any("cache of keys and values" in one and "inference service" in one for one in reasons)
    assert any("one token" in one for one in reasons)
    assert all(one["source"] == ["MZ"] for one in decode.findings(WSE, severity="blocked"))
    assert ask("llama_decode", "--targets", TSP).target(TSP)["verdict"] != "READY"


def detector(ask):
    advice = ask("detector")
    for name in (WSE, IPU, TSP, RDU):
        target = advice.target(name)
        assert target["verdict"] == "BLOCKED", (name, target["verdict"])
        assert advice.findings(name, operator="NonZero", severity="blocked")
        assert "sigmoid_0 f32[1, 4, 64]" in target["cut"]["tensors"], target["cut"]["tensors"]
        assert "transpose_0 f32[1, 64, 4]" in target["cut"]["tensors"]
        assert target["cut"]["nodes_behind"] == 3
        (boxes,) = advice.findings(name, operator="NonMaxSuppression")
        assert boxes["rewrite"] == "cut-tail"
        assert ask("detector", "--targets", name, forms=False).code == 4
    assert advice.json["model"]["nodes_without_shape"] == 3
    assert advice.findings(IPU, operator="NonMaxSuppression", severity="blocked")
    assert advice.findings(TSP, operator="NonMaxSuppression", severity="unknown")
    assert advice.target(IPU)["cut"]["verdict_of_the_rest"] == "NEEDS CHANGES"  # operator set 13
    assert advice.target(TSP)["cut"]["verdict_of_the_rest"] == "UNKNOWN"  # TopK: nobody says
    assert any(one["operator"] == "TopK"
               for one in advice.target(TSP)["cut"]["findings_of_the_rest"])
    assert all(one["operator"] not in ("NonMaxSuppression", "NonZero")
               for name in (WSE, IPU, TSP, RDU)
               for one in advice.target(name)["cut"]["findings_of_the_rest"])
    assert advice.code == 4


def borders(ask, folder):
    """50 million parameters a chip of a TSP, and one more."""
    for count, chips in ((50_000_000, 1), (50_000_001, 2), (3_200_000_000, 64),
                         (3_200_000_001, 128)):
        file = onnx_file.ModelFile("border", folder, True, 13)
        x = file.input("x", (1,))
        weights = file.constant("weights", (count,))
        file.output(file.node("Mul", [x, weights], [(count,)]))
        file.close()
        tsp = ask("border", "--targets", TSP, forms=False).target(TSP)
        assert tsp["chips"] == chips and tsp["fits"] == (chips <= 64), (count, tsp["fit_reason"])
        assert (tsp["verdict"] == "BLOCKED") == (chips > 64)


def taggers(ask):
    for model in ("tagger", "tagger_pools"):
        advice = ask(model)
        reasons = advice.findings(IPU, operator="LSTM")
        assert len(reasons) == 3, reasons
        assert [one["rewrite"] for one in reasons].count("lstm-directions") == 1
        assert all(len(one["nodes"]) == 2 and one["line"] == 21 for one in reasons)
        assert any("dropout" in one["reason"] for one in reasons)
        assert any("num_layers" in one["reason"] for one in reasons)
        assert advice.target(IPU)["verdict"] == "NEEDS CHANGES"
        for name in (WSE, RDU):
            assert advice.target(name)["verdict"] == "UNKNOWN"
            assert advice.findings(name, operator="LSTM", severity="unknown", evidence="none")
            lines = section_of(advice.text, name, "UNKNOWN")
            assert operators_of(lines)["LSTM"] == ("unknown", 2)
        (cut,) = advice.findings(TSP, operator="LSTM")
        assert (cut["support"], cut["rewrite"]) == ("partial", "partition-sequence")
        assert advice.json["model"]["sequence"] == {"input": "x", "axis": 0, "extent": 12}
    pools = {one["operator"]: one for one in advice.target(IPU)["findings"]}
    assert pools["AveragePool"]["rewrite"] == "count-include-pad"
    assert pools["MaxPool"]["rewrite"] == "pool-indices"


def digits(ask, repository):
    """A small network of images: what is known of its operators decides, not that weft runs it."""
    model = repository / "jobs" / "data" / "onnx" / "digits_cnn.onnx"
    advice = ask(model, "--dim", "N=1")
    assert advice.target(TSP)["verdict"] == "READY"
    (change,) = [one for one in advice.target(IPU)["findings"] if one["severity"] != "note"]
    assert change["rewrite"] == "opset-11"
    assert advice.findings(WSE, operator="MaxPool", severity="unknown", evidence="none")
    assert advice.target(RDU)["verdict"] == "NEEDS CHANGES"
    assert advice.json["model"]["open_extents"] == [
        {"input": "images", "axis": 0, "name": "N", "taken_as": 1}]


def versions(ask):
    """From the pools to the tagger without them: two findings less on the IPU."""
    advice = ask("tagger_pools", models=["tagger_pools", "tagger"], forms=False)
    ipu = next(one for one in advice.json["changes"] if one["target"] == IPU)
    assert ipu["direction"] == "better", ipu["direction"]
    assert sorted(one["operator"] for one in ipu["gone"]) == ["AveragePool", "MaxPool"]
    assert ipu["new"] == [] and advice.code == 5
    back = ask("tagger", models=["tagger", "tagger_pools"], forms=False)
    ipu = next(one for one in back.json["changes"] if one["target"] == IPU)
    assert (ipu["direction"], len(ipu["new"])) == ("worse", 2)


def applied(ask, folder, repository):
    """Changes made by weft: what they settle, by line, and that the numbers stay."""
    export = repository / "jobs" / "data" / "onnx" / "bert_2layer_w64.onnx"
    out = folder / "changed.onnx"
    advice = ask(export, "--targets", IPU, "--apply", str(out))
    assert (advice.code, advice.target(IPU)["verdict"]) == (0, "READY"), advice.text
    made = advice.json["applied"]
    assert made["compared"] and made["left"] == []
    # Gelu's constant is fp32: what it is off goes through two layers.
    assert 0 < made["largest_difference"] <= 2 ** -22 * made["largest_number"], made
    lines = {(one["operator"], one["line"]): one for one in made["changes"]}
    gelu = lines["Gelu", 89]
    assert (gelu["module"], len(gelu["nodes"])) == ("GELUActivation", 2)
    assert gelu["now"] == ["Mul", "Erf", "Add", "Mul", "Mul"] and gelu["file"].endswith(".py")
    assert {key[1] for key in lines if key[0] == "LayerNormalization"} == {110, 296, 354}
    words = said(advice.text)
    assert "activations.py:89 GELUActivation" in words and "largest difference" in words
    assert advice.json["model"]["opsets"] == {"ai.onnx": 11}
    again = ask(out, "--targets", IPU, "--apply", str(folder / "twice.onnx"))
    assert (again.code, again.json["applied"]["changes"]) == (0, [])
    assert again.json["applied"]["largest_difference"] == 0

    # Case 1: 11,173 million multiplications, computed twice, with drawn weights.
    large = ask("bert_base", "--targets", IPU, "--apply", str(folder / "large.onnx"))
    assert (large.code, large.target(IPU)["verdict"]) == (0, "READY"), large.text
    made = large.json["applied"]
    assert made["compared"] and made["weights_drawn"] and made["largest_number"] > 1, made
    assert 0 < made["largest_difference"] <= 2 ** -24 * made["largest_number"], made
    assert made["allowed_difference"] == 37 * 2 ** -22 * made["largest_number"], made
    gelu = next(one for one in large.json["applied"]["changes"] if one["operator"] == "Gelu")
    assert (gelu["line"], gelu["module"], len(gelu["nodes"])) == (412, "BertIntermediate", 12)
    for path in folder.glob("large.onnx*"):
        path.unlink()

    tagger = ask("tagger_pools", "--targets", IPU, "--apply", str(folder / "tagger_new.onnx"))
    made = tagger.json["applied"]
    assert "the indices of its maxima" in made["why_not_compared"], made["why_not_compared"]
    layers = next(one for one in made["changes"] if one["operator"] == "LSTM")
    assert (layers["line"], layers["now"]) == (21, ["LSTM", "Slice", "LSTM", "Slice", "Concat"])
    assert not any(one["rewrite"] in ("lstm-directions", "count-include-pad")
                   for one in tagger.findings(IPU))
    assert tagger.findings(IPU, operator="MaxPool", rewrite="pool-indices")
    export = repository / "jobs" / "data" / "onnx" / "bilstm_2layer.onnx"  # which has its weights
    plain = ask(export, "--targets", IPU, "--apply", str(folder / "plain.onnx"))
    assert sum(len(one["nodes"]) for one in plain.json["applied"]["changes"]
               if one["rewrite"] == "lstm-directions") == 2
    assert plain.json["applied"]["compared"] and plain.json["applied"]["largest_difference"] == 0

    cut = ask("detector", "--targets", IPU, "--apply", str(folder / "cut.onnx"))
    assert (cut.code, cut.target(IPU)["verdict"]) == (0, "READY"), cut.text
    assert not cut.json["applied"]["compared"]
    assert {one["operator"] for one in cut.json["applied"]["changes"]
            if one["rewrite"] == "cut-tail"} == {"NonMaxSuppression", "NonZero", "Gather"}


# What a program called python3 does, what the report says of it, and for how long it may go on.
PYTHONS = [
    ("echo seconds 0.25; echo setting a fake", None, 60),
    ("exit 3", "python3 ended with 3", 60),
    ("exec /bin/sleep 600", "python3 took longer than 1 s", 1),
    ("echo junk; echo seconds many", "this host's Python printed no time", 60),
    ("echo seconds -1", "this host's Python printed no time", 60),
    ("echo seconds nan", "this host's Python printed no time", 60),
    ("printf 'refused it has \\033[1mno\\n'", "it has ?[1mno", 60),
]


def baselines(ask, folder):
    """This host's time, else what is published, else nothing; whatever its Python does."""
    plain = ask("resnet_50", "--targets", TSP)
    assert [one["value"] for one in plain.json["baselines"]] == [102.76]
    assert plain.json["why_not_timed"] == "not asked for (--baseline)"
    assert "102.76 ms: host CPU" in said(plain.text) and "102.76 ms: host CPU" in plain.page
    path = folder / "bin"
    path.mkdir()
    for script, why, seconds in PYTHONS:
        (path / "python3").write_text(f"#!/bin/sh\n{script}\n")
        (path / "python3").chmod(0o700)
        advice = ask("resnet_50", "--targets", TSP, f"--baseline={seconds}", path=str(path))
        assert advice.code == plain.code, (script, advice.error)
        assert advice.json["why_not_timed"] == why, advice.json["why_not_timed"]
        assert advice.json["targets"] == plain.json["targets"]
        if why:
            assert advice.json["baselines"] == plain.json["baselines"]
            assert f"not timed: {why}" in said(advice.text) and why in said(advice.page)
            continue
        assert advice.json["baselines"] == [
            {"machine": "this host", "value": 0.25, "unit": "s", "setting": "a fake",
             "source": [], "measured": True}]
        assert "250 ms: this host, a fake, measured" in said(advice.text)
        assert "250 ms: this host, a fake, measured" in advice.page
    (path / "python3").write_text("#!/bin/sh\nexit 3\n")
    none = ask("tagger", "--targets", TSP, "--baseline", path=str(path))
    assert none.json["baselines"] == [] and none.json["why_not_timed"]


def refusals(weft, folder):
    """One clear error each, exit 2, nothing written."""
    model = str(folder / "tagger.onnx")
    report = folder / "none.json"
    (folder / "kept.data").write_text("kept")
    cases = [
        ([model, "--targets", "groq-tps"], 2, "did you mean 'groq-tsp'"),
        ([str(folder / "nothing.onnx")], 2, "nothing.onnx"),
        ([model, "--targets", "toy"], 2, "no table"),
        ([model, "--precision", "fp9"], 2, "--precision fp9"),
        ([model, "--html", str(folder / "no" / "folder.html")], 1, "folder.html"),
        (["--html", "x.html"], 2, "want a model"),
        ([model, "--apply", model], 2, "--apply would replace the model"),
        ([model, "--apply", str(folder / "kept")], 2, "kept.data' would be replaced"),
        ([model, "--apply", str(folder / "kept.data")], 2, "would be replaced"),
        (["--apply", str(folder / "x.onnx")], 2, "one model"),
        ([model, "--apply", str(folder / "no" / "x.onnx")], 1, "x.onnx"),
    ]
    for arguments, code, words in cases:
        done = subprocess.run([weft, "advise", *arguments, "--json", str(report)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == code, (arguments, done.returncode, done.stderr)
        assert words in done.stderr, (arguments, done.stderr)
        assert len(done.stderr.strip().split("\n")) == 1, done.stderr
        assert not report.exists(), arguments


def cards(weft):
    done = subprocess.run([weft, "advise", "--targets", "all"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in (WSE, IPU, TSP, RDU):
        assert f"{name}: " in done.stdout
    assert done.stdout.count("162 rows") == 4


def main():
    weft, repository = sys.argv[1], pathlib.Path(sys.argv[2])
    root = json.loads((repository / "docs" / "advise.schema.json").read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, "-B", str(repository / "scripts" / "advice_models.py"),
                        name], check=True, stdout=subprocess.DEVNULL)

        def ask(model, *arguments, models=None, forms=True, path=None):
            paths = [str(one if isinstance(one, pathlib.Path) else folder / f"{one}.onnx")
                     for one in models or [model]]
            advice = Advice(weft, folder, *paths, *arguments, path=path)
            if forms:
                check_forms(advice, root)
            return advice

        for case in (bert, resnet, llama, detector, taggers, versions):
            case(ask)
            print(f"{case.__name__}: as known")
        borders(ask, folder)
        digits(ask, repository)
        baselines(ask, folder)
        print("baselines: as known")
        applied(ask, folder, repository)
        print("changes: as known")
        refusals(weft, folder)
    cards(weft)
    print("refusals and cards: as known")


if __name__ == "__main__":
    main()
