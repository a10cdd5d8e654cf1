# SPDX-License-Identifier: Apache-2.0
"""What the text and the page of `weft advise` say, read back, to be held against its JSON."""
import html
import html.parser
import re

LEVELS = ("none", "unknown", "partial", "full")


def said(text):
    """Words of a text, or of a page without its markup."""
    if text.startswith("<!DOCTYPE"):
        text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return " ".join(text.split())


class Tables(html.parser.HTMLParser):
    """The page's tables under the heading before them: rows of cells, heads first."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.heading, self.rows, self.cell, self.in_heading = {}, "", None, None, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "h2":
            self.heading, self.in_heading = "", True
        elif tag == "table":
            self.rows = self.tables.setdefault(self.heading, [])
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_endtag(self, tag):
        if tag == "h2":
            self.in_heading = False
        elif tag in ("td", "th"):
            self.rows[-1].append(" ".join(self.cell.split()))
            self.cell = None

    def handle_data(self, data):
        if self.in_heading:
            self.heading += data
        elif self.cell is not None:
            self.cell += data + " "


def matrix_of(page):
    """The page's matrix: {target: {operator: "support evidence"}}."""
    head, *rows = Tables(page).tables["Operators"]
    return {target: {row[0]: row[i] for row in rows} for i, target in enumerate(head) if i >= 2}


def section_of(text, target, verdict):
    """A target's own lines of the text."""
    begin = text.index(f"\n{target}: {verdict}\n") + 1
    lines = text[begin:].split("\n")
    count = next((i for i, line in enumerate(lines) if i > 0 and not line.startswith(" ")),
                 len(lines))
    return lines[1:count]


def operators_of(lines):
    """Operators by what a target's lines say of them: {operator: (support, nodes)}."""
    words, level = dict.fromkeys(LEVELS, ""), None
    for line in lines:
        mark = line[2:11].strip()
        if mark:
            # The levels stand once each and in their order; then come findings.
            later = LEVELS[LEVELS.index(level) + 1:] if level else LEVELS
            if level and mark not in later:
                break
            level = mark if mark in LEVELS else None
        if level:
            words[level] += " " + line[11:].strip()
    return {name: (level, int(nodes.replace(",", ""))) for level, text in words.items()
            for name, nodes in re.findall(r"([\w.<>/-]+) \(([\d,]+)\)", text)}
