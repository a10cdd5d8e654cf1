# SPDX-License-Identifier: Apache-2.0
"""Which files of the repository the style tests read."""
import pathlib
import subprocess

SUFFIXES = {'.hpp', '.cpp', '.py', '.sh', '.cmake', '.csl', '.toml'}
NAMES = {'CMakeLists.txt'}


def tracked(root):
    """Every file git knows or would add; the whole tree where there is no git."""
    command = ['git', '-C', str(root), 'ls-files', '-co', '--exclude-standard', '-z']
    try:
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        paths = [root / name for name in listed.split('\0') if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [p for p in root.rglob('*') if not p.relative_to(root).parts[0].startswith('build')]
    return sorted(p for p in paths if p.is_file())


def sources(root):
    """The files that someone wrote by hand and that a compiler or an interpreter reads."""
    return [p for p in tracked(root) if p.suffix in SUFFIXES or p.name in NAMES or is_script(p)]


def is_script(path):
    if path.suffix:
        return False
    with path.open('rb') as file:
        return file.read(2) == b'#!'
