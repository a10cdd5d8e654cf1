// SPDX-License-Identifier: Apache-2.0
// How long a host's command is on its way to the machine.
#pragma once

#include "base/ids.hpp"
#include "topology/topology.hpp"

namespace weft::engine {

/// Of copies and streams: host.command_latency_cycles; 0 where a family has none.
Cycle command_latency_cycles(const topology::Topology& topology);
/// Of launches: host.launch_latency_cycles where a family has it, else as of all commands.
Cycle launch_latency_cycles(const topology::Topology& topology);

}  // namespace weft::engine
