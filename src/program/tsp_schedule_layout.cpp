// SPDX-License-Identifier: Apache-2.0
// How images lie in a TSP's memory: pitch, padding, copies, and what a gather wants in one bank.
#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint64_t worth_halves = 32;  // rows

/// Word addresses that a segment spans, before it has a place, and the rows that it may be asked
/// for.
struct Span {
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

std::int64_t word_of(const ImageLayout& layout, std::uint64_t row) {
  if (!layout.padded) return static_cast<std::int64_t>(row);
  return static_cast<std::int64_t>(row / layout.width) * layout.pitch +
         static_cast<std::int64_t>(row % layout.width) +
         static_cast<std::int64_t>(row / (layout.width * layout.height)) * layout.image_gap;
}

/// What rows [first, first + rows) of the result reach.
Span window_span(const ImageLayout& layout, std::uint64_t first, std::uint64_t rows,
                 std::uint64_t result_width) {
  const TensorWindow& w = layout.gathered->window;
  const std::int64_t stride_x = layout.rows_only ? 1 : w.stride_x;
  const std::int64_t left = layout.rows_only ? 0 : w.pad_left;
  const std::int64_t reach_x = layout.rows_only ? 0 : w.width - 1;
  Span span{std::int64_t{1} << 60U, -(std::int64_t{1} << 60U), ~std::uint64_t{0}, 0};
  const auto height = static_cast<std::int64_t>(layout.height);
  for (std::uint64_t r = first; r < first + rows; ++r) {
    const std::int64_t y = static_cast<std::int64_t>(r / result_width) * w.stride_y - w.pad_top;
    const std::int64_t x = static_cast<std::int64_t>(r % result_width) * stride_x - left;
    span.lowest = std::min(span.lowest, y * layout.pitch + x);
    span.highest = std::max(span.highest, (y + w.height - 1) * layout.pitch + x + reach_x);
    const std::int64_t top = std::clamp<std::int64_t>(y, 0, height - 1);
    const std::int64_t bottom = std::clamp<std::int64_t>(y + w.height - 1, 0, height - 1);
    const auto width = static_cast<std::int64_t>(layout.width);
    const std::int64_t from = std::clamp<std::int64_t>(x, 0, width - 1);
    const std::int64_t to = std::clamp<std::int64_t>(x + reach_x, 0, width - 1);
    span.low = std::min(span.low, static_cast<std::uint64_t>(top * width + from));
    span.high = std::max(span.high, static_cast<std::uint64_t>(bottom * width + to + 1));
  }
  return span;
}

std::uint64_t result_rows(const TensorProgram& program, const TensorNode& node) {
  const TensorValue& value = program.at(node.result);
  return value.elements() / value.shape.back();
}

}  // namespace

void SchedulerState::lay_out(const TensorNode& node, const std::vector<bool>& replicable) {
  const bool convolves = node.operation == TensorOperation::convolution;
  const bool pools = node.operation == TensorOperation::maximum_pool;
  if (!convolves && !pools) return;
  const TensorWindow& w = node.window;
  const TensorId id = resolved[node.operands[0]];
  ImageLayout& layout = layouts[id];
  if (pools) {
    layout.copies = std::max({layout.copies, w.width, w.height});
    return;
  }
  if (w.height * w.width == 1) return;
  const TensorShape& shape = program.at(node.operands[0]).shape;
  std::uint32_t uses = 0;
  for (const TensorNode& other : program.nodes) {
    for (const TensorId operand : other.operands) uses += resolved[operand] == id ? 1U : 0U;
  }
  const bool other = layout.images != shape[0] || layout.height != shape[1] ||
                     layout.width != shape[2] || layout.pad_value != w.pad_value;
  if (layout.padded && other) {
    fail(Category::unsupported, "tensor '" + program.at(id).name +
                                    "': convolutions read it as images of two sizes, or with two "
                                    "pad values");
  }
  const std::int64_t above = layout.padded ? layout.image_gap / layout.pitch : 0;
  layout.padded = true;
  layout.images = shape[0];
  layout.height = shape[1];
  layout.width = shape[2];
  layout.copies = std::max(layout.copies, 2U);
  layout.pad_value = w.pad_value;
  // Of several windows what reaches furthest.
  const std::int64_t gap = std::max<std::int64_t>({w.pad_left, w.pad_right, layout.beside});
  const std::int64_t rows = std::max<std::int64_t>({w.pad_top, w.pad_bottom, above});
  layout.pitch = static_cast<std::int64_t>(layout.width) + gap;
  layout.image_gap = rows * layout.pitch;
  layout.beside = gap;
  const bool alone = w.groups == 1 && uses == 1 && replicable[id] && !program.at(id).output &&
                     shape[0] == 1 && program.at(id).type == VectorType::i8;
  const std::uint64_t channels = shape[3];
  if (alone && channels % lanes_per_superlane == 0 && channels <= lanes / 2) {
    layout.gathered = &node;
  } else if (alone && program.at(id).role == TensorValue::Role::input &&
             channels * w.width <= lanes / 2 && w.pad_value == 0) {
    layout.gathered = &node;
    layout.rows_only = true;
    layout.copies = 1;
    layout.width = program.at(node.result).shape[2];
    layout.pitch = static_cast<std::int64_t>(layout.width);
    layout.beside = layout.image_gap = 0;
  }
}

void SchedulerState::add_segments(TensorId id, std::uint32_t tile, const Share& share,
                                  std::uint32_t q, const std::vector<TensorId>& read_beside,
                                  std::vector<std::uint32_t>& planes_of_segments) {
  const ImageLayout& layout = layouts[id];
  const TensorValue value = program.at(id);  // a padding constant may be added meanwhile
  Placed& tensor = placed[id];
  const bool given = value.role != TensorValue::Role::result;
  // What a gather of a given image reads is cut by the result's rows, until it fits a bank.
  const std::uint64_t all = layout.gathered != nullptr ? result_rows(program, *layout.gathered) : 0;
  const std::uint64_t result_width =
      layout.gathered != nullptr ? program.at(layout.gathered->result).shape[2] : 1;
  // Results in halves: the next layer reads the first while the second is still written.
  const bool halves = !given && layout.gathered == nullptr && share.rows >= worth_halves;
  std::uint64_t parts = halves ? 2 : 1;
  const auto span_of = [&](std::uint64_t part, Segment& segment) {
    Span span;
    if (layout.gathered == nullptr || !given) {
      segment.first = share.first + share.rows * part / parts;
      segment.rows = share.first + share.rows * (part + 1) / parts - segment.first;
      const std::uint64_t last = segment.first + segment.rows - 1;
      // What the host pads takes the words of its like alone.
      const bool alike = !options.chip_pads;
      span = {word_of(layout, segment.first) - layout.words_before(segment.first, alike),
              word_of(layout, last) + layout.words_behind(last, alike), segment.first, last + 1};
    }
    if (layout.gathered != nullptr) {
      const std::uint64_t begin = quarter(all, q);
      const std::uint64_t count = quarter(all, q + 1) - begin;
      segment.read_first = begin + count * part / parts;
      segment.read_rows = begin + count * (part + 1) / parts - segment.read_first;
      Span reach = window_span(layout, segment.read_first, segment.read_rows, result_width);
      if (given && segment.read_rows == 0) {
        span = {};
      } else if (given) {
        segment.first = reach.low;
        segment.rows = reach.high - reach.low;
        reach.lowest = std::min(reach.lowest, word_of(layout, reach.low));
        reach.highest = std::max(reach.highest, word_of(layout, reach.high - 1));
        span = reach;
      } else {
        span = {std::min(span.lowest, reach.lowest), std::max(span.highest, reach.highest),
                std::min(span.low, reach.low), std::max(span.high, reach.high)};
      }
    }
    return span;
  };
  for (bool fits = false; !fits; parts += fits ? 0 : 1) {
    fits = true;
    for (std::uint64_t part = 0; part < parts; ++part) {
      Segment probe;
      const Span span = span_of(part, probe);
      fits = fits && span.highest - span.lowest < most_segment_words;
    }
    if (!fits && layout.gathered != nullptr && !given) {
      fail(Category::unsupported, "tensor '" + value.name + "': a quarter of it fits no bank");
    }
  }
  for (std::uint64_t part = 0; part < parts; ++part) {
    for (std::uint32_t copy = 0; copy < layout.copies; ++copy) {
      Segment segment;
      segment.tile = tile;
      segment.copy = copy;
      const Span span = span_of(part, segment);
      if (segment.rows == 0) continue;
      segment.low = span.low;
      segment.ready.assign(span.high - span.low, never);
      if (layout.padded) {
        segment.columns = layout.width;
        segment.pitch = layout.pitch;
        segment.image_rows = layout.width * layout.height;
        segment.image_gap = layout.image_gap;
      }
      const auto words = static_cast<std::uint32_t>(span.highest - span.lowest + 1);
      Share own = share;
      own.plane = share.plane + copy * 8;  // copies are written at once
      if (!given) {
        own.first = segment.first;
        own.rows = segment.rows;
      }
      const Memory::Wishes wish =
          wishes(id, share.hemisphere, own, tile, read_beside, planes_of_segments);
      if (!given && !options.chip_pads &&
          reuse_padded(layout, segment, -span.lowest, words, share.hemisphere, wish)) {
        tensor.segments.push_back(std::move(segment));
        planes_of_segments.push_back(own.plane);
        continue;
      }
      const bool chip_pads = layout.padded && !given && options.chip_pads;
      segment.store =
          memory.allocate(share.hemisphere, numerics::width_of(value.type), words, wish,
                          (layout.padded && !chip_pads) || given, result_wanted_, value.name);
      segment.origin = -span.lowest;
      if (chip_pads) {
        write_padding(layout, segment, span.lowest, words, value.name);
      } else {
        describe_padding(layout, segment, span.lowest, words);
      }
      tensor.segments.push_back(std::move(segment));
      planes_of_segments.push_back(own.plane);
    }
  }
}

void SchedulerState::describe_rows(TensorId id, const Segment& segment) {
  const ImageLayout& layout = layouts[id];
  const TensorWindow& w = layout.gathered->window;
  const TensorShape& shape = program.at(id).shape;
  const auto channels = static_cast<std::int64_t>(shape[3]);
  const auto width = static_cast<std::int64_t>(shape[2]);
  const std::uint32_t taps = w.width * static_cast<std::uint32_t>(channels);
  const std::uint32_t block = block_lanes(taps);
  for (std::uint64_t row = segment.first; row < segment.first + segment.rows; ++row) {
    const auto y = static_cast<std::int64_t>(row / layout.width);
    const std::int64_t x = static_cast<std::int64_t>(row % layout.width) * w.stride_x - w.pad_left;
    const std::int64_t from = std::max<std::int64_t>(x, 0);
    const std::int64_t behind = std::min<std::int64_t>(x + w.width, width);
    if (from >= behind) continue;
    Piece piece;
    piece.hemisphere = segment.store.hemisphere;
    piece.bank = segment.store.bank;
    piece.slices = segment.store.slices;
    piece.address = segment.address_of(row);
    piece.first = (y * width + from) * channels;
    piece.lane_count = static_cast<std::uint16_t>((behind - from) * channels);
    piece.word_step = w.stride_x * channels;
    // Words that no edge of the image cuts go together.
    while (x >= 0 && row + 1 < segment.first + segment.rows &&
           (row + 1) / layout.width == static_cast<std::uint64_t>(y) &&
           x + std::int64_t{piece.words} * w.stride_x + w.width <= width &&
           behind - from == w.width) {
      ++piece.words;
      ++row;
    }
    for (std::uint32_t lane = 0; lane + block <= lanes; lane += block) {
      piece.lane_first = static_cast<std::uint16_t>(lane + (from - x) * channels);
      pieces[id].push_back(piece);
    }
  }
}

}  // namespace weft::program::tsp
