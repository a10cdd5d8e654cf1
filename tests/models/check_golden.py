#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the models of jobs/data/onnx in onnxruntime and compares with the committed outputs.

Every model with arrays beside it is run on its inputs; what comes out must be golden/onnxruntime
within 1e-5 of its largest number: another version adds in another order. onnxruntime is Python's,
where it can be imported, else onnxruntime-node from npm (`npm install --ignore-scripts`), found by
NODE_PATH. Without either the test is skipped (exit code 77).

Usage: check_golden.py <jobs/data/onnx>
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

WITHIN = 1e-5
TYPES = {"float32": "float32", "int64": "int64"}
NODE_PROGRAM = """
const fs = require('fs');
const ort = require('onnxruntime-node');
(async () => {
  const asked = JSON.parse(fs.readFileSync('asked.json'));
  const session = await ort.InferenceSession.create(asked.model);
  const feeds = {};
  for (const one of asked.inputs) {
    const bytes = fs.readFileSync(one.file);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const data = one.type === 'int64' ? new BigInt64Array(buffer) : new Float32Array(buffer);
    feeds[one.name] = new ort.Tensor(one.type, data, one.dims);
  }
  const results = await session.run(feeds);
  const data = results[session.outputNames[0]].data;
  fs.writeFileSync('answer.bin', Buffer.from(data.buffer, data.byteOffset, data.byteLength));
})().catch(error => { console.error(error); process.exit(1); });
"""


def by_python(model, inputs):
    import onnxruntime  # pylint: disable=import-outside-toplevel
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0].ravel()


def by_node(model, inputs):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        asked = []
        for i, (key, array) in enumerate(inputs.items()):
            array.tofile(folder / f"{i}.bin")
            asked.append({"name": key, "type": TYPES[str(array.dtype)],
                          "dims": list(array.shape), "file": f"{i}.bin"})
        (folder / "asked.json").write_text(json.dumps({"model": str(model), "inputs": asked}))
        (folder / "run.cjs").write_text(NODE_PROGRAM)
        done = subprocess.run(["node", "run.cjs"], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{model}: onnxruntime-node: {done.stderr}")
        return np.fromfile(folder / "answer.bin", "<f4")


def runner():
    try:
        import onnxruntime  # pylint: disable=import-outside-toplevel
        return f"onnxruntime {onnxruntime.__version__}", by_python
    except ImportError:
        pass
    node = shutil.which("node")
    for folder in os.environ.get("NODE_PATH", "").split(os.pathsep) if node else []:
        package = pathlib.Path(folder) / "onnxruntime-node" / "package.json"
        if folder and package.exists():
            return f"onnxruntime-node {json.loads(package.read_text())['version']}", by_node
    print("no onnxruntime: skipped")
    sys.exit(77)


def arrays_of(model):
    """The arrays of a model; those of an old export are named without its opset."""
    beside = model.with_suffix(".h5")
    return beside if beside.exists() else model.with_name(model.stem.split("_opset")[0] + ".h5")


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    name, run = runner()
    wrong, seen = [], 0
    for model in sorted(folder.glob("*.onnx")):
        if not arrays_of(model).exists():
            continue
        with h5py.File(arrays_of(model)) as file:
            golden = file["golden/onnxruntime"][()].ravel()
            inputs = {key: np.ascontiguousarray(file[key][()]) for key in file
                      if key not in ("golden", "labels")}
        answer = run(model, inputs)
        off = np.abs(answer - golden).max() / np.abs(golden).max()
        print(f"{model.stem:24} {off:.2g}")
        seen += 1
        if not off <= WITHIN:
            wrong.append(model.stem)
    print(f"{seen} models in {name}")
    if wrong or seen == 0:
        sys.exit(f"not as committed: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
