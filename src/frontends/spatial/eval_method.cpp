// SPDX-License-Identifier: Apache-2.0
// Calls of the program's own functions: overloads, parameters, type parameters: see
// interpreter.hpp.
#include <algorithm>
#include <string>
#include <utility>

#include "frontends/spatial/interpreter.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {

/// What a parameter gets: a value, or an expression that is evaluated at each use.
struct Interpreter::Slot {
  bool filled = false;
  Value value;
  const Node* by_name = nullptr;
};

namespace {

bool is_by_name(const Parameter& parameter) {
  return parameter.type != nullptr && parameter.type->kind == NodeKind::by_name_type;
}
bool is_repeated(const Parameter& parameter) {
  return parameter.type != nullptr && parameter.type->kind == NodeKind::repeated_type;
}

bool is_memory_type(std::string_view name) {
  for (const std::string_view prefix :
       {"DRAM", "SRAM", "LUT", "FIFO", "Reg", "StreamIn", "StreamOut"}) {
    if (name.substr(0, prefix.size()) == prefix) return true;
  }
  return false;
}

bool is_list_type(std::string_view name) {
  return name == "Array" || name == "Seq" || name == "List" || name == "Matrix" ||
         name == "Tensor1" || name == "Tensor2" || name == "Tensor3";
}

}  // namespace

void Interpreter::fill_slot(std::vector<Slot>& slots, const ParameterList& list,
                            std::size_t& position, const Node* given, Call& call) {
  if (given->kind == NodeKind::argument) {
    for (std::size_t i = 0; i < list.parameters.size(); ++i) {
      if (list.parameters[i].name != given->symbol) continue;
      if (slots[i].filled) fail(given, "this parameter has got a value already");
      slots[i].filled = true;
      if (is_by_name(list.parameters[i])) {
        slots[i].by_name = given->parts[0];
      } else {
        slots[i].value = evaluate(given->parts[0], call.scope);
      }
      return;
    }
    fail(given, "there is no parameter " + std::string(name_of(given->symbol)));
  }
  if (position >= list.parameters.size()) fail(given, "one argument too many");
  const Parameter& parameter = list.parameters[position];
  Slot& slot = slots[position];
  if (is_repeated(parameter)) {
    if (!slot.filled) slot.value = list_value({});
    slot.filled = true;
    if (given->kind == NodeKind::spread) {
      slot.value = evaluate(given->parts[0], call.scope);
    } else {
      list_of(slot.value).items.push_back(evaluate(given, call.scope));
    }
    return;
  }
  slot.filled = true;
  if (is_by_name(parameter)) {
    slot.by_name = given;
  } else {
    slot.value = evaluate(given, call.scope);
  }
  ++position;
}

std::vector<Interpreter::Slot> Interpreter::assign_slots(const ParameterList& list, Call& call) {
  std::vector<Slot> slots(list.parameters.size());
  if (list.is_implicit || !call.more()) return slots;
  if (call.given.empty()) {
    std::size_t position = 0;
    for (const Node* given : call.lists[call.used++]) {
      fill_slot(slots, list, position, given, call);
    }
    return slots;
  }
  Arguments given = arguments(call);
  if (slots.size() > 1 && given.size() == 1 && given[0].kind == ValueKind::tuple &&
      list_of(given[0]).items.size() == slots.size()) {
    given.values = std::vector<Value>(list_of(given[0]).items);
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t at = std::min(i, slots.size() - 1);
    if (!slots.empty() && is_repeated(list.parameters[at])) {
      if (!slots[at].filled) slots[at].value = list_value({});
      list_of(slots[at].value).items.push_back(given[i]);
    } else if (i < slots.size()) {
      slots[i].value = given[i];
    } else {
      fail(call.node, "one argument too many");
    }
    slots[at].filled = true;
  }
  for (auto& [name, value] : given.named) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (list.parameters[i].name != name) continue;
      slots[i].value = value;
      slots[i].filled = true;
    }
  }
  return slots;
}

Value Interpreter::parameter_value(const Parameter& parameter, Slot& slot, const Ref<Scope>& into,
                                   const Call& call) {
  if (slot.by_name != nullptr) {
    auto* delayed = new DelayedObject;
    delayed->code = slot.by_name;
    delayed->scope = call.scope;
    Value made;
    made.kind = ValueKind::thunk;
    made.object = delayed;
    return made;
  }
  if (!slot.filled) {
    if (is_repeated(parameter)) return list_value({});
    if (parameter.default_value == nullptr) {
      fail(call.node, "parameter " + std::string(name_of(parameter.name)) + " gets no value");
    }
    slot.value = evaluate(parameter.default_value, into);
  }
  const Node* type = parameter.type;
  if (type != nullptr && type->kind == NodeKind::by_name_type) type = type->parts[0];
  if (type == nullptr || type->kind == NodeKind::repeated_type) return std::move(slot.value);
  return coerce(std::move(slot.value), *resolve_type(type, into), call.node);
}

void Interpreter::bind_list(const Definition& definition, const ParameterList& list,
                            const Ref<Scope>& into, Call& call) {
  if (list.is_implicit) return;
  std::vector<Slot> slots = assign_slots(list, call);
  if (call.types.empty()) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].filled && slots[i].by_name == nullptr && list.parameters[i].type != nullptr) {
        unify(list.parameters[i].type, slots[i].value, into, definition);
      }
    }
  }
  // Given ones first: defaults may name parameters of the same list
  for (const bool given : {true, false}) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].filled != given && !(given && slots[i].by_name != nullptr)) continue;
      if (into->find_here(list.parameters[i].name) != nullptr && !given && slots[i].filled)
        continue;
      into->bind(list.parameters[i].name,
                 parameter_value(list.parameters[i], slots[i], into, call));
      if (!given) slots[i].filled = false;
    }
  }
}

void Interpreter::bind_types(const Definition& definition, const Ref<Scope>& into,
                             const Call& call) {
  for (std::size_t i = 0; i < definition.type_parameters.size(); ++i) {
    Value bound;
    bound.kind = ValueKind::type;
    Ref<TypeObject> type;
    if (i < call.types.size()) {
      type = resolve_type(call.types[i], call.scope);
    } else {
      type = Ref<TypeObject>(new TypeObject);
    }
    bound.object = type.get();
    into->bind(definition.type_parameters[i].name, bound);
  }
}

/// Finds what the type parameters of `definition` are from a value that a parameter gets.
void Interpreter::unify(const Node* type, const Value& value, const Ref<Scope>& into,
                        const Definition& definition) {
  if (type->kind == NodeKind::repeated_type || type->kind == NodeKind::compound_type) {
    for (const Node* part : type->parts) unify(part, value, into, definition);
    return;
  }
  if (type->kind != NodeKind::type_name) return;
  if (type->parts.empty()) {
    for (const TypeParameter& parameter : definition.type_parameters) {
      if (parameter.name != type->symbol) continue;
      Value* bound = into->find_here(parameter.name);
      const bool open = static_cast<TypeObject&>(*bound->object).kind == TypeKind::any;
      if (open) bound->object = type_of(value).get();
    }
    return;
  }
  const bool holds = value.kind == ValueKind::list || value.kind == ValueKind::memory;
  if (!holds || type->parts.size() != 1) return;
  if (value.kind == ValueKind::list) {
    const ListObject& list = list_of(value);
    if (!list.items.empty()) unify(type->parts[0], list.items.front(), into, definition);
    return;
  }
  const bool token = type->parts[0]->kind == NodeKind::type_name &&
                     name_of(type->parts[0]->symbol).substr(0, 3) == "Tup";
  if (token) {
    const std::vector<tree::NumberType> fields = stager_->memory(value).fields;
    for (std::size_t i = 0; i < std::min(fields.size(), type->parts[0]->parts.size()); ++i) {
      unify(type->parts[0]->parts[i], number_value(fields[i], 0), into, definition);
    }
    return;
  }
  const Ref<TypeObject> element = type_of(value);
  if (!element->arguments.empty() && element->arguments[0]->kind == TypeKind::number) {
    unify(type->parts[0], number_value(element->arguments[0]->number, 0), into, definition);
  }
}

/// Turns the expressions of all lists into values, so that overloads can be told apart by them.
void Interpreter::evaluate_all(Call& call) {
  std::vector<Arguments> given;
  while (call.used < call.lists.size()) given.push_back(arguments(call));
  call.lists.clear();
  call.given = std::move(given);
  call.used = 0;
}

bool Interpreter::fits(const Definition& definition, const Call& call,
                       const Ref<Scope>& /*scope*/) {
  if (definition.lists.empty() || definition.lists[0].is_implicit) return true;
  const std::vector<Parameter>& parameters = definition.lists[0].parameters;
  if (!call.more()) return true;
  const bool given = !call.given.empty();
  const std::size_t count = given
                                ? call.given[call.used].size() + call.given[call.used].named.size()
                                : call.lists[call.used].size();
  std::size_t required = 0;
  bool repeated = false;
  for (const Parameter& parameter : parameters) {
    repeated = repeated || is_repeated(parameter);
    required += parameter.default_value == nullptr && !is_repeated(parameter) ? 1U : 0U;
  }
  if (count < required || (count > parameters.size() && !repeated)) return false;
  if (!given) return true;
  for (std::size_t i = 0; i < std::min(call.given[call.used].size(), parameters.size()); ++i) {
    if (parameters[i].type == nullptr || parameters[i].type->kind != NodeKind::type_name) continue;
    const std::string_view name = name_of(parameters[i].type->symbol);
    const ValueKind kind = call.given[call.used][i].kind;
    if (is_memory_type(name) && kind != ValueKind::memory) return false;
    if (is_list_type(name) && kind != ValueKind::list) return false;
  }
  return true;
}

const Definition* Interpreter::choose(std::span<const Definition* const> overloads,
                                      const Call& call, const Ref<Scope>& scope) {
  for (const Definition* each : overloads) {
    if (each->body != nullptr && fits(*each, call, scope)) return each;
  }
  return nullptr;
}

Value Interpreter::call_method(std::span<const Definition* const> overloads,
                               const Ref<Scope>& scope, Call& call) {
  std::size_t by_count = 0;
  for (const Definition* each : overloads) {
    by_count += each->body != nullptr && fits(*each, call, scope) ? 1U : 0U;
  }
  if (by_count > 1 && call.more() && call.given.empty()) evaluate_all(call);
  const Definition* definition = choose(overloads, call, scope);
  if (definition == nullptr) {
    // A function of the program may hide a library's of the same name
    const auto builtin = builtins->find(overloads.front()->name);
    if (builtin != builtins->end()) return builtin->second(*this, call);
    fail(call.node, "no definition of " + std::string(name_of(overloads.front()->name)) +
                        " takes these arguments");
  }
  const bool takes = !definition->lists.empty() && !definition->lists[0].is_implicit &&
                     !definition->lists[0].parameters.empty();
  if (takes && !call.more()) {
    auto* made = new FunctionObject;
    made->methods.assign(overloads.begin(), overloads.end());
    made->scope = scope;
    if (!call.types.empty()) {
      const std::vector<const Node*> types = call.types;
      const Ref<Scope> from = call.scope;
      made->methods.clear();
      made->native = [this, definition, scope, types, from,
                      node = call.node](std::vector<Value> values) {
        Call later;
        later.node = node;
        later.scope = from;
        later.types = types;
        later.given.push_back({std::move(values), {}});
        return call_method(std::span<const Definition* const>(&definition, 1U), scope, later);
      };
    }
    Value value;
    value.kind = ValueKind::function;
    value.object = made;
    return value;
  }
  const Ref<Scope> into(new Scope(scope));
  bind_types(*definition, into, call);
  return run_method(*definition, into, 0, call);
}

/// Binds the lists of parameters from `list` on and evaluates the body.
Value Interpreter::run_method(const Definition& definition, const Ref<Scope>& into,
                              std::size_t list, Call& call) {
  for (; list < definition.lists.size(); ++list) {
    const ParameterList& one = definition.lists[list];
    if (!call.more() && !one.is_implicit && !one.parameters.empty() && list > 0) {
      auto* made = new FunctionObject;
      made->native = [this, &definition, into, list, node = call.node](std::vector<Value> values) {
        Call later;
        later.node = node;
        later.scope = into;
        later.given.push_back({std::move(values), {}});
        return run_method(definition, into, list, later);
      };
      Value value;
      value.kind = ValueKind::function;
      value.object = made;
      return value;
    }
    bind_list(definition, one, into, call);
  }
  Value value = evaluate(definition.body, into);
  if (definition.type != nullptr) {
    value = coerce(std::move(value), *resolve_type(definition.type, into), definition.body);
  }
  return value;
}

}  // namespace weft::spatial
