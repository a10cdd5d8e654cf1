// SPDX-License-Identifier: Apache-2.0
// DRAM, SRAM, Reg, FIFO, LUT, arguments and streams: how they are made, read and written.
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

using tree::MemoryKind;

/// FIFO and SRAM and so on live on the chip, DRAM and arguments on the host.
void require_side(Interpreter& interpreter, bool chip, const Node* at, const char* what) {
  if (interpreter.stager().staging() == chip) return;
  interpreter.fail(
      at, std::string(what) + (chip ? " belongs into Accel { }" : " is made outside Accel { }"));
}

tree::NumberType element_type(Interpreter& interpreter, Call& call, const char* what) {
  if (call.types.empty()) {
    interpreter.fail(call.node, std::string(what) + " needs its type: " + what + "[Int]");
  }
  return interpreter.type_argument(call, tree::int_type);
}

Value host_memory(Interpreter& interpreter, Call& call, MemoryKind kind, const char* name) {
  require_side(interpreter, false, call.node, name);
  const tree::NumberType type = element_type(interpreter, call, name);
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  const Value made = interpreter.stager().new_memory(kind, type, sizes, call.node);
  interpreter.stager().contents(made).assign(
      static_cast<std::size_t>(tree::elements_of(interpreter.stager().memory(made))), 0);
  return made;
}
Value dram_builtin(Interpreter& interpreter, Call& call) {
  return host_memory(interpreter, call, MemoryKind::dram, "DRAM");
}
Value lock_dram_builtin(Interpreter& interpreter, Call& call) {
  return host_memory(interpreter, call, MemoryKind::lock_dram, "LockDRAM");
}

Value sram_builtin(Interpreter& interpreter, Call& call) {
  require_side(interpreter, true, call.node, "SRAM");
  const tree::NumberType type = element_type(interpreter, call, "SRAM");
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  return interpreter.stager().new_memory(MemoryKind::sram, type, sizes, call.node);
}

Value fifo_builtin(Interpreter& interpreter, Call& call) {
  require_side(interpreter, true, call.node, "FIFO");
  // Without a type it takes that of what is first put in
  const tree::NumberType type =
      interpreter.type_argument(call, {tree::NumberKind::fixed, true, 0, 0});
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  if (sizes.size() != 1) interpreter.fail(call.node, "a FIFO has one size, its depth");
  return interpreter.stager().new_memory(MemoryKind::fifo, type, sizes, call.node);
}

Value reg_builtin(Interpreter& interpreter, Call& call) {
  require_side(interpreter, true, call.node, "Reg");
  tree::NumberType type{tree::NumberKind::fixed, true, 0, 0};
  if (!call.types.empty()) {
    const Ref<TypeObject> named = interpreter.type_object_argument(call, 0);
    // A type parameter that nothing has bound yet: what is reduced into the Reg will say
    if (named->kind != TypeKind::any) type = interpreter.number_type(*named, call.node);
  }
  Value initial = integer_value(0);
  if (call.more()) {
    const Arguments given = interpreter.arguments(call);
    initial = interpreter.argument(call, given, 0);
    const bool typed = initial.kind == ValueKind::number || initial.kind == ValueKind::boolean;
    if (call.types.empty()) {
      type = typed ? (initial.kind == ValueKind::boolean ? tree::bit_type : initial.type)
                   : tree::int_type;
    }
    if (initial.kind == ValueKind::node) {
      interpreter.unsupported(call.node, "a Reg's initial value must be known before the run");
    }
  }
  const Value made = interpreter.stager().new_memory(MemoryKind::reg, type, {}, call.node);
  if (type.bits() != 0) {
    interpreter.stager().memory(made).initial =
        interpreter.to_number(initial, type, call.node).bits;
  }
  return made;
}

Value argument_builtin(Interpreter& interpreter, Call& call, MemoryKind kind, const char* name) {
  require_side(interpreter, false, call.node, name);
  const tree::NumberType type = element_type(interpreter, call, name);
  interpreter.optional_arguments(call);
  const Value made = interpreter.stager().new_memory(kind, type, {}, call.node);
  if (kind != MemoryKind::arg_in) interpreter.stager().contents(made) = {0};
  return made;
}
Value arg_in_builtin(Interpreter& interpreter, Call& call) {
  return argument_builtin(interpreter, call, MemoryKind::arg_in, "ArgIn");
}
Value arg_out_builtin(Interpreter& interpreter, Call& call) {
  return argument_builtin(interpreter, call, MemoryKind::arg_out, "ArgOut");
}

Value host_io_builtin(Interpreter& interpreter, Call& call) {
  return argument_builtin(interpreter, call, MemoryKind::host_io, "HostIO");
}

Value merge_builtin(Interpreter& interpreter, Call& call) {
  require_side(interpreter, true, call.node, "MergeBuffer");
  const tree::NumberType type = element_type(interpreter, call, "MergeBuffer");
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  if (sizes.size() != 2) interpreter.fail(call.node, "MergeBuffer takes its ways and its width");
  return interpreter.stager().new_memory(MemoryKind::merge, type, sizes, call.node);
}

/// FileBus[T](file), FileEOFBus[T](file): the file and the token's fields.
Value bus_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  std::vector<Value> made = {interpreter.argument(call, given, 0)};
  return list_value(std::move(made), ValueKind::tuple);
}

Value stream_builtin(Interpreter& interpreter, Call& call, MemoryKind kind, const char* name) {
  require_side(interpreter, false, call.node, name);
  if (call.types.empty()) interpreter.fail(call.node, std::string(name) + " needs its type");
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  std::vector<tree::NumberType> fields;
  if (type->kind == TypeKind::tuple) {
    for (const Ref<TypeObject>& each : type->arguments) {
      fields.push_back(interpreter.number_type(*each, call.node));
    }
  } else {
    fields.push_back(interpreter.number_type(*type, call.node));
  }
  const Arguments given = interpreter.arguments(call);
  const Value& bus = interpreter.argument(call, given, 0);
  if (bus.kind != ValueKind::tuple) {
    interpreter.unsupported(call.node, "streams from and to files are there, no other bus");
  }
  const Value made = interpreter.stager().new_memory(kind, fields[0], {}, call.node);
  interpreter.stager().memory(made).fields = fields;
  interpreter.stager().bind_file(made, interpreter.show(list_of(bus).items[0]));
  return made;
}
Value stream_in_builtin(Interpreter& interpreter, Call& call) {
  return stream_builtin(interpreter, call, MemoryKind::stream_in, "StreamIn");
}
Value stream_out_builtin(Interpreter& interpreter, Call& call) {
  return stream_builtin(interpreter, call, MemoryKind::stream_out, "StreamOut");
}

/// What is in a list of lists, row by row, and its sizes.
void flatten_into(Interpreter& interpreter, const Value& value, std::size_t level,
                  std::vector<std::int64_t>& sizes, std::vector<Value>& items, const Node* at) {
  if (value.kind != ValueKind::list) {
    items.push_back(value);
    return;
  }
  const ListObject& list = list_of(value);
  const auto size = static_cast<std::int64_t>(list.items.size());
  if (level == sizes.size()) sizes.resize(level + 1, size);
  if (sizes[level] != size) interpreter.fail(at, "the rows have different lengths");
  for (const Value& item : list.items) flatten_into(interpreter, item, level + 1, sizes, items, at);
}

Value fill_lut(Interpreter& interpreter, tree::NumberType type, std::vector<std::int64_t> sizes,
               const std::vector<Value>& items, const Node* at) {
  const Value made = interpreter.stager().new_memory(MemoryKind::lut, type, std::move(sizes), at);
  tree::Memory& memory = interpreter.stager().memory(made);
  if (static_cast<std::int64_t>(items.size()) != tree::elements_of(memory)) {
    interpreter.fail(at, "the LUT has " + counted(tree::elements_of(memory), "place") +
                             " and is given " + counted(items.size(), "value"));
  }
  for (const Value& item : items) {
    const Value known = interpreter.to_number(item, type, at);
    if (known.kind == ValueKind::node) interpreter.fail(at, "a LUT's values are known constants");
    memory.contents.push_back(known.bits);
  }
  return made;
}

/// LUT[T](sizes)(values: _*)
Value lut_builtin(Interpreter& interpreter, Call& call) {
  const tree::NumberType type = element_type(interpreter, call, "LUT");
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  const Arguments given = interpreter.arguments(call);
  return fill_lut(interpreter, type, sizes, given.values, call.node);
}

/// FileLUT[T](sizes)(file)
Value file_lut_builtin(Interpreter& interpreter, Call& call) {
  const tree::NumberType type = element_type(interpreter, call, "FileLUT");
  const auto sizes = memory_sizes(interpreter, interpreter.arguments(call), call.node);
  const Arguments given = interpreter.arguments(call);
  const std::string name = interpreter.show(interpreter.argument(call, given, 0));
  std::vector<Value> items;
  for (const std::string& word : csv_words(interpreter, name, call.node)) {
    items.push_back(interpreter.to_number(text_value(word), type, call.node, true));
  }
  return fill_lut(interpreter, type, sizes, items, call.node);
}

}  // namespace

std::vector<std::int64_t> memory_sizes(Interpreter& interpreter, const Arguments& given,
                                       const Node* at) {
  std::vector<std::int64_t> sizes;
  for (const Value& each : given.values) {
    sizes.push_back(interpreter.integer_of(each, at, "a size"));
    if (sizes.back() < 1) {
      interpreter.fail(at, "a memory's size of " + std::to_string(sizes.back()));
    }
  }
  if (sizes.empty() || sizes.size() > 5) interpreter.fail(at, "a memory has 1 to 5 dimensions");
  return sizes;
}

/// LUT.fromSeq[T](values)
Value lut_from_values(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& all = interpreter.argument(call, given, 0);
  std::vector<std::int64_t> sizes;
  std::vector<Value> items;
  flatten_into(interpreter, all, 0, sizes, items, call.node);
  if (items.empty()) interpreter.fail(call.node, "a LUT needs values");
  tree::NumberType type = tree::int_type;
  if (!call.types.empty()) {
    type = interpreter.type_argument(call, type);
  } else {
    type = interpreter.number_type(*interpreter.type_of(items.front()), call.node);
  }
  return fill_lut(interpreter, type, sizes, items, call.node);
}

void add_memories(Builtins& builtins) {
  builtins.emplace(intern("DRAM"), dram_builtin);
  builtins.emplace(intern("SRAM"), sram_builtin);
  builtins.emplace(intern("FIFO"), fifo_builtin);
  builtins.emplace(intern("Reg"), reg_builtin);
  builtins.emplace(intern("ArgIn"), arg_in_builtin);
  builtins.emplace(intern("ArgOut"), arg_out_builtin);
  builtins.emplace(intern("HostIO"), host_io_builtin);
  builtins.emplace(intern("LockDRAM"), lock_dram_builtin);
  builtins.emplace(intern("MergeBuffer"), merge_builtin);
  builtins.emplace(intern("FileBus"), bus_builtin);
  builtins.emplace(intern("FileEOFBus"), bus_builtin);
  builtins.emplace(intern("StreamIn"), stream_in_builtin);
  builtins.emplace(intern("StreamOut"), stream_out_builtin);
  builtins.emplace(intern("LUT"), lut_builtin);
  builtins.emplace(intern("FileLUT"), file_lut_builtin);
}

}  // namespace weft::spatial
