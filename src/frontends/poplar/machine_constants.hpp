// SPDX-License-Identifier: Apache-2.0
// The topology's constants that compiling a graph needs, read once.
#pragma once

#include <cstdint>

#include "topology/topology.hpp"

namespace weft::frontends::poplar {

struct MachineConstants {
  std::uint32_t tiles_per_ipu = 0;
  std::uint32_t ipus = 0;
  std::uint32_t tiles = 0;
  std::uint64_t memory_bytes = 0;  ///< of a tile
  std::uint64_t stack_bytes = 0;   ///< of a tile's supervisor and workers together
  std::uint64_t codelet_code_bytes = 0;
  std::uint64_t control_code_bytes_per_instruction = 0;
  std::uint64_t send_code_bytes = 0;
  std::uint64_t receive_code_bytes = 0;
};

/// Category::input naming a constant that is missing. `tiles_per_ipu` and `ipus` are those of the
/// device, 0 as in the topology's default region.
MachineConstants machine_constants(const topology::Topology& topology, std::uint32_t tiles_per_ipu,
                                   std::uint32_t ipus);

}  // namespace weft::frontends::poplar
