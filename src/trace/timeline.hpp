// SPDX-License-Identifier: Apache-2.0
// How counters grew over the run, in a bounded number of bins; internal to trace.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/recorder.hpp"

namespace weft::trace {

/// Growth of every counter per bin, of one slice. A bin is one epoch long until the run outgrows
/// `bins_max` bins; then neighbours merge and bins are twice as long. Depends on cycles alone.
class Timeline {
 public:
  Timeline(Cycle epoch_cycles, std::uint32_t bins_max)
      : bin_cycles_(epoch_cycles), bins_max_(bins_max) {}

  /// Adds what the counters grew since the last call, to the bin of cycle `end` - 1. `end` > 0; the
  /// same counters in the same order every time.
  void add(Cycle end, std::span<const CounterArray> counters);

  Cycle bin_cycles() const { return bin_cycles_; }
  std::uint64_t bins() const { return bins_; }
  std::size_t counters() const { return growth_.size(); }
  /// [tile of slice][channel] of one counter in one bin.
  const std::vector<std::uint64_t>& values(std::size_t counter, std::uint64_t bin) const {
    return growth_[counter][bin];
  }
  /// Counts doublings; when it changes, all bins have changed.
  std::uint64_t doublings() const { return doublings_; }

 private:
  void reach(std::uint64_t bins);
  void merge_pairs();

  Cycle bin_cycles_;
  std::uint64_t bins_max_;
  std::uint64_t bins_ = 0;
  std::uint64_t doublings_ = 0;
  std::vector<std::vector<std::uint64_t>> last_;                 ///< [counter]
  std::vector<std::vector<std::vector<std::uint64_t>>> growth_;  ///< [counter][bin]
};

}  // namespace weft::trace
