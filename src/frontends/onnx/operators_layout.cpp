// SPDX-License-Identifier: Apache-2.0
// ONNX's operators that move elements and compute nothing.
#include <algorithm>
#include <limits>
#include <numeric>

#include "base/counted.hpp"
#include "frontends/onnx/node.hpp"

namespace weft::onnx {
namespace {

using graph::Shape;

/// 0 keeps an extent (unless `allowzero`), -1 is what is left of the elements.
void import_reshape(NodeImport& node) {
  const Term x = node.input(0);
  const bool zero_is_zero = node.version() >= 14 && node.flag("allowzero", false);
  Shape shape = node.known_wholes(1, "shape");
  std::int64_t* open = nullptr;
  Shape others;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] == 0 && !zero_is_zero) {
      if (axis >= node.shape(x).size()) {
        refuse("keeps extent " + std::to_string(axis) + " of " + text_of(node.shape(x)) +
               ", which has none");
      }
      shape[axis] = node.shape(x)[axis];
    }
    if (shape[axis] == -1) {
      if (open != nullptr) refuse("leaves two extents of " + text_of(shape) + " open");
      open = &shape[axis];
    } else {
      others.push_back(shape[axis]);
    }
  }
  if (open != nullptr) {
    const std::int64_t rest = graph::count_of(others);
    const std::int64_t count = graph::count_of(node.shape(x));
    if (rest == 0 || count % rest != 0) {
      refuse("cannot give " + text_of(node.shape(x)) + " the shape " + text_of(shape));
    }
    *open = count / rest;
  }
  node.finish(graph::Reshape{std::move(shape)}, {x});
}

/// To two axes: those before `axis`, and the others.
void import_flatten(NodeImport& node) {
  const Term x = node.input(0);
  std::int64_t axis = node.whole("axis", 1);
  if (axis < 0) axis += node.rank(x);
  if (axis < 0 || axis > node.rank(x)) refuse("splits the axes at one that there is not");
  const Shape& shape = node.shape(x);
  const auto middle = shape.begin() + axis;
  node.finish(graph::Reshape{{graph::count_of({shape.begin(), middle}),
                              graph::count_of({middle, shape.end()})}},
              {x});
}

void import_transpose(NodeImport& node) {
  const Term x = node.input(0);
  Wholes reversed(as_index(node.rank(x)));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  Wholes permutation = node.wholes("perm").value_or(reversed);
  for (std::int64_t& axis : permutation) axis = node.axis(axis, node.rank(x));
  node.finish(graph::Transpose{std::move(permutation)}, {x});
}

void import_squeeze(NodeImport& node) {
  const Term x = node.input(0);
  Shape shape = node.shape(x);
  if (const auto given = node.wholes_of("axes", 1, 13)) {
    const Wholes axes = node.axes(*given, node.rank(x));
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
      if (shape[as_index(*axis)] != 1) {
        refuse("takes axis " + std::to_string(*axis) + " out of " + text_of(shape) +
               ", which is not 1");
      }
      shape.erase(shape.begin() + *axis);
    }
  } else {
    shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
  }
  node.finish(graph::Reshape{std::move(shape)}, {x});
}

void import_unsqueeze(NodeImport& node) {
  const Term x = node.input(0);
  const auto given = node.wholes_of("axes", 1, 13);
  if (!given) refuse("has no axes");
  const auto more = static_cast<std::int64_t>(given->size());
  Shape shape = node.shape(x);
  for (const std::int64_t axis : node.axes(*given, node.rank(x) + more)) {
    shape.insert(shape.begin() + axis, 1);
  }
  node.finish(graph::Reshape{std::move(shape)}, {x});
}

void import_concat(NodeImport& node) {
  if (!node.has("axis")) refuse("has no axis");
  std::vector<Term> inputs;
  for (std::size_t i = 0; i < node.input_count(); ++i) inputs.push_back(node.input(i));
  const std::int64_t axis = node.axis(node.whole("axis", 0), node.rank(node.input(0)));
  if (inputs.size() == 1) return node.result(0, inputs[0]);
  node.finish(graph::Concat{axis}, inputs);
}

/// All of x but `count` elements from `start` on along an axis.
graph::Slice slice_along(const Shape& shape, std::int64_t axis, std::int64_t start,
                         std::int64_t count) {
  graph::Slice slice{Wholes(shape.size(), 0), shape, Wholes(shape.size(), 1)};
  slice.starts[as_index(axis)] = start;
  slice.counts[as_index(axis)] = count;
  return slice;
}

/// What the pieces are long: as given, or in equal parts of which the last may be shorter.
Wholes split_lengths(NodeImport& node, std::int64_t extent, std::size_t pieces) {
  if (const auto given = node.wholes_of("split", 1, 13)) return *given;
  const auto count = static_cast<std::int64_t>(pieces);
  if (node.version() >= 18 && node.whole("num_outputs", count) != count) {
    refuse("has another number of outputs than it says");
  }
  if (node.version() < 18 && extent % count != 0) {
    refuse("splits " + counted(extent, "element") + " in " + counted(count, "equal part"));
  }
  const std::int64_t part = (extent + count - 1) / count;
  Wholes lengths(pieces, part);
  lengths.back() = extent - part * (count - 1);
  return lengths;
}

void import_split(NodeImport& node) {
  const Term x = node.input(0);
  const std::size_t pieces = node.results().size();
  if (pieces == 0) refuse("has no outputs");
  const std::int64_t axis = node.axis(node.whole("axis", 0), node.rank(x));
  const Wholes lengths = split_lengths(node, node.shape(x)[as_index(axis)], pieces);
  if (lengths.size() != pieces) refuse("has another number of outputs than of lengths");
  std::int64_t left = node.shape(x)[as_index(axis)];
  for (const std::int64_t length : lengths) {
    if (length < 0 || length > left) refuse("has lengths " + text_of(lengths) + " that do not fit");
    left -= length;
  }
  if (left != 0) refuse("has lengths " + text_of(lengths) + ", which are not all there is");
  std::int64_t start = 0;
  for (std::size_t i = 0; i < pieces; ++i) {
    const graph::Slice slice = slice_along(node.shape(x), axis, start, lengths[i]);
    start += lengths[i];
    if (node.wants(i)) node.result(i, node.make(slice, {x}));
  }
}

/// One axis of a slice: `start` and `end` count from the end below 0 and are cut to what is there.
void slice_axis(graph::Slice& slice, std::int64_t axis, std::int64_t extent, std::int64_t start,
                std::int64_t end, std::int64_t step) {
  if (step == 0) refuse("has a step of 0");
  if (start < 0) start += extent;
  if (end < 0) end += extent;
  const std::int64_t least = step > 0 ? 0 : -1;
  const std::int64_t most = step > 0 ? extent : extent - 1;
  start = std::clamp(start, std::int64_t{0}, std::max(most, std::int64_t{0}));
  end = std::clamp(end, least, most);
  // No step is longer than the axis: a longer one takes one element as well.
  const std::int64_t length = std::max<std::int64_t>(extent, 1);
  step = std::clamp(step, -length, length);
  std::int64_t count = 0;
  if (extent > 0 && step > 0 && end > start) count = (end - start + step - 1) / step;
  if (extent > 0 && step < 0 && start > end) count = (start - end - step - 1) / -step;
  slice.starts[as_index(axis)] = count == 0 ? 0 : start;
  slice.counts[as_index(axis)] = count;
  slice.steps[as_index(axis)] = step;
}

void import_slice(NodeImport& node) {
  const Term x = node.input(0);
  const std::int64_t inputs_from = 10;
  const auto starts = node.wholes_of("starts", 1, inputs_from);
  const auto ends = node.wholes_of("ends", 2, inputs_from);
  if (!starts || !ends) refuse("does not say where it starts and ends");
  Wholes all(starts->size());
  std::iota(all.begin(), all.end(), 0);
  const Wholes axes = node.wholes_of("axes", 3, inputs_from).value_or(all);
  Wholes steps(starts->size(), 1);
  if (node.version() >= inputs_from && node.has_input(4)) steps = node.known_wholes(4, "steps");
  if (ends->size() != starts->size() || axes.size() != starts->size() ||
      steps.size() != starts->size()) {
    refuse("has starts, ends, axes and steps of different lengths");
  }
  (void)node.axes(axes, node.rank(x));
  const Shape& shape = node.shape(x);
  graph::Slice slice{Wholes(shape.size(), 0), shape, Wholes(shape.size(), 1)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t axis = node.axis(axes[i], node.rank(x));
    slice_axis(slice, axis, shape[as_index(axis)], (*starts)[i], (*ends)[i], steps[i]);
  }
  node.finish(slice, {x});
}

graph::PadMode pad_mode_of(const std::string& text) {
  if (text == "constant") return graph::PadMode::constant;
  if (text == "reflect") return graph::PadMode::reflect;
  if (text == "edge") return graph::PadMode::edge;
  if (text == "wrap") return graph::PadMode::wrap;
  refuse("pads in the mode " + in_quotes(text) + ", which ONNX does not know");
}

/// The extents by axis, of all axes, from a list that may be of some.
void pad_extents(NodeImport& node, const Wholes& pads, const Wholes& axes, graph::Pad& pad,
                 graph::Slice& cut) {
  if (pads.size() != 2 * axes.size()) {
    refuse("has " + counted(pads.size(), "pad") + " for " + counted(axes.size(), "axis", "axes"));
  }
  const Shape& shape = node.shape(node.input(0));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = as_index(node.axis(axes[i], node.rank(node.input(0))));
    const std::int64_t before = pads[i];
    const std::int64_t behind = pads[i + axes.size()];
    constexpr std::int64_t most = std::int64_t{1} << 40;
    if (std::max(before, behind) > most || std::min(before, behind) < -most) {
      refuse("pads by more than 2^40 elements");
    }
    pad.before[axis] = std::max<std::int64_t>(before, 0);
    pad.behind[axis] = std::max<std::int64_t>(behind, 0);
    const std::int64_t cut_before = std::max<std::int64_t>(-before, 0);
    const std::int64_t cut_behind = std::max<std::int64_t>(-behind, 0);
    if (cut_before + cut_behind > shape[axis]) refuse("cuts off more than there is");
    cut.starts[axis] = cut_before;
    cut.counts[axis] = shape[axis] - cut_before - cut_behind;
    if (cut.counts[axis] == 0) cut.starts[axis] = 0;
  }
}

/// Pads below 0 cut off, before the others pad.
void import_pad(NodeImport& node) {
  Term x = node.input(0);
  graph::Pad pad;
  pad.mode = pad_mode_of(node.text("mode", "constant"));
  const auto pads = node.wholes_of("pads", 1, 11);
  if (!pads) refuse("has no pads");
  const std::size_t rank = node.shape(x).size();
  Wholes axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (node.version() >= 18 && node.has_input(3)) {
    axes = node.known_wholes(3, "axes");
    (void)node.axes(axes, node.rank(x));
  }
  pad.before.assign(rank, 0);
  pad.behind.assign(rank, 0);
  graph::Slice cut{Wholes(rank, 0), node.shape(x), Wholes(rank, 1)};
  pad_extents(node, *pads, axes, pad, cut);
  if (cut.counts != node.shape(x)) x = node.make(cut, {x});
  std::vector<Term> inputs{x};
  if (node.version() < 11) {
    const double value = node.real("value", 0);
    if (value != 0) inputs.push_back(node.scalar(value, node.element(x)));
  } else if (node.has_input(2)) {
    inputs.push_back(node.input(2));
  }
  if (pad.mode != graph::PadMode::constant) inputs.resize(1);
  node.finish(std::move(pad), inputs);
}

/// numpy's rule for two shapes, of which either may have more axes.
Shape broadcast_of(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (const Shape* one : {&a, &b}) {
    const std::size_t before = result.size() - one->size();
    for (std::size_t i = 0; i < one->size(); ++i) {
      std::int64_t& extent = result[before + i];
      if (extent == 1) {
        extent = (*one)[i];
      } else if ((*one)[i] != 1 && (*one)[i] != extent) {
        refuse("cannot expand " + text_of(a) + " to " + text_of(b));
      }
    }
  }
  return result;
}

void import_expand(NodeImport& node) {
  const Term x = node.input(0);
  const Shape shape = broadcast_of(node.shape(x), node.known_wholes(1, "shape"));
  if (shape == node.shape(x)) return node.result(0, x);
  node.finish(graph::Expand{shape}, {x});
}

/// x with each axis behind a new one, which is expanded and joined with it.
void import_tile(NodeImport& node) {
  const Term x = node.input(0);
  const Wholes repeats = node.known_wholes(1, "repeats");
  const Shape& shape = node.shape(x);
  if (repeats.size() != shape.size()) refuse("does not have a number of repeats for each axis");
  Shape apart;
  Shape expanded;
  Shape joined;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (repeats[i] < 0) refuse("repeats less often than never");
    (void)graph::count_of({repeats[i], shape[i]});
    joined.push_back(repeats[i] * shape[i]);
    if (repeats[i] != 1) {
      apart.push_back(1);
      expanded.push_back(repeats[i]);
    }
    apart.push_back(shape[i]);
    expanded.push_back(shape[i]);
  }
  if (joined == shape) return node.result(0, x);
  const Term wide = node.make(graph::Expand{expanded}, {node.reshape(x, apart)});
  node.finish(graph::Reshape{joined}, {wide});
}

void import_gather(NodeImport& node) {
  const Term x = node.input(0);
  const std::int64_t axis = node.axis(node.whole("axis", 0), node.rank(x));
  node.finish(graph::Gather{axis}, {x, node.input(1)});
}

void import_gather_elements(NodeImport& node) {
  const Term x = node.input(0);
  const std::int64_t axis = node.axis(node.whole("axis", 0), node.rank(x));
  node.finish(graph::GatherElements{axis}, {x, node.input(1)});
}

void import_gather_points(NodeImport& node) {
  const std::int64_t batch = node.version() < 12 ? 0 : node.whole("batch_dims", 0);
  node.finish(graph::GatherPoints{batch}, {node.input(0), node.input(1)});
}

struct Blocks {
  std::int64_t n, c, h, w, side;
};

/// The image's extents where it has four and the block side divides what it has to.
Blocks blocks_of(NodeImport& node) {
  const Shape& shape = node.shape(node.input(0));
  const std::int64_t side = node.whole("blocksize", 0);
  if (shape.size() != 4) refuse("takes a tensor [N, C, H, W]");
  if (side < 1 || side > (std::int64_t{1} << 20)) refuse("has a block size out of range");
  return {shape[0], shape[1], shape[2], shape[3], side};
}

void import_depth_to_space(NodeImport& node) {
  const auto [n, c, h, w, side] = blocks_of(node);
  const std::string mode = node.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") refuse("has the mode " + in_quotes(mode));
  if (c % (side * side) != 0) refuse("has channels that make no whole blocks");
  const std::int64_t left = c / (side * side);
  const bool blocks_first = mode == "DCR";
  const Shape apart =
      blocks_first ? Shape{n, side, side, left, h, w} : Shape{n, left, side, side, h, w};
  const Wholes order = blocks_first ? Wholes{0, 3, 4, 1, 5, 2} : Wholes{0, 1, 4, 2, 5, 3};
  const Term moved = node.transpose(node.reshape(node.input(0), apart), order);
  node.finish(graph::Reshape{{n, left, h * side, w * side}}, {moved});
}

void import_space_to_depth(NodeImport& node) {
  const auto [n, c, h, w, side] = blocks_of(node);
  if (h % side != 0 || w % side != 0) refuse("has an image that makes no whole blocks");
  const Term apart = node.reshape(node.input(0), {n, c, h / side, side, w / side, side});
  const Term moved = node.transpose(apart, {0, 3, 5, 1, 2, 4});
  (void)graph::count_of({c, side, side});
  node.finish(graph::Reshape{{n, c * side * side, h / side, w / side}}, {moved});
}

constexpr OperatorRow layout_rows[] = {
    {"Concat", 6, newest_opset, import_concat},
    {"DepthToSpace", 6, newest_opset, import_depth_to_space},
    {"Expand", 8, newest_opset, import_expand},
    {"Flatten", 6, newest_opset, import_flatten},
    {"Gather", 6, newest_opset, import_gather},
    {"GatherElements", 11, newest_opset, import_gather_elements},
    {"GatherND", 11, newest_opset, import_gather_points},
    {"Pad", 6, newest_opset, import_pad},
    {"Reshape", 6, newest_opset, import_reshape},
    {"Slice", 6, newest_opset, import_slice},
    {"SpaceToDepth", 6, newest_opset, import_space_to_depth},
    {"Split", 6, newest_opset, import_split},
    {"Squeeze", 6, newest_opset, import_squeeze},
    {"Tile", 6, newest_opset, import_tile},
    {"Transpose", 6, newest_opset, import_transpose},
    {"Unsqueeze", 6, newest_opset, import_unsqueeze},
};

}  // namespace

std::span<const OperatorRow> layout_operators() { return layout_rows; }

}  // namespace weft::onnx
