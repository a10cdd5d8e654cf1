// SPDX-License-Identifier: Apache-2.0
// Convolution by addressing: a pass a tap, or several taps a pass by gathers with an offset each
// superlane.
#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"
#include "program/tsp_schedule_window.hpp"

namespace weft::program::tsp {
namespace {

class ConvolutionPlacer {
 public:
  ConvolutionPlacer(SchedulerState& state, const Chain& chain)
      : state_(state),
        chain_(chain),
        node_(*chain.primary),
        window_(node_.window),
        layout_(state.layouts[state.resolved[node_.operands[0]]]),
        rows_(state, node_) {
    const TensorShape& in = state.program.at(node_.operands[0]).shape;
    const TensorShape& out = state.program.at(node_.result).shape;
    in_height_ = in[1];
    in_width_ = in[2];
    in_channels_ = in[3];
    out_height_ = out[1];
    out_width_ = out[2];
    taps_ = rows_.taps();
    const bool computed = state.program.at(node_.operands[1]).role == TensorValue::Role::result;
    if (computed && window_.groups > 1) {
      fail(Category::unsupported,
           "tensor '" + state.program.at(node_.result).name +
               "': weights of several groups must be inputs or constants, as their zeros between "
               "the groups are the host's");
    }
  }

  ScheduledOperation run() {
    product_.activations_id = state_.resolved[node_.operands[0]];
    product_.activations = &rows_.image();
    product_.depth = taps_ * in_channels_ / window_.groups;
    product_.weights = node_.operands[1];
    product_.type = state_.program.at(node_.operands[0]).type;
    product_.rows = state_.rows_of(node_.result);
    product_.channels = state_.channels_of(node_.result);
    product_.replicated = state_.layouts[chain_.result].gathered != nullptr;
    if (layout_.gathered == &node_) {
      gather_tiles();
      product_.quarters = true;
      product_.source = [this](std::size_t, std::uint32_t, std::uint64_t row) {
        return gathered(row);
      };
      product_.offsets = [this](std::size_t k, Hemisphere side) -> const Segment& {
        return offsets_of(k, side);
      };
    } else {
      if (window_.groups == 1) tap_tiles();
      if (window_.groups > 1) group_tiles();
      const auto tiles = static_cast<std::uint32_t>(share_of(product_.channels, lanes));
      const bool all_rows =
          !divide(product_, tiles, state_.options.weights_once).rows_by_hemisphere;
      product_.source = [this, all_rows](std::size_t k, std::uint32_t tile, std::uint64_t row) {
        return pixel(product_.tiles_of(tile)[k], row, all_rows ? tile % 2 : none);
      };
    }
    return place_product(state_, chain_, product_);
  }

 private:
  // The middle row of taps first: rows of neighbours are wanted later.
  std::vector<std::uint32_t> taps_in_order() const {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t y = 0; y < window_.height; ++y) rows.push_back(y);
    const std::uint32_t middle = window_.height / 2;
    std::stable_sort(rows.begin(), rows.end(), [middle](std::uint32_t a, std::uint32_t b) {
      return (a != middle) < (b != middle);
    });
    std::vector<std::uint32_t> out;
    for (const std::uint32_t y : rows) {
      for (std::uint32_t x = 0; x < window_.width; ++x) out.push_back(y * window_.width + x);
    }
    return out;
  }

  void tap_tiles() {
    const std::uint32_t most = product_.type == VectorType::f16 ? lanes / 2 : lanes;
    for (const std::uint32_t tap : taps_in_order()) {
      for (std::uint64_t c = 0; c < in_channels_; c += most) {
        ContractionTile tile;
        tile.tile = static_cast<std::uint32_t>(c / lanes);
        tile.half = static_cast<std::uint8_t>(c % lanes / most);
        tile.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, in_channels_ - c));
        tile.blocks = {{0, tile.rows, tap * in_channels_ + c}};
        tile.tap = tap;
        product_.tiles.push_back(std::move(tile));
      }
    }
  }

  /// Groups: a tile of the result takes the channels of its own, and each group's weights stand in
  /// its own lanes.
  void group_tiles() {
    const std::uint32_t most = product_.type == VectorType::f16 ? lanes / 2 : lanes;
    for (std::uint64_t first = 0; first < product_.channels; first += lanes) {
      const Range columns{first, std::min<std::uint64_t>(first + lanes, product_.channels)};
      const Range channels = channels_of_groups(state_.program, node_, columns);
      product_.own_tiles.emplace_back();
      for (const std::uint32_t tap : taps_in_order()) {
        for (std::uint64_t c = channels.first; c < channels.behind; c += most) {
          ContractionTile tile;
          tile.tile = static_cast<std::uint32_t>(c / lanes);
          tile.half = static_cast<std::uint8_t>(c % lanes / most);
          tile.rows =
              static_cast<std::uint32_t>(std::min<std::uint64_t>(most, channels.behind - c));
          tile.tap = tap;
          tile.blocks = blocks_of_groups(columns, {c, c + tile.rows}, tap);
          product_.own_tiles.back().push_back(std::move(tile));
        }
      }
    }
  }

  std::vector<WeightBlock> blocks_of_groups(const Range& columns, const Range& rows,
                                            std::uint32_t tap) const {
    const std::uint64_t inputs = in_channels_ / window_.groups;
    const std::uint64_t outputs = product_.channels / window_.groups;
    std::vector<WeightBlock> blocks;
    for (std::uint64_t c = rows.first; c < rows.behind;) {
      const std::uint64_t group = c / inputs;
      const std::uint64_t behind = std::min((group + 1) * inputs, rows.behind);
      const std::uint64_t from = std::max(group * outputs, columns.first);
      const std::uint64_t to = std::min((group + 1) * outputs, columns.behind);
      if (from < to) {
        blocks.push_back({static_cast<std::uint32_t>(c - rows.first),
                          static_cast<std::uint32_t>(behind - c), tap * inputs + c % inputs,
                          static_cast<std::uint32_t>(from - columns.first),
                          static_cast<std::uint32_t>(to - from)});
      }
      c = behind;
    }
    return blocks;
  }

  /// `side` where both hemispheres take all rows: each has a copy of its own.
  RowPlace pixel(const ContractionTile& k, std::uint64_t row, std::uint32_t side) const {
    const WindowPixel pixel = rows_.pixel(k.tap, row);
    // A neighbour's rows come from the second copy: the first is busy with its own.
    const bool own =
        quarter_of(rows_.row_of(pixel), rows_.image().rows) == quarter_of(row, product_.rows);
    return rows_.place(pixel, k.tile, side == none ? (own ? 0 : 1) : side);
  }

  static std::uint32_t quarter_of(std::uint64_t row, std::uint64_t rows) {
    std::uint32_t q = 0;
    while (q < 3 && row >= SchedulerState::quarter(rows, q + 1)) ++q;
    return q;
  }

  /// Superlane j of a word holds channel block j % blocks; each (tap, block) gets one superlane of
  /// one pass.
  void gather_tiles() {
    const bool rows_only = layout_.rows_only;
    const std::uint64_t depth = rows_only ? in_channels_ * window_.width : in_channels_;
    const std::uint32_t blocks =
        block_lanes(static_cast<std::uint32_t>(depth)) / lanes_per_superlane;
    const std::uint32_t taps = rows_only ? window_.height : taps_;
    const std::uint32_t usable = rows_only ? superlanes / blocks * blocks : superlanes;
    std::vector<std::uint32_t> next(blocks, 0);
    while (std::any_of(next.begin(), next.end(), [&](std::uint32_t n) { return n < taps; })) {
      ContractionTile tile;
      std::vector<std::int16_t> offsets(lanes, 0);
      for (std::uint32_t j = 0; j < usable; ++j) {
        std::uint32_t& tap = next[j % blocks];
        if (tap >= taps) continue;
        const std::uint64_t channel = std::uint64_t{j % blocks} * lanes_per_superlane;
        const std::uint32_t row = j * lanes_per_superlane;
        const auto rows = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(lanes_per_superlane, depth - channel));
        tile.blocks.push_back({row, rows, tap * depth + channel});
        tile.rows = row + rows;
        const std::int64_t offset = rows_only
                                        ? tap * layout_.pitch
                                        : tap / window_.width * layout_.pitch + tap % window_.width;
        std::fill_n(offsets.begin() + row, lanes_per_superlane, static_cast<std::int16_t>(offset));
        ++tap;
      }
      std::vector<std::byte> bytes(lanes * sizeof(std::int16_t));
      std::memcpy(bytes.data(), offsets.data(), bytes.size());
      tile.offsets = state_.add_constant(VectorType::i16, bytes, {lanes});
      product_.tiles.push_back(std::move(tile));
    }
  }

  Product::Source gathered(std::uint64_t row) const {
    const Placed& tensor = *product_.activations;
    const auto segment =
        std::find_if(tensor.segments.begin(), tensor.segments.end(), [row](const Segment& s) {
          return s.copy == 0 && row >= s.read_first && row < s.read_first + s.read_rows;
        });
    if (segment == tensor.segments.end()) fail(Category::internal, "a window has no place");
    const std::int64_t y =
        static_cast<std::int64_t>(row / out_width_ * window_.stride_y) - window_.pad_top;
    const std::uint32_t stride = layout_.rows_only ? 1 : window_.stride_x;
    const std::int64_t x = static_cast<std::int64_t>(row % out_width_ * stride) -
                           (layout_.rows_only ? 0 : std::int64_t{window_.pad_left});
    Product::Source out;
    out.ref.source = static_cast<std::uint32_t>(std::distance(tensor.segments.begin(), segment));
    out.ref.address = segment->address_of(y, x);
    if (segment->ready.empty()) return out;
    out.ready = segment->padding_ready;
    for (std::uint32_t tap = 0; tap < taps_; ++tap) {
      const std::int64_t py = y + tap / window_.width;
      const std::int64_t px = x + tap % window_.width;
      if (py < 0 || px < 0 || py >= static_cast<std::int64_t>(in_height_) ||
          px >= static_cast<std::int64_t>(in_width_)) {
        continue;
      }
      const std::uint64_t at =
          static_cast<std::uint64_t>(py) * in_width_ + static_cast<std::uint64_t>(px);
      out.ready = std::max(out.ready, segment->ready_at(at));
    }
    return out;
  }

  /// A word of offsets a hemisphere.
  const Segment& offsets_of(std::size_t k, Hemisphere side) {
    const auto [entry, added] = offsets_.try_emplace(std::pair{k, side});
    Segment& segment = entry->second;
    if (!added) return segment;
    const TensorId id = product_.tiles[k].offsets;
    segment.rows = 1;
    segment.store = state_.memory.allocate_in(side, {offset_slice, offset_slice + 1}, 2, 1,
                                              state_.program.at(id).name);
    Placed tensor;
    tensor.rows = 1;
    tensor.channels = lanes;
    tensor.tiles = 1;
    state_.describe_pieces(id, tensor, segment);
    return segment;
  }

  SchedulerState& state_;
  const Chain& chain_;
  const TensorNode& node_;
  const TensorWindow& window_;
  const ImageLayout layout_;
  const WindowRows rows_;
  std::uint64_t in_height_ = 0;
  std::uint64_t in_width_ = 0;
  std::uint64_t in_channels_ = 0;
  std::uint64_t out_height_ = 0;
  std::uint64_t out_width_ = 0;
  std::uint32_t taps_ = 1;
  Product product_;
  std::map<std::pair<std::size_t, Hemisphere>, Segment> offsets_;
};

}  // namespace

ScheduledOperation place_convolution(SchedulerState& state, const Chain& chain) {
  return ConvolutionPlacer(state, chain).run();
}

void place_halos(SchedulerState& state, TensorId id) {
  if (state.layouts[id].gathered == nullptr) return;
  Placed& tensor = state.placed[id];
  const std::uint32_t label = state.label(state.program.at(id).name + " halo");
  for (Segment& segment : tensor.segments) {
    if (segment.copy != 0) continue;
    std::vector<std::uint64_t> rows;
    for (std::uint64_t r = segment.low; r < segment.low + segment.ready.size(); ++r) {
      if (!segment.has(r)) rows.push_back(r);
    }
    std::vector<AddressRef> from;
    std::vector<AddressRef> to;
    for (const std::uint64_t row : rows) {
      from.push_back(source_of(tensor, 0, row).ref);
      const Segment* second = tensor.find(0, row, 1);
      from.back() = {
          static_cast<std::uint32_t>(std::distance<const Segment*>(tensor.segments.data(), second)),
          second->address_of(row)};
      to.push_back({0, segment.address_of(row)});
    }
    RowRuns both;
    both.add(from);
    both.add(to);
    const auto runs = both.runs();
    for (std::size_t n = 0; n < runs[0].size(); ++n) {
      const AddressRun& read = runs[0][n];
      const AddressRun& write = runs[1][n];
      const Segment& other = tensor.segments[read.source];
      Fragment fragment;
      std::int32_t shared = -1;
      const std::uint32_t stop = stop_of_slice(segment.store.hemisphere, segment.store.slices[0]);
      if (stop == stop_of_slice(other.store.hemisphere, other.store.slices[0])) {
        fail(Category::unsupported, "tensor '" + state.program.at(id).name +
                                        "': no slices for copies that its gathers read");
      }
      const ReadStreams streams =
          add_reads(fragment, state.timing, other.store, read, stop, 0, 0, 16, shared);
      Fragment::Item item;
      item.instruction = memory_run(Opcode::write, segment.store, 0, write);
      item.in[0].kind = Operand::Kind::stream;
      item.in[0].streams = streams.streams;
      item.in[0].sources = streams.bytes;
      fragment.add(std::move(item));
      const Offset needed = needed_shift(read.count, streams.first_dispatch, [&](std::uint32_t k) {
        return other.ready_at(rows[read.first + k]);
      });
      const Offset shift = state.placer.place(fragment, std::max(needed, state.barrier), label);
      for (std::uint32_t k = 0; k < read.count; ++k) {
        const Offset ready = shift + Offset{k} + static_cast<Offset>(state.timing.mem_write_cycles);
        segment.ready[rows[read.first + k] - segment.low] = static_cast<Cycle>(ready);
        state.note(ready);
      }
    }
  }
}

}  // namespace weft::program::tsp
