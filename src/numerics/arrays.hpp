// SPDX-License-Identifier: Apache-2.0
// Vector operations of a tile over arrays in memory, in the order of the hardware: ascending.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "numerics/float_rules.hpp"

namespace weft::numerics {

/// Element-wise operations, named as in CSL: `s` fp32, `h` fp16, `hs` fp16 sources and fp32
/// destination, 16 and 32 plain bits. `mac`: destination = source 0 + source 1 * source 2.
enum class ArrayOperation : std::uint8_t {
  add16,
  sub16,
  and16,
  or16,
  xor16,
  mov16,
  mov32,
  sll16,
  slr16,
  sar16,
  clz,
  ctz,
  popcnt,
  fadds,
  fsubs,
  fmuls,
  fmacs,
  fmovs,
  fnegs,
  fabss,
  fmaxs,
  fscales,
  faddh,
  fsubh,
  fmulh,
  fmach,
  fmovh,
  fnegh,
  fabsh,
  fmaxh,
  fscaleh,
  faddhs,  ///< source 0 fp16, source 1 fp32
  fmachs,  ///< source 0 fp32, sources 1 and 2 fp16
  fh2s,
  fs2h,
  fh2xp16,
  fs2xp16,  ///< to int16, towards zero, saturating
  xp162fh,
  xp162fs,  ///< from int16
  count_,
};

/// Where an operand's elements are: element i at data + i * stride_bytes. Stride 0 is a scalar.
/// Elements need no alignment.
struct Source {
  const std::byte* data = nullptr;
  std::ptrdiff_t stride_bytes = 0;
};
struct Destination {
  std::byte* data = nullptr;
  std::ptrdiff_t stride_bytes = 0;
};

/// Shape of an operation: how many sources, and the bytes of an element of each operand.
struct ArrayShape {
  std::uint8_t sources = 0;
  std::uint8_t destination_bytes = 0;
  std::array<std::uint8_t, 3> source_bytes{};
};
ArrayShape shape_of(ArrayOperation operation);
const char* name_of(ArrayOperation operation);

/// Element i is computed from the sources as they are after element i - 1 was written, so operands
/// may overlap in any way (a destination of stride 0 makes a reduction). Only the sources that the
/// operation has are looked at.
void apply(ArrayOperation operation, FloatRules rules, Destination destination,
           const std::array<Source, 3>& sources, std::size_t count);

}  // namespace weft::numerics
