// SPDX-License-Identifier: Apache-2.0
// What a compiled program exports, tile by tile.
#pragma once

#include <cstdint>
#include <vector>

#include "machine/machine.hpp"

namespace weft::cli {

/// One host tensor, which lies where the program placed it.
struct ArrayExport {
  machine::Export entry;
  std::vector<std::uint64_t> shape;
  bool is_input = false;  ///< the program takes it as it is copied in
};

/// What commands can name in a program, before there is a machine. Tiles that export the same are a
/// group: a machine's exports() has one entry a name, the first, and can't tell tiles apart.
struct ProgramExports {
  std::vector<std::vector<machine::Export>> groups;  ///< variables and functions
  std::vector<std::uint32_t> group_of_tile;          ///< row-major; empty: all are of the first
  std::vector<machine::Export> streams;              ///< in and out
  std::vector<ArrayExport> arrays;
};

}  // namespace weft::cli
