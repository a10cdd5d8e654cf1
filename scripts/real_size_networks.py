# SPDX-License-Identifier: Apache-2.0
"""Convolutional networks at their real size, node by node as PyTorch 2.14 exports torchvision's.

With seeded weights the numbers of one image go along: batch norm's mean and variance of each
convolution are those of this image, and are folded into its weights and bias, so that every layer
answers something between -3 and 3 and no output is constant. Where an image has a single place,
there is no variance of a channel: then they are those of all channels together.
"""
import numpy as np

SEED = 20261130
SIDE = 224  # pixels, of the images that these networks are made for


class Network:
    """Layers of a convolutional network, appended to a model's file."""

    def __init__(self, file):
        self.file, self.count = file, 0
        self.draw = None if file.sparse else np.random.Generator(np.random.PCG64(SEED))

    def image(self, side):
        shape = (1, 3, side, side)
        return self.file.input("x", shape, array=self.normal(shape, 1.0))

    def normal(self, shape, scale):
        if self.draw is None:
            return None
        return (self.draw.standard_normal(shape, dtype=np.float32) * scale).astype("<f4")

    def weight(self, name, shape, array=None):
        self.count += 1
        return self.file.constant(f"layer_{self.count}.{name}", shape, array)

    def conv(self, x, outputs, kernel, stride=1, groups=1, norm=True, pad=None):
        """A convolution, with the batch norm behind it folded in (norm) or with a drawn bias."""
        pad = (kernel - 1) // 2 if pad is None else pad
        inputs = x.shape[1] // groups
        side = [(extent + 2 * pad - kernel) // stride + 1 for extent in x.shape[2:]]
        shape = (outputs, inputs, kernel, kernel)
        weight = self.normal(shape, np.sqrt(2 / (inputs * kernel * kernel)))
        bias = self.normal((outputs,), 0.1)
        data = None
        if weight is not None:
            sums = convolved(x.data, weight, stride, pad, groups)
            if norm:
                axes = (0, 2, 3) if sums.shape[2:] != (1, 1) else None
                mean = sums.mean(axis=axes, dtype=np.float64) * np.ones(outputs)
                variance = sums.var(axis=axes, dtype=np.float64) * np.ones(outputs)
                deviation = np.sqrt(variance + 1e-5)
                weight = (weight / deviation[:, None, None, None]).astype("<f4")
                bias = (bias - mean / deviation).astype("<f4")
                sums = (sums / deviation[None, :, None, None]).astype("<f4")
            data = sums + bias[None, :, None, None]
        operands = [x, self.weight("weight", shape, weight)]
        operands.append(self.file.constant(f"layer_{self.count}.bias", (outputs,), bias))
        attributes = {"group": groups, "pads": [pad] * 4, "auto_pad": "NOTSET",
                      "strides": [stride] * 2, "dilations": [1, 1], "kernel_shape": [kernel] * 2}
        return self.file.node("Conv", operands, [(1, outputs, *side)], attributes, data)

    def same_shape(self, operation, x, function, attributes=None, others=()):
        data = None if x.data is None else function(x.data).astype("<f4")
        return self.file.node(operation, [x, *others], [x.shape], attributes, data)

    def relu(self, x):
        return self.same_shape("Relu", x, lambda v: np.maximum(v, 0))

    def relu6(self, x):
        bounds = [self.scalar("zero", 0), self.scalar("six", 6)]
        return self.same_shape("Clip", x, lambda v: np.clip(v, 0, 6), others=bounds)

    def hard_sigmoid(self, x):
        return self.same_shape("HardSigmoid", x, lambda v: np.clip(v / 6 + 0.5, 0, 1),
                               {"alpha": 1 / 6, "beta": 0.5})

    def hard_swish(self, x):
        return self.same_shape("HardSwish", x, lambda v: v * np.clip(v / 6 + 0.5, 0, 1))

    def scalar(self, name, value):
        if not hasattr(self, name):
            setattr(self, name, self.file.constant(name, (), np.float32(value)))
        return getattr(self, name)

    def both(self, operation, function, a, b):
        data = None if a.data is None else function(a.data, b.data)
        shape = np.broadcast_shapes(a.shape, b.shape)
        return self.file.node(operation, [a, b], [shape], None, data)

    def add(self, a, b):
        return self.both("Add", np.add, a, b)

    def max_pool(self, x, kernel, stride, pad, ceil=0):
        side = [-(-(e + 2 * pad - kernel) // stride) + 1 if ceil
                else (e + 2 * pad - kernel) // stride + 1 for e in x.shape[2:]]
        data = None
        if x.data is not None:
            far = [(s - 1) * stride + kernel - e - pad for s, e in zip(side, x.shape[2:])]
            padded = np.pad(x.data, ((0, 0), (0, 0), (pad, max(far[0], 0)), (pad, max(far[1], 0))),
                            constant_values=-np.inf)
            data = windows(padded, kernel, stride).max(axis=(2, 3))
        attributes = {"storage_order": 0, "dilations": [1, 1], "ceil_mode": ceil,
                      "pads": [pad] * 4, "auto_pad": "NOTSET", "strides": [stride] * 2,
                      "kernel_shape": [kernel] * 2}
        return self.file.node("MaxPool", [x], [(*x.shape[:2], *side)], attributes, data)

    def mean(self, x):
        """The mean over height and width, which average pooling to 1 x 1 is exported as."""
        if not hasattr(self, "axes"):
            self.axes = self.file.constant("axes", (2,), np.array([-1, -2]), "<i8")
        data = None if x.data is None else x.data.mean(axis=(2, 3), keepdims=True)
        return self.file.node("ReduceMean", [x, self.axes], [(*x.shape[:2], 1, 1)],
                              {"noop_with_empty_axes": 0, "keepdims": 1}, data)

    def flat(self, x):
        shape = self.file.constant("rows", (2,), np.array([1, x.shape[1]]), "<i8")
        data = None if x.data is None else x.data.reshape(1, -1)
        return self.file.node("Reshape", [x, shape], [(1, x.shape[1])], {"allowzero": 1}, data)

    def linear(self, x, outputs):
        shape = (outputs, x.shape[1])
        weight, bias = self.normal(shape, 1 / np.sqrt(x.shape[1])), self.normal((outputs,), 0.1)
        data = None if weight is None else x.data @ weight.T + bias
        operands = [x, self.weight("weight", shape, weight)]
        operands.append(self.file.constant(f"layer_{self.count}.bias", (outputs,), bias))
        return self.file.node("Gemm", operands, [(1, outputs)],
                              {"beta": 1.0, "transB": 1, "alpha": 1.0, "transA": 0}, data)


def windows(x, kernel, stride):
    """x [1][c][h][w] as [1][c][kernel][kernel][h'][w'], a view."""
    view = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(2, 3))
    return view[:, :, ::stride, ::stride].transpose(0, 1, 4, 5, 2, 3)


def convolved(x, weight, stride, pad, groups):
    """[1][outputs][h'][w'] in fp32."""
    view = windows(np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))), weight.shape[2], stride)
    side = view.shape[4:]
    if groups == x.shape[1] == weight.shape[0]:
        return np.einsum("nckluv,ckl->ncuv", view, weight[:, 0], optimize=True)
    columns = view.reshape(groups, -1, side[0] * side[1])
    rows = weight.reshape(groups, weight.shape[0] // groups, -1)
    return np.matmul(rows, columns).reshape(1, weight.shape[0], *side)


def resnet(file, side, blocks, bottleneck):
    """ResNet with `blocks` residual blocks a stage, of two convolutions or of three."""
    net = Network(file)
    x = net.image(side)
    x = net.max_pool(net.relu(net.conv(x, 64, 7, 2)), 3, 2, 1)
    for stage, number in enumerate(blocks):
        width = 64 << stage
        outputs = width * 4 if bottleneck else width
        for block in range(number):
            stride = 2 if stage > 0 and block == 0 else 1
            if bottleneck:
                y = net.relu(net.conv(x, width, 1))
                y = net.relu(net.conv(y, width, 3, stride))
                y = net.conv(y, outputs, 1)
            else:
                y = net.conv(net.relu(net.conv(x, width, 3, stride)), outputs, 3)
            if block == 0 and (stride != 1 or x.shape[1] != outputs):
                x = net.conv(x, outputs, 1, stride)
            x = net.relu(net.add(y, x))
    file.output(net.linear(net.flat(net.mean(x)), 1000))


def mobilenet_v2(file, side):
    net = Network(file)
    x = net.relu6(net.conv(net.image(side), 32, 3, 2))
    for expand, outputs, number, first_stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
            (6, 160, 3, 2), (6, 320, 1, 1)):
        for block in range(number):
            stride = first_stride if block == 0 else 1
            hidden = x.shape[1] * expand
            y = x if expand == 1 else net.relu6(net.conv(x, hidden, 1))
            y = net.relu6(net.conv(y, hidden, 3, stride, hidden))
            y = net.conv(y, outputs, 1)
            x = net.add(x, y) if stride == 1 and x.shape[1] == outputs else y
    x = net.relu6(net.conv(x, 1280, 1))
    file.output(net.linear(net.flat(net.mean(x)), 1000))


def mobilenet_v3_small(file, side):
    net = Network(file)
    x = net.hard_swish(net.conv(net.image(side), 16, 3, 2))
    for kernel, hidden, outputs, squeeze, swish, stride in (
            (3, 16, 16, 8, 0, 2), (3, 72, 24, 0, 0, 2), (3, 88, 24, 0, 0, 1), (5, 96, 40, 24, 1, 2),
            (5, 240, 40, 64, 1, 1), (5, 240, 40, 64, 1, 1), (5, 120, 48, 32, 1, 1),
            (5, 144, 48, 40, 1, 1), (5, 288, 96, 72, 1, 2), (5, 576, 96, 144, 1, 1),
            (5, 576, 96, 144, 1, 1)):
        act = net.hard_swish if swish else net.relu
        y = x if hidden == x.shape[1] else act(net.conv(x, hidden, 1))
        y = act(net.conv(y, hidden, kernel, stride, hidden))
        if squeeze:
            scale = net.relu(net.conv(net.mean(y), squeeze, 1, norm=False))
            scale = net.hard_sigmoid(net.conv(scale, hidden, 1, norm=False))
            y = net.both("Mul", np.multiply, scale, y)
        y = net.conv(y, outputs, 1)
        x = net.add(x, y) if stride == 1 and x.shape[1] == outputs else y
    x = net.hard_swish(net.conv(x, 576, 1))
    x = net.hard_swish(net.linear(net.flat(net.mean(x)), 1024))
    file.output(net.linear(x, 1000))


def squeezenet_1_1(file, side):
    net = Network(file)
    x = net.max_pool(net.relu(net.conv(net.image(side), 64, 3, 2, norm=False, pad=0)), 3, 2, 0, 1)
    for squeeze, expand, pooled in ((16, 64, 0), (16, 64, 1), (32, 128, 0), (32, 128, 1),
                                    (48, 192, 0), (48, 192, 0), (64, 256, 0), (64, 256, 0)):
        x = net.relu(net.conv(x, squeeze, 1, norm=False))
        a = net.relu(net.conv(x, expand, 1, norm=False))
        b = net.relu(net.conv(x, expand, 3, norm=False))
        data = None if a.data is None else np.concatenate([a.data, b.data], axis=1)
        shape = (1, 2 * expand, *a.shape[2:])
        x = file.node("Concat", [a, b], [shape], {"axis": 1}, data)
        if pooled:
            x = net.max_pool(x, 3, 2, 0, 1)
    file.output(net.flat(net.mean(net.relu(net.conv(x, 1000, 1, norm=False)))))


# A function each of a model's file and the side of its image.
NETWORKS = {
    "resnet18": lambda file, side: resnet(file, side, (2, 2, 2, 2), False),
    "resnet50": lambda file, side: resnet(file, side, (3, 4, 6, 3), True),
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3_small": mobilenet_v3_small,
    "squeezenet_1_1": squeezenet_1_1,
}
