# SPDX-License-Identifier: Apache-2.0
"""The program of docs/csl.md, "A first program", taken from the page, runs as the page says.

    first_program.py WEFT REPOSITORY
"""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

RESULT = "10 11 12 13 14 15 16 17 110 112 114 116"


def blocks(page):
    """(language, text) of each block of the section."""
    section = page.split("\n## A first program\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```(\w+)\n(.*?)```", section, re.S)


def run(weft, folder, words):
    """Exit code and all that was said."""
    done = subprocess.run([weft, *words], cwd=folder, text=True, capture_output=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def foretold(weft, folder):
    """What is wrong with the size of a trace that `weft check` foretells, or None."""
    said = run(weft, folder, ["check", "job.toml"])[1]
    found = re.search(r"trace, before compression: ([\d.]+) KiB at level summary, at most ([\d.]+) "
                      r"KiB at phases; at runs (\d+) bytes more a row", said)
    if not found:
        return f"weft check does not foretell the trace: {said}"
    run(weft, folder, ["-q", "trace", "info", "t.h5", "--json", "t.json"])
    told = json.loads((folder / "t.json").read_text())
    values = sum(max(1, len(counter["channels"])) for counter in told["counters"])
    counters = values * told["width"] * told["height"] * 8 / 1024
    results = 16 * 4 / 1024
    wanted = (counters + results, 33 * counters + results)
    given = (float(found.group(1)), float(found.group(2)))
    if any(abs(a - b) > 0.06 for a, b in zip(wanted, given)):
        return f"weft check foretells {given} KiB, the trace has {wanted}"
    return None


def check(weft, page, folder):
    """What does not happen as the page says, a line each."""
    found = blocks(page)
    files = [text for language, text in found if language in ("zig", "toml")]
    for name, text in zip(("layout.csl", "sender.csl", "adder.csl", "job.toml"), files):
        (folder / name).write_text(text)
    lines = [line for language, text in found if language == "sh" for line in text.splitlines()]
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        code, said = run(weft, folder, words)
        if code != 0:
            yield f"{line}: exit {code}: {said}"
        if words[0] == "run" and RESULT not in said:
            yield f"{line}: the result is not {RESULT}: {said}"
    wrong = foretold(weft, folder)
    if wrong:
        yield wrong
    layout = (folder / "layout.csl").read_text()
    (folder / "layout.csl").write_text(re.sub(r"  @set_color_config\(1, .*\n", "", layout))
    code, said = run(weft, folder, ["run", "job.toml"])
    if code != 1 or "cycle" not in said or "(1, 0)" not in said:
        yield f"without the second route: exit {code}: {said}"
    if len(files) != 4 or not lines:
        yield "the page has no program"


def main():
    page = (pathlib.Path(sys.argv[2]) / "docs" / "csl.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        found = list(check(sys.argv[1], page, pathlib.Path(folder)))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
