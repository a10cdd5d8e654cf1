// SPDX-License-Identifier: Apache-2.0
// Evaluates expressions that are not calls: see interpreter.hpp.
#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "base/number_text.hpp"
#include "frontends/spatial/interpreter.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

constexpr std::uint32_t deepest = 4000;

/// How much of a text that begins with % is a format.
std::size_t format_length(const std::string& text) {
  if (text.rfind('%', 0) != 0) return 0;
  std::size_t at = 1;
  while (at < text.size() && !ascii::is_letter(text[at])) ++at;
  return std::min(at + 1, text.size());
}

/// The number whose digits begin at `at`.
int digits_in(const std::string& text, std::size_t at) {
  int number = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && number < 100; ++at) {
    number = number * 10 + (text[at] - '0');
  }
  return number;
}

class Depth {
 public:
  explicit Depth(std::uint32_t& depth) : depth_(depth) { ++depth_; }
  ~Depth() { --depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  std::uint32_t& depth_;
};

}  // namespace

void Interpreter::fail(const Node* node, const std::string& message, Category category) const {
  sources_.fail(node != nullptr ? node->place : Place{}, message, category);
}

void Interpreter::unsupported(const Node* node, const std::string& what) const {
  fail(node, what, Category::unsupported);
}

Value Interpreter::evaluate(const Node* node, const Ref<Scope>& scope) {
  const Depth guard(depth_);
  if (depth_ > deepest) fail(node, "calls are nested too deeply", Category::limit);
  switch (node->kind) {
    case NodeKind::name:
      return evaluate_name(node, scope);
    case NodeKind::infix:
      return evaluate_infix(node, scope);
    case NodeKind::apply:
    case NodeKind::type_apply:
      return evaluate_apply(node, scope);
    case NodeKind::select:
      return evaluate_select(node, scope);
    case NodeKind::block:
      return evaluate_block(node, scope);
    case NodeKind::prefix:
      return negate(evaluate(node->parts[0], scope), node->symbol, node);
    case NodeKind::lambda:
    case NodeKind::cases:
      return evaluate_lambda(node, scope);
    case NodeKind::tuple: {
      std::vector<Value> items;
      for (const Node* part : node->parts) items.push_back(evaluate(part, scope));
      return list_value(std::move(items), ValueKind::tuple);
    }
    case NodeKind::if_:
      return evaluate_if(node, scope);
    case NodeKind::for_: {
      std::vector<Value> yielded;
      evaluate_for(node, scope, 0, node->flag ? &yielded : nullptr);
      return node->flag ? list_value(std::move(yielded)) : unit_value();
    }
    case NodeKind::while_:
      while (condition_of(evaluate(node->parts[0], scope), node->parts[0])) {
        evaluate(node->parts[1], scope);
      }
      return unit_value();
    case NodeKind::match:
      return evaluate_match(node, scope);
    case NodeKind::assign:
      return evaluate_assign(node, scope);
    case NodeKind::interpolated:
      return evaluate_interpolated(node, scope);
    case NodeKind::method_value:
      return evaluate(node->parts[0], scope);
    case NodeKind::typed:
      return coerce(evaluate(node->parts[0], scope), *resolve_type(node->type, scope), node);
    case NodeKind::definition:
      define(*node->definition, scope);
      return unit_value();
    case NodeKind::new_:
    case NodeKind::this_:
    case NodeKind::super:
      return evaluate_apply(node, scope);
    case NodeKind::throw_:
      fail(node, "the program throws: " + show(evaluate(node->parts[0], scope)), Category::check);
    case NodeKind::return_:
      unsupported(node, "return is not there yet");
    case NodeKind::spread:
    case NodeKind::argument:
      fail(node, "this may only stand in a list of arguments");
    default:
      return evaluate_literal(node);
  }
}

Value Interpreter::evaluate_literal(const Node* node) const {
  switch (node->kind) {
    case NodeKind::boolean:
      return boolean_value(node->integer != 0);
    case NodeKind::integer:
      return integer_value(node->integer);
    case NodeKind::long_integer:
      return long_value(node->integer);
    case NodeKind::single:
      return single_value(static_cast<float>(node->real));
    case NodeKind::real:
      return real_value(node->real);
    case NodeKind::character:
      return character_value(node->text[0]);
    case NodeKind::text:
      return text_value(node->text);
    case NodeKind::null: {
      Value made;
      made.kind = ValueKind::null;
      return made;
    }
    default:
      return unit_value();
  }
}

Value Interpreter::evaluate_lambda(const Node* node, const Ref<Scope>& scope) {
  auto* made = new FunctionObject;
  made->code = node;
  made->scope = scope;
  Value value;
  value.kind = ValueKind::function;
  value.object = made;
  return value;
}

/// A lazy value, an argument by name, or the thing itself.
Value Interpreter::force(Value& bound, const Ref<Scope>& holder, const Node* node) {
  if (bound.kind != ValueKind::lazy && bound.kind != ValueKind::thunk) return bound;
  const Ref<HeapObject> kept = bound.object;
  auto& delayed = static_cast<DelayedObject&>(*kept);
  if (bound.kind == ValueKind::thunk) return evaluate(delayed.code, delayed.scope);
  if (delayed.running) fail(node, "this value is needed before it is known");
  delayed.running = true;
  const Definition& definition = *delayed.definition;
  if (definition.pattern != nullptr) {
    bind_value(definition, evaluate(delayed.code, holder), holder);
    return unit_value();
  }
  Value value = evaluate(delayed.code, holder);
  if (definition.type != nullptr) {
    value = coerce(std::move(value), *resolve_type(definition.type, holder), delayed.code);
  }
  stager_->name_memory(value, definition.name);
  *holder->find_here(definition.name) = value;
  return value;
}

Value Interpreter::find_name(Symbol name, const Ref<Scope>& scope, const Node* node, bool& found) {
  for (Scope* at = scope.get(); at != nullptr; at = at->parent()) {
    Value* bound = at->find_here(name);
    if (bound == nullptr) continue;
    found = true;
    if (bound->kind == ValueKind::lazy || bound->kind == ValueKind::thunk) {
      const Ref<Scope> holder(at);
      return force(*bound, holder, node);
    }
    if (bound->kind != ValueKind::method) return *bound;
    Call call;
    call.node = node;
    call.scope = scope;
    std::vector<const Definition*> overloads;
    for (auto each = at->bindings().rbegin(); each != at->bindings().rend(); ++each) {
      if (each->first != name || each->second.kind != ValueKind::method) continue;
      overloads.push_back(reinterpret_cast<const Definition*>(each->second.bits));
    }
    return call_method(overloads, Ref<Scope>(at), call);
  }
  found = false;
  return {};
}

Value Interpreter::evaluate_name(const Node* node, const Ref<Scope>& scope) {
  bool found = false;
  Value value = find_name(node->symbol, scope, node, found);
  if (found) return value;
  Value module = module_value(node->symbol, node->flag);
  if (module.kind == ValueKind::module) return module;
  Call call;
  call.node = node;
  call.scope = scope;
  return call_head(node, call);
}

Value Interpreter::evaluate_block(const Node* node, const Ref<Scope>& scope) {
  bool defines = false;
  for (const Node* part : node->parts) defines = defines || part->kind == NodeKind::definition;
  const Ref<Scope> inner = defines ? Ref<Scope>(new Scope(scope)) : scope;
  for (const Node* part : node->parts) {
    // Functions and classes may be used before they are written
    if (part->kind != NodeKind::definition) continue;
    const DefinitionKind kind = part->definition->kind;
    const bool early = kind == DefinitionKind::function || kind == DefinitionKind::class_ ||
                       kind == DefinitionKind::trait || kind == DefinitionKind::object ||
                       kind == DefinitionKind::type;
    if (early) define(*part->definition, inner);
  }
  Value last;
  for (const Node* part : node->parts) {
    if (part->kind != NodeKind::definition) {
      last = evaluate(part, inner);
      continue;
    }
    last = unit_value();
    const DefinitionKind kind = part->definition->kind;
    if (kind == DefinitionKind::value || kind == DefinitionKind::variable ||
        kind == DefinitionKind::lazy_value) {
      define(*part->definition, inner);
    }
  }
  return last;
}

void Interpreter::define(const Definition& definition, const Ref<Scope>& scope) {
  switch (definition.kind) {
    case DefinitionKind::value:
    case DefinitionKind::variable: {
      if (definition.body == nullptr) return;
      Value value = evaluate(definition.body, scope);
      if (definition.type != nullptr) {
        value = coerce(std::move(value), *resolve_type(definition.type, scope), definition.body);
      }
      bind_value(definition, std::move(value), scope);
      return;
    }
    case DefinitionKind::lazy_value: {
      auto* delayed = new DelayedObject;
      delayed->code = definition.body;
      delayed->definition = &definition;
      Value bound;
      bound.kind = ValueKind::lazy;
      bound.object = delayed;
      scope->bind(definition.name, bound);
      return;
    }
    case DefinitionKind::function: {
      Value bound;
      bound.kind = ValueKind::method;
      bound.bits = reinterpret_cast<std::int64_t>(&definition);
      scope->bind(definition.name, bound);
      return;
    }
    case DefinitionKind::type: {
      Value bound;
      bound.kind = ValueKind::type;
      if (definition.type != nullptr) bound.object = resolve_type(definition.type, scope).get();
      if (bound.object) scope->bind(definition.name, bound);
      return;
    }
    case DefinitionKind::class_:
    case DefinitionKind::trait:
    case DefinitionKind::object:
      add_class(definition);
      if (scope.get() != globals_.get()) class_scopes_[&definition] = scope;
      return;
    default:
      return;
  }
}

void Interpreter::bind_value(const Definition& definition, Value value, const Ref<Scope>& scope) {
  if (definition.pattern == nullptr) {
    stager_->name_memory(value, definition.name);
    scope->bind(definition.name, std::move(value));
  } else if (!match_pattern(definition.pattern, value, *scope, scope)) {
    fail(definition.pattern,
         "the value does not have this form: it is " + std::string(kind_name(value)));
  }
}

Value Interpreter::evaluate_if(const Node* node, const Ref<Scope>& scope) {
  const Value condition = read_if_register(evaluate(node->parts[0], scope), node->parts[0]);
  if (condition.kind == ValueKind::node) {
    return stager_->branch(*this, node, condition, scope);
  }
  if (condition_of(condition, node->parts[0])) return evaluate(node->parts[1], scope);
  return node->parts[2] != nullptr ? evaluate(node->parts[2], scope) : unit_value();
}

Value Interpreter::evaluate_for(const Node* node, const Ref<Scope>& scope, std::size_t part,
                                std::vector<Value>* yielded) {
  if (part + 1 == node->parts.size()) {
    Value value = evaluate(node->parts[part], scope);
    if (yielded != nullptr) yielded->push_back(std::move(value));
    return unit_value();
  }
  const Node* each = node->parts[part];
  if (each->kind == NodeKind::guard) {
    const bool goes_on = condition_of(evaluate(each->parts[0], scope), each);
    return goes_on ? evaluate_for(node, scope, part + 1, yielded) : unit_value();
  }
  const Value source = evaluate(each->parts[1], scope);
  const auto one = [&](const Value& item) {
    const Ref<Scope> inner(new Scope(scope));
    if (match_pattern(each->parts[0], item, *inner, scope)) {
      evaluate_for(node, inner, part + 1, yielded);
    }
  };
  if (each->flag) {
    one(source);
  } else if (source.kind == ValueKind::range) {
    const bool staged = static_cast<RangeObject&>(*source.object).staged;
    for (const std::int64_t index : range_indices(source, each)) one(index_value(index, staged));
  } else {
    for (const Value& item : items_of(source, each).items) one(item);
  }
  return unit_value();
}

Value Interpreter::evaluate_match(const Node* node, const Ref<Scope>& scope) {
  return run_cases(node, 1, evaluate(node->parts[0], scope), scope);
}

Value Interpreter::run_cases(const Node* node, std::size_t first, const Value& value,
                             const Ref<Scope>& scope) {
  for (std::size_t i = first; i < node->parts.size(); ++i) {
    const Node* each = node->parts[i];
    const Ref<Scope> inner(new Scope(scope));
    if (!match_pattern(each->parts[0], value, *inner, scope)) continue;
    const Node* guard = each->parts[1];
    if (guard != nullptr && !condition_of(evaluate(guard, inner), guard)) continue;
    return evaluate(each->parts[2], inner);
  }
  fail(node, "no case takes " + show(value), Category::check);
}

Value Interpreter::evaluate_interpolated(const Node* node, const Ref<Scope>& scope) {
  std::string text;
  const bool formats = name_of(node->symbol) == "f";
  for (std::size_t i = 0; i < node->parts.size(); ++i) {
    const Node* part = node->parts[i];
    if (i % 2 != 0) {
      const Value value = evaluate(part, scope);
      const std::string& next = node->parts[i + 1]->text;
      text += formats && next.rfind('%', 0) == 0 ? formatted(value, next, node) : show(value);
    } else if (formats && i > 0) {
      text += part->text.substr(format_length(part->text));
    } else {
      text += part->text;
    }
  }
  return text_value(std::move(text));
}

/// By what a %d, %e, %.3f or %s at the beginning of `format` says.
std::string Interpreter::formatted(const Value& value, const std::string& format,
                                   const Node* node) {
  const std::string spec = format.substr(1, format_length(format) - 1);
  const std::size_t dot = spec.find('.');
  const int places = dot == std::string::npos ? 6 : digits_in(spec, dot + 1);
  switch (spec.empty() ? 's' : spec.back()) {
    case 'e':
      return scientific(real_of(value, node), places);
    case 'f':
      return fixed(real_of(value, node), places);
    case 'd':
      return std::to_string(integer_of(value, node, "a number"));
    case 's':
      return show(value);
    default:
      unsupported(node, "format %" + spec + " is not there yet");
  }
}

Value Interpreter::evaluate_assign(const Node* node, const Ref<Scope>& scope) {
  const Node* target = node->parts[0];
  if (target->kind == NodeKind::apply) {
    Value self = evaluate(target->parts[0], scope);
    Call call;
    call.node = target;
    call.scope = scope;
    std::vector<Node*> parts(target->parts.begin() + 1, target->parts.end());
    parts.push_back(node->parts[1]);
    call.lists.emplace_back(parts);
    return call_member(std::move(self), intern("update"), call);
  }
  Value value = evaluate(node->parts[1], scope);
  if (target->kind == NodeKind::name) return assign_name(target, std::move(value), scope);
  if (target->kind == NodeKind::select) {
    const Value self = evaluate(target->parts[0], scope);
    if (self.kind == ValueKind::instance) {
      auto& instance = static_cast<InstanceObject&>(*self.object);
      if (Value* field = instance.members->find_here(target->symbol)) {
        *field = std::move(value);
        return unit_value();
      }
    }
    return stager_->assign_property(*this, self, target, value);
  }
  fail(node, "nothing can be assigned to this");
}

Value Interpreter::assign_name(const Node* target, Value value, const Ref<Scope>& scope) {
  for (Scope* at = scope.get(); at != nullptr; at = at->parent()) {
    if (Value* bound = at->find_here(target->symbol)) {
      if (stager_->staging() && value.kind == ValueKind::node) {
        unsupported(target, "a var that holds a staged number is not there yet; use a Reg");
      }
      *bound = std::move(value);
      return unit_value();
    }
  }
  fail(target, "no variable " + std::string(name_of(target->symbol)) + " is known here");
}

}  // namespace weft::spatial
