// SPDX-License-Identifier: Apache-2.0
// Cycles under the names that the program gives to parts of itself: layers of a model.
#include <algorithm>

#include "base/error.hpp"
#include "machine/ipu/ipu.hpp"

namespace weft::machine::ipu {

namespace {

constexpr std::uint32_t layers_stream = 2;
constexpr std::uint32_t no_layer = 0xffffffffU;

}  // namespace

void Ipu::enter_layer(std::uint32_t layer) {
  end_part();
  inside_.push_back(layer);
  ++layers_[layer].times;
}

void Ipu::leave_layer() {
  if (inside_.empty()) fail(Category::internal, "ipu: leaves a layer that it is not in");
  end_part();
  inside_.pop_back();
}

// A part in which no tile did anything would be empty on every slice.
void Ipu::end_part() {
  if (superstep_.works == (parts_.empty() ? 0 : parts_.back().works)) return;
  Cycle until = superstep_.ready;
  for (std::uint32_t t = 0; t < state_.tiles; ++t) until = std::max(until, state_.clock(t));
  parts_.push_back({inside_.empty() ? no_layer : inside_.back(), superstep_.works, until});
}

std::vector<Cycle> Ipu::part_ends() const {
  std::vector<Cycle> ends;
  for (const Part& part : parts_) ends.push_back(part.until);
  for (const Neighbour& n : neighbours_) {
    const std::vector<Cycle>& theirs = n.arrivals.front().parts;
    if (theirs.size() != ends.size()) fail(Category::internal, "ipu: slices are not in step");
    for (std::size_t k = 0; k < ends.size(); ++k) ends[k] = std::max(ends[k], theirs[k]);
  }
  return ends;
}

void Ipu::tell(std::uint32_t layer, Cycle LayerTotals::*what, Cycle begin, Cycle end) {
  if (layer == no_layer || begin == end) return;
  LayerTotals& totals = layers_[layer];
  totals.*what += end - begin;
  totals.begin = std::min(totals.begin, begin);
  totals.end = std::max(totals.end, end);
}

// A part takes what the slowest tile is later behind it than before it.
void Ipu::count_layers(Cycle sync_begin) {
  if (layers_.empty()) return;
  const std::vector<Cycle> ends = part_ends();
  Cycle at = superstep_.begin;
  for (std::size_t k = 0; k < ends.size(); ++k) {
    tell(parts_[k].layer, &LayerTotals::compute, at, ends[k]);
    at = ends[k];
  }
  const std::uint32_t last = inside_.empty() ? no_layer : inside_.back();
  tell(last, &LayerTotals::compute, at, sync_begin);
  const Cycle synced = sync_begin + superstep_.sync_cycles;
  tell(last, &LayerTotals::sync, sync_begin, synced);
  tell(last, &LayerTotals::exchange, synced, synced + superstep_.exchange_cycles);
}

void Ipu::conclude(Cycle cycle, Recorder& recorder) {
  if (layers_.empty() || !holds(slice_.tiles, slice_.region, 0)) return;
  std::uint32_t sequence = 0;
  for (std::uint32_t layer = 0; layer < layers_.size(); ++layer) {
    const LayerTotals& t = layers_[layer];
    if (t.times == 0) continue;
    std::uint32_t kind = 0;
    const Cycle begin = std::min(t.begin, t.end);
    for (const std::uint64_t number :
         {t.times, begin, t.end, t.compute, t.sync, t.exchange, t.host}) {
      recorder.append(layers_stream, {cycle, TileId{0}, sequence++, kind++, layer, 0, 0, number});
    }
  }
}

}  // namespace weft::machine::ipu
