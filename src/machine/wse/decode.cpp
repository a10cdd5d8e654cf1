// SPDX-License-Identifier: Apache-2.0
// From the program's plain form to the executor's.
#include "machine/wse/decode.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "fabric/stream.hpp"
#include "program/wse_task_ids.hpp"

namespace weft::machine::wse {
namespace {

using form::DescriptorKind;
using form::Operation;
using form::Type;

bool is_fabric(const form::Descriptor& d) {
  return d.kind == DescriptorKind::fabin || d.kind == DescriptorKind::fabout;
}

std::string where(const form::TileCode& code, std::uint32_t line) {
  return code.name + (line != 0 ? ":" + std::to_string(line) : std::string());
}

/// Operations whose fast form does not depend on the type.
Fast fast_form(Operation operation) {
  switch (operation) {
    case Operation::move:
      return Fast::move;
    case Operation::constant:
      return Fast::constant;
    case Operation::bit_and:
      return Fast::bit_and;
    case Operation::bit_or:
      return Fast::bit_or;
    case Operation::bit_xor:
      return Fast::bit_xor;
    case Operation::load:
      return Fast::load;
    case Operation::store:
      return Fast::store;
    case Operation::jump:
      return Fast::jump;
    case Operation::branch_if:
      return Fast::branch_if;
    case Operation::branch_unless:
      return Fast::branch_unless;
    default:
      return Fast::none;
  }
}

Fast fast_arithmetic(Operation operation, Type type, bool is_signed) {
  const bool f32 = type == Type::f32;
  if (type == Type::f16) return Fast::none;
  switch (operation) {
    case Operation::add:
      return f32 ? Fast::float_add : Fast::add;
    case Operation::multiply:
      return f32 ? Fast::float_multiply : Fast::multiply;
    case Operation::subtract:
      return f32 ? Fast::none : Fast::subtract;
    case Operation::equal:
      return f32 ? Fast::none : Fast::equal;
    case Operation::not_equal:
      return f32 ? Fast::none : Fast::not_equal;
    case Operation::less:
      return f32 ? Fast::none : is_signed ? Fast::less : Fast::less_unsigned;
    case Operation::shift_left:
      return f32 ? Fast::none : Fast::shift_left;
    default:
      return Fast::none;
  }
}

std::uint16_t conversion_cycles(const form::Instruction& i, const Constants& constants) {
  const auto to = static_cast<Type>(i.immediate);
  if (form::is_float(i.type) || form::is_float(to)) return constants.convert;
  const unsigned bytes = form::bytes_of(to);
  // To a narrower integer: its low registers.
  if (bytes <= std::max(2U, form::bytes_of(i.type))) return 0;
  return bytes == 4 ? constants.widen_32 : constants.widen_64;
}

/// Costs that depend on where an instruction stands or on two types.
void choose_cost(const form::Instruction& i, std::uint32_t at, const Constants& constants,
                 Code& code) {
  const std::uint32_t skipped = skipped_instructions(at, static_cast<std::uint32_t>(i.immediate));
  const bool near = skipped <= constants.predicated_instructions;
  switch (i.operation) {
    case Operation::jump:
      code.cost_cycles = near ? constants.jump : constants.branch_far;
      return;
    case Operation::branch_if:
    case Operation::branch_unless:
      code.taken_cycles = near ? constants.branch_taken : constants.branch_far;
      return;
    case Operation::ret:
      code.taken_cycles = constants.call_return;
      return;
    case Operation::convert:
      code.cost_cycles = conversion_cycles(i, constants);
      return;
    default:
      return;
  }
}

std::uint16_t cost_of(const form::Instruction& i, const Constants& constants) {
  if (i.operation == Operation::math) return constants.math[static_cast<unsigned>(i.immediate)];
  if (i.operation == Operation::descriptor_load_register) {
    const bool constant = (i.immediate & form::load_of_constant) != 0;
    return static_cast<std::uint16_t>(constant ? constants.dsr_constant_load : constants.dsr_load);
  }
  return constants.scalar[static_cast<unsigned>(i.operation)][static_cast<unsigned>(i.type)];
}

Code decode_scalar(const form::Instruction& i, std::uint32_t at, const Constants& constants) {
  Code code;
  code.operation = i.operation;
  code.type = i.type;
  const unsigned bits = i.type == Type::boolean ? 8 : 8 * form::bytes_of(i.type);
  code.shift = static_cast<std::uint8_t>(64 - bits);
  code.is_signed = i.type >= Type::i8 && i.type <= Type::i64;
  code.d = i.d;
  code.a = i.a;
  code.b = i.b;
  code.immediate = i.immediate;
  code.cost_cycles = cost_of(i, constants);
  choose_cost(i, at, constants, code);
  code.b_immediate = i.b == form::use_immediate;
  code.fast = fast_form(i.operation);
  if (code.fast == Fast::none) code.fast = fast_arithmetic(i.operation, i.type, code.is_signed);
  return code;
}

/// The array operation of the same name.
numerics::ArrayOperation array_operation(form::VectorOperation operation, const std::string& at) {
  const char* name = form::name_of(operation);
  for (unsigned k = 0; k < static_cast<unsigned>(numerics::ArrayOperation::count_); ++k) {
    const auto candidate = static_cast<numerics::ArrayOperation>(k);
    if (std::strcmp(numerics::name_of(candidate), name) == 0) return candidate;
  }
  fail(Category::unsupported, at + ": vector operation " + name + " is not modelled yet");
}

Settings asynchronous(std::int16_t microthread, form::Priority priority, std::int16_t activate,
                      std::int16_t unblock) {
  const auto slot =
      microthread == form::none_id ? std::uint8_t{0xff} : static_cast<std::uint8_t>(microthread);
  return {true, slot, priority, activate, unblock};
}

VectorCode decode_vector(const form::TileCode& tile_code, const form::VectorInstruction& v) {
  const std::string at = where(tile_code, v.line);
  VectorCode code;
  code.name = v.operation;
  code.operation = array_operation(v.operation, at);
  const numerics::ArrayShape shape = numerics::shape_of(code.operation);
  code.sources = shape.sources;
  code.operands[0] = v.destination;
  code.element_bytes[0] = shape.destination_bytes;
  for (unsigned s = 0; s < 3; ++s) {
    code.operands[s + 1] = v.sources[s];
    code.element_bytes[s + 1] = shape.source_bytes[s];
    const bool given = v.sources[s].kind != form::Operand::Kind::none;
    if (given != (s < shape.sources)) {
      fail(Category::input,
           at + ": " + form::name_of(v.operation) + " takes " + counted(shape.sources, "source"));
    }
  }
  code.own = v.asynchronous ? asynchronous(v.microthread, v.priority, v.activate, v.unblock)
                            : Settings{false, fabric::main_slot, v.priority, v.activate, v.unblock};
  code.wavelet_index = v.wavelet_index;
  code.line = v.line;
  return code;
}

/// Stream slots that the code's instructions can take. Descriptors may be copied at run time, so
/// all queues that it names count.
std::uint32_t slots_of(const form::TileCode& code) {
  std::uint32_t slots = 0;
  bool asynchronous = !code.stream_settings.empty();
  for (const form::StreamSettings& s : code.stream_settings) {
    if (s.microthread != form::none_id) slots |= 1U << static_cast<unsigned>(s.microthread);
  }
  for (const form::VectorInstruction& v : code.vector_instructions) {
    asynchronous |= v.asynchronous;
    if (v.microthread != form::none_id) slots |= 1U << static_cast<unsigned>(v.microthread);
  }
  for (const form::Descriptor& d : code.descriptors) {
    if (is_fabric(d)) slots |= 1U << fabric::main_slot;
    if (is_fabric(d) && asynchronous) slots |= 1U << d.queue;
  }
  return slots;
}

std::uint8_t queue_of_color(const form::TileCode& code, std::uint8_t color) {
  for (const form::QueueBinding& q : code.input_queues) {
    if (q.color == color) return q.queue;
  }
  return static_cast<std::uint8_t>(fabric::direct_queue_base + color);
}

void decode_tasks(const form::TileCode& tile_code, form::Generation generation, CodeInfo& info,
                  Decoded& out) {
  if (tile_code.tasks.size() > 64) {
    fail(Category::unsupported, tile_code.name + ": more than 64 task ids in one code");
  }
  bool control = false;
  for (const form::Task& task : tile_code.tasks) control |= task.kind == form::TaskKind::control;
  for (std::size_t i = 0; i < tile_code.tasks.size(); ++i) {
    const form::Task& task = tile_code.tasks[i];
    TaskCode code{task.kind, task.id, 0xff, task.bound, task.priority, task.function};
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (task.kind == form::TaskKind::data) {
      code.queue =
          generation == form::Generation::wse2 ? queue_of_color(tile_code, task.id) : task.id;
      if (task.bound) info.data_queues |= 1U << code.queue;
      if (control) info.control_queues |= 1U << code.queue;
    }
    if (task.kind == form::TaskKind::local && task.bound) {
      info.local_tasks |= bit;
      if (task.id == form::teardown_task_id) info.teardown_task = static_cast<std::int16_t>(i);
    }
    if (task.activated) info.activated |= bit;
    if (task.blocked) info.blocked |= bit;
    out.tasks.push_back(code);
  }
}

void decode_one(const form::Program& program, const form::TileCode& code,
                const Constants& constants, Decoded& out) {
  CodeInfo info;
  info.code = static_cast<std::uint32_t>(out.code.size());
  info.vectors = static_cast<std::uint32_t>(out.vectors.size());
  info.functions = static_cast<std::uint32_t>(out.functions.size());
  info.function_count = static_cast<std::uint32_t>(code.functions.size());
  info.tasks = static_cast<std::uint32_t>(out.tasks.size());
  info.task_count = static_cast<std::uint32_t>(code.tasks.size());
  info.wide = static_cast<std::uint32_t>(out.wide.size());
  info.fifos = static_cast<std::uint32_t>(out.fifos.size());
  info.fifo_count = static_cast<std::uint32_t>(code.fifos.size());
  info.descriptor_count = static_cast<std::uint32_t>(code.descriptors.size());
  info.register_count = code.register_count;
  info.sram_bytes = static_cast<std::uint32_t>((code.data.size() + 7) / 8 * 8);
  info.slots = slots_of(code);
  for (std::uint32_t at = 0; at < code.instructions.size(); ++at) {
    out.code.push_back(decode_scalar(code.instructions[at], at, constants));
  }
  for (const auto& v : code.vector_instructions) out.vectors.push_back(decode_vector(code, v));
  for (const form::Function& f : code.functions) {
    FunctionCode function;
    function.entry = f.entry;
    function.frame_base = f.frame_base;
    function.parameters = static_cast<std::uint8_t>(f.parameters.size());
    for (std::size_t k = 0; k < 2 && k < f.parameters.size(); ++k) {
      function.types[k] = f.parameters[k];
    }
    out.functions.push_back(function);
  }
  info.settings = static_cast<std::uint32_t>(out.settings.size());
  info.settings_count = static_cast<std::uint32_t>(code.stream_settings.size());
  for (const form::StreamSettings& s : code.stream_settings) {
    out.settings.push_back(asynchronous(s.microthread, s.priority, s.activate, s.unblock));
  }
  decode_tasks(code, program.generation, info, out);
  out.fifos.insert(out.fifos.end(), code.fifos.begin(), code.fifos.end());
  out.wide.insert(out.wide.end(), code.wide_constants.begin(), code.wide_constants.end());
  out.infos.push_back(info);
}

}  // namespace

Decoded decode(const form::Program& program, const Constants& constants) {
  Decoded out;
  for (const form::TileCode& code : program.codes) decode_one(program, code, constants, out);
  return out;
}

}  // namespace weft::machine::wse
