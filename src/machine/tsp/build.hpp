// SPDX-License-Identifier: Apache-2.0
// What a slice is built from.
#pragma once

#include <cstdint>
#include <set>
#include <span>

#include "machine/machine.hpp"
#include "machine/tsp/constants.hpp"
#include "machine/tsp/memory.hpp"
#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::machine::tsp {

/// Pages that stops `stops` of a chip can touch.
Pages pages_of(const program::tsp::Program& program, std::uint32_t chip, const Rectangle& stops);

/// Stops among them whose MXM planes a chip's schedule uses.
std::set<std::uint32_t> planes_of(const program::tsp::Program& program, std::uint32_t chip,
                                  const Rectangle& stops);

/// Neighbours along each chip's row of stops, a cycle apart, and along cables between chips; none
/// where the program has no data.
Relation relation_of(const Constants& constants, const program::tsp::Program& program,
                     const Rectangle& region, std::span<const Rectangle> slices);

/// What a machine of this slice will hold; `program_bytes` are the serialized program's.
Footprint footprint_of(const program::tsp::Program& program, std::uint64_t program_bytes,
                       const program::tsp::Timing& timing, const Slice& slice);

}  // namespace weft::machine::tsp
