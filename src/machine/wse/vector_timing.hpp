// SPDX-License-Identifier: Apache-2.0
// How long a vector instruction that stays in memory occupies the datapath.
#pragma once

#include "machine/wse/pe.hpp"

namespace weft::machine::wse {

inline bool in_memory(const StreamOperand& o) {
  return o.kind == form::DescriptorKind::mem1d || o.kind == form::DescriptorKind::mem4d;
}
inline bool on_fabric(const StreamOperand& o) {
  return o.kind == form::DescriptorKind::fabin || o.kind == form::DescriptorKind::fabout;
}

/// Stride from one element to the next inside a row, in elements.
inline std::int32_t inner_stride(const StreamOperand& o) {
  return o.kind == form::DescriptorKind::mem4d ? o.strides[o.dimensions - 1] : o.stride;
}

/// Elements a cycle that an operand's stride allows.
inline std::uint32_t stride_limit(const Constants& c, std::int32_t stride, std::uint32_t width) {
  if (stride == 0 || stride == 1) return width;
  std::uint32_t limit = width;
  const std::int32_t residue = ((stride % 8) + 8) % 8;
  if (residue == 0) limit = c.stride_limit_0;
  if (residue == 4) limit = c.stride_limit_4;
  if (residue == 1 || residue == 7) limit = c.stride_limit_1_or_7;
  return limit < width ? limit : width;
}

/// Duration in cycles, and how many of them bank and placement rules cost.
struct Duration {
  Cycle cycles = 1;
  Cycle lost = 0;
};

/// Rows of the operand with the most; 0 when none is mem4d.
inline std::uint32_t rows_of(const StreamOperand* o) {
  std::uint32_t rows = 0;
  for (unsigned k = 0; k < operand_count; ++k) {
    if (o[k].kind != form::DescriptorKind::mem4d || o[k].dimensions < 2) continue;
    std::uint32_t own = 1;
    for (unsigned d = 0; d + 1 < o[k].dimensions; ++d) own *= o[k].extents[d];
    if (own > rows) rows = own;
  }
  return rows;
}

/// Reads of one group meet.
inline std::uint32_t bank_group(const Constants& c, std::uint32_t address) {
  return address / c.bank_word_bytes % c.bank_count % c.bank_conflict_modulus;
}

/// Divisor of the rate that the placement of two memory sources costs.
///
/// Two reads of a cycle that meet in a bank (equal modulo bank_conflict_modulus) take turns. fp32
/// operations wider than one element need more: both sources aligned, at a certain distance, and
/// one run of elements: rows of a mem4d operand start at changing places, and case A5 has half of
/// the rate there.
inline std::uint32_t placement_divisor(const Constants& c, const VectorCode& v,
                                       const StreamOperand* o) {
  const StreamOperand* reads[3] = {};
  std::uint32_t count = 0;
  for (unsigned k = 1; k < operand_count; ++k) {
    if (in_memory(o[k]) && inner_stride(o[k]) != 0) reads[count++] = &o[k];
  }
  if (count < 2) return 1;
  if (bank_group(c, reads[0]->base) == bank_group(c, reads[1]->base)) {
    return c.bank_conflict_divisor;
  }
  const std::uint32_t width = c.simd_width[static_cast<unsigned>(v.name)];
  const bool wide = width > 1 && v.element_bytes[0] == 4 && v.element_bytes[1] == 4;
  if (!wide) return 1;
  const std::uint32_t modulus = c.distance_modulus_bytes;
  const std::uint32_t distance =
      (modulus + reads[0]->base % modulus - reads[1]->base % modulus) % modulus;
  const std::uint32_t alignment = c.operand_alignment_bytes;
  const bool aligned = reads[0]->base % alignment == 0 && reads[1]->base % alignment == 0 &&
                       distance == c.source_distance_bytes;
  return aligned && rows_of(o) == 0 ? 1 : c.misaligned_divisor;
}

/// An element takes `divisor` slots of 1 / width cycles; a row of a mem4d operand restarts the
/// loop.
inline Duration memory_duration(const Constants& c, const VectorCode& v, const StreamOperand* o,
                                std::uint32_t n) {
  std::uint32_t width = c.simd_width[static_cast<unsigned>(v.name)];
  const std::uint32_t full = width;
  for (unsigned k = 0; k <= v.sources; ++k) {
    if (in_memory(o[k])) width = stride_limit(c, inner_stride(o[k]), width);
  }
  const std::uint64_t slots = std::uint64_t{n} * placement_divisor(c, v, o);
  Duration d;
  d.cycles = (slots + width - 1) / width;
  const Cycle ideal = (n + full - 1) / full;
  d.lost = d.cycles - ideal;
  const std::uint64_t rows = rows_of(o);
  d.cycles += rows * c.row_restart.numerator / c.row_restart.denominator;
  if (d.cycles == 0) d.cycles = 1;
  return d;
}

}  // namespace weft::machine::wse
