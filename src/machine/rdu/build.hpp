// SPDX-License-Identifier: Apache-2.0
// What is said of slices before they are built: their neighbours and their size.
#pragma once

#include <cstdint>
#include <span>

#include "machine/machine.hpp"
#include "program/rdu_timing.hpp"

namespace weft::machine::rdu {

/// Slices that a channel joins: tokens go one way, room comes back.
Relation relation_of(const program::rdu::Program& program, const Rectangle& region,
                     std::span<const Rectangle> slices);

Footprint footprint_of(const program::rdu::Program& program, std::uint64_t program_bytes,
                       const program::rdu::Timing& timing, const Slice& slice);

/// Values a tile of all counters.
inline constexpr std::uint64_t counter_values = 11;

}  // namespace weft::machine::rdu
