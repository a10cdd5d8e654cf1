// SPDX-License-Identifier: Apache-2.0
// Memories with an order of their own: register files, line buffers, LIFOs, registers that are
// queues, memories with locks.
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

using tree::MemoryKind;

Value local_memory(Interpreter& interpreter, Call& call, MemoryKind kind, const char* name,
                   std::size_t least, std::size_t most) {
  interpreter.stager().require_staging(call.node, name);
  if (call.types.empty()) {
    interpreter.fail(call.node, std::string(name) + " needs its type: " + name + "[Int]");
  }
  const tree::NumberType type = interpreter.type_argument(call, tree::int_type);
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  if (sizes.size() < least || sizes.size() > most) {
    const std::string counts = least == most
                                   ? std::to_string(least)
                                   : std::to_string(least) + " to " + std::to_string(most);
    interpreter.fail(call.node, std::string(name) + " takes " + counts + " sizes, these are " +
                                    std::to_string(sizes.size()));
  }
  return interpreter.stager().new_memory(kind, type, sizes, call.node);
}

Value register_file_builtin(Interpreter& interpreter, Call& call) {
  return local_memory(interpreter, call, MemoryKind::register_file, "RegFile", 1, 3);
}
Value lifo_builtin(Interpreter& interpreter, Call& call) {
  return local_memory(interpreter, call, MemoryKind::lifo, "LIFO", 1, 1);
}
Value lock_builtin(Interpreter& interpreter, Call& call) {
  return local_memory(interpreter, call, MemoryKind::lock, "Lock", 1, 1);
}
Value lock_sram_builtin(Interpreter& interpreter, Call& call) {
  return local_memory(interpreter, call, MemoryKind::lock_sram, "LockSRAM", 1, 1);
}

/// FIFOReg[T]: a queue of one that is written as a register is.
Value fifo_register_builtin(Interpreter& interpreter, Call& call) {
  Stager& stager = interpreter.stager();
  stager.require_staging(call.node, "FIFOReg");
  if (call.types.empty()) interpreter.fail(call.node, "FIFOReg needs its type: FIFOReg[Int]");
  interpreter.optional_arguments(call);
  const Value made = stager.new_memory(
      MemoryKind::fifo, interpreter.type_argument(call, tree::int_type), {1}, call.node);
  stager.memory(made).is_register = true;
  return made;
}

Value reset_member(Interpreter& interpreter, Value& self, Call& call) {
  Stager& stager = interpreter.stager();
  const MemoryKind kind = stager.memory(self).kind;
  if (kind != MemoryKind::register_file && kind != MemoryKind::reg) {
    interpreter.fail(call.node, std::string(tree::to_text(kind)) + " has no reset");
  }
  std::vector<Value> enables = interpreter.optional_arguments(call).values;
  stager.memory_operation(tree::Operation::reset, self, {}, enables, call.node);
  return unit_value();
}

/// enqAt(row, value, enable): of a line buffer that takes a line at a time.
Value enqueue_at_member(Interpreter& interpreter, Value& self, Call& call) {
  Stager& stager = interpreter.stager();
  if (stager.memory(self).kind != MemoryKind::line_buffer) {
    interpreter.fail(call.node, "enqAt belongs to a LineBuffer");
  }
  const Arguments given = interpreter.arguments(call);
  const Value& row = interpreter.argument(call, given, 0);
  const bool first = is_known_number(row) && interpreter.integer_of(row, call.node, "a row") == 0;
  if (!first || stager.memory(self).stride != 1) {
    interpreter.unsupported(call.node, "enqAt of a row other than 0 is not there yet");
  }
  const std::uint32_t value =
      stager.number_node(interpreter.argument(call, given, 1), self.type, call.node);
  std::vector<Value> enables(given.values.begin() + 2, given.values.end());
  stager.memory_operation(tree::Operation::enqueue, self, {value}, enables, call.node);
  return unit_value();
}

const tree::Memory& queue_of(Interpreter& interpreter, const Value& self, const Call& call) {
  const tree::Memory& memory = interpreter.stager().memory(self);
  if (memory.kind != MemoryKind::fifo && memory.kind != MemoryKind::lifo) {
    interpreter.fail(call.node, std::string(tree::to_text(memory.kind)) + " is no queue");
  }
  return memory;
}

Value peek_member(Interpreter& interpreter, Value& self, Call& call) {
  self.type = queue_of(interpreter, self, call).type;
  return interpreter.stager().memory_operation(
      tree::Operation::peek, self, {}, interpreter.optional_arguments(call).values, call.node);
}

Value held_value(Interpreter& interpreter, const Value& self, const Call& call) {
  Value counted = self;
  counted.type = tree::int_type;
  return interpreter.stager().memory_operation(tree::Operation::held, counted, {}, {}, call.node);
}

Value count_member(Interpreter& interpreter, Value& self, Call& call) {
  queue_of(interpreter, self, call);
  interpreter.optional_arguments(call);
  return held_value(interpreter, self, call);
}

template <bool full>
Value state_member(Interpreter& interpreter, Value& self, Call& call) {
  const std::int64_t depth = queue_of(interpreter, self, call).sizes[0];
  interpreter.optional_arguments(call);
  return interpreter.arithmetic(full ? Arithmetic::greater_equal : Arithmetic::equal,
                                held_value(interpreter, self, call),
                                integer_value(full ? depth : 0), call.node);
}

Value refused_member(Interpreter& interpreter, Value& /*self*/, Call& call) {
  interpreter.unsupported(call.node, std::string(name_of(call.node->symbol)) + " is not there yet");
}

/// unit.lock(id): what accesses with it do, none with the same id does meanwhile.
Value lock_member(Interpreter& interpreter, Value& self, Call& call) {
  Stager& stager = interpreter.stager();
  if (stager.memory(self).kind != MemoryKind::lock) {
    interpreter.fail(call.node, "lock belongs to a Lock");
  }
  const Arguments given = interpreter.arguments(call);
  self.type = tree::int_type;
  const std::uint32_t id =
      stager.number_node(interpreter.argument(call, given, 0), tree::int_type, call.node);
  return stager.memory_operation(tree::Operation::lock, self, {id}, {}, call.node);
}

}  // namespace

/// LineBuffer[T](rows, columns), LineBuffer.strided[T](rows, columns, stride)
Value line_buffer(Interpreter& interpreter, Call& call, bool strided) {
  const std::size_t sizes = strided ? 3 : 2;
  const Value made =
      local_memory(interpreter, call, MemoryKind::line_buffer, "LineBuffer", sizes, sizes);
  tree::Memory& memory = interpreter.stager().memory(made);
  if (strided) {
    memory.stride = memory.sizes[2];
    memory.sizes.pop_back();
  }
  return made;
}

Value shift_in(Interpreter& interpreter, const Value& into, const Value& value, const Node* at) {
  Stager& stager = interpreter.stager();
  Value memory = into;
  std::vector<Value> places;
  if (into.kind == ValueKind::tile) {
    const auto& row = static_cast<TileObject&>(*into.object);
    memory = stager.memory_value(row.dram);
    places = row.places;
  }
  const tree::Memory& made = stager.memory(memory);
  if (made.kind != MemoryKind::register_file) {
    interpreter.fail(at, std::string(tree::to_text(made.kind)) + " takes no <<=");
  }
  std::int64_t axis = 0;
  std::vector<std::uint32_t> nodes = {stager.number_node(value, made.type, at)};
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_everything(places[i])) {
      axis = static_cast<std::int64_t>(i);
    } else {
      nodes.push_back(stager.number_node(places[i], tree::int_type, at));
    }
  }
  if (nodes.size() != made.sizes.size()) {
    interpreter.fail(at, "<<= shifts one dimension of a RegFile: r <<= x, r(i, *) <<= x");
  }
  stager.memory_operation(tree::Operation::shift_in, memory, nodes, {}, at, axis);
  return unit_value();
}

void add_locals(Builtins& builtins, Members& members) {
  builtins.emplace(intern("RegFile"), register_file_builtin);
  builtins.emplace(intern("LIFO"), lifo_builtin);
  builtins.emplace(intern("Lock"), lock_builtin);
  builtins.emplace(intern("LockSRAM"), lock_sram_builtin);
  builtins.emplace(intern("FIFOReg"), fifo_register_builtin);
  builtins.emplace(intern("LineBuffer"), [](Interpreter& interpreter, Call& call) {
    return line_buffer(interpreter, call, false);
  });
  members.emplace(intern("reset"), reset_member);
  members.emplace(intern("enqAt"), enqueue_at_member);
  members.emplace(intern("peek"), peek_member);
  members.emplace(intern("numel"), count_member);
  members.emplace(intern("isEmpty"), state_member<false>);
  members.emplace(intern("isFull"), state_member<true>);
  for (const std::string_view name : {"isAlmostEmpty", "isAlmostFull", "deqVec", "enqVec"}) {
    members.emplace(intern(name), refused_member);
  }
  members.emplace(intern("lock"), lock_member);
}

}  // namespace weft::spatial
