// SPDX-License-Identifier: Apache-2.0
// The table of a TSP's opcodes, and how messages call an instruction.
#include "program/tsp_shape.hpp"

#include <array>

namespace weft::program::tsp {
namespace {

constexpr std::uint8_t part(MxmQueue queue) {
  return static_cast<std::uint8_t>(1U << static_cast<std::uint32_t>(queue));
}
constexpr std::uint8_t part(SxmUnit unit) {
  return static_cast<std::uint8_t>(1U << static_cast<std::uint32_t>(unit));
}
constexpr std::uint8_t transposes = part(SxmUnit::transpose0) | part(SxmUnit::transpose1);
constexpr std::uint8_t weights = part(MxmQueue::weights);
constexpr std::uint8_t all = 0xff;

constexpr std::size_t opcodes = static_cast<std::size_t>(Opcode::count_);
// In the order of Opcode.
constexpr std::array<OpcodeTraits, opcodes> table = {{
    {"sync", {}, all, 0, false, false, false},
    {"notify", {}, all, 0, false, false, false},
    {"read", Unit::mem, all, 0, true, true, false},
    {"write", Unit::mem, all, 1, false, false, false},
    {"gather", Unit::mem, all, 1, true, true, false},
    {"scatter", Unit::mem, all, 2, false, false, false},
    {"alu", Unit::vxm, all, 0, false, true, false},
    {"load_weights", Unit::mxm, weights, 1, false, false, false},
    {"install_weights", Unit::mxm, weights, 0, false, false, true},
    {"activate", Unit::mxm, part(MxmQueue::activations), 1, false, false, true},
    {"accumulate", Unit::mxm, part(MxmQueue::results), 0, false, true, true},
    {"shift", Unit::sxm, part(SxmUnit::shift), 1, true, true, false},
    {"permute", Unit::sxm, part(SxmUnit::permute), 1, true, true, false},
    {"distribute", Unit::sxm, part(SxmUnit::distribute), 1, true, true, false},
    {"rotate", Unit::sxm, part(SxmUnit::rotate), 1, true, true, false},
    {"transpose", Unit::sxm, transposes, 1, true, true, false},
    {"send", Unit::c2c, all, 1, false, false, false},
    {"receive", Unit::c2c, all, 0, true, true, false},
    {"deskew", Unit::c2c, all, 0, false, false, false},
    {"runtime_deskew", Unit::c2c, all, 0, false, false, false},
}};

}  // namespace

const OpcodeTraits& traits_of(Opcode opcode) { return table.at(static_cast<std::size_t>(opcode)); }

std::string_view name_of(Opcode opcode) { return traits_of(opcode).name; }

std::uint32_t operands_of(const Instruction& instruction) {
  if (instruction.opcode == Opcode::alu) {
    return numerics::traits_of(instruction.operation).operands;
  }
  return traits_of(instruction.opcode).operands;
}

Widths widths_of(const Instruction& i) {
  const bool half = i.type == VectorType::f16;
  switch (i.opcode) {
    case Opcode::read:
    case Opcode::receive:
      return {{0, 0}, 1, false, false};
    case Opcode::write:
    case Opcode::send:
      return {{1, 0}, 0, false, false};
    case Opcode::gather:
      return {{2, 0}, 1, false, false};
    case Opcode::scatter:
      return {{1, 2}, 0, false, false};
    case Opcode::alu: {
      const std::uint32_t width = numerics::width_of(i.type);
      return {{width, width}, numerics::width_of(i.result_type), false, false};
    }
    case Opcode::load_weights:
      return {{16, 0}, 0, false, false};
    case Opcode::activate:
      return {{half ? 2U : 1U, 0}, 0, false, false};
    case Opcode::accumulate:
      return {{0, 0}, 4, false, false};
    case Opcode::shift:
    case Opcode::permute:
    case Opcode::distribute:
      return {{0, 0}, 0, true, false};
    case Opcode::rotate: {
      const auto n = static_cast<std::uint32_t>(i.amount);
      return {{n, 0}, n * n, false, true};
    }
    case Opcode::transpose:
      return {{16, 0}, 16, false, false};
    default:
      return {};
  }
}

bool repeats_address(const Instruction& i) {
  if (i.count == 1) return false;
  if (i.stride == 0 && i.inner > 1) return true;
  if (i.count <= i.inner) return false;
  // Blocks of one outer step each: apart from one another, or each within one step of the inner.
  const std::int64_t stride = i.stride < 0 ? -std::int64_t{i.stride} : i.stride;
  const std::int64_t outer = i.outer_stride < 0 ? -std::int64_t{i.outer_stride} : i.outer_stride;
  const std::int64_t blocks = (std::int64_t{i.count} + i.inner - 1) / i.inner;
  if (outer > (std::int64_t{i.inner} - 1) * stride) return false;
  return outer == 0 || outer * (blocks - 1) >= stride;
}

std::string place_text(const Program& program, const Instruction& instruction) {
  if (program.file.empty()) return "";
  if (instruction.line == 0) return program.file + ": ";
  return program.file + ":" + std::to_string(instruction.line) + ": ";
}

std::string place_text(const Program& program, const Tensor& tensor) {
  if (program.file.empty()) return "TSP program: ";
  if (tensor.line == 0) return program.file + ": ";
  return program.file + ":" + std::to_string(tensor.line) + ": ";
}

std::string text_of(const Program& program, const Schedule& schedule, std::uint32_t index) {
  const Instruction& i = schedule.instructions.at(index);
  const std::string queue = i.queue < queues ? name_of(queue_of(i.queue)) : "no queue";
  if (i.label < program.texts.size()) return "'" + program.texts[i.label] + "' (" + queue + ")";
  const bool known = i.opcode < Opcode::count_ && i.operation < VectorOperation::count_;
  const std::string_view what = !known                    ? "unknown"
                                : i.opcode == Opcode::alu ? numerics::traits_of(i.operation).name
                                                          : name_of(i.opcode);
  return std::string(what) + " (" + queue + ", instruction " + std::to_string(index) + ")";
}

}  // namespace weft::program::tsp
