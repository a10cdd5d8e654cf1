// SPDX-License-Identifier: Apache-2.0
// The naive TSP: what is wrong with an instruction in itself, and how much text there is.
#include <algorithm>
#include <set>

#include "program/tsp_oracle.hpp"

namespace weft::program::tsp::oracle {
namespace {

using Kind = Operand::Kind;

/// Width that operand `operand` has as streams; 0: none.
std::uint32_t operand_width(const Instruction& in, std::size_t operand) {
  const std::uint32_t element = in.type == VectorType::f16 ? 2 : 1;  // of the MXM
  const bool first = operand == 0;
  switch (in.opcode) {
    case Opcode::write:
    case Opcode::send:
      return first ? 1 : 0;
    case Opcode::shift:
    case Opcode::permute:
    case Opcode::distribute:
      return first ? in.result.width : 0;
    case Opcode::gather:
      return first ? 2 : 0;
    case Opcode::scatter:
      return first ? 1 : operand == 1 ? 2 : 0;
    case Opcode::alu:
      return operand < numerics::traits_of(in.operation).operands ? numerics::width_of(in.type) : 0;
    case Opcode::load_weights:
    case Opcode::transpose:
      return first ? 16 : 0;
    case Opcode::activate:
      return first ? element : 0;
    case Opcode::rotate:
      return first ? static_cast<std::uint32_t>(in.amount) : 0;
    default:
      return 0;
  }
}

/// Whether a result has a width that it may have.
bool right_result(const Instruction& in) {
  const std::uint32_t width = in.result.width;
  switch (in.opcode) {
    case Opcode::read:
    case Opcode::gather:
    case Opcode::receive:
      return width == 1;
    case Opcode::shift:
    case Opcode::permute:
    case Opcode::distribute:
      return width == 1 || width == 2 || width == 4 || width == 8 || width == 16;
    case Opcode::alu:
      return width == 0 || width == numerics::width_of(in.result_type);
    case Opcode::accumulate:
      return width == 0 || width == 4;
    case Opcode::rotate:
      return (in.amount == 3 || in.amount == 4) && static_cast<int>(width) == in.amount * in.amount;
    case Opcode::transpose:
      return width == 16;
    default:
      return width == 0;
  }
}

bool lies_right(const Instruction& in, const StreamGroup& group) {
  const bool aligned = in.opcode == Opcode::rotate || group.first % group.width == 0;
  return aligned && group.first + group.width <= streams_a_direction;
}

bool wrong_stream_group(const Instruction& in) {
  if (!right_result(in)) return true;
  if (in.result.width != 0 && !lies_right(in, in.result)) return true;
  for (std::size_t i = 0; i < 2; ++i) {
    const Operand& operand = in.operands.at(i);
    if (operand.kind == Kind::stream) {
      if (operand.group.width == 0 || operand.group.width != operand_width(in, i)) return true;
      if (!lies_right(in, operand.group)) return true;
    }
  }
  return false;
}

bool both_directions(const Instruction& in) {
  const Operand& a = in.operands[0];
  const Operand& b = in.operands[1];
  return in.opcode == Opcode::alu && a.kind == Kind::stream && b.kind == Kind::stream &&
         a.group.direction != b.group.direction && a.group.first / 4 == b.group.first / 4;
}

bool chain_out_of_reach(const Instruction& in, const Queue& queue) {
  return std::any_of(in.operands.begin(), in.operands.end(), [&](const Operand& operand) {
    return operand.kind == Kind::chain &&
           operand.alu / alu_columns + 1U != queue.index / alu_columns;
  });
}

bool wrong_type(const Instruction& in) {
  switch (in.opcode) {
    case Opcode::alu: {
      const auto& traits = numerics::traits_of(in.operation);
      const bool same = in.operation == VectorOperation::convert || in.result_type == in.type;
      return !same || !(is_float(in.type) ? traits.floats : traits.integers);
    }
    case Opcode::load_weights:
    case Opcode::install_weights:
    case Opcode::activate:
    case Opcode::accumulate:
      return in.type != VectorType::i8 && in.type != VectorType::f16;
    default:
      return false;
  }
}

bool no_bijection(const Schedule& schedule, const Instruction& in) {
  if (in.opcode != Opcode::permute) return false;
  const LaneMap& map = schedule.maps.at(in.map);
  const std::set<std::uint16_t> values(map.begin(), map.end());
  return map.size() != lanes || values.size() != lanes || *values.rbegin() >= lanes;
}

std::uint32_t plane_rows(const Instruction& in) {
  return in.type == VectorType::f16 ? lanes / 2 : lanes;
}

bool beyond_plane(const Instruction& in) {
  if (in.opcode == Opcode::install_weights) return in.rows > plane_rows(in);
  return in.opcode == Opcode::activate && in.half > (in.type == VectorType::f16 ? 1 : 0);
}

/// Whether an element's address is below 0 or beyond `most`.
bool any_outside(const Instruction& in, std::int64_t most) {
  for (std::uint32_t k = 0; k < in.count; ++k) {
    const std::int64_t address = in.address_of(k);
    if (address < 0 || address > most) return true;
  }
  return false;
}

bool holds_text(const Timing& timing, const Queue& queue) {
  const auto& slices = queue.hemisphere == Hemisphere::west ? timing.text_slices_west  //
                                                            : timing.text_slices_east;
  return std::count(slices.begin(), slices.end(), queue.index) != 0;
}

bool bad_address(const Instruction& in, const Queue& queue, const Timing& timing) {
  switch (in.opcode) {
    case Opcode::read:
    case Opcode::write:
    case Opcode::gather:
    case Opcode::scatter:
      return holds_text(timing, queue) || any_outside(in, words_a_bank - 1);
    case Opcode::load_weights:
      return any_outside(in, plane_rows(in) - (in.type == VectorType::f16 ? 8 : 16));
    default:
      return false;
  }
}

}  // namespace

std::optional<Fault> static_fault(const Schedule& schedule, std::uint32_t instruction,
                                  const Timing& timing) {
  const Instruction& in = schedule.instructions.at(instruction);
  const Queue queue = queue_of(in.queue);
  Fault fault;
  fault.cycle = in.cycle;
  fault.queue = in.queue;
  fault.instruction = instruction;
  const auto with = [&](FaultCode code) {
    fault.code = code;
    return fault;
  };
  if (wrong_stream_group(in)) return with(FaultCode::wrong_stream_group);
  if (both_directions(in)) return with(FaultCode::alu_both_directions);
  if (in.opcode == Opcode::alu && numerics::traits_of(in.operation).large &&
      !is_large_alu(queue.index)) {
    return with(FaultCode::small_alu);
  }
  if (chain_out_of_reach(in, queue)) return with(FaultCode::chain_out_of_reach);
  if (wrong_type(in)) return with(FaultCode::wrong_type);
  if (no_bijection(schedule, in)) return with(FaultCode::map_no_bijection);
  if (beyond_plane(in)) return with(FaultCode::beyond_plane);
  if (in.opcode == Opcode::accumulate) {
    const std::int64_t last = std::int64_t{timing.mxm_accumulator_rows} - 1;
    if (any_outside(in, last)) return with(FaultCode::accumulator_overrun);
  }
  if (bad_address(in, queue, timing)) return with(FaultCode::address_out_of_range);
  return {};
}

std::uint64_t text_bytes(const Schedule& schedule, const Timing& timing) {
  std::vector<const Instruction*> runs;
  for (const Instruction& run : schedule.instructions) runs.push_back(&run);
  std::stable_sort(runs.begin(), runs.end(), [](const Instruction* a, const Instruction* b) {
    return a->queue != b->queue ? a->queue < b->queue : a->cycle < b->cycle;
  });
  std::uint64_t words = 0;
  Cycle free = 0;  // cycle from which nothing of the queue stands before
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i == 0 || runs[i - 1]->queue != runs[i]->queue) free = 0;
    words += 1U + (runs[i]->count > 1 ? 1U : 0U) + (runs[i]->cycle > free ? 1U : 0U);
    free = std::max(free, runs[i]->last_cycle() + 1);
  }
  return words * timing.text_bytes_an_instruction;
}

}  // namespace weft::program::tsp::oracle
