// SPDX-License-Identifier: Apache-2.0
// Host arrays in the tiles of a slice. A tensor that lies otherwise than its host has it comes
// element by element; such elements are mostly a step apart, and kept as one entry.
#include <vector>

#include "machine/ipu/build.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

bool append_run(LocalArray& array, std::uint64_t place, std::uint64_t offset, std::uint64_t bytes) {
  if (!array.parts.empty() && array.parts.back().offset + array.parts.back().bytes == offset) {
    array.parts.back().bytes += bytes;
  } else {
    array.parts.push_back({offset, bytes});
  }
  if (!array.pieces.empty() && array.pieces.back().bytes == bytes) {
    Pieces& last = array.pieces.back();
    if (last.times == 1) last.step = place - last.place;
    if (place == last.place + last.times * last.step) {
      ++last.times;
      return false;
    }
  }
  array.pieces.push_back({place, 0, bytes, 1});
  return true;
}

void build_arrays(State& s, const form::Outline& outline, const Slice& slice) {
  const form::Program& program = outline.program;
  const std::vector<std::uint32_t> local = local_tiles(slice);
  for (const form::HostArray& array : program.arrays) {
    LocalArray made;
    std::uint64_t offset = 0;
    std::vector<std::uint64_t> of_tile(program.tiles(), 0);
    for (std::uint64_t r = array.first; r < array.first + array.count; ++r) {
      const form::ArrayRun run = outline.runs[r];
      if (local[run.tile] != elsewhere) {
        append_run(made, s.base(local[run.tile]) + run.address, offset, run.bytes);
      }
      offset += run.bytes;
      of_tile[run.tile] += run.bytes;
    }
    made.pieces.shrink_to_fit();
    made.exchange_cycles = host_exchange_cycles(s.constants, of_tile);
    s.arrays.push_back(std::move(made));
  }
}

}  // namespace weft::machine::ipu
