// SPDX-License-Identifier: Apache-2.0
// A message from one TSP chip of a node to another: over their own link, or over all ways of two.
#pragma once

#include <cstdint>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// `vectors` vectors of 320 bytes go from chip 0 to chip 1 of a node. With `detours` they are dealt
/// to the direct link and to the ways over each of the six other chips, which pass them on through
/// their memories. Tensors: "message", input on chip 0, and "received", output on chip 1, i8
/// [vectors, 320]. Category::input for none, or more than fit a bank.
Program message(const Timing& timing, std::uint32_t vectors, bool detours);
/// Cycles from the first send to the last write of such a message.
Cycle message_cycles(const Timing& timing, const Program& message);

}  // namespace weft::program::tsp
