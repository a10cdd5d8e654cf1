// SPDX-License-Identifier: Apache-2.0
// What is wrong with an instruction in itself, whatever the others do; and how much text they are.
#include <algorithm>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

constexpr std::int64_t int8_rows = lanes;
constexpr std::int64_t fp16_rows = lanes / 2;

bool aligned(const StreamGroup& group) {
  const std::uint32_t width = group.width;
  return (width & (width - 1)) == 0 && width <= 16 && group.first % std::max(width, 1U) == 0;
}

bool wrong_groups(const Instruction& i) {
  if (i.opcode == Opcode::rotate && i.amount != 3 && i.amount != 4) return true;
  const Widths widths = widths_of(i);
  std::uint32_t first_width = 0;
  for (std::uint32_t o = 0; o < 2; ++o) {
    const Operand& operand = i.operands[o];
    if (operand.kind != Operand::Kind::stream) continue;
    if (!widths.unaligned && !aligned(operand.group)) return true;
    if (!widths.any && operand.group.width != widths.operand[o]) return true;
    first_width = o == 0 ? operand.group.width : first_width;
  }
  if (i.result.width == 0) return false;
  if (!widths.unaligned && !aligned(i.result)) return true;
  return i.result.width != (widths.any ? first_width : widths.result);
}

bool from_both_directions(const Instruction& i) {
  const auto& [a, b, implied] = i.operands;
  if (a.kind != Operand::Kind::stream || b.kind != Operand::Kind::stream) return false;
  return a.group.direction != b.group.direction && a.group.first / 4 == b.group.first / 4;
}

bool chain_out_of_reach(const Instruction& i) {
  const std::uint32_t column = queue_at(i.queue).index / (alus / alu_columns);
  return std::any_of(i.operands.begin(), i.operands.end(), [&](const Operand& operand) {
    return operand.kind == Operand::Kind::chain &&
           operand.alu / (alus / alu_columns) + 1U != column;
  });
}

std::optional<FaultCode> alu_fault(const Instruction& i) {
  if (from_both_directions(i)) return FaultCode::alu_both_directions;
  const numerics::VectorOperationTraits& traits = numerics::traits_of(i.operation);
  if (traits.large && !is_large_alu(queue_at(i.queue).index)) return FaultCode::small_alu;
  if (chain_out_of_reach(i)) return FaultCode::chain_out_of_reach;
  const bool takes = numerics::is_float(i.type) ? traits.floats : traits.integers;
  const bool gives = i.type == i.result_type || i.operation == VectorOperation::convert;
  if (!takes || !gives) return FaultCode::wrong_type;
  return {};
}

bool no_bijection(const LaneMap& map) {
  if (map.size() != lanes) return true;
  std::vector<std::uint8_t> seen(lanes, 0);
  return std::any_of(map.begin(), map.end(),
                     [&](std::uint16_t lane) { return lane >= lanes || seen[lane]++ != 0; });
}

std::optional<FaultCode> mxm_fault(const Instruction& i) {
  if (i.type != VectorType::i8 && i.type != VectorType::f16) return FaultCode::wrong_type;
  const bool half = i.type == VectorType::f16;
  if (i.opcode == Opcode::install_weights && i.rows > (half ? fp16_rows : int8_rows)) {
    return FaultCode::beyond_plane;
  }
  if (i.opcode == Opcode::activate && i.half > (half ? 1 : 0)) return FaultCode::beyond_plane;
  return {};
}

/// First element whose address is not in [0, end); there is one.
std::uint32_t first_outside(const Instruction& i, std::int64_t end) {
  std::uint32_t element = 0;
  while (i.address_of(element) >= 0 && i.address_of(element) < end) ++element;
  return element;
}

/// End of the addresses that the instruction may have; nothing where it has none.
std::optional<std::int64_t> address_end(const Work& work, const Instruction& i) {
  if (i.opcode == Opcode::accumulate) return std::int64_t{work.timing.mxm_accumulator_rows};
  if (i.opcode == Opcode::load_weights) {
    return i.type == VectorType::f16 ? fp16_rows - 8 + 1 : int8_rows - 16 + 1;
  }
  if (traits_of(i.opcode).unit != Unit::mem) return {};
  const Queue& queue = queue_at(i.queue);
  const auto& text = queue.hemisphere == Hemisphere::west ? work.timing.text_slices_west
                                                          : work.timing.text_slices_east;
  const bool holds_text = std::find(text.begin(), text.end(), queue.index) != text.end();
  return holds_text ? 0 : std::int64_t{words_a_bank};
}

std::optional<FaultCode> first_fault(const Work& work, const Instruction& i) {
  if (wrong_groups(i)) return FaultCode::wrong_stream_group;
  if (i.opcode == Opcode::alu) return alu_fault(i);
  if (i.opcode == Opcode::permute && no_bijection(work.schedule.maps[i.map])) {
    return FaultCode::map_no_bijection;
  }
  return is_mxm(i.opcode) ? mxm_fault(i) : std::nullopt;
}

}  // namespace

void check_alone(Work& work) {
  work.malformed.assign(work.size(), 0);
  for (std::uint32_t index = 0; index < work.size(); ++index) {
    const Instruction& i = work.at(index);
    if (i.opcode == Opcode::sync || i.opcode == Opcode::notify) continue;
    std::optional<FaultCode> code = first_fault(work, i);
    std::uint32_t element = 0;
    const std::optional<std::int64_t> end = code ? std::nullopt : address_end(work, i);
    if (end) {
      const auto [least, most] = address_range(i);
      if (least < 0 || most >= *end) {
        code = i.opcode == Opcode::accumulate ? FaultCode::accumulator_overrun
                                              : FaultCode::address_out_of_range;
        element = first_outside(i, *end);
      }
    }
    if (!code) continue;
    work.malformed[index] = 1;
    Fault fault = work.fault_of(*code, index, 0, i.cycle);
    fault.other_element = element;
    work.report(fault);
  }
}

void check_text(Work& work) {
  const Timing& timing = work.timing;
  const std::uint64_t slices = timing.text_slices_west.size() + timing.text_slices_east.size();
  constexpr std::uint64_t bytes_a_slice = std::uint64_t{banks_a_slice} * words_a_bank * lanes;
  const std::uint64_t room = slices * bytes_a_slice;
  if (std::uint64_t{work.size()} * 3 * timing.text_bytes_an_instruction <= room) return;
  std::vector<std::uint32_t> order(work.size());
  for (std::uint32_t index = 0; index < work.size(); ++index) order[index] = index;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Instruction& x = work.at(a);
    const Instruction& y = work.at(b);
    return x.queue != y.queue ? x.queue < y.queue : x.cycle < y.cycle;
  });
  std::uint64_t words = 0;
  std::uint32_t queue = none;
  Cycle next = 0;  // in which the queue would dispatch without a NOP
  for (const std::uint32_t index : order) {
    const Instruction& i = work.at(index);
    if (i.queue != queue) next = 0;
    queue = i.queue;
    words += 1U + (i.count > 1 ? 1U : 0U) + (i.cycle > next ? 1U : 0U);
    next = std::max(next, i.last_cycle() + 1);
  }
  if (words * timing.text_bytes_an_instruction <= room) return;
  Fault fault;
  fault.cycle = 0;
  fault.chip = work.chip;
  fault.code = FaultCode::program_text_overflow;
  work.report(fault);
}

}  // namespace weft::program::tsp::checks
