// SPDX-License-Identifier: Apache-2.0
// What a program says and checks: println, assert, approxEql, checkGold, getMem, setMem.
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

Value println_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.optional_arguments(call);
  std::string text;
  for (const Value& each : given.values) text += interpreter.show(each);
  interpreter.outcome().printed += text + "\n";
  return unit_value();
}

Value print_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.optional_arguments(call);
  for (const Value& each : given.values) interpreter.outcome().printed += interpreter.show(each);
  return unit_value();
}

Value print_list_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const ListObject& list = interpreter.items_of(interpreter.argument(call, given, 0), call.node);
  std::string& out = interpreter.outcome().printed;
  if (given.size() > 1) out += interpreter.show(given[1]);
  out += "\n";
  const std::size_t row =
      list.sizes.size() > 1 ? static_cast<std::size_t>(list.sizes.back()) : list.items.size();
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    out += interpreter.show(list.items[i]) + ((i + 1) % row == 0 ? "\n" : " ");
  }
  return unit_value();
}

Value assert_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& condition = interpreter.argument(call, given, 0);
  if (condition.kind != ValueKind::boolean) {
    interpreter.fail(call.node, "assert takes a condition that is known here");
  }
  if (condition.bits == 0) {
    std::string message = "the program's assertion does not hold";
    if (given.size() > 1) message += ": " + interpreter.show(given[1]);
    interpreter.fail(call.node, message, Category::check);
  }
  ++interpreter.outcome().assertions;
  return unit_value();
}

/// |a - b| <= margin |a|, the margin first rounded to the numbers' format.
bool close(Interpreter& interpreter, const Value& a, const Value& b, double margin,
           const Node* at) {
  if (a.kind == ValueKind::list && b.kind == ValueKind::list) {
    const std::vector<Value>& left = list_of(a).items;
    const std::vector<Value>& right = list_of(b).items;
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!close(interpreter, left[i], right[i], margin, at)) return false;
    }
    return true;
  }
  const Value left = interpreter.read_if_register(a, at);
  const Value right = interpreter.read_if_register(b, at);
  if (left.kind == ValueKind::boolean) return interpreter.equal_values(left, right, at);
  const tree::NumberType type =
      left.kind == ValueKind::number
          ? left.type
          : (right.kind == ValueKind::number
                 ? right.type
                 : interpreter.number_type(*interpreter.type_of(left), at));
  const Value x = interpreter.to_number(left, type, at);
  const Value y = interpreter.to_number(right, type, at);
  Stager& stager = interpreter.stager();
  const auto apply = [&](tree::Operation operation, const Value& one, const Value& two) {
    return stager.function(interpreter, operation, {one, two}, at);
  };
  const Value difference = stager.function(interpreter, tree::Operation::absolute,
                                           {apply(tree::Operation::subtract, x, y)}, at);
  const Value size = stager.function(interpreter, tree::Operation::absolute, {x}, at);
  const Value room =
      apply(tree::Operation::multiply, number_value(type, tree::from_double(margin, type)), size);
  return interpreter.condition_of(
      interpreter.arithmetic(Arithmetic::less_equal, difference, room, at), at);
}

Value approx_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value* margin = given.find("margin", 2);
  const double share = margin != nullptr ? interpreter.real_of(*margin, call.node) : 0.1;
  return boolean_value(close(interpreter, interpreter.argument(call, given, 0),
                             interpreter.argument(call, given, 1), share, call.node));
}

bool is_far(tree::MemoryKind kind) {
  return kind == tree::MemoryKind::dram || kind == tree::MemoryKind::lock_dram;
}

/// The contents of a DRAM, or the number of an argument.
Value contents_of(Interpreter& interpreter, const Value& memory, const Call& call, bool matrix) {
  if (memory.kind != ValueKind::memory) interpreter.fail(call.node, "a memory is needed here");
  Stager& stager = interpreter.stager();
  if (stager.staging()) interpreter.fail(call.node, "the host reads memories outside Accel { }");
  const tree::Memory& made = stager.memory(memory);
  if (!is_far(made.kind)) return stager.read_register(memory, call.node);
  std::vector<Value> items;
  for (const tree::Raw raw : stager.contents(memory)) items.push_back(number_value(made.type, raw));
  Value value = list_value(std::move(items));
  if (matrix) list_of(value).sizes = made.sizes;
  return value;
}

Value get_mem_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return contents_of(interpreter, interpreter.argument(call, given, 0), call, false);
}
Value get_matrix_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return contents_of(interpreter, interpreter.argument(call, given, 0), call, true);
}

void flat_items(const Value& value, std::vector<Value>& items) {
  if (value.kind != ValueKind::list) {
    items.push_back(value);
    return;
  }
  for (const Value& item : list_of(value).items) flat_items(item, items);
}

Value check_gold_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  Value result = contents_of(interpreter, interpreter.argument(call, given, 0), call, false);
  Value gold = interpreter.argument(call, given, 1);
  const Value* margin = given.find("margin", 2);
  if (gold.kind == ValueKind::list) {
    std::vector<Value> items;
    flat_items(gold, items);
    gold = list_value(std::move(items));
  }
  return boolean_value(close(interpreter, result, gold,
                             margin != nullptr ? interpreter.real_of(*margin, call.node) : 0.0,
                             call.node));
}

Value set_mem_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& memory = interpreter.argument(call, given, 0);
  const Value& data = interpreter.argument(call, given, 1);
  Stager& stager = interpreter.stager();
  if (stager.staging()) interpreter.fail(call.node, "the host sets memories outside Accel { }");
  const bool dram = memory.kind == ValueKind::memory && is_far(stager.memory(memory).kind);
  if (!dram) interpreter.fail(call.node, "setMem takes a DRAM");
  std::vector<Value> items;
  flat_items(interpreter.read_if_register(data, call.node), items);
  std::vector<tree::Raw>& contents = stager.contents(memory);
  // Spatial's host copies what it is given: a shorter array leaves the rest, a longer one reaches
  // beyond the end, where tiles that reach beyond it find it
  const bool longer = items.size() > contents.size();
  if (longer && stager.memory(memory).sizes.size() == 1) {
    stager.memory(memory).sizes = {static_cast<std::int64_t>(items.size())};
    contents.resize(items.size(), 0);
  } else if (longer) {
    interpreter.fail(call.node, "dram " + stager.memory(memory).name + " holds " +
                                    counted(contents.size(), "number") + " and is given " +
                                    std::to_string(items.size()));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    contents[i] = interpreter.to_number(items[i], memory.type, call.node).bits;
  }
  return unit_value();
}

Value set_arg_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& memory = interpreter.argument(call, given, 0);
  const tree::MemoryKind kind = memory.kind == ValueKind::memory
                                    ? interpreter.stager().memory(memory).kind
                                    : tree::MemoryKind::sram;
  if (kind != tree::MemoryKind::arg_in && kind != tree::MemoryKind::host_io) {
    interpreter.fail(call.node, "setArg takes an ArgIn or a HostIO");
  }
  const Value value =
      interpreter.to_number(interpreter.argument(call, given, 1), memory.type, call.node);
  interpreter.stager().contents(memory) = {value.bits};
  return unit_value();
}

}  // namespace

void add_checks(Builtins& builtins) {
  builtins.emplace(intern("println"), println_builtin);
  builtins.emplace(intern("print"), print_builtin);
  for (const std::string_view name : {"printArray", "printMatrix", "printArr", "printTensor3"}) {
    builtins.emplace(intern(name), print_list_builtin);
  }
  builtins.emplace(intern("assert"), assert_builtin);
  builtins.emplace(intern("approxEql"), approx_builtin);
  builtins.emplace(intern("checkGold"), check_gold_builtin);
  builtins.emplace(intern("getMem"), get_mem_builtin);
  builtins.emplace(intern("getArg"), get_mem_builtin);
  for (const std::string_view name : {"getMatrix", "getTensor3", "getTensor4"}) {
    builtins.emplace(intern(name), get_matrix_builtin);
  }
  builtins.emplace(intern("setMem"), set_mem_builtin);
  builtins.emplace(intern("setArg"), set_arg_builtin);
}

}  // namespace weft::spatial
