// SPDX-License-Identifier: Apache-2.0
// Reads what compiling a graph needs from a topology.
#include "frontends/poplar/machine_constants.hpp"

#include <limits>

namespace weft::frontends::poplar {
namespace {

std::uint64_t count_of(const topology::Topology& topology, const char* key) {
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint64_t>(topology.integer(key, 0, most));
}

}  // namespace

MachineConstants machine_constants(const topology::Topology& topology, std::uint32_t tiles_per_ipu,
                                   std::uint32_t ipus) {
  MachineConstants constants;
  const Rectangle region = topology.default_region();
  constants.tiles_per_ipu = tiles_per_ipu != 0 ? tiles_per_ipu : region.width;
  constants.ipus = ipus != 0 ? ipus : region.height;
  constants.tiles = constants.tiles_per_ipu * constants.ipus;
  constants.memory_bytes = count_of(topology, "tile.memory_bytes");
  constants.stack_bytes =
      count_of(topology, "tile.supervisor_stack_bytes") +
      count_of(topology, "tile.worker_contexts") * count_of(topology, "tile.worker_stack_bytes");
  constants.codelet_code_bytes = count_of(topology, "tile.codelet_code_bytes");
  constants.control_code_bytes_per_instruction =
      count_of(topology, "tile.control_code_bytes_per_instruction");
  constants.send_code_bytes = count_of(topology, "exchange.send_code_bytes");
  constants.receive_code_bytes = count_of(topology, "exchange.receive_code_bytes");
  return constants;
}

}  // namespace weft::frontends::poplar
