// SPDX-License-Identifier: Apache-2.0
// Evaluates calls: who is called, with what: see interpreter.hpp.
#include <algorithm>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "frontends/spatial/interpreter.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {

const Value* Arguments::find(std::string_view name, std::size_t index) const {
  for (const auto& [given, value] : named) {
    if (name_of(given) == name) return &value;
  }
  return index < values.size() ? &values[index] : nullptr;
}

Arguments Interpreter::arguments(Call& call) {
  if (!call.more()) fail(call.node, "its arguments are missing");
  if (!call.given.empty()) return std::move(call.given[call.used++]);
  Arguments made;
  for (const Node* part : call.lists[call.used++]) {
    if (part->kind == NodeKind::argument) {
      made.named.emplace_back(part->symbol, evaluate(part->parts[0], call.scope));
    } else if (part->kind == NodeKind::spread) {
      const Value all = evaluate(part->parts[0], call.scope);
      for (const Value& each : items_of(all, part).items) made.values.push_back(each);
    } else {
      made.values.push_back(evaluate(part, call.scope));
    }
  }
  return made;
}

Arguments Interpreter::optional_arguments(Call& call) {
  return call.more() ? arguments(call) : Arguments{};
}

const Value& Interpreter::argument(const Call& call, const Arguments& from,
                                   std::size_t index) const {
  if (index >= from.size()) {
    fail(call.node, "argument " + std::to_string(index + 1) + " is missing");
  }
  return from[index];
}

Value Interpreter::evaluate_apply(const Node* node, const Ref<Scope>& scope) {
  Call call;
  call.node = node;
  call.scope = scope;
  const Node* head = node;
  while (head->kind == NodeKind::apply || head->kind == NodeKind::type_apply) {
    const std::span<Node* const> rest = std::span(head->parts).subspan(1);
    if (head->kind == NodeKind::apply) {
      call.lists.push_back(rest);
    } else {
      // f[A](x).g[B]: types belong to the innermost name
      call.types.assign(rest.begin(), rest.end());
    }
    head = head->parts[0];
  }
  std::reverse(call.lists.begin(), call.lists.end());
  return finish_call(call_head(head, call), call);
}

Value Interpreter::finish_call(Value value, Call& call) {
  while (call.more()) value = apply_value(value, call);
  return value;
}

Value Interpreter::evaluate_select(const Node* node, const Ref<Scope>& scope) {
  Call call;
  call.node = node;
  call.scope = scope;
  return call_head(node, call);
}

Value Interpreter::call_head(const Node* head, Call& call) {
  switch (head->kind) {
    case NodeKind::name:
      break;
    case NodeKind::select: {
      if (head->parts[0]->kind == NodeKind::super) {
        unsupported(head, "a member of super is not there yet");
      }
      call.node = head;
      return call_member(evaluate(head->parts[0], call.scope), head->symbol, call);
    }
    case NodeKind::this_:
      for (Scope* at = call.scope.get(); at != nullptr; at = at->parent()) {
        if (at->self.kind == ValueKind::instance) return at->self;
      }
      fail(head, "there is no this here");
    case NodeKind::super:
      unsupported(head, "super is not there yet");
    case NodeKind::new_: {
      Call made;
      made.node = head;
      made.scope = call.scope;
      for (const Node* list : head->parts) made.lists.emplace_back(list->parts);
      for (const Node* type : head->type->parts) made.types.push_back(type);
      if (head->definition != nullptr) unsupported(head, "a class without a name is not there yet");
      const std::string_view name = name_of(head->type->symbol);
      if (const Definition* definition = find_class(intern(name), head)) {
        return instantiate(*definition, made);
      }
      return call_module(*this, module_value(intern("new"), false), intern(name), made);
    }
    default:
      return evaluate(head, call.scope);
  }
  call.node = head;
  for (Scope* at = call.scope.get(); at != nullptr; at = at->parent()) {
    Value* bound = at->find_here(head->symbol);
    if (bound == nullptr) continue;
    if (bound->kind != ValueKind::method) {
      const Ref<Scope> holder(at);
      return force(*bound, holder, head);
    }
    std::vector<const Definition*> overloads;
    for (auto each = at->bindings().rbegin(); each != at->bindings().rend(); ++each) {
      if (each->first != head->symbol || each->second.kind != ValueKind::method) continue;
      overloads.push_back(reinterpret_cast<const Definition*>(each->second.bits));
    }
    return call_method(overloads, Ref<Scope>(at), call);
  }
  const auto builtin = builtins->find(head->symbol);
  if (builtin != builtins->end()) return builtin->second(*this, call);
  Value module = module_value(head->symbol, head->flag);
  if (module.kind == ValueKind::module) return module;
  if (const Definition* definition = find_class(head->symbol, head)) {
    if (definition->kind == DefinitionKind::object) return object_instance(*definition, head);
    if (call.more()) return instantiate(*definition, call);
  }
  fail(head, "nothing of the name " + std::string(name_of(head->symbol)) + " is known here");
}

const Members* Interpreter::members_of(const Value& self) const {
  switch (self.kind) {
    case ValueKind::list:
    case ValueKind::tuple:
    case ValueKind::option:
    case ValueKind::map:
      return list_members.get();
    case ValueKind::text:
      return text_members.get();
    case ValueKind::memory:
    case ValueKind::tile:
      return memory_members.get();
    case ValueKind::range:
      return range_members.get();
    default:
      return number_members.get();
  }
}

/// A member of a builtin value as a function.
Value Interpreter::member_function(const Value& self, Symbol member, const Node* node) {
  auto* made = new FunctionObject;
  made->native = [this, self, member, node](std::vector<Value> values) {
    Call later;
    later.node = node;
    later.given.push_back({std::move(values), {}});
    return call_member(self, member, later);
  };
  Value value;
  value.kind = ValueKind::function;
  value.object = made;
  return value;
}

Value Interpreter::call_member(Value self, Symbol member, Call& call) {
  if (self.kind == ValueKind::module) return call_module(*this, self, member, call);
  if (self.kind == ValueKind::instance) {
    const auto& instance = static_cast<InstanceObject&>(*self.object);
    if (Value* bound = instance.members->find_here(member)) {
      if (bound->kind != ValueKind::method) return force(*bound, instance.members, call.node);
      std::vector<const Definition*> overloads;
      auto& all = instance.members->bindings();
      for (auto each = all.rbegin(); each != all.rend(); ++each) {
        if (each->first != member || each->second.kind != ValueKind::method) continue;
        overloads.push_back(reinterpret_cast<const Definition*>(each->second.bits));
      }
      return call_method(overloads, instance.members, call);
    }
  }
  const std::string_view name = name_of(member);
  if (self.kind == ValueKind::tuple && name.size() > 1 && name[0] == '_') {
    const std::size_t index = whole_of(name.substr(1)).value_or(0);
    if (index == 0 || index > list_of(self).items.size()) fail(call.node, "no such element");
    return list_of(self).items[index - 1];
  }
  const bool pairs = self.kind == ValueKind::map && name != "apply" && name != "size" &&
                     name != "values" && name != "length";
  if (pairs) {
    std::vector<Value> items;
    for (const auto& [key, value] : static_cast<MapObject&>(*self.object).items) {
      items.push_back(list_value({key, value}, ValueKind::tuple));
    }
    self = list_value(std::move(items));
  }
  if (self.kind == ValueKind::function && name == "apply") return apply_value(self, call);
  const bool as_function = self.kind == ValueKind::memory && name == "update" && !call.more();
  if (as_function) {
    return member_function(self, member, call.node);
  }
  const Members* const tables[2] = {members_of(self), other_members.get()};
  for (const Members* table : tables) {
    const auto found = table->find(member);
    if (found != table->end()) return found->second(*this, self, call);
  }
  const auto infix = operators.find(member);
  if (infix != operators.end() && call.more()) {
    const Arguments given = arguments(call);
    return arithmetic(infix->second, self, argument(call, given, 0), call.node);
  }
  // What a register has not, the number in it may have
  const Value held = read_if_register(self, call.node);
  if (held.kind != ValueKind::memory && self.kind == ValueKind::memory) {
    return call_member(held, member, call);
  }
  unsupported(call.node, std::string(kind_name(self)) + " has no member " + std::string(name));
}

Value Interpreter::apply_value(const Value& value, Call& call) {
  switch (value.kind) {
    case ValueKind::function: {
      const auto& function = static_cast<FunctionObject&>(*value.object);
      if (!function.methods.empty()) return call_method(function.methods, function.scope, call);
      return call_function(value, arguments(call).values, call.node);
    }
    case ValueKind::instance:
    case ValueKind::list:
    case ValueKind::map:
    case ValueKind::tuple:
    case ValueKind::memory:
    case ValueKind::range:
    case ValueKind::text:
    case ValueKind::option:
      return call_member(value, intern("apply"), call);
    case ValueKind::module:
      return call_module(*this, value, intern("apply"), call);
    default:
      fail(call.node, std::string(kind_name(value)) + " cannot be called");
  }
}

Value Interpreter::call_function(const Value& function, std::vector<Value> arguments,
                                 const Node* node) {
  if (function.kind != ValueKind::function) {
    Call call;
    call.node = node;
    call.given.push_back({std::move(arguments), {}});
    return apply_value(function, call);
  }
  const Ref<HeapObject> kept = function.object;
  const auto& made = static_cast<FunctionObject&>(*kept);
  if (made.native) return made.native(std::move(arguments));
  if (!made.methods.empty()) {
    Call call;
    call.node = node;
    call.scope = made.scope;
    call.given.push_back({std::move(arguments), {}});
    return finish_call(call_method(made.methods, made.scope, call), call);
  }
  if (made.code->kind == NodeKind::cases) {
    Value one = arguments.size() == 1 ? std::move(arguments[0])
                                      : list_value(std::move(arguments), ValueKind::tuple);
    return run_cases(made.code, 0, one, made.scope);
  }
  const std::vector<Parameter>& parameters = made.code->definition->lists[0].parameters;
  if (parameters.size() > 1 && arguments.size() == 1 && arguments[0].kind == ValueKind::tuple) {
    arguments = std::vector<Value>(list_of(arguments[0]).items);
  } else if (parameters.size() == 1 && arguments.size() > 1) {
    Value one = list_value(std::move(arguments), ValueKind::tuple);
    arguments = {std::move(one)};
  }
  if (parameters.size() != arguments.size()) {
    fail(made.code, "this function takes " + counted(parameters.size(), "argument") +
                        " and is called with " + std::to_string(arguments.size()));
  }
  const Ref<Scope> inner(new Scope(made.scope));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Value& value = arguments[i];
    if (parameters[i].type != nullptr) {
      value = coerce(std::move(value), *resolve_type(parameters[i].type, made.scope), made.code);
    }
    inner->bind(parameters[i].name, std::move(value));
  }
  return evaluate(made.code->parts[0], inner);
}

}  // namespace weft::spatial
