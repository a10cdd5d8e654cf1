// SPDX-License-Identifier: Apache-2.0
// CodeBuilder: control flow, tasks, descriptors, and the placing of frames.
#include <algorithm>

#include "base/error.hpp"
#include "program/fields.hpp"
#include "program/wse_builder.hpp"

namespace weft::program::wse {

// --- control flow ---

Label CodeBuilder::make_label() {
  label_targets_.push_back(-1);
  return {static_cast<std::uint32_t>(label_targets_.size() - 1)};
}

void CodeBuilder::bind(Label label) {
  label_targets_.at(label.index) = static_cast<std::int64_t>(code_.instructions.size());
}

void CodeBuilder::jump(Label label) {
  jumps_.push_back(
      emit({.operation = Operation::jump, .immediate = static_cast<std::int32_t>(label.index)}));
}

void CodeBuilder::branch_if(Register condition, Label label) {
  jumps_.push_back(emit({.operation = Operation::branch_if,
                         .a = condition,
                         .immediate = static_cast<std::int32_t>(label.index)}));
}

void CodeBuilder::branch_unless(Register condition, Label label) {
  jumps_.push_back(emit({.operation = Operation::branch_unless,
                         .a = condition,
                         .immediate = static_cast<std::int32_t>(label.index)}));
}

void CodeBuilder::call(FunctionId function, std::initializer_list<Register> arguments) {
  call(function, std::span<const Register>(arguments.begin(), arguments.size()));
}

void CodeBuilder::call(FunctionId function, std::span<const Register> arguments) {
  require_function();
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    const auto at = emit({.operation = Operation::move,
                          .type = Type::u64,
                          .d = static_cast<Register>(k),
                          .a = arguments[k]});
    foreign_.push_back({at, true, static_cast<std::int32_t>(function.index)});
  }
  bodies_[static_cast<std::size_t>(current_)].calls.push_back(function.index);
  emit({.operation = Operation::call, .immediate = static_cast<std::int32_t>(function.index)});
}

void CodeBuilder::call_indirect(Register function, std::span<const Register> arguments) {
  require_function();
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    const auto at = emit({.operation = Operation::move,
                          .type = Type::u64,
                          .d = static_cast<Register>(k),
                          .a = arguments[k]});
    foreign_.push_back({at, true, -1});
  }
  bodies_[static_cast<std::size_t>(current_)].calls_indirect = true;
  emit({.operation = Operation::call_indirect, .a = function});
}

void CodeBuilder::allow_indirect(FunctionId function) {
  bodies_.at(function.index).indirect = true;
}

Register CodeBuilder::result_of(FunctionId function, Register k) {
  const Register d = make_register();
  const auto at = emit({.operation = Operation::move, .type = Type::u64, .d = d, .a = k});
  foreign_.push_back({at, false, static_cast<std::int32_t>(function.index)});
  return d;
}

Register CodeBuilder::result_of_indirect(Register k) {
  const Register d = make_register();
  const auto at = emit({.operation = Operation::move, .type = Type::u64, .d = d, .a = k});
  foreign_.push_back({at, false, -1});
  return d;
}

void CodeBuilder::ret() { emit({.operation = Operation::ret}); }

// --- tasks ---

TaskIndex CodeBuilder::find_task(TaskKind kind, std::uint8_t id) const {
  for (std::size_t i = 0; i < code_.tasks.size(); ++i) {
    if (code_.tasks[i].kind == kind && code_.tasks[i].id == id) {
      return {static_cast<std::int16_t>(i)};
    }
  }
  return {};
}

TaskIndex CodeBuilder::task(TaskKind kind, std::uint8_t id, FunctionId function,
                            Priority priority) {
  TaskIndex index = unbound_task(kind, id);
  Task& state = task_state(index);
  if (state.bound) {
    fail(Category::program, code_.name + ": task id " + std::to_string(id) + " is bound twice");
  }
  state.bound = true;
  state.function = function.index;
  state.priority = priority;
  return index;
}

TaskIndex CodeBuilder::unbound_task(TaskKind kind, std::uint8_t id) {
  if (const TaskIndex known = find_task(kind, id); known.index != none_id) return known;
  Task state;
  state.kind = kind;
  state.id = id;
  state.bound = false;
  code_.tasks.push_back(state);
  return {static_cast<std::int16_t>(code_.tasks.size() - 1)};
}

Task& CodeBuilder::task_state(TaskIndex task) {
  return code_.tasks.at(static_cast<std::size_t>(task.index));
}

void CodeBuilder::activate(TaskIndex task) {
  emit({.operation = Operation::activate, .immediate = task.index});
}
void CodeBuilder::block(TaskIndex task) {
  emit({.operation = Operation::block, .immediate = task.index});
}
void CodeBuilder::unblock(TaskIndex task) {
  emit({.operation = Operation::unblock, .immediate = task.index});
}
void CodeBuilder::unblock_command_stream() {
  emit({.operation = Operation::unblock_command_stream});
}

// --- descriptors ---

std::uint16_t CodeBuilder::descriptor(const Descriptor& descriptor) {
  code_.descriptors.push_back(descriptor);
  return static_cast<std::uint16_t>(code_.descriptors.size() - 1);
}

std::uint8_t CodeBuilder::fifo(const Fifo& fifo) {
  code_.fifos.push_back(fifo);
  return static_cast<std::uint8_t>(code_.fifos.size() - 1);
}

void CodeBuilder::bind_input_queue(std::uint8_t queue, std::uint8_t color) {
  code_.input_queues.push_back({queue, color});
}
void CodeBuilder::bind_output_queue(std::uint8_t queue, std::uint8_t color) {
  code_.output_queues.push_back({queue, color});
}

void CodeBuilder::vector(VectorInstruction instruction, Register d) {
  require_function();
  instruction.line = line_;
  code_.vector_instructions.push_back(instruction);
  emit({.operation = Operation::vector,
        .d = d,
        .immediate = static_cast<std::int32_t>(code_.vector_instructions.size() - 1)});
}

void CodeBuilder::entry_point(const std::string& exported, FunctionId function) {
  code_.entry_points.push_back({exported, function.index});
}

// --- finish ---

std::uint32_t CodeBuilder::indirect_base(const std::vector<std::uint32_t>& bases) const {
  for (std::size_t f = 0; f < bodies_.size(); ++f) {
    if (bodies_[f].indirect) return bases[f];
  }
  return 0;
}

std::vector<std::uint32_t> CodeBuilder::place_frames() const {
  std::vector<std::uint32_t> bases(bodies_.size(), 0);
  const auto raise = [&](std::size_t f, std::uint32_t least) {
    const bool moved = bases[f] < least;
    if (moved) bases[f] = least;
    return moved;
  };
  for (std::size_t round = 0; round <= bodies_.size() + 1; ++round) {
    bool changed = false;
    for (std::size_t f = 0; f < bodies_.size(); ++f) {
      // An empty frame counts as one register, so that recursion shows as growth without end.
      const std::uint32_t above =
          bases[f] + std::max<std::uint32_t>(1, code_.functions[f].frame_registers);
      for (const std::uint32_t callee : bodies_[f].calls) changed |= raise(callee, above);
      for (std::size_t c = 0; c < bodies_.size(); ++c) {
        const bool candidate = bodies_[c].indirect;
        if (candidate && bodies_[f].calls_indirect) changed |= raise(c, above);
        if (candidate && bodies_[f].indirect) changed |= raise(c, bases[f]);
      }
    }
    if (!changed) return bases;
  }
  fail(Category::unsupported,
       code_.name + ": recursion, or a function called by pointer that calls another such one");
}

void CodeBuilder::relocate(const std::vector<std::uint32_t>& bases) {
  const auto move_by = [](std::uint16_t& field, std::uint32_t base) {
    if (field != no_register && field != use_immediate) {
      field = static_cast<std::uint16_t>(field + base);
    }
  };
  std::vector<std::uint32_t> base_of_d(code_.instructions.size());
  std::vector<std::uint32_t> base_of_a(code_.instructions.size());
  for (std::size_t i = 0; i < code_.instructions.size(); ++i) {
    base_of_d[i] = base_of_a[i] = bases[static_cast<std::size_t>(function_of_instruction_[i])];
  }
  for (const Foreign& foreign : foreign_) {
    const std::uint32_t base = foreign.function < 0
                                   ? indirect_base(bases)
                                   : bases[static_cast<std::size_t>(foreign.function)];
    (foreign.is_d ? base_of_d : base_of_a)[foreign.instruction] = base;
  }
  for (std::size_t i = 0; i < code_.instructions.size(); ++i) {
    Instruction& instruction = code_.instructions[i];
    const Fields fields = fields_of(instruction.operation);
    const auto is_register = [](Field f) { return f == Field::input || f == Field::output; };
    if (is_register(fields.d)) move_by(instruction.d, base_of_d[i]);
    if (is_register(fields.a)) move_by(instruction.a, base_of_a[i]);
    const std::uint32_t own = bases[static_cast<std::size_t>(function_of_instruction_[i])];
    if (is_register(fields.b)) move_by(instruction.b, own);
    if (instruction.operation != Operation::vector) continue;
    auto& vector = code_.vector_instructions[static_cast<std::size_t>(instruction.immediate)];
    const auto move_operand = [&](Operand& operand) {
      using Kind = Operand::Kind;
      const bool in_register = operand.kind == Kind::scalar || operand.kind == Kind::scalar_address;
      if (in_register) move_by(operand.index, own);
    };
    move_operand(vector.destination);
    for (Operand& source : vector.sources) move_operand(source);
  }
}

TileCode CodeBuilder::finish() {
  for (std::size_t f = 0; f < bodies_.size(); ++f) {
    if (!bodies_[f].written) {
      fail(Category::internal,
           code_.name + ": function '" + code_.functions[f].name + "' was declared, not written");
    }
  }
  for (const std::uint32_t jump : jumps_) {
    Instruction& instruction = code_.instructions[jump];
    const auto target = label_targets_.at(static_cast<std::size_t>(instruction.immediate));
    if (target < 0) fail(Category::internal, code_.name + ": a jump to a label never bound");
    instruction.immediate = static_cast<std::int32_t>(target);
  }
  const std::vector<std::uint32_t> bases = place_frames();
  std::uint32_t registers = 0;
  for (std::size_t f = 0; f < bodies_.size(); ++f) {
    registers = std::max(registers, bases[f] + code_.functions[f].frame_registers);
  }
  if (registers >= use_immediate) {
    fail(Category::unsupported, code_.name + ": more registers than an instruction can name");
  }
  relocate(bases);
  for (std::size_t f = 0; f < bodies_.size(); ++f) {
    code_.functions[f].frame_base = static_cast<std::uint16_t>(bases[f]);
  }
  code_.register_count = registers;
  return std::move(code_);
}

}  // namespace weft::program::wse
