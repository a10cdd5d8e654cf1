// SPDX-License-Identifier: Apache-2.0
// What `weft check` says of a unit graph.
#pragma once

#include <string>

#include "program/rdu.hpp"
#include "program/rdu_network.hpp"
#include "program/rdu_timing.hpp"

namespace weft::cli {

/// Contexts, channels, units of each kind beside what a chip has, and words of memory.
std::string describe_units(const program::rdu::Program& program,
                           const program::rdu::Timing& timing);
/// Lines on its network, each behind an end of line; nothing of an ideal one.
std::string describe_network(const program::rdu::Program& program,
                             const program::rdu::NetworkUse& use);

}  // namespace weft::cli
