// SPDX-License-Identifier: Apache-2.0
// Foreach, Reduce, MemReduce and their kin: from calls to controllers: see stager.hpp.
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

/// The next list's one argument, a function.
Value function_argument(Interpreter& interpreter, Call& call, const char* what) {
  if (!call.more()) interpreter.fail(call.node, std::string(what) + " is missing");
  const Arguments given = interpreter.arguments(call);
  return interpreter.argument(call, given, 0);
}

Value accumulator_of(Interpreter& interpreter, const Value& given, const Node* at) {
  if (given.kind == ValueKind::memory) {
    const tree::MemoryKind kind = interpreter.stager().memory(given).kind;
    if (kind == tree::MemoryKind::reg || kind == tree::MemoryKind::arg_out) return given;
  }
  if (!is_known_number(given)) {
    interpreter.fail(
        at, "a Reg or a number is needed to reduce into, this is " + std::string(kind_name(given)));
  }
  const tree::NumberType type = given.kind == ValueKind::number ? given.type : tree::int_type;
  const Value made = interpreter.stager().new_memory(tree::MemoryKind::reg, type, {}, at);
  interpreter.stager().memory(made).initial = interpreter.to_number(given, type, at).bits;
  return made;
}

/// Sequential(breakWhen = r), Pipe(ii = 2), Pipe.II(2)
Value with_options(Interpreter& interpreter, const Value& module, Call& call) {
  auto* made = new ControlObject;
  const Value kept = [&] {
    Value value = module;
    value.object = made;
    return value;
  }();
  if (module.object) {
    const auto& before = static_cast<ControlObject&>(*module.object);
    made->asked = before.asked;
    made->break_when = before.break_when;
    made->initiation_interval = before.initiation_interval;
  }
  const Arguments given = interpreter.arguments(call);
  if (const Value* stop = given.find("breakWhen", 99)) {
    const bool reg = stop->kind == ValueKind::memory &&
                     interpreter.stager().memory(*stop).kind == tree::MemoryKind::reg;
    if (!reg) interpreter.fail(call.node, "breakWhen takes a Reg[Bit]");
    made->break_when = static_cast<std::uint32_t>(stop->bits);
  }
  if (const Value* interval = given.find("ii", 0)) {
    made->initiation_interval =
        static_cast<std::uint32_t>(interpreter.integer_of(*interval, call.node, "an interval"));
  }
  return kept;
}

Value foreach_builtin(Interpreter& interpreter, Call& call) {
  return stage_loop(interpreter, {}, call);
}
Value reduce_builtin(Interpreter& interpreter, Call& call) {
  return stage_reduce(interpreter, {}, call, false);
}
Value fold_builtin(Interpreter& interpreter, Call& call) {
  return stage_reduce(interpreter, {}, call, true);
}
Value mem_reduce_builtin(Interpreter& interpreter, Call& call) {
  return stage_mem_reduce(interpreter, {}, call, false);
}
Value mem_fold_builtin(Interpreter& interpreter, Call& call) {
  return stage_mem_reduce(interpreter, {}, call, true);
}

Value state_machine_builtin(Interpreter& interpreter, Call& call) {
  return stage_state_machine(interpreter, {}, call);
}

Value accel_builtin(Interpreter& interpreter, Call& call) {
  bool forever = false;
  while (call.used + 1 < call.lists.size()) {
    const Arguments given = interpreter.arguments(call);
    forever = given.size() == 1 && is_everything(given[0]);
  }
  if (!call.more() || call.lists[call.used].size() != 1) {
    interpreter.fail(call.node, "Accel takes a block");
  }
  const Node* body = call.lists[call.used++][0];
  interpreter.stager().accelerate(body, call.scope, call.node, forever);
  return unit_value();
}

Value parallel_builtin(Interpreter& interpreter, Call& call) {
  ControlObject control;
  control.asked = tree::Schedule::fork_join;
  return stage_unit(interpreter, control, call, tree::ControllerKind::parallel);
}

/// If and IfElse: conditions that are known while staging.
Value if_else_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value* condition = given.find("cond", 0);
  if (condition == nullptr) interpreter.fail(call.node, "the condition is missing");
  const bool yes = interpreter.condition_of(*condition, call.node);
  Value made;
  for (const bool side : {true, false}) {
    if (!call.more()) break;
    const auto list = call.lists[call.used++];
    if (side == yes && list.size() == 1) made = interpreter.evaluate(list[0], call.scope);
  }
  return made;
}

/// withEns(bits) { ... }: accesses in the block happen where the bits are 1.
Value with_enables_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  std::vector<Value>& enables = interpreter.stager().common_enables();
  const std::size_t before = enables.size();
  enables.insert(enables.end(), given.values.begin(), given.values.end());
  if (!call.more()) interpreter.fail(call.node, "withEns takes a block");
  const Value made = interpreter.evaluate(call.lists[call.used++][0], call.scope);
  enables.resize(before);
  return made;
}

Value refused_builtin(Interpreter& interpreter, Call& call) {
  interpreter.unsupported(call.node, std::string(name_of(call.node->symbol)) + " is not there yet");
}

}  // namespace

Value stage_loop(Interpreter& interpreter, const ControlObject& control, Call& call) {
  Stager& stager = interpreter.stager();
  stager.require_staging(call.node, "Foreach");
  std::vector<tree::Counter> counters = stager.counters(interpreter.arguments(call), call.node);
  const Value body = function_argument(interpreter, call, "the body of the loop");
  const std::uint32_t index = stager.open(tree::ControllerKind::loop, call.node);
  const std::vector<Value> iterators = stager.iterators(counters, call.node);
  stager.controller(index).counters = counters;
  stager.apply_control(index, control);
  interpreter.call_function(body, iterators, call.node);
  stager.close();
  return unit_value();
}

Value stage_reduce(Interpreter& interpreter, const ControlObject& control, Call& call, bool fold) {
  Stager& stager = interpreter.stager();
  stager.require_staging(call.node, "Reduce");
  const Arguments given = interpreter.arguments(call);
  const Value accumulator =
      accumulator_of(interpreter, interpreter.argument(call, given, 0), call.node);
  std::vector<tree::Counter> counters = stager.counters(interpreter.arguments(call), call.node);
  const Value map = function_argument(interpreter, call, "what is reduced");
  const Value reduce = function_argument(interpreter, call, "the function that reduces");
  const std::uint32_t index = stager.open(tree::ControllerKind::reduce, call.node);
  const std::vector<Value> iterators = stager.iterators(counters, call.node);
  stager.controller(index).counters = counters;
  stager.controller(index).fold = fold;
  stager.controller(index).accumulator = static_cast<std::uint32_t>(accumulator.bits);
  stager.apply_control(index, control);
  Value value =
      interpreter.read_if_register(interpreter.call_function(map, iterators, call.node), call.node);
  tree::Memory& memory = stager.memory(accumulator);
  if (memory.type.bits() == 0) {  // a Reg without a type takes that of the first value
    memory.type = value.kind == ValueKind::node ? value.type : tree::int_type;
    memory.fields = {memory.type};
  }
  const tree::NumberType type = memory.type;
  const std::uint32_t result = stager.number_node(value, type, call.node);
  stager.controller(index).result = result;
  stager.combine(index, reduce, type, call.node);
  stager.close();
  Value made = accumulator;
  made.type = type;
  return made;
}

Value stage_mem_reduce(Interpreter& interpreter, const ControlObject& control, Call& call,
                       bool fold) {
  Stager& stager = interpreter.stager();
  stager.require_staging(call.node, "MemReduce");
  const Arguments given = interpreter.arguments(call);
  Value accumulator = interpreter.argument(call, given, 0);
  std::uint32_t parallel = 1;
  if (accumulator.kind == ValueKind::range) {  // memory par p
    const Ref<HeapObject> kept = accumulator.object;
    const auto& range = static_cast<RangeObject&>(*kept);
    parallel = static_cast<std::uint32_t>(
        interpreter.integer_of(range.parallel, call.node, "a parallel factor"));
    accumulator = range.max;
  }
  const auto is_sram = [&](const Value& value) {
    return value.kind == ValueKind::memory && stager.memory(value).kind == tree::MemoryKind::sram;
  };
  if (!is_sram(accumulator)) interpreter.fail(call.node, "MemReduce reduces into an SRAM");
  std::vector<tree::Counter> counters = stager.counters(interpreter.arguments(call), call.node);
  const Value map = function_argument(interpreter, call, "what is reduced");
  const Value reduce = function_argument(interpreter, call, "the function that reduces");
  const std::uint32_t index = stager.open(tree::ControllerKind::mem_reduce, call.node);
  const std::vector<Value> iterators = stager.iterators(counters, call.node);
  stager.controller(index).counters = counters;
  stager.controller(index).fold = fold;
  stager.controller(index).accumulator = static_cast<std::uint32_t>(accumulator.bits);
  stager.controller(index).accumulate_parallel = parallel;
  stager.apply_control(index, control);
  const Value result = interpreter.call_function(map, iterators, call.node);
  if (!is_sram(result)) interpreter.fail(call.node, "the body of MemReduce gives no SRAM");
  if (stager.memory(result).sizes != stager.memory(accumulator).sizes ||
      !(stager.memory(result).type == stager.memory(accumulator).type)) {
    interpreter.fail(call.node,
                     "MemReduce: what is reduced has another shape or type than what "
                     "it is reduced into");
  }
  stager.controller(index).result = static_cast<std::uint32_t>(result.bits);
  stager.combine(index, reduce, stager.memory(accumulator).type, call.node);
  stager.close();
  return accumulator;
}

Value stage_unit(Interpreter& interpreter, const ControlObject& control, Call& call,
                 tree::ControllerKind kind) {
  Stager& stager = interpreter.stager();
  stager.require_staging(call.node, "a controller");
  if (!call.more() || call.lists.empty() || call.lists[call.used].size() != 1) {
    interpreter.fail(call.node, "a block is needed here");
  }
  const Node* body = call.lists[call.used++][0];
  const std::uint32_t index = stager.open(kind, call.node);
  stager.apply_control(index, control);
  const Value value = interpreter.evaluate(body, call.scope);
  stager.close();
  return value;
}

Value call_control(Interpreter& interpreter, const Value& module, Symbol member, Call& call) {
  const std::string_view name = name_of(member);
  const ControlObject& control = static_cast<ControlObject&>(*module.object);
  if (name == "apply") {
    const bool block = call.more() && call.lists[call.used].size() == 1 &&
                       call.lists[call.used][0]->kind == NodeKind::block;
    if (block) return stage_unit(interpreter, control, call, tree::ControllerKind::unit);
    return with_options(interpreter, module, call);
  }
  if (name == "II" || name == "haltIfStarved") return with_options(interpreter, module, call);
  if (name == "POM" || name == "MOP" || name == "NoBind") return module;
  if (name == "Foreach") return stage_loop(interpreter, control, call);
  if (name == "Reduce") return stage_reduce(interpreter, control, call, false);
  if (name == "Fold") return stage_reduce(interpreter, control, call, true);
  if (name == "MemReduce") return stage_mem_reduce(interpreter, control, call, false);
  if (name == "MemFold") return stage_mem_reduce(interpreter, control, call, true);
  if (name == "FSM") return stage_state_machine(interpreter, control, call);
  interpreter.unsupported(call.node, "controller " + std::string(name) + " is not there yet");
}

void add_control(Builtins& builtins) {
  builtins.emplace(intern("Accel"), accel_builtin);
  builtins.emplace(intern("Foreach"), foreach_builtin);
  builtins.emplace(intern("Reduce"), reduce_builtin);
  builtins.emplace(intern("Fold"), fold_builtin);
  builtins.emplace(intern("MemReduce"), mem_reduce_builtin);
  builtins.emplace(intern("MemFold"), mem_fold_builtin);
  builtins.emplace(intern("FSM"), state_machine_builtin);
  builtins.emplace(intern("Parallel"), parallel_builtin);
  builtins.emplace(intern("If"), if_else_builtin);
  builtins.emplace(intern("IfElse"), if_else_builtin);
  builtins.emplace(intern("withEns"), with_enables_builtin);
  for (const std::string_view name : {"ShiftRegister", "SparseParSRAM", "CoherentBuffer", "Frame",
                                      "BBOX_IO", "Blackbox", "ArgInOut"}) {
    builtins.emplace(intern(name), refused_builtin);
  }
}

}  // namespace weft::spatial
