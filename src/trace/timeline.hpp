// SPDX-License-Identifier: Apache-2.0
// Which stretches of time the timeline's bins are, and what counters were when they were last
// written; internal to trace.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/recorder.hpp"

namespace weft::trace {

/// Growth of every counter per bin. Bins have the length that they begin with until the run
/// outgrows `bins_max` of them; then neighbours merge and bins are twice as long. Depends on cycles
/// alone. The bins themselves stand in the file only: 32 of them, of every tile, would be most of
/// what a run holds.
class Timeline {
 public:
  /// Whether a write of the last bin holds what counters grew since note(), or a later one will.
  enum class Growth : std::uint8_t { counted, later };

  Timeline(Cycle bin_cycles, std::uint32_t bins_max)
      : bin_cycles_(bin_cycles), bins_max_(bins_max), due_(bin_cycles) {}

  /// Time has come to `end` > 0: the bin of cycle end - 1 is the last one. What the counters grew
  /// since note() they grew before due(), be `end` later or not.
  void reach(Cycle end);
  /// Where the counters are to be looked at next: the end of a bin.
  Cycle due() const { return bins_max_ == 0 ? never : due_; }
  /// Nothing happens before `next`: the end of its bin is due, of as many bins as it takes.
  void wait_for(Cycle next);
  Cycle bin_cycles() const { return bin_cycles_; }
  std::uint64_t bins() const { return bins_; }
  /// The bin that has grown since note().
  std::uint64_t growing_bin() const { return growing_bin_; }

  /// What a counter of this slice grew since the last note(); [tile of slice][channel].
  std::vector<std::uint64_t> growth(std::size_t counter,
                                    const std::vector<std::uint64_t>& now) const;
  bool has_grown(std::size_t counter, const std::vector<std::uint64_t>& now) const;
  /// The last bin has what the counters grew up to here; the same counters every time.
  void note(std::span<const CounterArray> counters);

 private:
  Cycle bin_cycles_;
  std::uint64_t bins_max_;
  std::uint64_t bins_ = 0;
  Cycle due_;
  std::uint64_t growing_bin_ = 0;
  std::vector<std::vector<std::uint64_t>> last_;  ///< [counter]
};

}  // namespace weft::trace
