// SPDX-License-Identifier: Apache-2.0
// What `weft check` says of a unit graph.
#pragma once

#include <string>

#include "program/rdu.hpp"
#include "program/rdu_network.hpp"
#include "program/rdu_timing.hpp"
#include "topology/document.hpp"

namespace weft::cli {

/// Contexts, channels, units of each kind beside what a chip has, and words of memory.
std::string describe_units(const program::rdu::Program& program,
                           const program::rdu::Timing& timing);
/// Lines on its network, each behind an end of line; nothing of an ideal one.
std::string describe_network(const program::rdu::Program& program,
                             const program::rdu::NetworkUse& use);

/// [program] mode: "data" or "timing".
bool is_timing_only(topology::Table& table);
/// Leaves the graph what decides when something happens (rdu_timing_only.hpp), and says how much
/// that is: a line, its end before it.
std::string leave_values_out(program::rdu::Program& program, const program::rdu::Timing& timing);

}  // namespace weft::cli
