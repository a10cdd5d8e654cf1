// SPDX-License-Identifier: Apache-2.0
// Memories that are addressed at random by many iterations at once, their barriers, and scans.
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

using tree::MemoryKind;

Value sparse_memory(Interpreter& interpreter, Call& call, MemoryKind kind) {
  const std::string name(tree::to_text(kind));
  interpreter.stager().require_staging(call.node, name.c_str());
  if (call.types.empty()) interpreter.fail(call.node, name + " needs its type");
  // SparseDRAM[T](parallel)(size)
  Arguments given = interpreter.arguments(call);
  if (call.more()) given = interpreter.arguments(call);
  const std::int64_t size =
      interpreter.integer_of(interpreter.argument(call, given, 0), call.node, "a size");
  if (size < 1) interpreter.fail(call.node, "a memory's size of " + std::to_string(size));
  return interpreter.stager().new_memory(kind, interpreter.type_argument(call, tree::int_type),
                                         {size}, call.node);
}
Value sparse_sram_builtin(Interpreter& interpreter, Call& call) {
  return sparse_memory(interpreter, call, MemoryKind::sparse_sram);
}
Value sparse_dram_builtin(Interpreter& interpreter, Call& call) {
  return sparse_memory(interpreter, call, MemoryKind::sparse_dram);
}

Value barrier_builtin(Interpreter& interpreter, Call& call) {
  interpreter.stager().require_staging(call.node, "a Barrier");
  const Arguments given = interpreter.arguments(call);
  const Value* tokens = given.find("init", 0);
  const Value made =
      interpreter.stager().new_memory(MemoryKind::barrier, tree::bit_type, {}, call.node);
  if (tokens != nullptr) {
    interpreter.stager().memory(made).initial =
        interpreter.integer_of(*tokens, call.node, "a number of tokens");
  }
  return made;
}

Value scan_builtin(Interpreter& interpreter, Call& call) {
  interpreter.stager().require_staging(call.node, "Scan");
  const Arguments given = interpreter.arguments(call);
  auto* made = new RangeObject;
  Value value;
  value.kind = ValueKind::range;
  value.object = made;
  made->scan = interpreter.stager().take_queue(interpreter.argument(call, given, 0), call.node);
  return value;
}

/// lifo.push(value, enable), lifo.pop(enable)
Value stack_access(Interpreter& interpreter, const Value& self, bool push, Call& call) {
  Stager& stager = interpreter.stager();
  std::vector<Value> enables = interpreter.optional_arguments(call).values;
  std::vector<std::uint32_t> nodes;
  if (push) {
    if (enables.empty()) interpreter.fail(call.node, "push needs a value");
    nodes.push_back(stager.number_node(enables.front(), self.type, call.node));
    enables.erase(enables.begin());
  }
  return stager.memory_operation(push ? tree::Operation::enqueue : tree::Operation::dequeue, self,
                                 nodes, enables, call.node);
}

template <bool push>
Value token_member(Interpreter& interpreter, Value& self, Call& call) {
  const MemoryKind kind = interpreter.stager().memory(self).kind;
  if (kind == MemoryKind::lifo) return stack_access(interpreter, self, push, call);
  if (kind != MemoryKind::barrier) {
    interpreter.fail(call.node, std::string(tree::to_text(kind)) + " has no push and no pop");
  }
  return list_value({self, boolean_value(push)}, ValueKind::tuple);
}

/// An access of a sparse memory at an address, with its barriers.
Value sparse_access(Interpreter& interpreter, Value& self, const Call& call,
                    tree::Operation operation, const Value* value, const Value& address,
                    const Value* barriers) {
  Stager& stager = interpreter.stager();
  const MemoryKind kind = stager.memory(self).kind;
  if (kind != MemoryKind::sparse_sram && kind != MemoryKind::sparse_dram) {
    interpreter.fail(call.node, "only sparse memories are accessed this way");
  }
  std::vector<std::uint32_t> nodes;
  if (value != nullptr) nodes.push_back(stager.number_node(*value, self.type, call.node));
  nodes.push_back(stager.number_node(address, tree::int_type, call.node));
  const Value made = stager.memory_operation(operation, self, nodes, {}, call.node);
  if (barriers != nullptr) {
    stager.add_barriers(made, interpreter.items_of(*barriers, call.node).items, call.node);
  }
  return made;
}

/// barrierWrite(address, value, barriers)
Value barrier_write_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  sparse_access(interpreter, self, call, tree::Operation::write, given.find("data", 1),
                interpreter.argument(call, given, 0), given.find("bs", 2));
  return unit_value();
}

/// barrierRead(address, barriers)
Value barrier_read_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return sparse_access(interpreter, self, call, tree::Operation::read, nullptr,
                       interpreter.argument(call, given, 0), given.find("bs", 1));
}

/// RMW(address, value, op = "add", order = "unordered", bs = barriers)
Value modify_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value* operation = given.find("op", 2);
  if (operation == nullptr || interpreter.show(*operation) != "add") {
    interpreter.unsupported(call.node, "of RMW only op = \"add\" is there");
  }
  return sparse_access(interpreter, self, call, tree::Operation::read_modify_write,
                       given.find("data", 1), interpreter.argument(call, given, 0),
                       given.find("bs", 4));
}

}  // namespace

void add_sparse(Builtins& builtins, Members& members) {
  builtins.emplace(intern("SparseSRAM"), sparse_sram_builtin);
  builtins.emplace(intern("SparseDRAM"), sparse_dram_builtin);
  builtins.emplace(intern("Barrier"), barrier_builtin);
  builtins.emplace(intern("Scan"), scan_builtin);
  members.emplace(intern("push"), token_member<true>);
  members.emplace(intern("pop"), token_member<false>);
  members.emplace(intern("barrierWrite"), barrier_write_member);
  members.emplace(intern("barrierRead"), barrier_read_member);
  members.emplace(intern("RMW"), modify_member);
}

}  // namespace weft::spatial
