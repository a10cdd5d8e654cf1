// SPDX-License-Identifier: Apache-2.0
// Calls of functions that are called more than once: the function is lowered once, with a frame of
// its own, and arguments are moved there.
//
// The convention: scalars (pointers too) go into the first registers of the function's frame, an
// aggregate into a variable of the function, a descriptor that code may change into one of its
// descriptors. What exists at compile time only, and descriptors that are constants, go nowhere:
// the function is one for these values. A scalar comes back in the register after the parameters,
// an aggregate in a variable. A function whose body needs to know what it would be passed is
// inlined, and so is one that returns a pointer or a descriptor.
#include <cstring>

#include "base/error.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {
namespace {

/// Calls below each other, of the 24 for which a tile has room.
constexpr unsigned deepest_calls_at_run_time = 20;

template <class T>
void append_bytes(std::string& key, const T& value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  key.append(bytes, sizeof(T));
}

/// Whether evaluating `node` can change something.
bool has_call(const Node& node) {
  if (node.kind == NodeKind::call || node.kind == NodeKind::builtin_call) return true;
  for (const Node* part : {node.a, node.b, node.c}) {
    if (part != nullptr && has_call(*part)) return true;
  }
  for (const Node* part : node.list) {
    if (part != nullptr && has_call(*part)) return true;
  }
  return false;
}

}  // namespace

Passing Evaluator::passing_of(const Parameter& parameter, const Value& value) const {
  if (parameter.is_comptime) return Passing::known;
  if (value.type->is_scalar()) return Passing::in_register;
  if (value.type->is_aggregate() && value.type->bytes > 0) return Passing::in_memory;
  const bool is_own = value.form == Form::in_descriptor && !value.type->is(TypeKind::dsr);
  return is_own ? Passing::in_descriptor : Passing::known;
}

std::string Evaluator::call_key(const FunctionInstance& callee,
                                const std::vector<Value>& arguments) const {
  std::string key;
  append_bytes(key, callee.function);
  append_bytes(key, callee.module);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Passing passing = passing_of(callee.function->parameters[i], arguments[i]);
    append_bytes(key, passing);
    append_bytes(key, arguments[i].type);
    if (passing == Passing::known && !add_to_key(key, arguments[i])) return "";
  }
  return key;
}

bool Evaluator::add_to_key(std::string& key, const Value& value) const {
  if (value.symbolic != nullptr && varies(value)) return false;
  append_bytes(key, value.form);
  append_bytes(key, value.type);
  switch (value.form) {
    case Form::nothing:
    case Form::undefined:
      return true;
    case Form::number:
    case Form::string:
    case Form::type:
    case Form::function:
    case Form::module:
      append_bytes(key, value.integer);
      return true;
    case Form::address:
      append_bytes(key, value.variable);
      append_bytes(key, value.integer);
      return true;
    case Form::array:
      for (const Value& part : static_cast<const Array&>(*value.object).values) {
        if (!add_to_key(key, part)) return false;
      }
      return true;
    case Form::fields: {
      const auto& fields = static_cast<const Fields&>(*value.object);
      append_bytes(key, fields.shape);
      for (const Value& part : fields.values) {
        if (!add_to_key(key, part)) return false;
      }
      return true;
    }
    case Form::descriptor: {
      const auto& known = static_cast<const DescriptorValue&>(*value.object);
      static_assert(sizeof(wse::Descriptor) == 36, "no padding: equal descriptors, equal bytes");
      append_bytes(key, known.content);
      append_bytes(key, known.variable);
      append_bytes(key, known.offset);
      return true;
    }
    case Form::in_descriptor:
      append_bytes(key, value.integer);
      return value.type->is(TypeKind::dsr);
    default:
      return false;
  }
}

/// The arguments' values, converted; known ones are bound in `frame`, for the types of later
/// parameters.
std::vector<Value> Evaluator::evaluate_arguments(Frame& frame, const Node& node) {
  const Function& function = *frame.instance->function;
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < node.list.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    const Type* type = nullptr;
    if (parameter.type != nullptr) {
      const Restore<Frame*> in_callee(frame_, &frame);
      type = type_at(*parameter.type);
    }
    Value value;
    {
      const Restore<Emitter*> maybe_no_code(emitter_, parameter.is_comptime ? nullptr : emitter_);
      value = evaluate(*node.list[i], type);
    }
    if (type != nullptr) value = coerce(std::move(value), type, *node.list[i]);
    bool changes_follow = false;
    for (std::size_t k = i + 1; k < node.list.size(); ++k) {
      changes_follow = changes_follow || has_call(*node.list[k]);
    }
    if (changes_follow) value = keep(std::move(value), *node.list[i]);
    Slot& slot = frame.slots[static_cast<std::size_t>(parameter.slot)];
    slot.kind = Slot::Kind::constant;
    slot.is_const = true;
    slot.type = value.type;
    slot.value = value;
    arguments.push_back(std::move(value));
  }
  return arguments;
}

Value Evaluator::call_repeated(const FunctionInstance& callee, const Node& node) {
  Frame frame;
  frame.instance = &callee;
  frame.module = callee.module;
  frame.caller = frame_;
  frame.slots.resize(static_cast<std::size_t>(callee.function->slots));
  const std::vector<Value> arguments = evaluate_arguments(frame, node);
  const std::string key = call_key(callee, arguments);
  if (!key.empty()) {
    const CalledFunction& called = called_function(frame, arguments, key, node);
    const bool ready = called.state == CalledFunction::State::ready;
    if (ready && called.depth < deepest_calls_at_run_time) {
      return emit_call(called, arguments, node);
    }
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    bind_parameter(frame, callee.function->parameters[i], arguments[i], *node.list[i]);
  }
  return run_frame(frame, node);
}

/// The function for these arguments, lowered when it is first asked for.
CalledFunction& Evaluator::called_function(const Frame& signature,
                                           const std::vector<Value>& arguments,
                                           const std::string& key, const Node& node) {
  using State = CalledFunction::State;
  const auto [entry, is_new] = unit_->called.try_emplace(key);
  CalledFunction& called = entry->second;
  const FunctionInstance& callee = *signature.instance;
  if (!is_new) {
    if (called.state == State::in_progress) {
      fail(node, "'" + text(callee.function->name) +
                     "' calls itself; CSL functions do not recurse "
                     "at run time");
    }
    return called;
  }
  try {
    lower_called(called, callee, arguments, node);
  } catch (const Error& error) {
    if (error.category() != Category::input && error.category() != Category::unsupported) throw;
    called.state = State::impossible;
  }
  return called;
}

void Evaluator::bind_passed(Frame& frame, const CalledFunction& called,
                            const std::vector<Value>& arguments, const Node& node) {
  const Function& function = *frame.instance->function;
  Register next = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const CalledFunction::Parameter& passed = called.parameters[i];
    Value value = arguments[i];
    if (passed.passing == Passing::in_register) {
      value = in_register(passed.type, next++);
    } else if (passed.passing != Passing::known) {
      value = Value();
      value.type = passed.type;
      const bool memory = passed.passing == Passing::in_memory;
      value.form = memory ? Form::in_memory : Form::in_descriptor;
      value.variable = passed.variable;
      value.integer = memory ? 0 : passed.descriptor;
    }
    Slot& slot = frame.slots[static_cast<std::size_t>(function.parameters[i].slot)];
    if (passed.passing == Passing::in_register) {
      bind_parameter(frame, function.parameters[i], std::move(value), node);
      continue;
    }
    slot.kind = Slot::Kind::constant;
    slot.is_const = true;
    slot.type = value.type;
    slot.value = std::move(value);
  }
}

/// Lowers the function with an emitter of its own. @throws weft::Error when its body does not
/// compile without knowing its arguments.
void Evaluator::lower_called(CalledFunction& called, const FunctionInstance& callee,
                             const std::vector<Value>& arguments, const Node& node) {
  const Function& function = *callee.function;
  if (function.body == nullptr) unsupported(node, "functions without a body");
  Emitter emitter;
  Frame frame;
  frame.instance = &callee;
  frame.module = callee.module;
  frame.slots.resize(static_cast<std::size_t>(function.slots));
  frame.caller = frame_;
  frame.call = node.where;
  frame.called = &called;
  const Restore<Frame*> in_frame(frame_, &frame);
  const Restore<Emitter*> to_code(emitter_, &emitter);
  const Restore<Emitter*> of_function(function_, &emitter);
  const Restore<Target*> no_target(target_, nullptr);
  const Restore<Target*> no_leaving(leaving_, nullptr);
  const Restore<unsigned> no_branch(depth_, 0);
  const Restore<std::uint16_t> no_place(wanted_descriptor_, no_index);
  const Restore<bool> no_tensor(free_indices_, false);

  const std::vector<wse::Type> registers = place_parameters(called, function, arguments);
  frame.result_register = emitter.new_register();
  emitter.pin(frame.result_register);
  bind_passed(frame, called, arguments, node);
  frame.result_type = function.result == nullptr ? types().void_ : type_at(*function.result);
  place_result(called, frame, node);
  frame.returns_by_jump = true;
  frame.end = emitter.new_label();
  const Flow flow = execute_block(*function.body);
  finish_frame(frame, flow, node);
  called.depth = emitter.depth();
  called.number =
      emitter.finish(unit_->code, text(function.name), registers, called.result->is_scalar());
  called.state = CalledFunction::State::ready;
}

/// Where each argument goes; registers are made for those that go into one. @return their types.
std::vector<wse::Type> Evaluator::place_parameters(CalledFunction& called, const Function& function,
                                                   const std::vector<Value>& arguments) {
  std::vector<wse::Type> registers;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    CalledFunction::Parameter passed;
    passed.passing = passing_of(parameter, arguments[i]);
    passed.type = arguments[i].type;
    if (passed.passing == Passing::in_register) {
      registers.push_back(machine_type(*passed.type));
      emitter_->pin(emitter_->new_register());
    } else if (passed.passing == Passing::in_memory) {
      passed.variable =
          unit_->new_variable(parameter.name, passed.type, undefined(passed.type), parameter.where);
    } else if (passed.passing == Passing::in_descriptor) {
      const auto source = static_cast<std::size_t>(arguments[i].integer);
      passed.descriptor = unit_->new_descriptor(unit_->code.descriptors[source]);
    }
    called.parameters.push_back(passed);
  }
  return registers;
}

void Evaluator::place_result(CalledFunction& called, Frame& frame, const Node& node) {
  const Type& type = *frame.result_type;
  called.result = &type;
  const bool in_memory = type.is_aggregate() && type.bytes > 0;
  const bool in_register = type.is_scalar() && !type.is(TypeKind::pointer);
  if (!in_memory && !in_register && !type.is(TypeKind::void_)) {
    unsupported(node, "a call that returns a value of type " + type.text);
  }
  if (!in_memory) return;
  const Function& function = *frame.instance->function;
  frame.result_variable =
      unit_->new_variable(function.name, &type, undefined(&type), function.where);
  called.result_variable = frame.result_variable;
}

Value Evaluator::emit_call(const CalledFunction& called, const std::vector<Value>& arguments,
                           const Node& node) {
  const std::uint16_t frame_base = unit_->code.functions[called.number].frame_base;
  auto next = frame_base;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const CalledFunction::Parameter& passed = called.parameters[i];
    if (passed.passing == Passing::in_memory) {
      Place place;
      place.kind = Place::Kind::in_memory;
      place.type = passed.type;
      place.variable = passed.variable;
      store_memory(place, arguments[i], node);
    } else if (passed.passing == Passing::in_descriptor) {
      emitter_->emit({wse::Operation::descriptor_copy, wse::Type::u16, passed.descriptor,
                      static_cast<std::uint16_t>(arguments[i].integer), wse::no_register, 0});
    } else if (passed.passing == Passing::in_register) {
      const Register value = to_register(arguments[i], node);
      emitter_->move(machine_type(*passed.type), emitter_->foreign_register(next++), value);
    }
  }
  emitter_->call(unit_->code, called.number, called.depth);
  if (called.result->is(TypeKind::void_)) return nothing();
  if (called.result_variable == nullptr) {
    const Register own = emitter_->new_register();
    emitter_->move(machine_type(*called.result), own, emitter_->foreign_register(next));
    return in_register(called.result, own);
  }
  Value result;
  result.type = called.result;
  result.form = Form::in_memory;
  result.variable = called.result_variable;
  return keep(std::move(result), node);
}

}  // namespace weft::csl
