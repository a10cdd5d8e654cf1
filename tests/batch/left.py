# SPDX-License-Identifier: Apache-2.0
"""What a run leaves that something ended, and the processes of a run in a folder of its own."""
import json
import os
import pathlib
import shutil
import subprocess
import time

import numpy as np

BASE = pathlib.Path(__file__).parent.parent / 'bad_input' / 'base'


def prepare_endless(folder, seal_seconds):
    """job.toml: a ping on two PEs that goes on for hours, in epochs of the default length."""
    for source in BASE.iterdir():
        shutil.copy(source, folder)
    np.save(folder / 'a.npy', np.arange(1, 9, dtype=np.float32))
    for name, old, new in (
            ('pe.csl', '  sys_mod.unblock_cmd_stream();', '  @activate(exit_id);'),
            ('job.toml', '100_000', '4_000_000_000'),
            ('job.toml', 'level = "runs"', f'level = "runs"\nseal_seconds = {seal_seconds}'),
            ('job.toml', '[[check]]\nkind = "equals"\nresult = "b"\ndata = "a.h5:a"\n', '')):
        text = (folder / name).read_text()
        assert old in text, old
        (folder / name).write_text(text.replace(old, new, 1))


def processes(folder, name):
    """Numbers of the processes of that name whose current folder this is, the eldest first."""
    found = []
    for entry in pathlib.Path('/proc').iterdir():
        try:
            if (entry.name.isdigit() and (entry / 'comm').read_text().strip() == name
                    and os.readlink(entry / 'cwd') == str(folder)):
                found.append(int(entry.name))
        except OSError:  # it has ended meanwhile
            pass
    return sorted(found)


def wait_until(holds, seconds, what):
    """Looks ten times a second."""
    end = time.time() + seconds
    while not holds():
        if time.time() > end:
            raise AssertionError(f'{what}: not after {seconds} s')
        time.sleep(0.1)


class Left:
    """The trace of a run in `folder` that could go on until `end`."""

    def __init__(self, weft, folder, end):
        names = [p.name for p in (folder / 'trace.h5', folder / 'trace.h5.tmp') if p.exists()]
        assert len(names) == 1, f'it leaves {sorted(p.name for p in folder.iterdir())}'
        self.name = names[0]
        path = folder / self.name
        done = subprocess.run([weft, 'trace', 'info', path, '--json', folder / 'info.json'],
                              capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f'{self.name} does not open: {done.stderr}'
        info = json.loads((folder / 'info.json').read_text())
        self.complete = int(info['complete'])
        self.cycles = info['cycles']
        self.stop = info.get('stop', '')
        self.age_seconds = max(0.0, end - path.stat().st_mtime)
