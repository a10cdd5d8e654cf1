// SPDX-License-Identifier: Apache-2.0
// An average that counts its pads: without pads it counts none, and a Pad in front makes them
// elements like others. Exact. A root of a sum of powers is one of an average, times the window.
#include <algorithm>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceValueId;
using graph::TensorType;

/// A Pad of zeros along the axes behind batch and channels.
SourceValueId padded(Spelling& to, SourceValueId x, const TensorType& type, const Whole& pads) {
  const std::size_t axes = pads.size() / 2;
  Whole all(2 * (axes + 2), 0);
  TensorType made = type;
  for (std::size_t i = 0; i < axes; ++i) {
    all[2 + i] = pads[i];
    all[axes + 4 + i] = pads[axes + i];
    made.shape[2 + i] += pads[i] + pads[axes + i];
  }
  constexpr std::int64_t pads_as_input = 11;
  Ids inputs{x};
  Attributes attributes;
  to.put_list("pads", all, pads_as_input, inputs, attributes);
  return to.make("Pad", std::move(inputs), made, std::move(attributes));
}

bool is_any_other_than(const Whole& values, std::int64_t usual) {
  return std::any_of(values.begin(), values.end(),
                     [usual](std::int64_t one) { return one != usual; });
}

}  // namespace

bool spell_counted_pads(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  if (whole_attribute(node, "count_include_pad", 0) == 0 || !type) return false;
  const std::string automatic = text_attribute(node, "auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") return false;
  const Whole pads = wholes_attribute(node, "pads").value_or(Whole{});
  const bool has_pads = automatic == "NOTSET" && is_any_other_than(pads, 0);
  // The last window of a rounded-up row reaches over the pads, too.
  if (has_pads && whole_attribute(node, "ceil_mode", 0) != 0) return false;
  graph::SourceNode pool = node;
  drop_attribute(pool, "count_include_pad");
  if (has_pads) {
    pool.inputs[0] = padded(to, node.inputs[0], *type, pads);
    drop_attribute(pool, "pads");
  }
  to.keep(std::move(pool));
  return true;
}

bool spell_lp_pool(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  const auto& result = to.model()[node.outputs[0]].type;
  const auto kernel = wholes_attribute(node, "kernel_shape");
  const std::int64_t p = whole_attribute(node, "p", 2);
  const bool is_plain =
      text_attribute(node, "auto_pad", "NOTSET") == "NOTSET" &&
      whole_attribute(node, "ceil_mode", 0) == 0 &&
      !is_any_other_than(wholes_attribute(node, "dilations").value_or(Whole{}), 1);
  if (!type || !result || !kernel || !is_plain || (p != 1 && p != 2)) return false;
  const TensorType pooled = *result;
  const Whole pads = wholes_attribute(node, "pads").value_or(Whole{});
  SourceValueId x = p == 1 ? to.make("Abs", {node.inputs[0]}, *type)
                           : to.make("Mul", {node.inputs[0], node.inputs[0]}, *type);
  if (is_any_other_than(pads, 0)) x = padded(to, x, *type, pads);
  double window = 1;
  for (const std::int64_t extent : *kernel) window *= static_cast<double>(extent);
  Attributes attributes{{"kernel_shape", *kernel}};
  if (const auto strides = wholes_attribute(node, "strides")) {
    attributes.push_back({"strides", *strides});
  }
  const SourceValueId mean = to.make("AveragePool", {x}, pooled, std::move(attributes));
  const Ids sum{mean, to.number(window, type->element)};
  if (p == 1) {
    to.finish("Mul", sum, node.outputs);
  } else {
    to.finish("Sqrt", {to.make("Mul", sum, pooled)}, node.outputs);
  }
  return true;
}

}  // namespace weft::advice
