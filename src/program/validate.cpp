// SPDX-License-Identifier: Apache-2.0
// Checks of a program that need no run.
#include <algorithm>
#include <numeric>

#include "program/fields.hpp"
#include "program/wse.hpp"
#include "program/wse_place.hpp"

namespace weft::program::wse {
namespace {

void check_memory(const TileCode& code, const CodePlace& place) {
  for (const Symbol& symbol : code.symbols) {
    const std::size_t bytes = std::size_t{symbol.elements} * bytes_of(symbol.type);
    const std::size_t end = symbol.address + (symbol.by_pointer ? bytes_of(Type::u16) : bytes);
    place.require(end <= code.data.size(), "symbol '" + symbol.name + "' lies outside the data");
  }
  for (const ByteRange& range : code.initialised) {
    place.require(range.begin <= range.end && range.end <= code.data.size(),
                  "initialised bytes outside the data");
  }
  for (const DataPatch& patch : code.patches) {
    place.require(patch.type <= Type::f32 &&
                      std::size_t{patch.address} + bytes_of(patch.type) <= code.data.size() &&
                      patch.constant < code.tile_constant_count,
                  "a patch by a tile constant lies outside");
  }
  for (const Fifo& fifo : code.fifos) {
    const std::size_t bytes = std::size_t{fifo.capacity} * fifo.element_bytes;
    place.require(fifo.capacity > 0 && (fifo.element_bytes == 2 || fifo.element_bytes == 4) &&
                      fifo.base + bytes <= code.data.size(),
                  "a FIFO lies outside the data");
  }
}

bool immediate_fits(const Instruction& i, ImmediateField field, const TileCode& code) {
  const auto below = [&](std::size_t count) {
    return i.immediate >= 0 && static_cast<std::size_t>(i.immediate) < count;
  };
  switch (field) {
    case ImmediateField::unused:
    case ImmediateField::value:
      return true;
    case ImmediateField::wide_constant:
      return below(code.wide_constants.size());
    case ImmediateField::tile_constant:
      return below(code.tile_constant_count);
    case ImmediateField::target:
      return below(code.instructions.size());
    case ImmediateField::function:
      return below(code.functions.size());
    case ImmediateField::vector:
      return below(code.vector_instructions.size());
    case ImmediateField::task:
      return i.a != no_register || below(code.tasks.size());
    case ImmediateField::type:
      return below(static_cast<std::size_t>(Type::f32) + 1);
    case ImmediateField::math:
      return below(static_cast<std::size_t>(MathFunction::count_));
    case ImmediateField::message:
      return below(code.messages.size());
    case ImmediateField::register_load:
      return below((code.stream_settings.size() + 1) << load_settings_shift);
  }
  return false;
}

bool field_fits(std::uint16_t value, Field field, bool optional, const TileCode& code) {
  switch (field) {
    case Field::unused:
      return true;
    case Field::input:
    case Field::output:
      return value < code.register_count || (optional && value == no_register);
    case Field::descriptor:
      return value < code.descriptors.size();
  }
  return false;
}

/// True when the operation means something for values of its type.
bool applies(const Instruction& i) {
  const bool is_float = i.type == Type::f16 || i.type == Type::f32;
  switch (i.operation) {
    case Operation::remainder:
    case Operation::bit_and:
    case Operation::bit_or:
    case Operation::bit_xor:
    case Operation::shift_left:
    case Operation::shift_right:
    case Operation::bit_not:
      return !is_float;
    case Operation::math: {
      const auto function = static_cast<MathFunction>(i.immediate);
      return is_float || function == MathFunction::absolute || function == MathFunction::sign;
    }
    default:
      return true;
  }
}

void check_instructions(const TileCode& code, const CodePlace& place) {
  for (std::size_t at = 0; at < code.instructions.size(); ++at) {
    const Instruction& i = code.instructions[at];
    const std::string where =
        "instruction " + std::to_string(at) + " (" + std::string(name_of(i.operation)) + "): ";
    place.require(i.operation < Operation::count_ && i.type <= Type::f32,
                  where + "unknown operation or type");
    const Fields fields = fields_of(i.operation);
    const bool unary_math = i.operation == Operation::math && i.b == no_register;
    const bool b_immediate = fields.b_may_be_immediate && i.b == use_immediate;
    place.require(field_fits(i.d, fields.d, fields.d_optional, code) &&
                      field_fits(i.a, fields.a, fields.a_optional, code) &&
                      (unary_math || b_immediate || field_fits(i.b, fields.b, false, code)),
                  where + "a register or descriptor that the code does not have");
    place.require(immediate_fits(i, fields.immediate, code),
                  where + "its number " + std::to_string(i.immediate) + " names nothing");
    place.require(applies(i), where + "it does not apply to " + name_of(i.type));
  }
  place.require(code.lines.empty() || code.lines.size() == code.instructions.size(),
                "a line for some instructions only");
  if (code.instructions.empty()) return;
  const Operation last = code.instructions.back().operation;
  place.require(last == Operation::ret || last == Operation::jump,
                "the last instruction runs into nothing");
}

void check_operand(const Operand& operand, const TileCode& code, const CodePlace& place,
                   const std::string& where) {
  using Kind = Operand::Kind;
  const bool descriptor = operand.kind == Kind::descriptor || operand.kind == Kind::data_register ||
                          operand.kind == Kind::constant_descriptor;
  const bool in_register = operand.kind == Kind::scalar || operand.kind == Kind::scalar_address;
  place.require(operand.kind <= Kind::constant_descriptor &&
                    (!descriptor || operand.index < code.descriptors.size()) &&
                    (!in_register || operand.index < code.register_count),
                where + "an operand that the code does not have");
}

void check_vectors(const TileCode& code, const CodePlace& place) {
  const auto task_fits = [&](std::int16_t task) {
    return task == none_id || (task >= 0 && static_cast<std::size_t>(task) < code.tasks.size());
  };
  const auto check_settings = [&](std::int16_t activate, std::int16_t unblock,
                                  std::int16_t microthread, const std::string& where) {
    place.require(task_fits(activate) && task_fits(unblock), where + "a task it does not have");
    place.require(microthread < static_cast<int>(microthread_count) && microthread >= none_id,
                  where + "microthreads are 0 to 7");
  };
  for (const VectorInstruction& v : code.vector_instructions) {
    const std::string where = "vector instruction " + std::string(name_of(v.operation)) +
                              (v.line != 0 ? " in line " + std::to_string(v.line) : std::string()) +
                              ": ";
    place.require(v.operation < VectorOperation::count_, where + "unknown operation");
    check_operand(v.destination, code, place, where);
    for (const Operand& source : v.sources) check_operand(source, code, place, where);
    check_settings(v.activate, v.unblock, v.microthread, where);
  }
  place.require(code.stream_settings.size() <= stream_settings_max,
                "has more settings of DSRs than " + std::to_string(stream_settings_max));
  for (const StreamSettings& s : code.stream_settings) {
    check_settings(s.activate, s.unblock, s.microthread, "settings of a DSR: ");
  }
  for (const Descriptor& d : code.descriptors) {
    place.require(d.settings <= code.stream_settings.size(),
                  "a descriptor has settings that the code does not have");
  }
}

void check_tasks(const TileCode& code, const CodePlace& place) {
  bool seen[3][64] = {};
  for (const Task& task : code.tasks) {
    const std::string name = "task id " + std::to_string(task.id);
    place.require(task.kind <= TaskKind::control && task.id < 64, name + " is not one of 64 ids");
    bool& taken = seen[static_cast<int>(task.kind)][task.id];
    place.require(!taken, name + " is bound twice");
    taken = true;
    place.require(!task.bound || task.function < code.functions.size(),
                  name + " runs a function that the code does not have");
    if (!task.bound) continue;
    const auto& parameters = code.functions[task.function].parameters;
    place.require(task.kind != TaskKind::local || parameters.empty(),
                  name + ": a local task takes no argument");
  }
}

/// An output queue of the WSE-2 takes the color of the operation that fills it, one after the
/// other; its words keep theirs.
void check_queues(const TileCode& code, Generation generation, const CodePlace& place) {
  const auto check = [&](const std::vector<QueueBinding>& queues, const char* kind, bool one) {
    bool seen[8] = {};
    for (const QueueBinding& q : queues) {
      const std::string name = std::string(kind) + " queue " + std::to_string(q.queue);
      place.require(q.queue < input_queue_count, name + ": queues are 0 to 7");
      place.require(q.color < color_count, name + ": colors are 0 to 23");
      place.require(!one || !seen[q.queue], name + " is bound to two colors");
      seen[q.queue] = true;
    }
  };
  check(code.input_queues, "input", true);
  check(code.output_queues, "output", generation != Generation::wse2);
  for (const Descriptor& d : code.descriptors) {
    place.require(d.kind <= DescriptorKind::fifo && d.dimensions >= 1 && d.dimensions <= 4,
                  "a descriptor of unknown kind");
    place.require(d.kind != DescriptorKind::fifo || d.queue < code.fifos.size(),
                  "a descriptor of a FIFO that the code does not have");
    const bool fabric = d.kind == DescriptorKind::fabin || d.kind == DescriptorKind::fabout;
    place.require(!fabric || d.queue < 8, "a fabric descriptor without a queue");
    place.require(!fabric || d.color < color_count, "a fabric descriptor without a color");
  }
}

void check_code(const Program& program, std::size_t number) {
  const TileCode& code = program.codes[number];
  const CodePlace place(program, number);
  for (const Function& f : code.functions) {
    place.require(f.entry < code.instructions.size() &&
                      f.frame_base + f.frame_registers <= code.register_count &&
                      f.parameters.size() <= f.frame_registers,
                  "function '" + f.name + "' lies outside the code");
  }
  for (const EntryPoint& e : code.entry_points) {
    place.require(e.function < code.functions.size(), "entry point '" + e.name + "' runs nothing");
  }
  check_memory(code, place);
  check_instructions(code, place);
  check_vectors(code, place);
  check_tasks(code, place);
  check_queues(code, program.generation, place);
}

void check_routes(const Program& program) {
  for (std::size_t s = 0; s < program.route_sets.size(); ++s) {
    const auto& set = program.route_sets[s];
    const auto used =
        std::find(program.route_set_of_tile.begin(), program.route_set_of_tile.end(), s);
    const auto t = static_cast<std::size_t>(used - program.route_set_of_tile.begin());
    for (std::size_t i = 0; i < set.size(); ++i) {
      const ColorRoute& r = set[i];
      const std::string where = "tile (" + std::to_string(t % program.width) + ", " +
                                std::to_string(t / program.width) + "), color " +
                                std::to_string(r.color) + ": ";
      if (r.color >= color_count) fail(Category::input, where + "colors are 0 to 23");
      if (i > 0 && set[i - 1].color >= r.color) {
        fail(Category::input, where + "configured twice, or routes not sorted by color");
      }
      const bool good = r.position_count >= 1 && r.position_count <= 4 &&
                        r.initial_position < r.position_count &&
                        r.pop <= PopMode::pop_on_advance_nop;
      if (!good) fail(Category::input, where + "switch positions are 1 to 4");
      for (const RoutePosition& p : r.positions) {
        if (p.receive > 31 || p.transmit > 31) fail(Category::input, where + "unknown port");
      }
    }
  }
}

}  // namespace

void validate(const Program& program) {
  const std::size_t tiles = std::size_t{program.width} * program.height;
  const bool shaped =
      tiles > 0 && program.generation <= Generation::wse3 && program.code_of_tile.size() == tiles &&
      program.route_set_of_tile.size() == tiles && program.tile_constants_begin.size() == tiles;
  if (!shaped) fail(Category::input, "a program whose tables do not cover its region");
  for (std::size_t t = 0; t < tiles; ++t) {
    const bool known = program.code_of_tile[t] < program.codes.size() &&
                       program.route_set_of_tile[t] < program.route_sets.size();
    if (!known) fail(Category::input, "a tile with code or routes that the program does not have");
    const auto end = std::size_t{program.tile_constants_begin[t]} +
                     program.codes[program.code_of_tile[t]].tile_constant_count;
    if (end > program.tile_constants.size()) {
      fail(Category::input, "a tile whose constants the program does not have");
    }
  }
  for (const std::uint32_t layer : program.layer_of_tile) {
    if (layer != no_layer && layer >= program.layers.size()) {
      fail(Category::input, "a tile of a layer that the program does not have");
    }
  }
  if (program.layer_of_tile.size() != (program.layers.empty() ? 0 : tiles)) {
    fail(Category::input, "a program whose layers do not cover its region");
  }
  for (std::size_t c = 0; c < program.codes.size(); ++c) check_code(program, c);
  check_routes(program);
  for (const HostStream& stream : program.host_streams) {
    if (stream.color >= color_count) {
      fail(Category::input, "host stream '" + stream.name + "': colors are 0 to 23");
    }
  }
}

}  // namespace weft::program::wse
