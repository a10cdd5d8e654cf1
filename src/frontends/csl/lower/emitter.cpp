// SPDX-License-Identifier: Apache-2.0
// The instructions of one function while it is lowered: see emitter.hpp.
#include "frontends/csl/lower/emitter.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "frontends/csl/lower/redundancy.hpp"

namespace weft::csl {

using wse::Operation;

Emitter::Register Emitter::new_register() {
  if (births_.size() >= wse::use_immediate) {
    fail(Category::unsupported, "Unsupported: a function that needs more than 65533 registers");
  }
  births_.push_back(static_cast<std::uint32_t>(code_.size()));
  pinned_.push_back(false);
  return static_cast<Register>(births_.size() - 1);
}

Emitter::Register Emitter::foreign_register(std::uint16_t absolute) {
  const Register own = new_register();
  pin(own);
  foreign_[own] = absolute;
  return own;
}

void Emitter::call(const wse::TileCode& code, std::uint32_t callee, unsigned depth) {
  depth_ = std::max(depth_, depth + 1);
  const wse::Function& function = code.functions[callee];
  frame_base_ =
      std::max<std::uint32_t>(frame_base_, function.frame_base + function.frame_registers);
  emit({Operation::call, wse::Type::u16, wse::no_register, wse::no_register, wse::no_register,
        static_cast<std::int32_t>(callee)});
}

void Emitter::emit(wse::Instruction instruction) {
  code_.push_back(instruction);
  lines_.push_back(line_);
}

Emitter::Register Emitter::emit_to_new(Operation operation, wse::Type type, Register a, Register b,
                                       std::int32_t immediate) {
  const Register d = new_register();
  emit({operation, type, d, a, b, immediate});
  return d;
}

void Emitter::move(wse::Type type, Register to, Register from) {
  if (to == from) return;
  if (code_.size() > barrier_ && !is_pinned(from)) {
    wse::Instruction& last = code_.back();
    if (last.d == from && register_use(last).writes_d) {
      last.d = to;
      return;
    }
  }
  emit({Operation::move, type, to, from, wse::no_register, 0});
}

void Emitter::pin(Register which) { pinned_[which] = true; }

void Emitter::vector(const wse::VectorInstruction& instruction, Register flag) {
  vectors_.push_back(instruction);
  vectors_.back().line = line_;
  emit({Operation::vector, wse::Type::boolean, flag, wse::no_register, wse::no_register,
        static_cast<std::int32_t>(vectors_.size() - 1)});
}

Emitter Emitter::without_code() const {
  Emitter other;
  other.targets_ = targets_;
  other.births_.assign(births_.size(), 0);
  other.pinned_ = pinned_;
  return other;
}

void Emitter::rewind(std::size_t size) {
  while (code_.size() > size) {
    if (code_.back().operation == Operation::vector) vectors_.pop_back();
    code_.pop_back();
    lines_.pop_back();
  }
  barrier_ = std::min(barrier_, size);
}

Emitter::Label Emitter::new_label() {
  targets_.push_back(0);
  return {static_cast<std::uint32_t>(targets_.size() - 1)};
}

void Emitter::bind(Label label) {
  // A jump to the next instruction does nothing.
  while (code_.size() > barrier_ && code_.back().operation == Operation::jump &&
         static_cast<std::uint32_t>(code_.back().immediate) == label.number) {
    code_.pop_back();
    lines_.pop_back();
  }
  targets_[label.number] = static_cast<std::uint32_t>(code_.size());
  barrier_ = code_.size();
}

void Emitter::jump_to(Operation operation, Register condition, Label label) {
  emit({operation, wse::Type::boolean, wse::no_register, condition, wse::no_register,
        static_cast<std::int32_t>(label.number)});
}

void Emitter::jump(Label label) { jump_to(Operation::jump, wse::no_register, label); }
void Emitter::branch_if(Register condition, Label label) {
  jump_to(Operation::branch_if, condition, label);
}
void Emitter::branch_unless(Register condition, Label label) {
  jump_to(Operation::branch_unless, condition, label);
}

void Emitter::resolve_labels() {
  for (wse::Instruction& instruction : code_) {
    if (!is_jump(instruction.operation)) continue;
    instruction.immediate =
        static_cast<std::int32_t>(targets_[static_cast<std::size_t>(instruction.immediate)]);
  }
}

/// Drops instructions that compute what a register already holds.
void Emitter::leave_out_redundant(std::size_t result) {
  std::vector<bool> shared(births_.size(), false);
  if (result < shared.size()) shared[result] = true;
  for (const auto& [own, absolute] : foreign_) shared[own] = true;
  const std::vector<bool> redundant = find_redundant(code_, vectors_, shared);
  std::vector<std::uint32_t> kept_before(code_.size() + 1, 0);
  for (std::size_t at = 0; at < code_.size(); ++at) {
    kept_before[at + 1] = kept_before[at] + (redundant[at] ? 0 : 1);
    if (redundant[at]) continue;
    code_[kept_before[at]] = code_[at];
    lines_[kept_before[at]] = lines_[at];
  }
  code_.resize(kept_before.back());
  lines_.resize(code_.size());
  for (std::uint32_t& birth : births_) birth = kept_before[birth];
  for (wse::Instruction& instruction : code_) {
    if (!is_jump(instruction.operation)) continue;
    instruction.immediate =
        static_cast<std::int32_t>(kept_before[static_cast<std::size_t>(instruction.immediate)]);
  }
}

namespace {

void renumber(wse::Operand& operand, const std::vector<Emitter::Register>& numbers) {
  using Kind = wse::Operand::Kind;
  if (operand.kind == Kind::scalar || operand.kind == Kind::scalar_address) {
    operand.index = numbers[operand.index];
  }
}

void renumber(wse::Instruction& instruction, const std::vector<Emitter::Register>& numbers) {
  const RegisterUse use = register_use(instruction);
  if (use.writes_d || use.reads_d) instruction.d = numbers[instruction.d];
  if (use.reads_a) instruction.a = numbers[instruction.a];
  if (use.reads_b) instruction.b = numbers[instruction.b];
}

}  // namespace

std::uint32_t Emitter::finish(wse::TileCode& code, const std::string& name,
                              const std::vector<wse::Type>& parameters, bool has_result) {
  emit({Operation::ret, wse::Type::u16, wse::no_register, wse::no_register, wse::no_register, 0});
  resolve_labels();
  leave_out_redundant(has_result ? parameters.size() : births_.size());
  std::uint32_t registers = 0;
  std::vector<Register> numbers =
      pack_registers(parameters.size() + (has_result ? 1 : 0), registers);
  if (frame_base_ + registers >= wse::use_immediate) {
    fail(Category::unsupported, "Unsupported: nested calls that need more than 65533 registers");
  }
  for (Register& number : numbers) number = static_cast<Register>(number + frame_base_);
  for (const auto& [own, absolute] : foreign_) numbers[own] = absolute;
  wse::Function function;
  function.name = name;
  function.entry = static_cast<std::uint32_t>(code.instructions.size());
  function.frame_base = static_cast<std::uint16_t>(frame_base_);
  function.frame_registers = static_cast<std::uint16_t>(registers);
  function.parameters = parameters;
  const auto first_vector = static_cast<std::int32_t>(code.vector_instructions.size());
  for (wse::VectorInstruction& vector : vectors_) {
    renumber(vector.destination, numbers);
    for (wse::Operand& source : vector.sources) renumber(source, numbers);
    code.vector_instructions.push_back(vector);
  }
  for (wse::Instruction instruction : code_) {
    renumber(instruction, numbers);
    if (instruction.operation == Operation::vector) instruction.immediate += first_vector;
    if (is_jump(instruction.operation)) {
      instruction.immediate += static_cast<std::int32_t>(function.entry);
    }
    code.instructions.push_back(instruction);
  }
  code.lines.insert(code.lines.end(), lines_.begin(), lines_.end());
  code.register_count = std::max(code.register_count, frame_base_ + registers);
  code.functions.push_back(std::move(function));
  return static_cast<std::uint32_t>(code.functions.size() - 1);
}

}  // namespace weft::csl
