// SPDX-License-Identifier: Apache-2.0
// What a program can meet of a WSE: which of the machine's constants its run rests on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "machine/wse/constants.hpp"

namespace weft::machine::wse {

struct ProgramUse {
  bool scalar[operation_count][type_count] = {};
  bool math[math_count] = {};
  std::uint32_t shortest_branch = ~0U;  ///< skipped_instructions() of the branches, at least
  std::uint32_t shortest_jump = ~0U;    ///< of the jumps, at least
  std::uint32_t longest_skip = 0;       ///< of both, at most
  bool widens_to_32 = false;
  bool widens_to_64 = false;
  bool converts = false;  ///< from or to floating point
  bool calls = false;
  bool vector[vector_count] = {};
  bool vectors = false;           ///< any vector operation
  bool two_sources = false;       ///< of a vector operation: they may meet in a bank
  bool descriptor_loads = false;  ///< variable descriptors that go into a DSR
  bool constant_loads = false;    ///< constant ones
  bool mem4d = false;
  bool streams = false;   ///< vector operations with a fabric operand
  std::size_t tasks = 0;  ///< of the code with the most
  bool floats = false;
  bool routes = false;      ///< any color goes anywhere
  bool own_ramp = false;    ///< some color goes from a tile's ramp to the same tile
  bool configures = false;  ///< routes that code may rewrite
  bool launches = false;    ///< the host can launch functions
  bool host_in = false;
  bool host_out = false;
};

ProgramUse use_of(const form::Program& program);

}  // namespace weft::machine::wse
