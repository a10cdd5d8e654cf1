// SPDX-License-Identifier: Apache-2.0
// Which stretches of time the timeline's bins are, and what counters were when they were last
// written; internal to trace.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/recorder.hpp"

namespace weft::trace {

/// Growth of every counter per bin. A bin is one epoch long until the run outgrows `bins_max` bins;
/// then neighbours merge and bins are twice as long. Depends on cycles alone. The bins themselves
/// stand in the file only: 32 of them, of every tile, would be most of what a run holds.
class Timeline {
 public:
  /// Whether a write of the last bin holds what counters grew since note(), or a later one will.
  enum class Growth : std::uint8_t { counted, later };

  Timeline(Cycle epoch_cycles, std::uint32_t bins_max)
      : bin_cycles_(epoch_cycles), bins_max_(bins_max) {}

  /// Time has come to `end` > 0: the bin of cycle end - 1 is the last one.
  void reach(Cycle end);
  Cycle bin_cycles() const { return bin_cycles_; }
  std::uint64_t bins() const { return bins_; }

  /// What a counter of this slice grew since the last note(); [tile of slice][channel].
  std::vector<std::uint64_t> growth(std::size_t counter,
                                    const std::vector<std::uint64_t>& now) const;
  /// The last bin has what the counters grew up to here; the same counters every time.
  void note(std::span<const CounterArray> counters);

 private:
  Cycle bin_cycles_;
  std::uint64_t bins_max_;
  std::uint64_t bins_ = 0;
  std::vector<std::vector<std::uint64_t>> last_;  ///< [counter]
};

}  // namespace weft::trace
