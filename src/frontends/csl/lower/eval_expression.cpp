// SPDX-License-Identifier: Apache-2.0
// Expressions: dispatch, names, members, literals.
#include "base/counted.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {
namespace {
constexpr unsigned deepest_evaluation = 1000;
}

Value Evaluator::evaluate(const Node& node, const Type* hint) {
  step(node);
  if (nesting_ > deepest_evaluation) fail(node, "evaluation is nested too deeply");
  const Restore<unsigned> deeper(nesting_, nesting_ + 1);
  Value value = evaluate_node(node, hint);
  const bool runs = value.form == Form::in_register ||
                    (value.form == Form::in_descriptor && !value.type->is(TypeKind::dsr));
  if (emitter_ == nullptr && runs) fail(node, "this must be known at compile time");
  return value;
}

Value Evaluator::evaluate_node(const Node& node, const Type* hint) {
  switch (node.kind) {
    case NodeKind::integer_literal:
    case NodeKind::real_literal:
    case NodeKind::bool_literal:
    case NodeKind::string_literal:
      return literal_number(node);
    case NodeKind::undefined_literal:
      return undefined(types().simple(TypeKind::undefined));
    case NodeKind::identifier:
      return identifier(node);
    case NodeKind::member:
      return member(node);
    case NodeKind::index:
    case NodeKind::dereference:
      return load(locate(node), node);
    case NodeKind::address_of:
      return address_of(node);
    case NodeKind::unary:
      return unary(node, hint);
    case NodeKind::binary:
      return binary(node, hint);
    case NodeKind::logical_and:
    case NodeKind::logical_or:
      return logical(node);
    case NodeKind::call:
      return call(node);
    case NodeKind::builtin_call:
      return builtin(node, hint);
    case NodeKind::struct_literal:
      return struct_literal(node, hint);
    case NodeKind::array_literal:
      return array_literal(node);
    case NodeKind::affine:
      return affine(node);
    case NodeKind::comptime_value:
      return comptime_value(node, hint);
    case NodeKind::array_type:
      return array_type(node);
    case NodeKind::pointer_type:
      return pointer_type(node);
    case NodeKind::function_type:
      return function_type(node);
    case NodeKind::struct_type:
      return struct_type(node);
    case NodeKind::enum_type:
      return enum_type(node);
    case NodeKind::if_else:
      return if_value(node, hint);
    case NodeKind::switch_else: {
      Value value = nothing();
      switch_statement(node, &value, hint);
      return value;
    }
    case NodeKind::block:
      return block_value(node, hint);
    default:
      fail(node, "a statement cannot stand here");
  }
}

Value Evaluator::literal_number(const Node& node) {
  switch (node.kind) {
    case NodeKind::integer_literal:
      if (node.integer > static_cast<std::uint64_t>(INT64_MAX)) {
        unsupported(node, "integers above 2^63 - 1");
      }
      return number(types().comptime_integer, static_cast<std::int64_t>(node.integer));
    case NodeKind::real_literal:
      return real(types().comptime_real, node.real);
    case NodeKind::bool_literal:
      return boolean(node.integer != 0);
    default: {
      Value value;
      value.type = types().simple(TypeKind::string);
      value.form = Form::string;
      value.name = node.name;
      return value;
    }
  }
}

Value Evaluator::identifier(const Node& node) {
  switch (node.binding) {
    case Binding::local: {
      const Slot& slot = slot_of(node);
      if (slot.kind == Slot::Kind::constant || slot.kind == Slot::Kind::comptime_variable) {
        return slot.value;
      }
      return load(locate_identifier(node), node);
    }
    case Binding::global:
      return global_value(*frame_->module, node.slot, node);
    case Binding::universe:
      return universe(node);
    case Binding::unresolved:
      break;
  }
  fail(node, "unknown name '" + text(node.name) + "'" + near_identifier(node));
}

Value Evaluator::universe(const Node& node) {
  const auto first_direction = static_cast<int>(Universe::WEST_);
  if (node.slot < first_direction) return type_value(universe_type(node.slot));
  return number(types().simple(TypeKind::direction), node.slot - first_direction);
}

Value Evaluator::member(const Node& node) {
  const Node& base = *node.a;
  // Evaluated once: it may call a function.
  const Value value = evaluate(base);
  if (value.form == Form::in_memory || value.form == Form::in_register ||
      value.form == Form::address) {
    return load(member_place(place_of_value(value, base), node), node);
  }
  return member_of(value, node);
}

Value Evaluator::member_of(const Value& base, const Node& node) {
  switch (base.form) {
    case Form::module: {
      const auto& index = base.module->file->global_index;
      const auto found = index.find(node.name);
      if (found == index.end()) {
        fail(node, "'" + base.module->path + "' has no member '" + text(node.name) + "'" +
                       near_member(*base.module, node.name));
      }
      return global_value(*base.module, found->second, node);
    }
    case Form::fields: {
      const Value* part = field(base, node.name);
      if (part == nullptr) {
        fail(node, "the struct has no field '" + text(node.name) + "'" +
                       near(node.name, static_cast<const Fields&>(*base.object).shape->names));
      }
      return *part;
    }
    case Form::type:
      for (std::size_t i = 0; base.meta->is(TypeKind::enumeration) && i < base.meta->names.size();
           ++i) {
        if (base.meta->names[i] == node.name) return number(base.meta, base.meta->numbers[i]);
      }
      fail(node, "type " + base.meta->text + " has no member '" + text(node.name) + "'" +
                     near(node.name, base.meta->names));
    case Form::array:
      if (node.name == context_.known.len_) {
        return number(types().comptime_integer, base.type->count);
      }
      break;
    default:
      break;
  }
  fail(node, describe(base) + " has no member '" + text(node.name) + "'");
}

Value Evaluator::struct_literal(const Node& node, const Type* hint) {
  if (node.a != nullptr) return record_literal(node, type_at(*node.a));
  if (hint != nullptr && hint->is(TypeKind::record)) return record_literal(node, hint);
  if (node.cache == nullptr) node.cache = context_.shape(node.names);
  std::vector<Value> values;
  values.reserve(node.list.size());
  const Type* element = hint != nullptr && hint->is(TypeKind::array) && hint->extents.size() == 1
                            ? hint->element
                            : nullptr;
  for (const Node* part : node.list) values.push_back(evaluate(*part, element));
  return make_fields(static_cast<const Shape*>(node.cache), std::move(values));
}

Value Evaluator::record_literal(const Node& node, const Type* type) {
  if (!type->is(TypeKind::record)) fail(node, type->text + " is no struct type");
  std::vector<Value> values(type->names.size());
  std::vector<bool> given(type->names.size(), false);
  for (std::size_t i = 0; i < node.list.size(); ++i) {
    std::size_t at = 0;
    while (at < type->names.size() && type->names[at] != node.names[i]) ++at;
    if (at == type->names.size()) {
      fail(*node.list[i], "the struct has no field '" + text(node.names[i]) + "'");
    }
    values[at] =
        coerce(evaluate(*node.list[i], type->members[at]), type->members[at], *node.list[i]);
    given[at] = true;
  }
  const Aggregate& record = *static_cast<const Node*>(type->origin)->record;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (given[i]) continue;
    if (record.defaults[i] == nullptr) {
      fail(node, "field '" + text(type->names[i]) + "' has no value");
    }
    Frame home;
    home.module = type->home;
    home.caller = frame_;
    const Restore<Frame*> in_home(frame_, &home);
    values[i] = coerce(evaluate(*record.defaults[i], type->members[i]), type->members[i], node);
  }
  Value out = make_fields(context_.shape(type->names), std::move(values));
  out.type = type;
  return out;
}

Value Evaluator::array_literal(const Node& node) {
  const Type* element = type_at(*node.a->a);
  std::vector<std::uint32_t> extents;
  for (const Node* extent : node.a->list) {
    if (extent == nullptr) {
      if (node.a->list.size() != 1) fail(node, "only a one-dimensional array may be [_]");
      extents.push_back(static_cast<std::uint32_t>(node.list.size()));
    } else {
      extents.push_back(static_cast<std::uint32_t>(integer_in(*extent, 0, 1 << 20, "an extent")));
    }
  }
  std::vector<Value> values;
  values.reserve(node.list.size());
  for (const Node* part : node.list) {
    values.push_back(coerce(evaluate(*part, element), element, *part));
  }
  const Type* type = context_.types.array(element, std::move(extents));
  if (values.size() != type->count) {
    fail(node, type->text + " needs " + counted(type->count, "element") + ", found " +
                   std::to_string(values.size()));
  }
  auto* array = new Array;
  array->values = std::move(values);
  Value value;
  value.type = type;
  value.form = Form::array;
  value.object = Ref<Object>(array);
  return value;
}

Value Evaluator::comptime_value(const Node& node, const Type* hint) {
  const Restore<Emitter*> no_code(emitter_, nullptr);
  return evaluate(*node.a, hint);
}

Value Evaluator::affine(const Node& node) {
  const Restore<bool> free(free_indices_, true);
  const Restore<Emitter*> no_code(emitter_, nullptr);
  auto* affine = new Affine;
  Value out;
  out.type = types().simple(TypeKind::affine);
  out.form = Form::affine;
  out.object = Ref<Object>(affine);
  if (node.extents.size() != node.captures.size()) {
    fail(node, "a tensor access needs an extent for each induction variable");
  }
  for (const Node* extent : node.extents) {
    affine->extents.push_back(
        static_cast<std::uint32_t>(integer_in(*extent, 0, 0xffff, "an extent")));
  }
  // The access is affine: its value at the origin and one step along each axis say it all.
  const auto at = [&](std::size_t axis, std::int64_t index) {
    for (std::size_t i = 0; i < node.captures.size(); ++i) {
      bind_capture(*node.captures[i], number(types().comptime_integer, i == axis ? index : 0));
    }
    Place place = locate(*node.a);
    if (place.kind != Place::Kind::in_memory || place.index_register != wse::no_register ||
        place.type->is_aggregate()) {
      fail(node, "a tensor access must end in an element of a global array");
    }
    affine->variable = place.variable;
    affine->element = place.type;
    return place.offset;
  };
  affine->offset = at(0, 0);
  for (std::size_t axis = 0; axis < node.captures.size(); ++axis) {
    const std::int64_t stride = at(axis, 1) - affine->offset;
    const std::int64_t last = static_cast<std::int64_t>(affine->extents[axis]) - 1;
    if (last > 1 && at(axis, last) - affine->offset != last * stride) {
      fail(node, "the index of a tensor access must be affine in its induction variables");
    }
    affine->strides.push_back(stride);
  }
  return out;
}

}  // namespace weft::csl
