// SPDX-License-Identifier: Apache-2.0
// Gives back the words of what no later operation of a TSP's tensor program reads.
#include <algorithm>

#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {

void SchedulerState::release_all(TensorId id) {
  if (program.at(id).role != TensorValue::Role::result || program.at(id).output) return;
  const auto left = spread.find(id);
  if (left != spread.end()) {
    for (const auto& side : left->second.spreads) {
      for (const Spread& one : side) {
        if (one.pitch != 0) release_spread(*this, one, static_cast<Cycle>(end));
      }
    }
  }
  for (const Segment& segment : placed[id].segments) {
    if (layouts[id].padded && !options.chip_pads) {
      padded_.push_back({layouts[id].pad_value, layouts[id].images, layouts[id].height, segment});
      padded_.back().segment.store.free_from = static_cast<Cycle>(end);
      continue;
    }
    memory.release(segment.store, static_cast<Cycle>(end));
  }
}

void SchedulerState::release_benches(std::size_t n) {
  for (const Hemisphere hemisphere : {Hemisphere::west, Hemisphere::east}) {
    const auto side = static_cast<std::size_t>(hemisphere);
    if (bench.rows != 0 && n == last_reduction_) {
      memory.release_bench(hemisphere, bench.address.at(side), bench_words(),
                           static_cast<Cycle>(end));
    }
    const TurningPlace& place = turning.at(side);
    if (place.words != 0 && n == last_turn_) {
      memory.release_bench(hemisphere, place.address, place.words, static_cast<Cycle>(end));
    }
  }
}

bool SchedulerState::read_behind(TensorId id, std::size_t n) const {
  for (std::size_t other = n + 1; other < read_together_.size(); ++other) {
    const auto& together = read_together_[other];
    if (std::find(together.begin(), together.end(), id) != together.end()) return true;
  }
  for (TensorId alias = 0; alias < resolved.size(); ++alias) {
    if (resolved[alias] == id && program.at(alias).output) return true;
  }
  return false;
}

void SchedulerState::release(std::size_t n, TensorId left) {
  release_benches(n);
  for (const TensorId id : read_together_[n]) {
    if (!read_behind(id, n)) release_all(id);
  }
  if (left != none && !read_behind(left, n)) release_all(left);
}

}  // namespace weft::program::tsp
