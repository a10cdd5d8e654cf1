#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# onnxruntime saves an optimised model without its weights: elsewhere it takes another model's.
#
# Packages:  PyPI's onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6 and ml_dtypes 0.6.0, in a temporary
#            folder.
# Input:     two models y = x + w with weights in model.onnx.data beside each, as PyTorch's exporter
#            names and places them: w = 1 in the folder one/, w = 2 in two/. one/model.onnx is
#            opened with SessionOptions.optimized_model_filepath in one/, empty/ and two/.
# Expected:  what is saved is the model: opened again it gives y = 1 for x = 0, or saving fails.
# Seen:      the file names model.onnx.data by its relative path and its old offsets, and nothing is
#            copied. In one/ it works; in the empty folder it cannot be opened; in two/ it opens and
#            gives 2, with the other model's weights. onnx's checker, full_check too, passes that.
# So weft:   writes a program and all its weights into one new folder (weft compile), and reads
#            weights of the model's folder only; what lies there under the right name is believed by
#            it too, as nothing in the format says whose they are.
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q onnxruntime==1.32.0 onnx==1.23.2 \
  numpy==2.4.6 ml_dtypes==0.6.0 || exit 1
cat >look.py <<'PYTHON'
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

COUNT = 4096


def write(folder, value):
    os.makedirs(folder)
    weights = numpy_helper.from_array(np.full(COUNT, value, np.float32), "w")
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [COUNT]) for n in "xy")
    node = helper.make_node("Add", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "g", [x], [y], [weights])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(made, f"{folder}/model.onnx", save_as_external_data=True,
              location="model.onnx.data", size_threshold=0)


def answer(path, saved=None):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    if saved:
        options.optimized_model_filepath = saved
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return float(session.run(None, {"x": np.zeros(COUNT, np.float32)})[0][0])


def attempt(what, *arguments):
    try:
        return what(*arguments)
    except Exception as error:
        return type(error).__name__


write("one", 1)
write("two", 2)
os.makedirs("empty")
for folder in ("one", "empty", "two"):
    path = f"{folder}/saved.onnx"
    first = answer("one/model.onnx", path)
    again = attempt(answer, path)
    checked = attempt(onnx.checker.check_model, path, True)
    print(f"{folder}: {first} then {again}, checker {checked or 'passes'}")
PYTHON
seen=$(packages/bin/python look.py 2>/dev/null)
expected="one: 1.0 then 1.0, checker passes
empty: 1.0 then Fail, checker ValidationError
two: 1.0 then 2.0, checker passes"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi
