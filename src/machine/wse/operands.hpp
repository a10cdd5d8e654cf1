// SPDX-License-Identifier: Apache-2.0
// Operands of vector instructions: taken from descriptors and registers at issue, then walked
// through memory.
#pragma once

#include "machine/wse/vector_timing.hpp"

namespace weft::machine::wse {

/// What an instruction's operands are at issue.
struct Operands {
  StreamOperand o[operand_count];
  const form::Descriptor* fabric_out = nullptr;
  std::uint32_t count = 0;   ///< elements
  Cycle load_cycles = 0;     ///< of the operands that have to be loaded into a DSR first
  std::uint32_t inputs = 0;  ///< fabric inputs
  bool fabric = false;
  bool fifo = false;
};

inline StreamOperand from_descriptor(const form::Descriptor& d, std::uint8_t bytes) {
  StreamOperand o;
  o.kind = d.kind;
  o.bytes = bytes;
  o.dimensions = d.dimensions;
  o.queue = d.queue;
  o.base = d.base;
  o.stride = d.stride;
  for (unsigned k = 0; k < 4; ++k) {
    o.extents[k] = d.extents[k];
    o.strides[k] = d.strides[k];
  }
  return o;
}

/// Reads operand k; false when it has no sense where it stands.
inline bool take_operand(const Pe& pe, const VectorCode& v, unsigned k, Operands& out) {
  using Kind = form::Operand::Kind;
  const form::Operand& given = v.operands[k];
  StreamOperand& o = out.o[k];
  o.bytes = v.element_bytes[k];
  if (given.kind == Kind::scalar) {
    o.scalar = pe.registers[given.index];
    return k != 0;
  }
  if (given.kind == Kind::scalar_address) {
    o.kind = form::DescriptorKind::mem1d;
    o.base = static_cast<std::uint16_t>(pe.registers[given.index]);
    return true;
  }
  const form::Descriptor& d = pe.descriptors[given.index];
  o = from_descriptor(d, v.element_bytes[k]);
  if (given.kind == Kind::descriptor) out.load_cycles += pe.constants().dsr_load;
  if (given.kind == Kind::constant_descriptor) out.load_cycles += pe.constants().dsr_constant_load;
  if (d.kind == form::DescriptorKind::fabout) out.fabric_out = &d;
  out.inputs += d.kind == form::DescriptorKind::fabin ? 1U : 0U;
  out.fabric |= on_fabric(o);
  out.fifo |= d.kind == form::DescriptorKind::fifo;
  const bool right_way = d.kind == form::DescriptorKind::fabin    ? k != 0
                         : d.kind == form::DescriptorKind::fabout ? k == 0
                                                                  : true;
  return right_way && d.kind != form::DescriptorKind::none;
}

/// Fills `out`; refuses what makes no sense. The shortest operand decides the length, but a FIFO
/// has none of its own, and a fabout's counts only when no source has one (csl-examples
/// game-of-life sends two words through a fabout DSD of extent 1).
inline bool take_operands(const Pe& pe, const VectorCode& v, Operands& out) {
  std::uint32_t least = UINT32_MAX;
  std::uint32_t least_fifo = UINT32_MAX;
  std::uint32_t least_out = UINT32_MAX;
  for (unsigned k = 0; k <= v.sources; ++k) {
    if (!take_operand(pe, v, k, out)) {
      pe.refuse(PeError::operands, static_cast<std::uint64_t>(v.name), v.line);
      return false;
    }
    using Kind = form::Operand::Kind;
    const form::Operand& given = v.operands[k];
    if (given.kind == Kind::scalar || given.kind == Kind::scalar_address) continue;
    const form::Descriptor& d = pe.descriptors[given.index];
    std::uint32_t& shortest = d.kind == form::DescriptorKind::fifo     ? least_fifo
                              : d.kind == form::DescriptorKind::fabout ? least_out
                                                                       : least;
    if (d.length < shortest) shortest = d.length;
  }
  if (least == UINT32_MAX) least = least_out;
  if (least == UINT32_MAX) least = least_fifo == UINT32_MAX ? 1 : least_fifo;
  out.count = least;
  const bool inputs_fit = out.inputs <= pe.constants().fabric_inputs_per_operation;
  if (!inputs_fit) {
    pe.refuse(PeError::fabric_inputs, out.inputs, pe.constants().fabric_inputs_per_operation,
              v.line);
  }
  return inputs_fit;
}

/// Byte address of element k of a memory operand; may lie outside the address space.
inline std::int64_t element_address(const StreamOperand& o, std::uint32_t k) {
  if (o.kind != form::DescriptorKind::mem4d) {
    return std::int64_t{o.base} + std::int64_t{k} * o.stride * o.bytes;
  }
  std::int64_t offset = 0;
  for (unsigned d = o.dimensions; d-- > 0;) {
    const std::uint32_t extent = o.extents[d] == 0 ? 1U : o.extents[d];
    offset += std::int64_t{k % extent} * o.strides[d];
    k /= extent;
  }
  return o.base + offset * o.bytes;
}

/// Byte address one position behind n elements of a memory operand: along the outermost dimension
/// it goes on, further in it starts anew.
inline std::int64_t address_behind(const StreamOperand& o, std::uint32_t n) {
  if (o.kind != form::DescriptorKind::mem4d) return element_address(o, n);
  std::uint32_t row = 1;
  for (unsigned d = 1; d < o.dimensions; ++d) row *= o.extents[d] == 0 ? 1U : o.extents[d];
  const std::int64_t rows = std::int64_t{n / row} * o.strides[0] * o.bytes;
  StreamOperand rest = o;
  rest.extents[0] = 1;
  return rows + element_address(rest, n % row);
}

/// Leaves the DSRs that were loaded with .save_address behind the n elements that an operation
/// took.
inline void save_addresses(const Pe& pe, const VectorCode& v, const StreamOperand* o,
                           std::uint32_t n) {
  for (unsigned k = 0; k <= v.sources; ++k) {
    if (v.operands[k].kind != form::Operand::Kind::data_register) continue;
    form::Descriptor& d = pe.descriptors[v.operands[k].index];
    if (d.save_address && in_memory(o[k])) {
      d.base = static_cast<std::uint16_t>(address_behind(o[k], n));
    }
  }
}

/// Elements from k on that lie a fixed stride apart.
inline std::uint32_t run_length(const StreamOperand& o, std::uint32_t k, std::uint32_t most) {
  if (o.kind != form::DescriptorKind::mem4d) return most;
  const std::uint32_t extent = o.extents[o.dimensions - 1] == 0 ? 1U : o.extents[o.dimensions - 1];
  const std::uint32_t left = extent - k % extent;
  return left < most ? left : most;
}

/// Lowest and highest byte + 1 that n elements touch.
struct Span64 {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
inline Span64 touched_bytes(const StreamOperand& o, std::uint32_t n) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto extend = [&](std::int64_t reach) { (reach < 0 ? low : high) += reach; };
  if (o.kind == form::DescriptorKind::mem4d) {
    for (unsigned d = 0; d < o.dimensions; ++d) {
      if (o.extents[d] > 0) extend(std::int64_t{o.extents[d] - 1} * o.strides[d]);
    }
  } else if (n > 0) {
    extend(std::int64_t{n - 1} * o.stride);
  }
  return {o.base + low * o.bytes, o.base + high * o.bytes + o.bytes};
}

}  // namespace weft::machine::wse
