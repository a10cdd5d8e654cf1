// SPDX-License-Identifier: Apache-2.0
// An average that counts its pads: without pads it counts none, and a Pad in front makes them
// elements like others. Exact.
#include <algorithm>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {

bool spell_counted_pads(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  if (whole_attribute(node, "count_include_pad", 0) == 0 || !type) return false;
  const std::string automatic = text_attribute(node, "auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") return false;
  const Whole pads = wholes_attribute(node, "pads").value_or(Whole{});
  const bool has_pads =
      automatic == "NOTSET" &&
      std::any_of(pads.begin(), pads.end(), [](std::int64_t one) { return one != 0; });
  // The last window of a rounded-up row reaches over the pads, too.
  if (has_pads && whole_attribute(node, "ceil_mode", 0) != 0) return false;
  graph::SourceNode pool = node;
  drop_attribute(pool, "count_include_pad");
  if (has_pads) {
    const std::size_t axes = pads.size() / 2;
    Whole all(2 * (axes + 2), 0);  // none on the batch and the channels
    graph::TensorType padded = *type;
    for (std::size_t i = 0; i < axes; ++i) {
      all[2 + i] = pads[i];
      all[axes + 4 + i] = pads[axes + i];
      padded.shape[2 + i] += pads[i] + pads[axes + i];
    }
    constexpr std::int64_t pads_as_input = 11;
    Ids inputs{node.inputs[0]};
    Attributes attributes;
    to.put_list("pads", all, pads_as_input, inputs, attributes);
    pool.inputs[0] = to.make("Pad", std::move(inputs), padded, std::move(attributes));
    drop_attribute(pool, "pads");
  }
  to.keep(std::move(pool));
  return true;
}

}  // namespace weft::advice
