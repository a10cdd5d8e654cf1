// SPDX-License-Identifier: Apache-2.0
// What stops do with whole runs of vectors: kernels of the device space, each an element or a
// vector an index. Pointers are into the device's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/kokkos.hpp"
#include "machine/tsp/memory.hpp"
#include "program/tsp.hpp"

namespace weft::machine::tsp {

/// Bytes of the device's memory on the host, and back; after all kernels launched before.
std::vector<std::byte> to_host(const std::byte* device, std::size_t bytes);
void to_device(std::span<const std::byte> host, std::byte* device);

/// Vectors of a run: element k begins at first + k * step bytes.
struct Strided {
  const std::byte* first = nullptr;
  std::ptrdiff_t step = 0;
};

/// `width` vectors of each of `count` elements, to `to` + k * `to_step` bytes.
void copy_vectors(const Strided& from, std::size_t width, std::size_t count, std::byte* to,
                  std::ptrdiff_t to_step);

void read_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk, std::size_t count,
                std::byte* result);
/// `repeats`: words may be written more than once, in order of the elements.
void write_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk, std::size_t count,
                 const std::byte* data, bool repeats = false);

/// The first element of a gather or scatter with a word beyond the bank, and that word.
struct Beyond {
  std::uint32_t element = 0;  ///< from the run's first on
  std::int64_t address = 0;
};
/// `index` is a run of int16: of each superlane its first lane counts.
std::optional<Beyond> first_beyond(const Walk& walk, std::size_t count, const std::byte* index);
/// Superlanes whose word is beyond the bank get zero.
void gather_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk, std::size_t count,
                  const std::byte* index, std::byte* result);
/// In order of the elements; superlanes whose word is beyond the bank are left out.
void scatter_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk,
                   std::size_t count, const std::byte* data, const std::byte* index);

/// 16 vectors an element into a buffer of weights: to row address_of(k), which has as many bytes as
/// its type is wide times 320.
void load_rows(const Walk& walk, std::size_t row_bytes, std::size_t count, const std::byte* data,
               std::byte* buffer);

/// Rows of sums stored in or added to accumulators; `result` (byte planes of the new sums) may be
/// null. `repeats`: elements may have one row, which takes them in their order.
struct Accumulation {
  bool floats = false;
  bool adds = false;
  bool repeats = false;
};
void accumulate_rows(const Walk& walk, const Accumulation& how, std::size_t count,
                     const std::byte* sums, std::byte* accumulators, std::byte* result);

void shift_lanes(std::int32_t amount, std::size_t count, const std::byte* data, std::byte* result);
/// 320 entries: permute; 16: distribute.
void map_lanes(const std::uint16_t* map, std::uint32_t entries, std::size_t count,
               const std::byte* data, std::byte* result);
void rotate_lanes(std::uint32_t n, std::size_t count, const std::byte* data, std::byte* result);
void transpose_lanes(std::size_t count, const std::byte* data, std::byte* result);

}  // namespace weft::machine::tsp
