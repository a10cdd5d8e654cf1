# SPDX-License-Identifier: Apache-2.0
"""Writes ONNX files field by field, without ONNX's library: messages, and a model of them.

Numbers of fields and of types are those of onnx.proto.
"""
import pathlib

import numpy as np

TYPES = {np.dtype("<f4"): 1, np.dtype("<i8"): 7, np.dtype("bool"): 9}
INLINE_BYTES = 512  # what has fewer stays in the model's own file, as PyTorch's exporter has it
ALIGNMENT = 64


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, value):
    """A field of a message: a whole number, a text, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, array):
    """TensorProto: dims, data_type, name, raw_data."""
    dims = b"".join(field(1, extent) for extent in array.shape)
    return dims + field(2, TYPES[array.dtype]) + field(8, name) + field(9, array.tobytes())


def external_tensor(name, dtype, shape, location, offset, length):
    """TensorProto whose data are bytes of another file."""
    dims = b"".join(field(1, extent) for extent in shape)
    entries = {"location": location, "offset": str(offset), "length": str(length)}
    return (dims + field(2, TYPES[np.dtype(dtype)]) + field(8, name)
            + b"".join(field(13, field(1, key) + field(2, text)) for key, text in entries.items())
            + field(14, 1))


def value_info(name, shape, dtype="<f4"):
    """ValueInfoProto: name, type.tensor_type (elem_type, shape.dim: its value or its name)."""
    dims = b"".join(field(1, field(1 if isinstance(extent, int) else 2, extent))
                    for extent in shape)
    return field(1, name) + field(2, field(1, field(1, TYPES[np.dtype(dtype)]) + field(2, dims)))


def attribute(name, value):
    """AttributeProto: a whole number, a float, a text or a list of whole numbers."""
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return (field(1, name) + varint(2 << 3 | 5) + np.float32(value).tobytes() + field(20, 1))
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    return field(1, name) + field(8, b"".join(varint(one) for one in value)) + field(20, 7)


def node(operation, name, inputs, outputs, attributes=None, metadata=None):
    """NodeProto: input, output, name, op_type, attribute, metadata_props."""
    return (b"".join(field(1, one) for one in inputs) + b"".join(field(2, one) for one in outputs)
            + field(3, name) + field(4, operation)
            + b"".join(field(5, attribute(*one)) for one in (attributes or {}).items())
            + b"".join(field(9, field(1, key) + field(2, text))
                       for key, text in (metadata or {}).items()))


def metadata_of(place):
    """What PyTorch writes beside a node: `place` is (file, line, function, path, classes), where
    the path of the innermost module has a class for each of its steps behind the model's own."""
    file, line, function, path, classes = place
    steps = path.split(".") if path else []
    scopes = [""] + [".".join(steps[:i + 1]) for i in range(len(steps))]
    scopes = scopes[:1] + [s for s in scopes[1:] if not s.split(".")[-1] == "layer"] + ["call"]
    return {"pkg.torch.onnx.stack_trace": f'  File "{file}", line {line}, in {function}\n',
            "pkg.torch.onnx.name_scopes": str(scopes),
            "pkg.torch.onnx.class_hierarchy": str([*classes, "aten.call"])}


def model(graph, opset, ir_version, producer):
    """ModelProto around a GraphProto."""
    return (field(1, ir_version) + field(2, producer) + field(7, graph)
            + field(8, field(1, "") + field(2, opset)))


class Value:
    """A value of a model while it is built: its name and shape, and its numbers where they are
    known."""

    def __init__(self, name, shape, data=None):
        self.name, self.shape, self.data = name, tuple(int(extent) for extent in shape), data


class ModelFile:
    """A model in the making: NAME.onnx, and NAME.onnx.data for tensors of 512 B and more.

    With `sparse` the data file has a hole where a tensor is: it takes no room on the disk and
    reads as zeros. `place_of` gives the place of a node in PyTorch (metadata_of), by its operation
    and how many of these there were before, or None.
    """

    def __init__(self, name, folder, sparse, opset=20, place_of=None):
        self.name, self.sparse, self.opset, self.place_of = name, sparse, opset, place_of
        self.path = pathlib.Path(folder) / f"{name}.onnx"
        self.data_path = self.path.with_suffix(".onnx.data")
        self.data = open(self.data_path, "wb")
        self.end, self.graph, self.nodes, self.counts = 0, [], 0, {}

    def constant(self, name, shape, array=None, dtype="<f4"):
        """An initializer; its numbers are `array`, which only large ones of a sparse file lack."""
        shape = tuple(int(extent) for extent in shape)
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        if size < INLINE_BYTES:
            if array is None:
                array = np.zeros(shape, dtype)
            array = np.ascontiguousarray(array, dtype).reshape(shape)
            self.graph.append(field(5, tensor(name, array)))
            return Value(name, shape, array)
        self.end = -(-self.end // ALIGNMENT) * ALIGNMENT
        self.graph.append(field(5, external_tensor(name, dtype, shape, self.data_path.name,
                                                   self.end, size)))
        if array is not None:
            self.data.seek(self.end)
            self.data.write(np.ascontiguousarray(array, dtype).tobytes())
        self.end += size
        return Value(name, shape, array)

    def input(self, name, shape, dtype="<f4", array=None):
        self.graph.append(field(11, value_info(name, shape, dtype)))
        return Value(name, shape, array)

    def output(self, value, dtype="<f4"):
        self.graph.append(field(12, value_info(value.name, value.shape, dtype)))

    def node(self, operation, inputs, shapes, attributes=None, data=None, dtype="<f4",
             dtypes=None):
        """A node with an output for each shape, of one type or of `dtypes`; `data` are the numbers
        of the first."""
        number = self.counts[operation] = self.counts.get(operation, -1) + 1
        name = f"{operation.lower()}_{number}"
        names = [name if i == 0 else f"{name}_{i}" for i in range(len(shapes))]
        place = self.place_of(operation, number) if self.place_of else None
        self.graph.append(field(1, node(operation, f"node_{name}", [v.name for v in inputs], names,
                                        attributes, metadata_of(place) if place else None)))
        for one, shape, kind in zip(names, shapes, dtypes or [dtype] * len(shapes)):
            if shape is not None:  # else nobody knows it before a run
                self.graph.append(field(13, value_info(one, shape, kind)))
        self.nodes += 1
        made = [Value(one, shape or ()) for one, shape in zip(names, shapes)]
        made[0].data = data
        return made if len(made) > 1 else made[0]

    def close(self):
        """Writes the model's file and gives the data file its length."""
        self.data.truncate(self.end)
        self.data.close()
        graph = b"".join(self.graph) + field(2, self.name)
        self.path.write_bytes(model(graph, self.opset, 10, "weft real_size_models.py"))
