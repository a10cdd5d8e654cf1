#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# onnx's version converter gives models that its checker takes, and that compute other numbers.
#
# Packages:  PyPI's onnx 1.23.0 and onnxruntime 1.32.0 with numpy 2.4.6, in a temporary folder.
# Input:     models of one node each, which onnx's full check takes; the same drawn operand before
#            and behind convert_version, by onnxruntime's CPU.
# Expected:  the same numbers, as for the reductions, slices, pads and splits that were tried, too,
#            or a refusal, as for an AveragePool's dilations or a Gelu on the way down.
# Seen:      largest difference, of results of the order of 1; onnx's full check passes:
#              Softmax of axis 1 of three, 13 to 11: 0.6. Before 13 the axes from the attribute's
#                on are one row; upwards the converter reshapes, downwards it changes nothing.
#              Hardmax of axis 1 of three, 11 to 13: 1.0. What is done for Softmax is not for it.
#              Resize linear, 10 to 13, and Upsample linear, 9 to 13: 0.7 and 0.4. Operator set 11
#                brought coordinate_transformation_mode with a new default, and it is not set.
#            Alike: Softmax of the last axis down, of any axis up; Resize nearest up.
# So weft:   spells a Softmax of another axis than the last with Transposes where it goes to set
#            11, and with Reshapes where it comes to set 13; does the same for Hardmax; refuses
#            Resize and Upsample from before 11; and computes both models before it writes one.
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q onnx==1.23.0 onnxruntime==1.32.0 \
  numpy==2.4.6 || exit 1
cat >look.py <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, version_converter

IMAGE, ROWS = [1, 1, 3, 3], [2, 3, 4]
SCALES = {"scales": np.array([1, 1, 2, 2], np.float32)}
CASES = [("Softmax axis 1 down", "Softmax", 13, 11, ROWS, {"axis": 1}, {}),
         ("Hardmax axis 1 up", "Hardmax", 11, 13, ROWS, {"axis": 1}, {}),
         ("Resize linear up", "Resize", 10, 13, IMAGE, {"mode": "linear"}, SCALES),
         ("Upsample linear up", "Upsample", 9, 13, IMAGE, {"mode": "linear"}, SCALES),
         ("Softmax last axis down", "Softmax", 13, 11, ROWS, {"axis": -1}, {}),
         ("Softmax axis 1 up", "Softmax", 11, 13, ROWS, {"axis": 1}, {}),
         ("Resize nearest up", "Resize", 10, 13, IMAGE, {"mode": "nearest"}, SCALES)]


def model(operation, version, shape, attributes, constants):
    node = helper.make_node(operation, ["x", *constants], ["y"], **attributes)
    open_shape = [f"d{axis}" for axis in range(len(shape))]
    graph = helper.make_graph(
        [node], "one", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, open_shape)],
        [numpy_helper.from_array(array, name) for name, array in constants.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made


def answer(made, x):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(made.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


draw = np.random.default_rng(0)
print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
for name, operation, old, new, shape, attributes, constants in CASES:
    was = model(operation, old, shape, attributes, constants)
    now = version_converter.convert_version(was, new)
    onnx.checker.check_model(now, full_check=True)
    x = draw.standard_normal(shape).astype(np.float32)
    off = float(abs(answer(was, x) - answer(now, x)).max())
    print(f"{name}: {'other numbers' if off > 0.05 else 'the same' if off == 0 else off}")
PYTHON
seen=$(packages/bin/python -W ignore look.py 2>/dev/null)
expected="onnx 1.23.0 onnxruntime 1.32.0
Softmax axis 1 down: other numbers
Hardmax axis 1 up: other numbers
Resize linear up: other numbers
Upsample linear up: other numbers
Softmax last axis down: the same
Softmax axis 1 up: the same
Resize nearest up: the same"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi
