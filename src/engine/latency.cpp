// SPDX-License-Identifier: Apache-2.0
// The topology's constants, by the keys that every family may have.
#include "engine/latency.hpp"

namespace weft::engine {

namespace {

constexpr const char* command_key = "host.command_latency_cycles";
constexpr const char* launch_key = "host.launch_latency_cycles";

}  // namespace

Cycle command_latency_cycles(const topology::Topology& topology) {
  return topology.has(command_key) ? static_cast<Cycle>(topology.integer(command_key)) : 0;
}

Cycle launch_latency_cycles(const topology::Topology& topology) {
  if (!topology.has(launch_key)) return command_latency_cycles(topology);
  return static_cast<Cycle>(topology.integer(launch_key));
}

}  // namespace weft::engine
