// SPDX-License-Identifier: Apache-2.0
// Program and slice in, state out.
#pragma once

#include <cstdint>

#include "machine/ipu/state.hpp"

namespace weft::machine::ipu {

/// `bytes` up to the next multiple of `alignment`.
constexpr std::uint64_t aligned(std::uint64_t bytes, std::uint64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Category::input where the program does not fit its codelets or the slice's region.
State make_state(const Constants& constants, const program::ipu::Program& program,
                 const Slice& slice);

/// What a machine of this slice will hold; `program_bytes` are the serialized program's.
Footprint footprint_of(const program::ipu::Program& program, std::uint64_t program_bytes,
                       const Slice& slice);

/// Sends and receives of every exchange, in the same order on both sides (build_lists.cpp).
void build_exchanges(State& state, const program::ipu::Program& program, const Slice& slice);
/// On-tile copies with their cycles (build_lists.cpp).
void build_rearrangements(State& state, const program::ipu::Program& program, const Slice& slice);
/// Vertex objects, bound to memory, dealt to workers (build_vertices.cpp).
void build_vertices(State& state, const program::ipu::Program& program, const Slice& slice);

}  // namespace weft::machine::ipu
