// SPDX-License-Identifier: Apache-2.0
// What goes from TSP chip to TSP chip, and when: vectors on links, and the clocks behind them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "program/tsp_check.hpp"

namespace weft::program::tsp {

/// All sends and receives of a program, matched: the j-th receive of a link takes the j-th vector
/// that was sent on it. Checks of a single chip are not made here.
///
/// A vector that is sent in cycle t starts when the link has taken the one before, which must be
/// before t + 1, occupies it for link_cycles_a_vector, and is there after a latency that is drawn
/// for it by the program's link_seed; a receive must not be dispatched before. The chips' clocks
/// are aligned down a tree from chip 0: a chip's from its first deskew on, an epoch later, and for
/// each hop from chip 0 as many epochs as the latency takes. From there, or from the end of the
/// last runtime_deskew, a clock drifts at a rate that is drawn for the chip.
struct CheckedLinks {
  std::vector<Crossing> crossings;  ///< by (from_chip, link, cycle of the first send)
  std::optional<Fault> fault;       ///< the first
};
CheckedLinks check_links(const Program& program, const Timing& timing,
                         std::span<const Cable> cables);

/// The latency of the `vector`-th vector on `link` of `chip`: least to most, mean and spread as in
/// ISCA 2022, table 2 (216.9 and 2.8 cycles of 209..228).
Cycle link_latency_cycles(const Timing& timing, std::uint64_t seed, std::uint32_t chip,
                          std::uint32_t link, std::uint64_t vector);
/// Cycles after its first deskew in which a chip so many hops from chip 0 is aligned.
Cycle alignment_cycles(const Timing& timing, std::uint32_t hops);
/// Cycles from a send to the first receive that is sure to find its vector, whatever is drawn; the
/// link idle before.
Cycle crossing_cycles(const Timing& timing);
/// The same anywhere in a program of at most so many cycles, while two clocks drift apart.
Cycle crossing_cycles(const Timing& timing, Cycle length_cycles);

}  // namespace weft::program::tsp
