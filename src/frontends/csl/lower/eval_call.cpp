// SPDX-License-Identifier: Apache-2.0
// Calls. A call at compile time is interpreted; a call in lowered code is inlined here, unless it
// is of a function that is called more than once (eval_called.cpp).
#include <cstdint>

#include "base/counted.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {
namespace {
constexpr unsigned deepest_calls = 100;
}

Value Evaluator::call(const Node& node) {
  const Value callee_value = evaluate(*node.a);
  const FunctionInstance& callee = *function_of(callee_value, *node.a);
  const Function& function = *callee.function;
  if (function.is_task) {
    fail(node, "task '" + text(function.name) + "' cannot be called; it is activated");
  }
  check_arguments(function, node.list.size(), node);
  if (emitter_ != nullptr && !looking_ && unit_->call_sites.contains({&node, &function})) {
    return call_repeated(callee, node);
  }
  Frame frame;
  frame.instance = &callee;
  frame.module = callee.module;
  frame.caller = frame_;
  frame.slots.resize(static_cast<std::size_t>(function.slots));
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < node.list.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    const Type* type = nullptr;
    if (parameter.type != nullptr) {
      // A parameter's type may name earlier parameters: it is evaluated in the new frame.
      const Restore<Frame*> in_callee(frame_, &frame);
      type = type_at(*parameter.type);
    }
    Value value;
    if (parameter.is_comptime) {
      const Restore<Emitter*> no_code(emitter_, nullptr);
      value = evaluate(*node.list[i], type);
    } else {
      value = evaluate(*node.list[i], type);
    }
    if (type != nullptr) value = coerce(std::move(value), type, *node.list[i]);
    if (emitter_ != nullptr) arguments.push_back(value);
    bind_parameter(frame, parameter, std::move(value), *node.list[i]);
  }
  if (emitter_ == nullptr) return run_frame(frame, node);
  return inline_call(frame, call_key(callee, arguments), node);
}

/// The frame that counts calls: of the function that lowered code is of, not of an `inline` one.
Evaluator::Frame& Evaluator::home_of(Frame& frame) const {
  Frame* home = &frame;
  while (home->caller != nullptr && home->instance != nullptr &&
         home->instance->function->is_inline) {
    home = home->caller;
  }
  return *home;
}

/// Inlines a call whose arguments are bound, and counts it.
Value Evaluator::inline_call(Frame& frame, const std::string& key, const Node& node) {
  const std::size_t before = emitter_->size();
  Value result = run_frame(frame, node);
  const Function& function = *frame.instance->function;
  if (function.is_inline || looking_) return result;
  const auto place = reinterpret_cast<std::uintptr_t>(&node);
  unit_->calls.add_calls(key.empty() ? "at " + std::to_string(place) : key, frame.calls);
  if (key.empty()) return result;
  if (emitter_->size() - before <= longest_inlined_code) return result;
  ++home_of(*frame_).calls[key];
  unit_->calls.add_site(key, {&node, &function});
  return result;
}

void Evaluator::check_arguments(const Function& function, std::size_t count,
                                const Node& node) const {
  if (count == function.parameters.size()) return;
  fail(node, "'" + text(function.name) + "' takes " +
                 counted(function.parameters.size(), "argument") + ", found " +
                 std::to_string(count));
}

/// A call with values at hand, of a @map callback.
Value Evaluator::call_function(const FunctionInstance& callee, const std::vector<Value>& arguments,
                               const Node& node) {
  const Function& function = *callee.function;
  check_arguments(function, arguments.size(), node);
  Frame frame;
  frame.instance = &callee;
  frame.module = callee.module;
  frame.caller = frame_;
  frame.slots.resize(static_cast<std::size_t>(function.slots));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    Value value = arguments[i];
    if (parameter.type != nullptr) {
      const Restore<Frame*> in_callee(frame_, &frame);
      value = coerce(std::move(value), type_at(*parameter.type), node);
    }
    bind_parameter(frame, parameter, std::move(value), node);
  }
  return run_frame(frame, node);
}

void Evaluator::bind_parameter(Frame& frame, const Parameter& parameter, Value value,
                               const Node& node) {
  Slot& slot = frame.slots[static_cast<std::size_t>(parameter.slot)];
  const bool at_run_time = emitter_ != nullptr && value.type->is_scalar() && !parameter.is_comptime;
  if (at_run_time && parameter.address_taken) {
    Variable*& variable =
        unit(node)
            .locals[local_key(frame, frame.instance->function->body + parameter.slot, value.type)];
    if (variable == nullptr) {
      variable =
          unit_->new_variable(parameter.name, value.type, undefined(value.type), parameter.where);
    }
    slot.kind = Slot::Kind::in_memory;
    slot.variable = variable;
    slot.type = value.type;
    slot.is_const = true;
    Place place;
    place.kind = Place::Kind::in_memory;
    place.variable = variable;
    place.type = value.type;
    store_memory(place, value, node);
    return;
  }
  // A number that differs from tile to tile is no reason for other code in an ordinary function.
  const bool is_inline = frame.instance->function->is_inline;
  if (at_run_time && value.is_known() && !is_inline) {
    value.inlined = true;
    if (varies(value)) value = in_register(value.type, to_register(value, node));
  }
  if (value.form == Form::in_register) {
    emitter_->pin(static_cast<Register>(value.integer));
  } else {
    value = keep(std::move(value), node);
  }
  slot.kind = Slot::Kind::constant;
  slot.is_const = true;
  slot.type = value.type;
  slot.value = std::move(value);
}

Value Evaluator::run_frame(Frame& frame, const Node& node) {
  const Function& function = *frame.instance->function;
  if (function.body == nullptr) unsupported(node, "functions without a body");
  if (calls_ >= deepest_calls) {
    fail(node, "calls are nested too deeply; CSL functions do not recurse at run time");
  }
  const Restore<unsigned> deeper(calls_, calls_ + 1);
  frame.call = node.where;
  frame.depth = depth_;
  const Restore<Frame*> in_callee(frame_, &frame);
  const Restore<Target*> no_target(target_, nullptr);
  const Restore<std::uint16_t> no_place(wanted_descriptor_, no_index);
  frame.result_type = function.result == nullptr ? types().void_ : type_at(*function.result);
  if (frame.result_type->is(TypeKind::any)) frame.result_type = nullptr;
  if (&node == typed_call_ && frame.result_type != nullptr) return undefined(frame.result_type);
  if (emitter_ != nullptr) frame.end = emitter_->new_label();
  const Flow flow = execute_block(*function.body);
  return finish_frame(frame, flow, node);
}

Value Evaluator::finish_frame(Frame& frame, Flow flow, const Node& node) {
  const bool is_void = frame.result_type == nullptr || frame.result_type->is(TypeKind::void_);
  if (flow == Flow::next && !is_void) {
    fail(node, "'" + text(frame.instance->function->name) + "' can end without returning a value");
  }
  if (!frame.returns_by_jump) {
    if (frame.result.type == nullptr) return nothing();
    frame.result.inlined |= emitter_ != nullptr && !frame.instance->function->is_inline;
    return std::move(frame.result);
  }
  emitter_->bind(frame.end);
  return is_void ? nothing() : in_register(frame.result_type, frame.result_register);
}

}  // namespace weft::csl
