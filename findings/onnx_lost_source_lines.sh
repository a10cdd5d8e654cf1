#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An ONNX file loses the PyTorch lines of its nodes when onnx converts it, to its own version too.
#
# Packages:  PyPI's onnx 1.20.0, onnxruntime 1.23.2, onnxsim 0.8.1 and onnxslim 0.1.98 with numpy
#            2.3.5 and ml_dtypes 0.5.4, in a temporary folder.
# Input:     Conv, Relu, MaxPool, ReduceMean, Reshape and Gemm at opset 20, each node with the
#            metadata_props that torch.onnx.export has written since 2.9: here a line each.
# Expected:  what rewrites a file leaves the lines of nodes that it does not touch; conversion to
#            opset 20 changes nothing; opset 11, the newest that one of the field's machines reads,
#            is reached, as each of these operators exists there.
# Seen:      nodes with a line, of those in the result:
#              infer_shapes 6 of 6; extract_model 6 of 6; onnxruntime basic 6 of 6
#              convert_version to 20, 0 of 6; onnxsim 0 of 6; onnxslim 0 of 6
#              onnxruntime extended 0 of 5: not even MaxPool, which it did not touch, has one
#            convert_version to 17 gives ReduceMean an attribute that it has from 18 on, which
#            onnx's own checker refuses; to 13 and below it ends in a RuntimeError, as nothing
#            leads from Relu's version 14, which differs in the types it takes, to 13.
# So weft:   reads lines from the exporter's own file. What is converted or simplified has nodes
#            only, and a change of opset must carry the lines along itself.
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
python3 -m venv packages && packages/bin/pip install -q onnx==1.20.0 onnxruntime==1.23.2 \
  onnxsim==0.8.1 onnxslim==0.1.98 numpy==2.3.5 ml_dtypes==0.5.4 || exit 1
cat >look.py <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
import onnxsim
import onnxslim
from onnx import TensorProto, helper, numpy_helper, version_converter

LINE = "pkg.torch.onnx.stack_trace"


def model():
    draw = np.random.default_rng(1)
    weights = {"w": (4, 3, 3, 3), "d": (5, 4), "b": (5,)}
    constants = [numpy_helper.from_array(draw.standard_normal(s).astype(np.float32), n)
                 for n, s in weights.items()]
    constants.append(numpy_helper.from_array(np.array([2, 3]), "axes"))
    constants.append(numpy_helper.from_array(np.array([1, 4]), "rows"))
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], "conv", pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["c"], ["r"], "relu"),
             helper.make_node("MaxPool", ["r"], ["p"], "pool", kernel_shape=[2, 2],
                              strides=[2, 2]),
             helper.make_node("ReduceMean", ["p", "axes"], ["m"], "mean", keepdims=1,
                              noop_with_empty_axes=0),
             helper.make_node("Reshape", ["m", "rows"], ["f"], "flat"),
             helper.make_node("Gemm", ["f", "d", "b"], ["y"], "dense", transB=1)]
    for line, node in enumerate(nodes, 10):
        node.metadata_props.add(key=LINE, value=f'File "net.py", line {line}, in forward')
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(made, full_check=True)
    return made


def lines(changed):
    nodes = changed.graph.node
    return sum(any(p.key == LINE for p in n.metadata_props) for n in nodes), len(nodes)


def cut():
    onnx.utils.extract_model("net.onnx", "cut.onnx", ["x"], ["y"])
    return onnx.load("cut.onnx")


def optimised(level):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = level
    options.optimized_model_filepath = "optimised.onnx"
    onnxruntime.InferenceSession("net.onnx", options, providers=["CPUExecutionProvider"])
    return onnx.load("optimised.onnx")


def refusal(version):
    try:
        onnx.checker.check_model(version_converter.convert_version(net, version), full_check=True)
        return "none"
    except Exception as error:
        text = str(error)
        return next((key for key in ("noop_with_empty_axes", "for Relu") if key in text), text)


net = model()
onnx.save(net, "net.onnx")
level = onnxruntime.GraphOptimizationLevel
seen = {
    "infer_shapes": lines(onnx.shape_inference.infer_shapes(net)),
    "extract_model": lines(cut()),
    "onnxruntime basic": lines(optimised(level.ORT_ENABLE_BASIC)),
    "convert_version to 20": lines(version_converter.convert_version(net, 20)),
    "onnxsim": lines(onnxsim.simplify(net)[0]),
    "onnxslim": lines(onnxslim.slim(net)),
    "onnxruntime extended": lines(optimised(level.ORT_ENABLE_EXTENDED)),
    "refused at 17": refusal(17),
    "refused at 13": refusal(13),
    "refused at 11": refusal(11),
}
for key, value in seen.items():
    print(f"{key}: {value}")
PYTHON
seen=$(packages/bin/python -W ignore look.py 2>/dev/null)
expected="infer_shapes: (6, 6)
extract_model: (6, 6)
onnxruntime basic: (6, 6)
convert_version to 20: (0, 6)
onnxsim: (0, 6)
onnxslim: (0, 6)
onnxruntime extended: (0, 5)
refused at 17: noop_with_empty_axes
refused at 13: for Relu
refused at 11: for Relu"
echo "$seen"
if [ "$seen" = "$expected" ]; then
  echo "as described"
else
  echo "this has changed; expected:"
  echo "$expected"
  exit 1
fi
