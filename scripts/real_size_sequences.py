# SPDX-License-Identifier: Apache-2.0
"""Transformers and an LSTM at their real width, node by node as PyTorch 2.14 exports torchvision's
ViT-B/16, transformers' BERT, GPT-2 and Llama (two layers each), and torch.nn.LSTM.

Weights are drawn, or holes of the file; constants that fix shapes, scales and masks are there in
both.
"""
import numpy as np

SEED = 20261130
LAST = (1 << 63) - 1


class Sequence:
    """Nodes on sequences of tokens, appended to a model's file."""

    def __init__(self, file):
        self.file, self.known = file, {}
        self.draw = None if file.sparse else np.random.Generator(np.random.PCG64(SEED))

    def weight(self, name, *shape, mean=0.0, scale=0.02):
        array = None
        if self.draw is not None:
            array = self.draw.standard_normal(shape, dtype=np.float32) * scale + mean
        return self.file.constant(name, shape, array)

    def constant(self, array, dtype):
        """An initializer without a name of its own, stored once."""
        array = np.asarray(array, dtype)
        key = (array.shape, array.dtype, array.tobytes())
        if key not in self.known:
            name = f"val_{len(self.known)}"
            self.known[key] = self.file.constant(name, array.shape, array, dtype)
        return self.known[key]

    def wholes(self, *values):
        return self.constant(values, "<i8")

    def real(self, value):
        return self.constant(value, "<f4")

    def node(self, operation, inputs, shape, dtype="<f4", **attributes):
        return self.file.node(operation, inputs, [shape], attributes, dtype=dtype)

    def both(self, operation, a, b):
        return self.node(operation, [a, b], np.broadcast_shapes(a.shape, b.shape))

    def add(self, a, b):
        return self.both("Add", a, b)

    def mul(self, a, b):
        return self.both("Mul", a, b)

    def reshape(self, x, *shape):
        newer = {"allowzero": 1} if self.file.opset >= 14 else {}  # the set that brought it
        return self.node("Reshape", [x, self.wholes(*shape)], shape, **newer)

    def transpose(self, x, *order):
        return self.node("Transpose", [x], [x.shape[i] for i in order], perm=order)

    def matmul(self, a, b):
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        return self.node("MatMul", [a, b], (*batch, a.shape[-2], b.shape[-1]))

    def dense(self, x, name, outputs, bias=True):
        """A linear layer as MatMul and Add: its weight is in the file the other way round."""
        y = self.matmul(x, self.weight(f"{name}.weight", x.shape[-1], outputs))
        return self.add(y, self.weight(f"{name}.bias", outputs)) if bias else y

    def gemm(self, x, name, outputs, transposed):
        shape = (outputs, x.shape[1]) if transposed else (x.shape[1], outputs)
        operands = [x, self.weight(f"{name}.weight", *shape), self.weight(f"{name}.bias", outputs)]
        return self.node("Gemm", operands, (x.shape[0], outputs), beta=1.0,
                         transB=int(transposed), alpha=1.0, transA=0)

    def layer_norm(self, x, name, epsilon):
        operands = [x, self.weight(f"{name}.weight", x.shape[-1], mean=1.0),
                    self.weight(f"{name}.bias", x.shape[-1])]
        return self.node("LayerNormalization", operands, x.shape, stash_type=1, epsilon=epsilon,
                         axis=-1)

    def rows(self, table, ids, axis=0):
        shape = (*table.shape[:axis], *ids.shape, *table.shape[axis + 1:])
        return self.node("Gather", [table, ids], shape, axis=axis)

    def gelu(self, x):
        return self.node("Gelu", [x], x.shape, approximate="none")

    def turned_keys(self, key):
        """Keys [1][heads][tokens][width] as scaled_dot_product_attention turns their last axes."""
        _, heads, tokens, width = key.shape
        three = self.node("Reshape", [key, self.wholes(heads, tokens, width)],
                          (heads, tokens, width), allowzero=0)
        turned = self.transpose(three, 0, 2, 1)
        return self.node("Reshape", [turned, self.wholes(1, heads, width, tokens)],
                         (1, heads, width, tokens), allowzero=0)

    def attention(self, query, turned, value, mask=None):
        """Softmax of scaled products, with a mask added and rows without any weight set to 0."""
        scale = self.real(query.shape[-1] ** -0.25)
        scores = self.matmul(self.mul(query, scale), self.mul(turned, scale))
        if mask is not None:
            scores = self.add(scores, mask)
        weights = self.node("Softmax", [scores], scores.shape, axis=-1)
        if mask is not None:
            empty = self.node("IsNaN", [weights], weights.shape, "bool")
            weights = self.node("Where", [empty, self.real(0.0), weights], weights.shape)
        return self.matmul(weights, value)

    def heads(self, x, number):
        """[1][tokens][width] as [1][heads][tokens][width / heads]."""
        return self.transpose(self.reshape(x, 1, x.shape[1], number, x.shape[2] // number),
                              0, 2, 1, 3)


def vit_b_16(file, layers=12, width=768, heads=12, hidden=3072):
    net = Sequence(file)
    image = file.input("x", (1, 3, 224, 224))
    kernel = net.weight("conv_proj.weight", width, 3, 16, 16)
    x = net.node("Conv", [image, kernel, net.weight("conv_proj.bias", width)], (1, width, 14, 14),
                 group=1, pads=[0] * 4, auto_pad="NOTSET", strides=[16, 16], dilations=[1, 1],
                 kernel_shape=[16, 16])
    x = net.transpose(net.reshape(x, 1, width, 196), 0, 2, 1)
    x = net.node("Concat", [net.weight("class_token", 1, 1, width), x], (1, 197, width), axis=1)
    x = net.add(x, net.weight("encoder.pos_embedding", 1, 197, width))
    for layer in range(layers):
        name = f"encoder.layers.encoder_layer_{layer}"
        y = net.transpose(net.layer_norm(x, f"{name}.ln_1", 1e-6), 1, 0, 2)
        y = net.dense(y, f"{name}.self_attention.in_proj", 3 * width)
        y = net.reshape(y, 197, 1, 3, width)
        y = net.node("Unsqueeze", [y, net.wholes(0)], (1, 197, 1, 3, width))
        y = net.transpose(y, 3, 1, 2, 0, 4)
        y = net.node("Squeeze", [y, net.wholes(-2)], (3, 197, 1, width))
        parts = [net.rows(y, net.constant(i, "<i8")) for i in range(3)]
        parts = [net.transpose(net.reshape(part, 197, heads, width // heads), 1, 0, 2)
                 for part in parts]
        query = net.reshape(parts[0], 1, heads, 197, width // heads)
        value = net.reshape(parts[2], 1, heads, 197, width // heads)
        turned = net.node("Reshape", [net.transpose(parts[1], 0, 2, 1),
                                      net.wholes(1, heads, width // heads, 197)],
                          (1, heads, width // heads, 197), allowzero=0)
        y = net.transpose(net.attention(query, turned, value), 2, 0, 1, 3)
        y = net.gemm(net.reshape(y, 197, width), f"{name}.self_attention.out_proj", width, True)
        y = net.transpose(net.reshape(y, 197, 1, width), 1, 0, 2)
        x = net.add(y, x)
        y = net.dense(net.layer_norm(x, f"{name}.ln_2", 1e-6), f"{name}.mlp.0", hidden)
        x = net.add(x, net.dense(net.gelu(y), f"{name}.mlp.3", width))
    x = net.rows(net.layer_norm(x, "encoder.ln", 1e-6), net.constant(0, "<i8"), axis=1)
    file.output(net.gemm(x, "heads.head", 1000, True))


def bert(file, layers=2, width=768, heads=12, hidden=3072, tokens=128):
    net = Sequence(file)
    ids = file.input("ids", (1, tokens), "<i8")
    mask = file.input("mask", (1, tokens), "<i8")
    kinds = net.node("GatherElements", [net.constant(np.zeros((1, 512)), "<i8"),
                                        net.constant(np.arange(tokens)[None], "<i8")],
                     (1, tokens), "<i8", axis=1)
    x = net.rows(net.weight("embeddings.word_embeddings.weight", 30522, width), ids)
    x = net.add(x, net.rows(net.weight("embeddings.token_type_embeddings.weight", 2, width), kinds))
    x = net.add(x, net.weight("embeddings.positions", 1, tokens, width))
    x = net.layer_norm(x, "embeddings.LayerNorm", 1e-12)
    given = net.node("Cast", [mask], mask.shape, "bool", to=9)
    places = np.stack([np.zeros(tokens), np.arange(tokens)], axis=1)
    given = net.node("GatherND", [given, net.constant(places[None, None, None], "<i8")],
                     (1, 1, 1, tokens), "bool", batch_dims=0)
    seen = net.constant(np.ones((1, 1, tokens, 1)), "bool")
    seen = net.node("And", [seen, given], (1, 1, tokens, tokens), "bool")
    added = None
    for layer in range(layers):
        name = f"encoder.layer.{layer}"
        query, key, value = (net.heads(net.dense(x, f"{name}.attention.self.{part}", width), heads)
                             for part in ("query", "key", "value"))
        turned = net.turned_keys(key)
        if added is None:
            added = net.node("Where", [seen, net.real(0.0), net.real(-np.inf)], seen.shape)
        y = net.transpose(net.attention(query, turned, value, added), 0, 2, 1, 3)
        y = net.dense(net.reshape(y, 1, tokens, width), f"{name}.attention.output.dense", width)
        x = net.layer_norm(net.add(y, x), f"{name}.attention.output.LayerNorm", 1e-12)
        y = net.gelu(net.dense(x, f"{name}.intermediate.dense", hidden))
        y = net.add(net.dense(y, f"{name}.output.dense", width), x)
        x = net.layer_norm(y, f"{name}.output.LayerNorm", 1e-12)
    file.output(x)


def causal(tokens):
    return np.triu(np.full((tokens, tokens), -np.inf, np.float32), 1)[None, None]


def gpt2_gelu(net, x):
    """Gelu by tanh, spelled out."""
    half = net.mul(x, net.real(0.5))
    cube = net.both("Pow", x, net.real(3.0))
    inner = net.mul(net.add(x, net.mul(cube, net.real(0.044715))), net.real(np.sqrt(2 / np.pi)))
    tanh = net.node("Tanh", [inner], inner.shape)
    return net.mul(half, net.add(tanh, net.real(1.0)))


def gpt2(file, layers=2, width=768, heads=12, tokens=128, vocabulary=50257):
    net = Sequence(file)
    ids = file.input("ids", (1, tokens), "<i8")
    table = net.weight("lm_head.weight", vocabulary, width)
    x = net.add(net.rows(table, net.node("Reshape", [ids, net.wholes(-1, tokens)], ids.shape, "<i8",
                                         allowzero=1)), net.weight("wpe", 1, tokens, width))
    mask = net.constant(causal(tokens), "<f4")

    def conv1d(x, name, outputs):
        y = net.gemm(net.reshape(x, tokens, x.shape[2]), name, outputs, False)
        return net.reshape(y, 1, tokens, outputs)

    for layer in range(layers):
        name = f"transformer.h.{layer}"
        y = conv1d(net.layer_norm(x, f"{name}.ln_1", 1e-5), f"{name}.attn.c_attn", 3 * width)
        parts = file.node("Split", [y], [(1, tokens, width)] * 3, {"axis": 2, "num_outputs": 3})
        query, key, value = (net.heads(part, heads) for part in parts)
        y = net.transpose(net.attention(query, net.turned_keys(key), value, mask), 0, 2, 1, 3)
        y = net.gemm(net.reshape(y, tokens, width), f"{name}.attn.c_proj", width, False)
        x = net.add(net.reshape(y, 1, tokens, width), x)
        y = conv1d(net.layer_norm(x, f"{name}.ln_2", 1e-5), f"{name}.mlp.c_fc", 4 * width)
        x = net.add(x, conv1d(gpt2_gelu(net, y), f"{name}.mlp.c_proj", width))
    x = net.reshape(net.layer_norm(x, "transformer.ln_f", 1e-5), 1, tokens, width)
    file.output(net.matmul(x, net.transpose(table, 1, 0)))


def rms_norm(net, x, name):
    square = net.both("Pow", x, net.real(2.0))
    mean = net.node("ReduceMean", [square, net.wholes(-1)], (*x.shape[:-1], 1),
                    noop_with_empty_axes=0, keepdims=1)
    root = net.add(mean, net.real(1e-5))
    root = net.node("Sqrt", [root], root.shape)
    scaled = net.mul(x, net.node("Reciprocal", [root], root.shape))
    return net.mul(net.weight(f"{name}.weight", x.shape[-1], mean=1.0), scaled)


def rotated(net, x, cosines, sines):
    """Rotary positions: x cos + (-second half, first half) sin."""
    half = x.shape[-1] // 2
    shape = (*x.shape[:-1], half)
    direct = net.mul(x, cosines)
    first = net.node("Slice", [x, *(net.wholes(v) for v in (0, half, 3, 1))], shape)
    second = net.node("Slice", [x, *(net.wholes(v) for v in (half, LAST, 3, 1))], shape)
    second = net.node("Neg", [second], shape)
    turned = net.node("Concat", [second, first], x.shape, axis=-1)
    return net.add(direct, net.mul(turned, sines))


def llama(file, layers=2, width=2048, heads=32, groups=8, hidden=8192, tokens=128,
          vocabulary=128256):
    """The widths of Llama 3.2 1B."""
    net = Sequence(file)
    each = width // heads
    x = net.rows(net.weight("embed_tokens.weight", vocabulary, width),
                 file.input("ids", (1, tokens), "<i8"))
    angles = np.outer(np.arange(tokens), 500000.0 ** (-np.arange(0, each, 2) / each))
    angles = np.concatenate([angles, angles], axis=1)[None, None]
    cosines, sines = (net.constant(f(angles), "<f4") for f in (np.cos, np.sin))
    mask = net.constant(causal(tokens), "<f4")

    def repeated(x):
        """Keys or values of each group for all of its heads."""
        five = net.node("Unsqueeze", [x, net.wholes(2)], (1, groups, 1, tokens, each))
        shape = (1, groups, heads // groups, tokens, each)
        return net.node("Expand", [five, net.wholes(*shape)], shape)

    for layer in range(layers):
        name = f"layers.{layer}"
        y = rms_norm(net, x, f"{name}.input_layernorm")
        query, key, value = (
            net.heads(net.dense(y, f"{name}.self_attn.{part}_proj", number * each, False), number)
            for part, number in (("q", heads), ("k", groups), ("v", groups)))
        query = rotated(net, query, cosines, sines)
        key = repeated(rotated(net, key, cosines, sines))
        value = net.reshape(repeated(value), 1, heads, tokens, each)
        turned = net.node("Reshape", [key, net.wholes(heads, tokens, each)], (heads, tokens, each))
        turned = net.node("Reshape", [net.transpose(turned, 0, 2, 1),
                                      net.wholes(1, heads, each, tokens)],
                          (1, heads, each, tokens), allowzero=0)
        y = net.transpose(net.attention(query, turned, value, mask), 0, 2, 1, 3)
        y = net.dense(net.reshape(y, 1, tokens, width), f"{name}.self_attn.o_proj", width, False)
        x = net.add(x, y)
        y = rms_norm(net, x, f"{name}.post_attention_layernorm")
        gate = net.dense(y, f"{name}.mlp.gate_proj", hidden, False)
        gate = net.mul(gate, net.node("Sigmoid", [gate], gate.shape))
        y = net.mul(gate, net.dense(y, f"{name}.mlp.up_proj", hidden, False))
        x = net.add(x, net.dense(y, f"{name}.mlp.down_proj", width, False))
    file.output(net.dense(rms_norm(net, x, "norm"), "lm_head", vocabulary, False))


def lstm(file, width=512, hidden=512, steps=128, classes=32):
    """Two layers in both directions, batch first."""
    net = Sequence(file)
    x = net.transpose(file.input("x", (1, steps, width)), 1, 0, 2)

    def gates(name, columns):
        """A weight of PyTorch's (input, forget, cell, output) in ONNX's order, and an axis."""
        whole = net.weight(name, 4 * hidden, columns, scale=hidden ** -0.5)
        parts = [net.node("Slice", [whole, *(net.wholes(v) for v in (first * hidden,
                                                                     (first + 1) * hidden, 0))],
                          (hidden, columns)) for first in range(4)]
        order = [parts[i] for i in (0, 3, 1, 2)]
        joined = net.node("Concat", order, (4 * hidden, columns), axis=0)
        return net.node("Unsqueeze", [joined, net.wholes(0)], (1, 4 * hidden, columns))

    def both_ways(pair, columns):
        return net.node("Concat", pair, (2, 4 * hidden, columns), axis=0)

    zeros = net.constant(np.zeros((2, 1, hidden)), "<f4")
    absent = type(zeros)("", ())
    for layer, columns in ((0, width), (1, 2 * hidden)):
        ways = [f"l{layer}", f"l{layer}_reverse"]
        if layer == 0:
            inputs = net.weight("weights_l0", 2, 4 * hidden, columns, scale=columns ** -0.5)
        else:
            inputs = both_ways([gates(f"weight_ih_{way}", columns) for way in ways], columns)
        states = both_ways([gates(f"weight_hh_{way}", hidden) for way in ways], hidden)
        bias = net.weight(f"bias_l{layer}", 2, 8 * hidden, scale=hidden ** -0.5)
        y = net.node("LSTM", [x, inputs, states, bias, absent, zeros, zeros],
                     (steps, 2, 1, hidden), hidden_size=hidden, direction="bidirectional",
                     input_forget=0, layout=0)
        y = net.transpose(y, 0, 2, 1, 3)
        x = net.node("Reshape", [y, net.wholes(steps, 1, 2 * hidden)], (steps, 1, 2 * hidden),
                     allowzero=0)
    file.output(net.dense(net.transpose(x, 1, 0, 2), "classify", classes))


SEQUENCES = {"vit_b_16": vit_b_16, "bert_2layer": bert, "gpt2_2layer": gpt2,
             "llama_2layer": llama, "lstm_2layer": lstm}
