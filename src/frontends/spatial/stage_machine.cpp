// SPDX-License-Identifier: Apache-2.0
// FSM: a state, whether it goes on, what it does and what comes next: see stager.hpp.
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

/// The type that FSM[T] names, else the initial state's.
tree::NumberType state_type(Interpreter& interpreter, const Value& initial, const Call& call) {
  if (!call.types.empty()) return interpreter.type_argument(call, tree::int_type);
  const bool typed = initial.kind == ValueKind::number || initial.kind == ValueKind::node;
  if (typed) return initial.type;
  return initial.kind == ValueKind::boolean ? tree::bit_type : tree::int_type;
}

const Value& next_function(Interpreter& interpreter, const Call& call, const Arguments& given,
                           const char* what) {
  const Value& made = interpreter.argument(call, given, 0);
  if (made.kind == ValueKind::function) return made;
  interpreter.fail(call.node, std::string(what) +
                                  " of an FSM is a function of its state, this is " +
                                  std::string(kind_name(made)));
}

Arguments list_of_fsm(Interpreter& interpreter, Call& call, const char* what) {
  if (!call.more()) interpreter.fail(call.node, std::string(what) + " of the FSM is missing");
  return interpreter.arguments(call);
}

}  // namespace

/// FSM[T](initial) { whether it goes on } { what it does } { the next state }; without an initial
/// state it is zero.
Value stage_state_machine(Interpreter& interpreter, const ControlObject& control, Call& call) {
  Stager& stager = interpreter.stager();
  stager.require_staging(call.node, "FSM");
  Arguments first = list_of_fsm(interpreter, call, "the condition");
  Value initial = integer_value(0);
  if (interpreter.argument(call, first, 0).kind != ValueKind::function) {
    initial = interpreter.read_if_register(first[0], call.node);
    first = list_of_fsm(interpreter, call, "the condition");
  }
  const Value condition = next_function(interpreter, call, first, "the condition");
  const Arguments second = list_of_fsm(interpreter, call, "the action");
  const Value action = next_function(interpreter, call, second, "the action");
  const Arguments third = list_of_fsm(interpreter, call, "the next state");
  const Value next = next_function(interpreter, call, third, "the next state");

  const tree::NumberType type = state_type(interpreter, initial, call);
  tree::StateMachine machine;
  machine.initial = stager.number_node(initial, type, call.node);
  const std::uint32_t index = stager.open(tree::ControllerKind::state_machine, call.node);
  stager.apply_control(index, control);
  const Value state = stager.node(tree::Operation::parameter, type, {}, call.node);
  machine.state = static_cast<std::uint32_t>(state.bits);
  const char* block = "an FSM's condition or next state";
  machine.goes_on = stager.expression(index, condition, {state}, tree::bit_type, call.node, block);
  interpreter.call_function(action, {state}, call.node);
  machine.next = stager.expression(index, next, {state}, type, call.node, block);
  stager.controller(index).machine = std::move(machine);
  stager.close();
  return unit_value();
}

}  // namespace weft::spatial
