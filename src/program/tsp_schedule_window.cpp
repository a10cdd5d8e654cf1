// SPDX-License-Identifier: Apache-2.0
#include "program/tsp_schedule_window.hpp"

#include "base/error.hpp"

namespace weft::program::tsp {

WindowRows::WindowRows(SchedulerState& state, const TensorNode& node)
    : node_(node),
      layout_(state.layouts[state.resolved[node.operands[0]]]),
      in_(state.program.at(node.operands[0]).shape),
      out_(state.program.at(node.result).shape),
      image_(state.place_of(node.operands[0])),
      taps_(node.window.height * node.window.width) {
  const TensorWindow& w = node.window;
  const bool pads = w.pad_top + w.pad_bottom + w.pad_left + w.pad_right != 0;
  if (taps_ > 1 || !pads) return;
  fail(Category::unsupported,
       "tensor '" + state.program.at(node.result).name + "': padding of a window of one pixel");
}

RowPlace WindowRows::place(const WindowPixel& pixel, std::uint32_t tile, std::uint32_t copy) const {
  const std::uint64_t row = row_of(pixel);
  const Segment* segment = image_.find(tile, row, layout_.copies < 2 ? 0 : copy);
  if (segment == nullptr) fail(Category::internal, "a pixel has no place");
  const std::int64_t before =
      pixel.image * (static_cast<std::int64_t>(in_[1]) * layout_.pitch + layout_.image_gap);
  RowPlace out;
  out.ref.source = static_cast<std::uint32_t>(std::distance(image_.segments.data(), segment));
  out.ref.address = layout_.padded
                        ? static_cast<std::uint32_t>(segment->address_of(pixel.y, pixel.x) + before)
                        : segment->address_of(row);
  out.ready = pixel.inside(in_) ? segment->ready_at(row) : segment->padding_ready;
  return out;
}

}  // namespace weft::program::tsp
