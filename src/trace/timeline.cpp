// SPDX-License-Identifier: Apache-2.0
// Bins fill from cycle 0 on; merging pairs keeps every bin's first cycle a multiple of its length.
#include "trace/timeline.hpp"

#include <utility>

namespace weft::trace {
namespace {

void add_to(std::vector<std::uint64_t>& sum, const std::vector<std::uint64_t>& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

}  // namespace

void Timeline::add(Cycle end, std::span<const CounterArray> counters) {
  if (bins_max_ == 0) return;
  if (growth_.empty()) {
    growth_.resize(counters.size());
    for (const auto& counter : counters) last_.emplace_back(counter.values.size());
  }
  while ((end - 1) / bin_cycles_ >= bins_max_) merge_pairs();
  const std::uint64_t bin = (end - 1) / bin_cycles_;
  reach(bin + 1);
  for (std::size_t c = 0; c < growth_.size(); ++c) {
    const auto& now = counters[c].values;
    for (std::size_t i = 0; i < now.size(); ++i) growth_[c][bin][i] += now[i] - last_[c][i];
    last_[c] = now;
  }
}

void Timeline::reach(std::uint64_t bins) {
  if (bins <= bins_) return;
  bins_ = bins;
  for (std::size_t c = 0; c < growth_.size(); ++c) {
    growth_[c].resize(bins, std::vector<std::uint64_t>(last_[c].size()));
  }
}

void Timeline::merge_pairs() {
  for (auto& bins : growth_) {
    std::vector<std::vector<std::uint64_t>> merged;
    for (std::size_t b = 0; b < bins.size(); b += 2) {
      merged.push_back(std::move(bins[b]));
      if (b + 1 < bins.size()) add_to(merged.back(), bins[b + 1]);
    }
    bins = std::move(merged);
  }
  bins_ = (bins_ + 1) / 2;
  bin_cycles_ *= 2;
  ++doublings_;
}

}  // namespace weft::trace
