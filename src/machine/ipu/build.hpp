// SPDX-License-Identifier: Apache-2.0
// Program and slice in, state out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "machine/ipu/state.hpp"
#include "program/ipu_outline.hpp"

namespace weft::machine::ipu {

/// `bytes` up to the next multiple of `alignment`.
constexpr std::uint64_t aligned(std::uint64_t bytes, std::uint64_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Where a tile's memory begins in State::memory.
inline constexpr std::uint64_t tile_alignment = 64;

/// An array whose values are whatever is there.
template <typename T>
Array<T> unset_array(const std::string& label, std::size_t count) {
  return Array<T>(Kokkos::view_alloc(label, Kokkos::WithoutInitializing), count);
}

/// Category::input where the program does not fit its codelets or the slice's region.
State make_state(const Constants& constants, const program::ipu::Outline& outline,
                 const Slice& slice);

/// What a machine of this slice will hold; `program_bytes` are the serialized program's.
Footprint footprint_of(const program::ipu::Outline& outline, std::uint64_t program_bytes,
                       const Slice& slice);

/// A run of a host array in this slice, `bytes` at `place` of State::memory, put behind what the
/// array holds; `offset` in the array. True where that takes a further entry of LocalArray::pieces.
bool append_run(LocalArray& array, std::uint64_t place, std::uint64_t offset, std::uint64_t bytes);
/// The arrays that the host reads and writes (build_arrays.cpp).
void build_arrays(State& state, const program::ipu::Outline& outline, const Slice& slice);
/// On-tile copies with their cycles; sends and receives of every exchange, in the same order on
/// both sides (build_lists.cpp).
void build_moves(State& state, const program::ipu::Outline& outline, const Slice& slice);
/// Vertex objects, bound to memory, dealt to workers (build_vertices.cpp).
void build_vertices(State& state, const program::ipu::Program& program, const Slice& slice);

}  // namespace weft::machine::ipu
