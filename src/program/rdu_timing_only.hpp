// SPDX-License-Identifier: Apache-2.0
// A unit graph without the values that decide no cycle.
#pragma once

#include <cstdint>

#include "program/rdu.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

struct TimingOnly {
  Program program;
  std::uint64_t nodes = 0;        ///< of the graph that was given
  std::uint64_t nodes_kept = 0;   ///< values that are still computed
  std::uint64_t arrays_read = 0;  ///< whose words decide something, as far as can be told
};

/// The same contexts, channels and transfers, firing and waiting in the same cycles on a machine of
/// this timing. Of values those are left that a cycle may depend on: bounds of counters, what
/// `when`, `pop_when` and `until` say, addresses and sizes of transfers, addresses in banks that
/// may meet, and what these are computed from, through channels, memories and DRAMs. Where others
/// stood, tokens carry a word of 1. Words beyond a memory that only values saw are not found any
/// more.
TimingOnly timing_only(const Program& program, const Timing& timing);

}  // namespace weft::program::rdu
