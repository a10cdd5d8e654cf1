// SPDX-License-Identifier: Apache-2.0
// Windows of convolutions as all importers take them: pads as numbers where auto_pad says how to
// find them, and zeros between the weights of a transposed one for its dilations. Exact.
#include <algorithm>
#include <tuple>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

/// Pads in front and behind for as many windows as steps fit into an axis, rounded up; of an odd
/// number one more is behind, or in front.
std::pair<std::int64_t, std::int64_t> pads_of(std::int64_t extent, std::int64_t kernel,
                                              std::int64_t stride, bool more_behind) {
  const std::int64_t windows = (extent + stride - 1) / stride;
  const std::int64_t all = std::max<std::int64_t>((windows - 1) * stride + kernel - extent, 0);
  const std::int64_t less = all / 2;
  return more_behind ? std::pair{less, all - less} : std::pair{all - less, less};
}

}  // namespace

bool spell_pads(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const std::string automatic = text_attribute(node, "auto_pad", "NOTSET");
  const auto type = to.type(0), kernel = to.type(1);
  if (automatic == "NOTSET" || !type || !kernel) return false;
  const std::size_t axes = type->shape.size() - 2;
  const Whole strides = wholes_attribute(node, "strides").value_or(Whole(axes, 1));
  const Whole dilations = wholes_attribute(node, "dilations").value_or(Whole(axes, 1));
  Whole pads(2 * axes, 0);
  for (std::size_t i = 0; i < axes && automatic != "VALID"; ++i) {
    const std::int64_t reach = (kernel->shape[2 + i] - 1) * dilations[i] + 1;
    std::tie(pads[i], pads[axes + i]) =
        pads_of(type->shape[2 + i], reach, strides[i], automatic == "SAME_UPPER");
  }
  graph::SourceNode out = node;
  drop_attribute(out, "auto_pad");
  drop_attribute(out, "pads");
  out.attributes.push_back({"pads", pads});
  to.keep(std::move(out));
  return true;
}

/// What lies between its weights are zeros, which add nothing.
bool spell_dilated_transpose(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const Whole dilations = wholes_attribute(node, "dilations").value_or(Whole{});
  const bool is_dilated =
      std::any_of(dilations.begin(), dilations.end(), [](std::int64_t one) { return one != 1; });
  if (!is_dilated || !node.has_input(1) || !to.model()[node.inputs[1]].constant) return false;
  const graph::Numbers weights = numbers_of(*to.model()[node.inputs[1]].constant);
  const graph::Shape& shape = weights.type.shape;
  if (!is_floating(weights.type.element) || shape.size() != dilations.size() + 2) return false;
  graph::Numbers stuffed{weights.type, {}, {}};
  Whole kernel;
  for (std::size_t i = 0; i < dilations.size(); ++i) {
    kernel.push_back((shape[2 + i] - 1) * dilations[i] + 1);
    stuffed.type.shape[2 + i] = kernel.back();
  }
  stuffed.floats.assign(static_cast<std::size_t>(stuffed.count()), 0.0);
  for (std::size_t i = 0; i < weights.floats.size(); ++i) {
    auto rest = static_cast<std::int64_t>(i);
    std::int64_t place = 0, stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
      const std::int64_t step = axis < 2 ? 1 : dilations[axis - 2];
      place += rest % shape[axis] * step * stride;
      stride *= stuffed.type.shape[axis];
    }
    stuffed.floats[static_cast<std::size_t>(place)] = weights.floats[i];
  }
  graph::SourceNode out = node;
  drop_attribute(out, "dilations");
  drop_attribute(out, "kernel_shape");
  out.attributes.push_back({"kernel_shape", kernel});
  out.inputs[1] = to.constant(tensor_of(stuffed));
  to.keep(std::move(out));
  return true;
}

}  // namespace weft::advice
