#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on what no file of weft may hold: long lines, long files, long functions, banned words.

Usage: check_text.py <repository>
"""
import pathlib
import re
import sys

import sources

LINE_MAX = {'.csl': 120}  # no formatter wraps it, and its builtins are wordy
LINE_MAX_ELSEWHERE = 100
FILE_MAX = 500
FUNCTION_MAX = 70
LICENCE = 'SPDX-License-Identifier: Apache-2.0'
# Written in two halves so that this file does not find itself.
BANNED = {
    r'\bTO' r'DO\b': 'finish it, or open an issue',
    r'\bFIX' r'ME\b': 'fix it, or open an issue',
    r'\bX' r'XX\b': 'say what it means',
    r'\bHA' r'CK\b': 'say what it works around',
    r'std::en' r'dl': "write '\\n'",
    r'using namespace s' r'td\b': 'write std::',
}
# What reads or writes numbers by the process's locale, and is not in src/ for that.
BY_LOCALE = {
    r'\bstd::sto[a-z]+\(': 'real_of or whole_of',
    r'\b(strto(d|f|ld|l|ul|ll|ull)|ato[fil]l?|sscanf)\(': 'real_of or whole_of',
    r'%[-+ #0-9.*\']*[aefgAEFG]\b.*",': 'fixed, scientific or general',
    r'"[^"]*%[-+ #0-9.*]*\'': 'grouped',
    r'\bstd::(o|i)?stringstream \w+[;({]': 'TextStream',
    r'\bstd::format\(.*:[^}]*L': 'no L',
    r'\b(std::)?(is(al(num|pha)|digit|space|upper|lower|punct)|to(upper|lower))\(':
        'base/ascii.hpp',
}
# The stream is imbued where it is made, or the program's own.
LOCALE_EXEMPT = ('src/base/text_stream.hpp', 'src/hosts/poplar/include/')
# A number in front of one of these nouns may be 1.
PLURALS = ('arguments|axes|begins|blocks|bins|bytes|channels|chips|columns|cycles|destinations|'
           'dimensions|elements|entries|epochs|findings|firings|groups|heads|indices|inputs|'
           'items|lanes|layers|links|lists|matrices|nodes|numbers|operands|operators|outputs|pads|'
           'passes|pixels|places|points|ranks|replicas|rows|runs|sources|steps|stops|streams|'
           'tables|tensors|tiles|types|units|values|vectors|ways|weights|words|workers')
COUNTS = re.compile(r'\b(?:std::to_string|grouped|number)\(')
BEHIND = re.compile(rf'\s*\+\s*" (?:more |leading |time |switch )?({PLURALS})\b(?! or | pass )')
# Texts that are read back, and sources that users' programs include.
COUNTED_ELSEWHERE = ('src/frontends/rdu/print.cpp', 'src/hosts/poplar/include/')
COMMENT = ('//', '#', '"""')
NOT_A_FUNCTION = re.compile(r'^(namespace|struct|class|enum|union|extern|template|constexpr.*=)\b')


def check_opening(lines):
    """The licence line first (after a #!), then a comment that says what the file is for."""
    start = 1 if lines and lines[0].startswith('#!') else 0
    if len(lines) <= start or LICENCE not in lines[start]:
        return [(start + 1, f'must be the line "{LICENCE}"')]
    if len(lines) <= start + 1 or not lines[start + 1].startswith(COMMENT):
        return [(start + 2, 'must be a comment that says what this file is for')]
    return []


def check_functions(lines):
    """Bodies at column 0, as clang-format leaves them."""
    found = []
    start = None
    for number, line in enumerate(lines, 1):
        if line.endswith('{') and line[0] not in ' }' and not NOT_A_FUNCTION.match(line):
            start = number
        elif line.startswith('}') and start is not None:
            length = number - start + 1
            if length > FUNCTION_MAX:
                found.append((start, f'function of {length} lines: at most {FUNCTION_MAX}'))
            start = None
    return found


def check_lines(lines, most):
    found = []
    for number, line in enumerate(lines, 1):
        if len(line) > most:
            found.append((number, f'{len(line)} characters: at most {most}'))
        if line != line.rstrip():
            found.append((number, 'blank at the end of the line'))
        for pattern, remedy in BANNED.items():
            if re.search(pattern, line):
                found.append((number, f'{re.search(pattern, line).group()}: {remedy}'))
    return found


def check_locale(path, lines):
    """Uses of the process's locale, under src/."""
    if not path.startswith('src/') or path.startswith(LOCALE_EXEMPT):
        return []
    found = []
    for number, line in enumerate(lines, 1):
        imbued = number < len(lines) and '.imbue(std::locale::classic())' in lines[number]
        for pattern, remedy in BY_LOCALE.items():
            match = re.search(pattern, line)
            if match and not imbued and not line.lstrip().startswith('//'):
                found.append((number, f'{match.group()} follows the locale: {remedy}'))
    return found


def end_of_call(text, at):
    """Behind the parenthesis that closes the one at `at`."""
    depth = 0
    for found in re.finditer(r'"(?:\\.|[^"\\])*"|[()]', text[at:]):
        depth += {'(': 1, ')': -1}.get(found.group(), 0)
        if depth == 0:
            return at + found.end()
    return len(text)


def check_plurals(path, text):
    """Numbers in front of a plural that would be wrong for 1, under src/."""
    if not path.startswith('src/') or path.startswith(COUNTED_ELSEWHERE):
        return []
    found = []
    for call in COUNTS.finditer(text):
        noun = BEHIND.match(text, end_of_call(text, call.end() - 1))
        # The last of several extents: 1 x 1 tiles.
        if noun and not re.search(r'" x "\s*\+\s*$', text[:call.start()]):
            line = text.count('\n', 0, call.start()) + 1
            found.append((line, f'1 {noun.group(1)}: base/counted.hpp'))
    return found


def check_file(name, text):
    """All that is wrong with a file of that path and text, as (line, what)."""
    lines = text.split('\n')
    if lines[-1] == '':
        lines.pop()
    most = LINE_MAX.get(pathlib.PurePath(name).suffix, LINE_MAX_ELSEWHERE)
    found = check_opening(lines) + check_lines(lines, most)
    found += check_locale(name, lines)
    if name.endswith(('.cpp', '.hpp')):
        found += check_plurals(name, text)
    if len(lines) > FILE_MAX:
        found.append((len(lines), f'{len(lines)} lines: at most {FILE_MAX}'))
    if name.endswith(('.cpp', '.hpp')):
        found += check_functions(lines)
    if name.endswith('.hpp') and '#pragma once' not in lines:
        found.append((1, 'no #pragma once'))
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    count = 0
    paths = sources.sources(root)
    if not paths:
        sys.exit(f'no sources under {root}')
    for path in paths:
        for line, what in check_file(str(path.relative_to(root)), path.read_text(encoding='utf-8')):
            print(f'{path.relative_to(root)}:{line}: {what}')
            count += 1
    print(f'{len(paths)} files, {count} breaches')
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main())
