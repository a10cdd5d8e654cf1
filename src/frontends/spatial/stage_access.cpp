// SPDX-License-Identifier: Apache-2.0
// What a program calls on a memory: reads, writes, enqueue, dequeue, hints, transfers.
#include <algorithm>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

using tree::MemoryKind;

MemoryKind kind_of(Interpreter& interpreter, const Value& self) {
  return interpreter.stager().memory(self).kind;
}

[[noreturn]] void refuse(Interpreter& interpreter, const Value& self, const Call& call,
                         const char* what) {
  interpreter.fail(call.node, std::string(tree::to_text(kind_of(interpreter, self))) +
                                  " cannot be " + what + " this way");
}

std::vector<std::uint32_t> address_nodes(Interpreter& interpreter, const Value& self,
                                         const std::vector<Value>& address, const Call& call) {
  const tree::Memory& memory = interpreter.stager().memory(self);
  if (address.size() != memory.sizes.size()) {
    interpreter.fail(call.node, std::string(tree::to_text(memory.kind)) + " " + memory.name +
                                    " has " + counted(memory.sizes.size(), "dimension") +
                                    " and is addressed with " + std::to_string(address.size()));
  }
  std::vector<std::uint32_t> nodes;
  for (const Value& each : address) {
    nodes.push_back(interpreter.stager().number_node(each, tree::int_type, call.node));
  }
  return nodes;
}

/// Seq(i, j) as a list of values.
std::vector<Value> items_or_one(const Value& value) {
  if (value.kind == ValueKind::list) return list_of(value).items;
  return {value};
}

/// What follows the arguments that mean something: bits, or sets of bits.
std::vector<Value> enables_of(const Arguments& given, std::size_t from) {
  std::vector<Value> enables;
  for (std::size_t i = from; i < given.size(); ++i) {
    for (const Value& each : items_or_one(given[i])) enables.push_back(each);
  }
  return enables;
}

bool has_locks(MemoryKind kind) {
  return kind == MemoryKind::lock_sram || kind == MemoryKind::lock_dram;
}

/// memory(address, lock): takes the lock off the address.
Value take_lock(Interpreter& interpreter, MemoryKind kind, std::vector<Value>& address) {
  if (!has_locks(kind) || address.empty() || !interpreter.stager().is_lock(address.back())) {
    return unit_value();
  }
  const Value lock = address.back();
  address.pop_back();
  return lock;
}

void hold(Interpreter& interpreter, const Value& access, const Value& lock) {
  if (lock.kind == ValueKind::node) interpreter.stager().hold_lock(access, lock);
}

Value read_at(Interpreter& interpreter, Value& self, std::vector<Value> address,
              const std::vector<Value>& enables, Call& call) {
  const MemoryKind kind = kind_of(interpreter, self);
  const bool read = kind == MemoryKind::sram || kind == MemoryKind::lut ||
                    kind == MemoryKind::register_file || kind == MemoryKind::line_buffer ||
                    has_locks(kind);
  if (!read) refuse(interpreter, self, call, "read");
  const Value lock = take_lock(interpreter, kind, address);
  const Value made = interpreter.stager().memory_operation(
      tree::Operation::read, self, address_nodes(interpreter, self, address, call), enables,
      call.node);
  hold(interpreter, made, lock);
  return made;
}

bool is_part(const Value& place) { return place.kind == ValueKind::range || is_everything(place); }

Value apply_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const MemoryKind kind = kind_of(interpreter, self);
  const bool part = std::any_of(given.values.begin(), given.values.end(), is_part);
  const bool tile = kind == MemoryKind::dram ||
                    (part && (kind == MemoryKind::lock_dram || kind == MemoryKind::register_file));
  if (tile) return make_tile(interpreter, self, given, call.node);
  return read_at(interpreter, self, given.values, {}, call);
}

Value read_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return read_at(interpreter, self, items_or_one(interpreter.argument(call, given, 0)),
                 enables_of(given, 1), call);
}

Value write_at(Interpreter& interpreter, Value& self, const Value& value,
               std::vector<Value> address, const std::vector<Value>& enables, Call& call) {
  const MemoryKind kind = kind_of(interpreter, self);
  const bool written =
      kind == MemoryKind::sram || kind == MemoryKind::register_file || has_locks(kind);
  if (!written) refuse(interpreter, self, call, "written");
  const Value lock = take_lock(interpreter, kind, address);
  std::vector<std::uint32_t> nodes = {
      interpreter.stager().number_node(value, self.type, call.node)};
  for (const std::uint32_t each : address_nodes(interpreter, self, address, call)) {
    nodes.push_back(each);
  }
  hold(interpreter,
       interpreter.stager().memory_operation(tree::Operation::write, self, nodes, enables,
                                             call.node),
       lock);
  return unit_value();
}

Value update_member(Interpreter& interpreter, Value& self, Call& call) {
  Arguments given = interpreter.arguments(call);
  if (given.size() < 2) interpreter.fail(call.node, "an address and a value are needed");
  const Value value = given.values.back();
  given.values.pop_back();
  return write_at(interpreter, self, value, given.values, {}, call);
}

Value write_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& value = interpreter.argument(call, given, 0);
  const MemoryKind kind = kind_of(interpreter, self);
  if (kind == MemoryKind::reg || kind == MemoryKind::arg_out || kind == MemoryKind::host_io) {
    interpreter.stager().memory_operation(
        tree::Operation::write, self,
        {interpreter.stager().number_node(value, self.type, call.node)}, enables_of(given, 1),
        call.node);
    return unit_value();
  }
  return write_at(interpreter, self, value, items_or_one(interpreter.argument(call, given, 1)),
                  enables_of(given, 2), call);
}

Value stream_read(Interpreter& interpreter, const Value& self, const Call& call) {
  Stager& stager = interpreter.stager();
  const std::vector<tree::NumberType> fields = stager.memory(self).fields;
  std::vector<Value> items = {
      stager.memory_operation(tree::Operation::dequeue, self, {}, {}, call.node)};
  const auto token = static_cast<std::uint32_t>(items[0].bits);
  for (std::size_t i = 1; i < fields.size(); ++i) {
    Value field = self;
    field.type = fields[i];
    items.push_back(stager.memory_operation(tree::Operation::stream_field, field, {token}, {},
                                            call.node, static_cast<tree::Raw>(i)));
  }
  return items.size() == 1 ? items[0] : list_value(std::move(items), ValueKind::tuple);
}

Value value_member(Interpreter& interpreter, Value& self, Call& call) {
  if (kind_of(interpreter, self) == MemoryKind::stream_in) {
    interpreter.stager().require_staging(call.node, "reading a stream");
    return stream_read(interpreter, self, call);
  }
  if (interpreter.stager().memory(self).is_register) {
    return interpreter.stager().memory_operation(tree::Operation::dequeue, self, {}, {}, call.node);
  }
  const Value held = interpreter.stager().read_register(self, call.node);
  if (held.kind == ValueKind::memory) refuse(interpreter, self, call, "read");
  return held;
}

/// reg := value, stream := token
Value assign_member(Interpreter& interpreter, Value& self, Call& call) {
  Stager& stager = interpreter.stager();
  const Arguments given = interpreter.arguments(call);
  const Value& value = interpreter.argument(call, given, 0);
  if (kind_of(interpreter, self) != MemoryKind::stream_out) {
    return stager.write_register(interpreter, self, value, call.node);
  }
  const std::vector<tree::NumberType> fields = stager.memory(self).fields;
  const std::vector<Value> items =
      value.kind == ValueKind::tuple ? list_of(value).items : std::vector<Value>{value};
  if (items.size() != fields.size()) {
    interpreter.fail(call.node, "the stream's tokens have " + counted(fields.size(), "field") +
                                    ", this has " + std::to_string(items.size()));
  }
  std::vector<std::uint32_t> nodes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    nodes.push_back(stager.number_node(items[i], fields[i], call.node));
  }
  stager.memory_operation(tree::Operation::enqueue, self, nodes, {}, call.node);
  return unit_value();
}

Value enqueue_member(Interpreter& interpreter, Value& self, Call& call) {
  Stager& stager = interpreter.stager();
  const Arguments given = interpreter.arguments(call);
  if (kind_of(interpreter, self) == MemoryKind::merge) {  // enq(way, value)
    const std::uint32_t way =
        stager.number_node(interpreter.argument(call, given, 0), tree::int_type, call.node);
    const std::uint32_t value =
        stager.number_node(interpreter.argument(call, given, 1), self.type, call.node);
    stager.memory_operation(tree::Operation::enqueue, self, {value, way}, {}, call.node);
    return unit_value();
  }
  if (kind_of(interpreter, self) != MemoryKind::fifo) refuse(interpreter, self, call, "enqueued");
  if (stager.memory(self).type.bits() == 0) {
    const Value first =
        interpreter.read_if_register(interpreter.argument(call, given, 0), call.node);
    stager.memory(self).type = interpreter.number_type(*interpreter.type_of(first), call.node);
    stager.memory(self).fields = {stager.memory(self).type};
  }
  self.type = stager.memory(self).type;
  const std::uint32_t value =
      stager.number_node(interpreter.argument(call, given, 0), self.type, call.node);
  stager.memory_operation(tree::Operation::enqueue, self, {value}, enables_of(given, 1), call.node);
  return unit_value();
}

Value dequeue_member(Interpreter& interpreter, Value& self, Call& call) {
  const MemoryKind kind = kind_of(interpreter, self);
  if (kind != MemoryKind::fifo && kind != MemoryKind::merge) {
    refuse(interpreter, self, call, "dequeued");
  }
  self.type = interpreter.stager().memory(self).type;
  if (self.type.bits() == 0) {
    interpreter.fail(call.node, "this FIFO has no type and nothing was put in yet: FIFO[Int](...)");
  }
  // A FIFO has no apply: a list of arguments behind deq is deq's
  const Arguments given = interpreter.optional_arguments(call);
  return interpreter.stager().memory_operation(tree::Operation::dequeue, self, {},
                                               enables_of(given, 0), call.node);
}

Value bound_member(Interpreter& interpreter, Value& self, Call& call) {
  if (kind_of(interpreter, self) != MemoryKind::merge) refuse(interpreter, self, call, "bounded");
  Stager& stager = interpreter.stager();
  const Arguments given = interpreter.arguments(call);
  const std::uint32_t way =
      stager.number_node(interpreter.argument(call, given, 0), tree::int_type, call.node);
  const std::uint32_t count =
      stager.number_node(interpreter.argument(call, given, 1), tree::int_type, call.node);
  stager.memory_operation(tree::Operation::set_bound, self, {count, way}, {}, call.node);
  return unit_value();
}

Value init_member(Interpreter& interpreter, Value& self, Call& call) {
  if (kind_of(interpreter, self) != MemoryKind::merge) refuse(interpreter, self, call, "begun");
  const Arguments given = interpreter.arguments(call);
  const std::uint32_t unsorted = interpreter.stager().number_node(
      interpreter.argument(call, given, 0), tree::bit_type, call.node);
  interpreter.stager().memory_operation(tree::Operation::start_merge, self, {unsorted}, {},
                                        call.node);
  return unit_value();
}

/// memory par p, in MemReduce and gather
Value parallel_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  auto* made = new RangeObject;
  made->max = self;
  made->parallel = interpreter.argument(call, given, 0);
  made->has_parallel = true;
  Value value;
  value.kind = ValueKind::range;
  value.object = made;
  return value;
}

Value size_member(Interpreter& interpreter, Value& self, Call& call) {
  const tree::Memory& memory = interpreter.stager().memory(self);
  const std::string_view name = name_of(call.node->symbol);
  std::size_t index = 0;
  if (name == "cols" || name == "dim1") index = 1;
  if (name == "dim2") index = 2;
  if (index >= memory.sizes.size()) interpreter.fail(call.node, "there is no such dimension");
  return integer_value(memory.sizes[index]);
}

Value sizes_member(Interpreter& interpreter, Value& self, Call& /*call*/) {
  std::vector<Value> items;
  for (const std::int64_t size : interpreter.stager().memory(self).sizes) {
    items.push_back(integer_value(size));
  }
  return list_value(std::move(items));
}

template <int which>
Value transfer_member(Interpreter& interpreter, Value& self, Call& call) {
  constexpr const char* names[] = {"load", "store", "gather", "scatter", "alignload", "alignstore"};
  const Arguments given = interpreter.arguments(call);
  return stage_transfer(interpreter, self, interpreter.argument(call, given, 0), names[which],
                        call.node);
}

/// How a memory is laid out: the mapper's business, the values are the same.
Value hint_member(Interpreter& interpreter, Value& self, Call& call) {
  const std::string_view name = name_of(call.node->symbol);
  if (name == "buffer") interpreter.stager().memory(self).buffered = true;
  const bool takes = name != "buffer" && name != "nobuffer" && name != "flat" &&
                     name != "hierarchical" && name != "nobank" && name != "onlyblockcyclic" &&
                     name != "noduplicate";
  if (takes) interpreter.optional_arguments(call);
  return self;
}

}  // namespace

bool is_everything(const Value& value) {
  return value.kind == ValueKind::module && name_of(static_cast<Symbol>(value.bits)) == "*";
}

void add_memory_members(Members& members) {
  members.emplace(intern("apply"), apply_member);
  members.emplace(intern("update"), update_member);
  members.emplace(intern("read"), read_member);
  members.emplace(intern("write"), write_member);
  members.emplace(intern("value"), value_member);
  members.emplace(intern(":="), assign_member);
  members.emplace(intern("enq"), enqueue_member);
  members.emplace(intern("deq"), dequeue_member);
  members.emplace(intern("bound"), bound_member);
  members.emplace(intern("init"), init_member);
  members.emplace(intern("par"), parallel_member);
  members.emplace(intern("constDims"), sizes_member);
  for (const std::string_view name : {"length", "size", "rows", "cols", "dim0", "dim1", "dim2"}) {
    members.emplace(intern(name), size_member);
  }
  members.emplace(intern("load"), transfer_member<0>);
  members.emplace(intern("store"), transfer_member<1>);
  members.emplace(intern("gather"), transfer_member<2>);
  members.emplace(intern("scatter"), transfer_member<3>);
  members.emplace(intern("alignload"), transfer_member<4>);
  members.emplace(intern("alignstore"), transfer_member<5>);
  for (const std::string_view name :
       {"buffer", "nobuffer", "flat", "hierarchical", "nobank", "onlyblockcyclic", "noduplicate",
        "blockcyclic_Bs", "forcebank", "bank", "fullyport", "axesfission", "effort"}) {
    members.emplace(intern(name), hint_member);
  }
}

}  // namespace weft::spatial
