# SPDX-License-Identifier: Apache-2.0
"""Asks `weft advise` about a model: one answer in its three forms, which must say the same."""
import json
import os
import re
import subprocess

import schema
from forms import matrix_of, operators_of, said, section_of

WSE, IPU, TSP, RDU = "cerebras-wse3", "graphcore-gc200", "groq-tsp", "sambanova-sn40l"
PAGE_BYTES = 300_000
LINE_WIDTH = 80


class Advice:
    """One answer in its three forms."""

    def __init__(self, weft, folder, model, *arguments, path=None):
        self.json_path, self.page_path = folder / "advice.json", folder / "advice.html"
        done = subprocess.run(
            [weft, "advise", str(model), "--json", str(self.json_path), "--html",
             str(self.page_path), *arguments], capture_output=True, text=True, timeout=200,
            env={**os.environ, "PATH": f"{path}:{os.environ['PATH']}"} if path else None)
        self.code, self.text, self.error = done.returncode, done.stdout, done.stderr
        if self.code not in (0, 3, 4, 5):
            raise AssertionError(f"{model}: exit {self.code}: {self.error}")
        self.json = json.loads(self.json_path.read_text())
        self.page = self.page_path.read_text()

    def target(self, name):
        return next(one for one in self.json["targets"] if one["target"] == name)

    def findings(self, target, **keys):
        return [one for one in self.target(target)["findings"]
                if all(one[key] == value for key, value in keys.items())]


def facts_of(target):
    """What text and page must say of a target, word for word."""
    yield from (target["verdict"], target["fit_reason"], target["flow"], target["precision"])
    for level in target["memory"]:
        if level["capacity_bytes"]:
            yield from (level["name"], level["holds"])
    for finding in target["findings"]:
        yield from (finding["reason"], finding["severity"], finding["evidence"])
        yield from finding["source"]
        yield from filter(None, (finding["operator"], finding["module"], finding["rewrite"],
                                 finding["date"]))
        if finding["line"]:
            yield f"{finding['file'].rsplit('/', 1)[-1]}:{finding['line']}"
        elif finding["nodes"]:
            yield finding["nodes"][0]
        if finding["share"] > 0:
            percent = 100 * finding["share"]
            part = "< 0.1" if percent < 0.05 else f"{percent:.1f}"
            yield f"{part} % of the {finding['share_of']}"
    if target["cut"]:
        yield from target["cut"]["tensors"]
        yield target["cut"]["verdict_of_the_rest"]
        for finding in target["cut"]["findings_of_the_rest"]:
            if finding["severity"] != "note":
                yield finding["reason"]
    yield from (row["setting"] for row in target["published"])
    yield from filter(None, [target["published_lack"]])


def facts_of_model(report):
    """The same of the model, of its baseline, of changes and sources."""
    model = report["model"]
    yield from (*model["inputs"], *model["outputs"], *model["types"], *model["control_flow"],
                *model["foreign_operators"])
    yield from filter(None, (model["why_no_lines"], model["live_at"]))
    for dimension in filter(None, (model["batch"], model["sequence"])):
        yield f"{dimension['extent']} (axis {dimension['axis']} of {dimension['input']})"
    for one in model["open_extents"]:
        yield f"{one['name'] or 'axis'} of {one['input']}" if one["name"] else one["input"]
    for one in model["operators"]:
        yield from (f"{one['multiplications']:,}", f"{one['parameters']:,}")
    for kind in ("modules", "lines"):
        yield from (one["name"] for one in model[kind][:12])
    for module in model["modules"][:12]:
        if module["gives_to"]:
            yield ", ".join(module["gives_to"])
    yield from (one["setting"] for one in report["baselines"])
    yield from filter(None, [report["why_not_timed"]])
    for change in report["changes"]:
        yield from (change["rewrite"], change["title"], *change["places"][:6], *change["targets"])
        yield f"numbers: {change['numbers']}"
        yield "weft makes it (--apply)" if change["automatic"] else "by hand"
    for key, source in report["sources"].items():
        yield from (key, source["title"], source["version"], source["date"], source["trust"])


def made_of(applied):
    """What text and page must say of changes that were made."""
    yield applied["file"]
    yield from applied["left"]
    for change in applied["changes"]:
        yield from (change["rewrite"], ", ".join(change["now"]))
        count = len(change["nodes"])
        nodes = f" ({count} node{'s' if count != 1 else ''})" if count else ""
        yield f"- {change['operator']}{nodes}"
        if change["line"]:
            place = f"{change['file'].rsplit('/', 1)[-1]}:{change['line']}"
            yield f"{place} {change['module']}" if change["module"] else place


def same_content(advice):
    """What the JSON says stands in text and page, too."""
    words, page = said(advice.text), said(advice.page)
    facts = [*facts_of_model(advice.json), *made_of(advice.json["applied"])] \
        if "applied" in advice.json else [*facts_of_model(advice.json)]
    for target in advice.json["targets"]:
        facts += facts_of(target)
    for fact in facts:
        fact = " ".join(fact.split())
        assert fact in words, f"the text lacks: {fact}"
        assert fact in page, f"the page lacks: {fact}"
    matrix = matrix_of(advice.page)
    for target in advice.json["targets"]:
        name = target["target"]
        uses = {one["operator"]: one for one in target["operators"]}
        assert matrix[name] == {operator: f"{one['support']} {one['evidence']}"
                                for operator, one in uses.items()}, matrix[name]
        lines = operators_of(section_of(advice.text, name, target["verdict"]))
        assert lines == {operator: (one["support"], one["nodes"])
                         for operator, one in uses.items()}, lines
        for use in uses.values():
            assert (use["support"] == "unknown") == (use["evidence"] == "none"), use


def check_forms(advice, root):
    found = schema.faults(advice.json, root, root)
    assert not found, "\n".join(found[:10])
    assert advice.json["exit_code"] == advice.code
    wide = [line for line in advice.text.split("\n") if len(line) > LINE_WIDTH]
    assert not wide, wide[0]
    assert len(advice.page) <= PAGE_BYTES, len(advice.page)
    assert "http" not in re.sub(r"github\.com|docs\.", "", advice.page), "the page has a link out"
    same_content(advice)
