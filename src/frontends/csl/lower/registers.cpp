// SPDX-License-Identifier: Apache-2.0
// Packs the registers of a function: those whose lives do not overlap share a number.
#include <algorithm>
#include <numeric>

#include "frontends/csl/lower/emitter.hpp"

namespace weft::csl {
namespace {

using wse::Operation;

struct Life {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool used = false;
  bool begins_with_write = false;  ///< at `begin` it is computed: it brings nothing from before
};

void use_at(std::vector<Life>& lives, std::uint16_t which, std::uint32_t position, bool writes) {
  Life& life = lives[which];
  if (!life.used) life.begins_with_write = writes && position == life.begin;
  life.used = true;
  life.begin = std::min(life.begin, position);
  life.end = std::max(life.end, position);
}

/// What lives across the head of a loop lives until its end.
void extend_over_loops(const std::vector<wse::Instruction>& code, std::vector<Life>& lives) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t at = 0; at < code.size(); ++at) {
      const auto target = static_cast<std::uint32_t>(code[at].immediate);
      if (!is_jump(code[at].operation) || target > at) continue;
      for (Life& life : lives) {
        const bool from_before =
            life.begin < target || (life.begin == target && !life.begins_with_write);
        if (life.used && from_before && life.end >= target && life.end < at) {
          life.end = at;
          changed = true;
        }
      }
    }
  }
}

}  // namespace

RegisterUse register_use(const wse::Instruction& instruction) {
  RegisterUse use;
  const auto is_register = [](std::uint16_t field) { return field < wse::use_immediate; };
  switch (instruction.operation) {
    case Operation::descriptor_copy:
    case Operation::descriptor_load_register:
      return use;
    case Operation::descriptor_set_length:
    case Operation::descriptor_set_base:
      use.reads_a = is_register(instruction.a);
      return use;
    case Operation::descriptor_increment_offset:
    case Operation::descriptor_set_stride:
      use.reads_b = is_register(instruction.b);
      return use;
    case Operation::descriptor_get_length:
      use.writes_d = is_register(instruction.d);
      return use;
    case Operation::element_load:
    case Operation::element_store:
      use.writes_d = instruction.operation == Operation::element_load;
      use.reads_d = !use.writes_d;
      use.reads_b = is_register(instruction.b);
      return use;
    case Operation::store:
      use.reads_d = is_register(instruction.d);
      break;
    default:
      use.writes_d = is_register(instruction.d);
      break;
  }
  use.reads_a = is_register(instruction.a);
  use.reads_b = is_register(instruction.b);
  return use;
}

std::vector<Emitter::Register> Emitter::pack_registers(std::size_t reserved,
                                                       std::uint32_t& count) const {
  std::vector<Life> lives(births_.size());
  for (std::size_t i = 0; i < lives.size(); ++i) {
    lives[i].begin = births_[i];
    if (i < reserved) lives[i] = {0, 0, true, false};
  }
  for (std::uint32_t at = 0; at < code_.size(); ++at) {
    const wse::Instruction& instruction = code_[at];
    const RegisterUse use = register_use(instruction);
    if (use.reads_a) use_at(lives, instruction.a, at, false);
    if (use.reads_b) use_at(lives, instruction.b, at, false);
    if (use.writes_d || use.reads_d) use_at(lives, instruction.d, at, use.writes_d);
    if (instruction.operation != Operation::vector) continue;
    const wse::VectorInstruction& vector =
        vectors_[static_cast<std::size_t>(instruction.immediate)];
    const auto use_operand = [&](const wse::Operand& operand) {
      if (operand.kind == wse::Operand::Kind::scalar ||
          operand.kind == wse::Operand::Kind::scalar_address) {
        use_at(lives, operand.index, at, false);
      }
    };
    use_operand(vector.destination);
    for (const wse::Operand& source : vector.sources) use_operand(source);
  }
  extend_over_loops(code_, lives);

  std::vector<std::uint32_t> order(lives.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const bool a_first = a < reserved;
    const bool b_first = b < reserved;
    if (a_first != b_first) return a_first;
    return lives[a].begin < lives[b].begin;
  });
  std::vector<Register> numbers(lives.size(), 0);
  std::vector<std::uint32_t> free_from;  // of a packed register: first position it is free at
  for (const std::uint32_t which : order) {
    if (!lives[which].used || foreign_.contains(static_cast<Register>(which))) continue;
    std::size_t slot = 0;
    while (slot < free_from.size() && (which < reserved || free_from[slot] > lives[which].begin)) {
      ++slot;
    }
    if (slot == free_from.size()) free_from.push_back(0);
    free_from[slot] = lives[which].end;
    numbers[which] = static_cast<Register>(slot);
  }
  count = static_cast<std::uint32_t>(free_from.size());
  return numbers;
}

}  // namespace weft::csl
