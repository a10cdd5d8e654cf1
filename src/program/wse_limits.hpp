// SPDX-License-Identifier: Apache-2.0
// What a WSE lets a program use: read from its topology, obeyed by front ends, checked of programs.
#pragma once

#include <cstdint>

#include "program/wse.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::program::wse {

/// Word addresses of a tile's configuration registers: 16 bits each, a word address is half a byte
/// address.
struct ConfigurationWords {
  std::uint16_t color = 0;             ///< of color 0; one a color
  std::uint16_t switches = 0;          ///< of color 0; one a color
  std::uint16_t teardown_pending = 0;  ///< two: colors 0 to 15, 16 to 23

  friend bool operator==(const ConfigurationWords&, const ConfigurationWords&) = default;
};

/// Counts are of one tile.
struct Limits {
  Generation generation = Generation::wse2;
  std::uint32_t sram_bytes = 0;
  std::uint32_t code_bytes_per_instruction = 0;
  unsigned input_queues = 0;
  unsigned output_queues = 0;
  unsigned local_task_first = 0;
  unsigned local_task_last = 0;
  unsigned control_task_last = 0;
  unsigned switch_positions = 0;
  std::uint32_t switchable_colors = 0;  ///< mask
  bool color_swap = false;
  ConfigurationWords configuration;            ///< where a tile's registers are
  bool explicit_microthreads = false;          ///< a program may name an operation's microthread
  bool queue_initialisation_required = false;  ///< a fabric DSD binds no queue

  friend bool operator==(const Limits&, const Limits&) = default;

  std::uint64_t code_bytes(const TileCode& code) const {
    return std::uint64_t{code_bytes_per_instruction} * code.instructions.size();
  }
};

ConfigurationWords read_configuration_words(const topology::Topology& topology);

/// Category::input names a missing key. Values are in range where the family's rules hold.
Limits read_limits(const topology::Topology& topology);

/// Holds a valid program against the machine: SRAM (naming the largest symbols), queues, task ids,
/// switches, microthreads. Throws Category::program or input, naming code or tile.
void check_limits(const Program& program, const Limits& limits);

}  // namespace weft::program::wse
