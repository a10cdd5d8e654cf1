// SPDX-License-Identifier: Apache-2.0
// How often what happened at a stop before a cycle: sums over runs, in closed form.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "machine/tsp/flow.hpp"

namespace weft::machine::tsp {

/// What is counted at a stop.
enum Column : std::uint32_t {
  column_dispatched,
  column_repeats,
  column_read_bytes,
  column_written_bytes,
  column_driven_bytes,
  column_passed_bytes,
  column_alu_operations,
  column_macs,
  column_planes,  ///< and the three behind it: w1, w0, e0, e1
  column_checked_words = column_planes + 4,
  columns,
};

/// A run's cycles: first, how many, how far apart.
struct Progression {
  Cycle cycle = 0;
  std::uint64_t count = 1;
  std::uint64_t interval_cycles = 1;

  /// How many of them lie before cycle `end`.
  std::uint64_t before(Cycle end) const {
    if (end <= cycle) return 0;
    const std::uint64_t begun = (end - 1 - cycle) / interval_cycles + 1;
    return begun < count ? begun : count;
  }
};

/// The cycles in which any queue of a stop dispatches, each in one of them.
std::vector<Progression> busy_cycles(std::vector<Progression> runs);

/// Adds what stops [begin, end) counted in cycles [0, before) of a schedule: values[(stop - begin)
/// * columns + column].
void count_before(const Flow& flow, std::uint32_t begin, std::uint32_t end, Cycle before,
                  std::vector<std::uint64_t>& values);

}  // namespace weft::machine::tsp
