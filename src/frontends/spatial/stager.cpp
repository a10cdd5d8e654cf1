// SPDX-License-Identifier: Apache-2.0
// Nodes, memories and controllers of the tree that is being staged: see stager.hpp.
#include "frontends/spatial/stager.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace weft::spatial {

tree::SourcePlace Stager::place_of(const Node* at) {
  if (at == nullptr || at->place.file == 0) return {};
  const LineColumn line = interpreter_.sources().line_column(at->place);
  const std::string& path = interpreter_.sources().file(at->place.file).path;
  auto found = std::find(tree_.files.begin(), tree_.files.end(), path);
  if (found == tree_.files.end()) {
    tree_.files.push_back(path);
    found = tree_.files.end() - 1;
  }
  return {static_cast<std::uint32_t>(found - tree_.files.begin()), line.line, line.column};
}

void Stager::require_staging(const Node* at, const char* what) const {
  if (!staging()) {
    interpreter_.fail(at, std::string(what) + " belongs into Accel { }");
  }
}

// Nodes

Value Stager::node(tree::Operation operation, tree::NumberType type,
                   const std::vector<std::uint32_t>& arguments, const Node* at) {
  require_staging(at, "a staged number");
  tree::Node made;
  made.operation = operation;
  made.type = type;
  made.arguments = arguments;
  made.place = place_of(at);
  const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
  tree_.nodes.push_back(std::move(made));
  const bool silent =
      operation == tree::Operation::iterator || operation == tree::Operation::parameter;
  if (!silent) add_step(index);
  return node_value(type, index);
}

std::uint32_t Stager::constant(tree::NumberType type, tree::Raw raw) {
  std::vector<std::uint32_t>& same = constants_[static_cast<std::uint64_t>(raw)];
  for (const std::uint32_t each : same) {
    if (tree_.nodes[each].type == type) return each;
  }
  tree::Node made;
  made.type = type;
  made.value = raw;
  same.push_back(static_cast<std::uint32_t>(tree_.nodes.size()));
  tree_.nodes.push_back(std::move(made));
  return same.back();
}

std::uint32_t Stager::as_node(const Value& value, tree::NumberType type) {
  if (value.kind == ValueKind::node) return static_cast<std::uint32_t>(value.bits);
  return constant(type, value.bits);
}

std::uint32_t Stager::number_node(const Value& value, tree::NumberType type, const Node* at) {
  return as_node(interpreter_.to_number(value, type, at), type);
}

Value Stager::convert(const Value& value, tree::NumberType type, const Node* at) {
  return node(tree::Operation::convert, type, {static_cast<std::uint32_t>(value.bits)}, at);
}

Value Stager::function(Interpreter& interpreter, tree::Operation operation,
                       std::vector<Value> operands, const Node* at) {
  tree::NumberType type = tree::float_type;
  bool staged = false;
  bool typed = false;
  for (Value& each : operands) {
    each = interpreter.read_if_register(each, at);
    if (each.kind == ValueKind::node || (each.kind == ValueKind::number && !typed)) {
      type = each.type;
      typed = true;
    }
    if (each.kind == ValueKind::boolean && !typed) type = tree::bit_type;
    staged = staged || each.kind == ValueKind::node;
  }
  std::vector<std::uint32_t> nodes;
  std::vector<tree::Raw> raws;
  for (Value& each : operands) {
    each = interpreter.to_number(each, type, at);
    if (staged) {
      nodes.push_back(as_node(each, type));
    } else {
      raws.push_back(each.bits);
    }
  }
  if (staged) return node(operation, type, nodes, at);
  const auto raw = tree::evaluate(operation, type, raws);
  if (!raw)
    interpreter.fail(at, "numbers of type " + tree::to_text(type) + " have no such function");
  return number_value(type, *raw);
}

Value Stager::difference(const Value& a, const Value& b, const Node* at) {
  if (a.kind == ValueKind::node && b.kind == ValueKind::node) {
    const auto other = static_cast<std::uint32_t>(b.bits);
    if (a.bits == b.bits) return number_value(a.type, 0);
    const tree::Node& sum = tree_.nodes[static_cast<std::size_t>(a.bits)];
    if (sum.operation == tree::Operation::add) {
      for (std::size_t i = 0; i < 2; ++i) {
        if (sum.arguments[i] != other) continue;
        const std::uint32_t rest = sum.arguments[1 - i];
        const bool known = tree_.nodes[rest].operation == tree::Operation::constant;
        return known ? number_value(a.type, tree_.nodes[rest].value) : node_value(a.type, rest);
      }
    }
  }
  return interpreter_.arithmetic(Arithmetic::subtract, a, b, at);
}

Value Stager::select(const Value& condition_given, const Value& yes_given, const Value& no_given,
                     const Node* at) {
  const Value condition = interpreter_.read_if_register(condition_given, at);
  const Value yes = interpreter_.read_if_register(yes_given, at);
  const Value no = interpreter_.read_if_register(no_given, at);
  if (condition.kind == ValueKind::boolean) return condition.bits != 0 ? yes : no;
  if (condition.kind != ValueKind::node) interpreter_.fail(at, "the condition is no Bit");
  const bool tuples = yes.kind == ValueKind::tuple && no.kind == ValueKind::tuple &&
                      list_of(yes).items.size() == list_of(no).items.size();
  if (tuples) {
    std::vector<Value> items;
    for (std::size_t i = 0; i < list_of(yes).items.size(); ++i) {
      items.push_back(select(condition, list_of(yes).items[i], list_of(no).items[i], at));
    }
    return list_value(std::move(items), ValueKind::tuple);
  }
  const auto typed = [](const Value& value) {
    return value.kind == ValueKind::node || value.kind == ValueKind::number;
  };
  const bool bits = yes.kind == ValueKind::boolean || no.kind == ValueKind::boolean;
  tree::NumberType type = bits ? tree::bit_type : tree::int_type;
  if (typed(no)) type = no.type;
  if (typed(yes) && !(no.kind == ValueKind::node)) type = yes.type;
  return node(
      tree::Operation::select, type,
      {as_node(condition, tree::bit_type), number_node(yes, type, at), number_node(no, type, at)},
      at);
}

/// Takes back a dequeue that was just staged: a scan takes a row of words in its place.
std::uint32_t Stager::take_queue(const Value& taken, const Node* at) {
  const bool staged = taken.kind == ValueKind::node && !frames_.back().steps.empty() &&
                      !frames_.back().steps.back().is_controller &&
                      frames_.back().steps.back().index == static_cast<std::uint32_t>(taken.bits);
  tree::Node* node = staged ? &tree_.nodes[static_cast<std::size_t>(taken.bits)] : nullptr;
  if (node == nullptr || node->operation != tree::Operation::dequeue ||
      node->enable != tree::none || node->type.bits() != 32) {
    interpreter_.fail(at, "Scan takes what a FIFO of 32-bit words gives: Scan(fifo.deq)");
  }
  const std::uint32_t memory = node->memory;
  *node = {};
  frames_.back().steps.pop_back();
  return memory;
}

bool Stager::is_lock(const Value& value) const {
  return value.kind == ValueKind::node &&
         tree_.nodes[static_cast<std::size_t>(value.bits)].operation == tree::Operation::lock;
}

void Stager::hold_lock(const Value& access, const Value& lock) {
  tree_.nodes[static_cast<std::size_t>(access.bits)].lock = static_cast<std::uint32_t>(lock.bits);
}

void Stager::add_barriers(const Value& access, const std::vector<Value>& uses, const Node* at) {
  for (const Value& each : uses) {
    if (each.kind != ValueKind::tuple || list_of(each).items.size() != 2) {
      interpreter_.fail(at, "a barrier's push or pop is needed here");
    }
    const std::vector<Value>& parts = list_of(each).items;
    tree_.nodes[static_cast<std::size_t>(access.bits)].barriers.push_back(
        {static_cast<std::uint32_t>(parts[0].bits), parts[1].bits != 0});
  }
}

// Memories

tree::Memory& Stager::memory(const Value& value) {
  return tree_.memories[static_cast<std::size_t>(value.bits)];
}

Value Stager::memory_value(std::uint32_t memory) const {
  Value value;
  value.kind = ValueKind::memory;
  value.bits = memory;
  value.type = tree_.memories[memory].type;
  return value;
}

Value Stager::new_memory(tree::MemoryKind kind, tree::NumberType type,
                         std::vector<std::int64_t> sizes, const Node* at) {
  tree::Memory made;
  made.kind = kind;
  made.type = type;
  made.fields = {type};
  made.sizes = std::move(sizes);
  made.owner = staging() ? frames_.back().controller : tree::none;
  made.place = place_of(at);
  tree_.memories.push_back(std::move(made));
  contents_.emplace_back();
  return memory_value(static_cast<std::uint32_t>(tree_.memories.size() - 1));
}

void Stager::name_memory(const Value& value, Symbol name) {
  if (value.kind == ValueKind::memory && memory(value).name.empty()) {
    memory(value).name = std::string(name_of(name));
  }
}

std::vector<tree::Raw>& Stager::contents(const Value& memory) {
  return contents_[static_cast<std::size_t>(memory.bits)];
}

void Stager::bind_file(const Value& stream, const std::string& name) {
  stream_files_[static_cast<std::uint32_t>(stream.bits)] = name;
}

Value Stager::memory_operation(tree::Operation operation, const Value& memory,
                               std::vector<std::uint32_t> arguments,
                               const std::vector<Value>& enables, const Node* at, tree::Raw value) {
  require_staging(at, "an access to a memory of the accelerator");
  std::uint32_t enable = tree::none;
  std::vector<Value> all = enables;
  const bool port = tree_.memories[static_cast<std::size_t>(memory.bits)].owner != tree::none;
  if (port) all.insert(all.end(), common_enables_.begin(), common_enables_.end());
  for (const Value& each : all) {
    const std::uint32_t one = number_node(each, tree::bit_type, at);
    const bool always =
        tree_.nodes[one].operation == tree::Operation::constant && tree_.nodes[one].value == 1;
    if (always) continue;
    enable = enable == tree::none
                 ? one
                 : as_node(node(tree::Operation::bit_and, tree::bit_type, {enable, one}, at),
                           tree::bit_type);
  }
  const Value made = node(operation, memory.type, arguments, at);
  tree::Node& written = tree_.nodes[static_cast<std::size_t>(made.bits)];
  written.memory = static_cast<std::uint32_t>(memory.bits);
  written.enable = enable;
  written.value = value;
  return made;
}

Value Stager::read_register(const Value& given, const Node* at) {
  const tree::MemoryKind kind = memory(given).kind;
  const bool one = kind == tree::MemoryKind::reg || kind == tree::MemoryKind::arg_in ||
                   kind == tree::MemoryKind::arg_out || kind == tree::MemoryKind::host_io;
  if (!one) return given;
  if (staging()) return memory_operation(tree::Operation::read, given, {}, {}, at);
  std::vector<tree::Raw>& data = contents(given);
  if (data.empty()) interpreter_.fail(at, "this argument was never set");
  return number_value(given.type, data[0]);
}

Value Stager::write_register(Interpreter& interpreter, const Value& given, const Value& value,
                             const Node* at) {
  const tree::MemoryKind kind = memory(given).kind;
  if (kind == tree::MemoryKind::fifo && memory(given).is_register) {
    memory_operation(tree::Operation::enqueue, given, {number_node(value, given.type, at)}, {}, at);
    return unit_value();
  }
  if (kind != tree::MemoryKind::reg && kind != tree::MemoryKind::arg_out &&
      kind != tree::MemoryKind::host_io) {
    interpreter.fail(at, std::string(tree::to_text(kind)) + " is not written this way");
  }
  memory_operation(tree::Operation::write, given, {number_node(value, given.type, at)}, {}, at);
  return unit_value();
}

Value Stager::assign_property(Interpreter& interpreter, const Value& self, const Node* target,
                              const Value& value) {
  const std::string_view name = name_of(target->symbol);
  const bool alias = self.kind == ValueKind::memory && name == "alias" &&
                     memory(self).kind == tree::MemoryKind::sparse_dram &&
                     value.kind == ValueKind::memory &&
                     memory(value).kind == tree::MemoryKind::dram;
  if (alias) {
    if (memory(value).sizes != memory(self).sizes) {
      interpreter.fail(target, "the DRAM has other sizes than its alias");
    }
    memory(self).alias = static_cast<std::uint32_t>(value.bits);
    return unit_value();
  }
  const bool stream = self.kind == ValueKind::memory && name == "count";
  if (stream) return unit_value();  // how many tokens come: a hint
  interpreter.unsupported(target, "assigning to " + std::string(name) + " is not there yet");
}

// Controllers

std::uint32_t Stager::open(tree::ControllerKind kind, const Node* at) {
  tree::Controller made;
  made.kind = kind;
  made.parent = staging() ? frames_.back().controller : tree::none;
  made.place = place_of(at);
  const auto index = static_cast<std::uint32_t>(tree_.controllers.size());
  tree_.controllers.push_back(std::move(made));
  if (staging()) frames_.back().steps.push_back({true, index});
  frames_.push_back({index, {}});
  return index;
}

void Stager::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  tree_.controllers[frame.controller].steps = std::move(frame.steps);
}

Value Stager::make_range(const Value& min, const Value& max, bool staged) const {
  auto* made = new RangeObject;
  made->min = min;
  made->max = max;
  made->staged = staged;
  Value value;
  value.kind = ValueKind::range;
  value.object = made;
  return value;
}

void Stager::apply_control(std::uint32_t index, const ControlObject& control) {
  tree::Controller& made = tree_.controllers[index];
  made.asked = control.asked;
  made.break_when = control.break_when;
  made.initiation_interval = control.initiation_interval;
}

/// What lies behind the last index: of `a to b` one more, or one less where the step goes down.
Value Stager::end_of(const RangeObject& range, const Node* at) {
  if (!range.inclusive) return range.max;
  Value beyond = integer_value(1);
  if (range.has_step) {
    const Value step = interpreter_.to_number(range.step, tree::int_type, at);
    const Value down = interpreter_.arithmetic(Arithmetic::less, step, integer_value(0), at);
    beyond = select(down, number_value(tree::int_type, -1), number_value(tree::int_type, 1), at);
  }
  const Value last = interpreter_.to_number(range.max, tree::int_type, at);
  return interpreter_.arithmetic(Arithmetic::add, last, beyond, at);
}

std::uint32_t Stager::range_node(const Value& value, const Node* at) {
  return number_node(value, tree::int_type, at);
}

std::vector<tree::Counter> Stager::counters(const Arguments& ranges, const Node* at) {
  std::vector<tree::Counter> made;
  for (const Value& each : ranges.values) {
    tree::Counter counter;
    if (is_everything(each)) {
      made.push_back(counter);  // without end
      continue;
    }
    if (each.kind != ValueKind::range) {
      counter.max = range_node(each, at);
      made.push_back(counter);
      continue;
    }
    const auto& range = static_cast<RangeObject&>(*each.object);
    if (range.scan != tree::none) {
      counter.scan = range.scan;
      made.push_back(counter);
      continue;
    }
    counter.min = range_node(range.min, at);
    if (!range.forever) counter.max = range_node(end_of(range, at), at);
    if (range.has_step) counter.step = range_node(range.step, at);
    if (range.has_parallel) {
      const std::int64_t parallel =
          interpreter_.integer_of(range.parallel, at, "a parallel factor");
      if (parallel < 1 || parallel > 4096) {
        interpreter_.fail(
            at, "a parallel factor of " + std::to_string(parallel) + " is not in 1 to 4096");
      }
      counter.parallel = static_cast<std::uint32_t>(parallel);
    }
    made.push_back(counter);
  }
  if (made.empty()) interpreter_.fail(at, "a loop needs a counter");
  return made;
}

std::vector<Value> Stager::iterators(std::vector<tree::Counter>& counters, const Node* at) {
  std::vector<Value> made;
  for (tree::Counter& counter : counters) {
    made.push_back(node(tree::Operation::iterator, tree::int_type, {}, at));
    counter.iterator = static_cast<std::uint32_t>(made.back().bits);
  }
  return made;
}

tree::Expression Stager::expression(std::uint32_t index, const Value& function,
                                    std::vector<Value> arguments, tree::NumberType type,
                                    const Node* at, const char* what) {
  frames_.push_back({index, {}});
  const Value result = interpreter_.call_function(function, std::move(arguments), at);
  const std::uint32_t node = number_node(result, type, at);
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (has_controllers(frame)) {
    interpreter_.unsupported(at, "controllers in " + std::string(what) + " are not there yet");
  }
  return {node, std::move(frame.steps)};
}

void Stager::combine(std::uint32_t index, const Value& function, tree::NumberType type,
                     const Node* at) {
  const Value left = node(tree::Operation::parameter, type, {}, at);
  const Value right = node(tree::Operation::parameter, type, {}, at);
  tree::Expression both =
      expression(index, function, {left, right}, type, at, "a combining function");
  tree::Combine& made = tree_.controllers[index].combine;
  made.left = static_cast<std::uint32_t>(left.bits);
  made.right = static_cast<std::uint32_t>(right.bits);
  made.result = both.result;
  made.steps = std::move(both.steps);
}

}  // namespace weft::spatial
