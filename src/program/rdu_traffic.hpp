// SPDX-License-Identifier: Apache-2.0
// What the sections of a graph load and store, and where that lies: read from its commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu.hpp"

namespace weft::program::rdu {

/// A piece of DRAM or HBM that sections load or store whole.
struct MatrixUse {
  std::string name;  ///< of the array; of what no host sees, the store's without ".out.store"
  std::uint32_t unit = none;
  std::uint32_t address_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint32_t stored = none;  ///< section; none: by the host
  std::uint32_t loaded = none;  ///< section that loads it last; none: the host alone may
  std::uint32_t loads = 0;
  std::uint64_t moved_bytes() const { return bytes * ((stored == none ? 0 : 1) + loads); }
};

/// Of loads and stores whose address and size are constants of a section's context, in the order of
/// the sections. What lies at the same place later is another one.
std::vector<MatrixUse> matrix_uses(const Program& program);

/// Words of a memory unit that a memory has with all its buffers, from the load of the unit's
/// section to the section's end.
struct SramUse {
  std::uint32_t memory = none;
  std::uint32_t section = none;  ///< none: it is there all the time
  std::uint64_t bytes = 0;
};
/// In the order of the sections, those that are always there first; of one section the largest
/// first, then by name.
std::vector<SramUse> sram_uses(const Program& program);

/// [section]: bytes that it loads and stores so, and has in memory units beside those that are
/// there all the time.
struct SectionBytes {
  std::uint64_t hbm = 0;
  std::uint64_t dram = 0;
  std::uint64_t sram = 0;
};
std::vector<SectionBytes> section_bytes(const Program& program);

}  // namespace weft::program::rdu
