#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scripts that people source change neither the folder nor the options of their shell.

Usage: check_sourced.py <repository>
"""
import pathlib
import subprocess
import sys

PROBE = 'cd / && before=$-; . "$1" "" >/dev/null 2>&1; [ "$PWD" = / ] && [ "$before" = "$-" ]'


def main():
    scripts = pathlib.Path(sys.argv[1]).resolve() / "scripts"
    sourced = sorted(scripts.glob("*-env.sh")) + [scripts / "lib.sh"]
    changed = [script.name for script in sourced
               if subprocess.run(["bash", "-c", PROBE, "bash", str(script)]).returncode != 0]
    for name in changed:
        print(f"scripts/{name}: changes the folder or the options of the shell that sources it")
    return 1 if changed or len(sourced) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
