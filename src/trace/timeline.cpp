// SPDX-License-Identifier: Apache-2.0
// Merging pairs keeps every bin's first cycle a multiple of its length.
#include "trace/timeline.hpp"

#include <algorithm>

namespace weft::trace {

void Timeline::reach(Cycle end) {
  if (bins_max_ == 0) return;
  while ((end - 1) / bin_cycles_ >= bins_max_) {
    bins_ = (bins_ + 1) / 2;
    bin_cycles_ *= 2;
  }
  bins_ = std::max<std::uint64_t>(bins_, (end - 1) / bin_cycles_ + 1);
  growing_bin_ = (std::min(end, due_) - 1) / bin_cycles_;
}

void Timeline::wait_for(Cycle next) {
  if (bins_max_ == 0) return;
  Cycle length = bin_cycles_;
  while (next / length >= bins_max_) length *= 2;
  const Cycle begin = next / length * length;
  due_ = begin > never - length ? never : begin + length;
}

std::vector<std::uint64_t> Timeline::growth(std::size_t counter,
                                            const std::vector<std::uint64_t>& now) const {
  std::vector<std::uint64_t> grown = now;
  if (counter < last_.size()) {
    for (std::size_t i = 0; i < grown.size(); ++i) grown[i] -= last_[counter][i];
  }
  return grown;
}

bool Timeline::has_grown(std::size_t counter, const std::vector<std::uint64_t>& now) const {
  if (counter < last_.size()) return now != last_[counter];
  return std::any_of(now.begin(), now.end(), [](std::uint64_t value) { return value != 0; });
}

void Timeline::note(std::span<const CounterArray> counters) {
  last_.resize(counters.size());
  for (std::size_t c = 0; c < counters.size(); ++c) last_[c] = counters[c].values;
}

}  // namespace weft::trace
