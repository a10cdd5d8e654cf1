// SPDX-License-Identifier: Apache-2.0
// Builtins that convert values and make arrays and ranges.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

Value Evaluator::builtin_types(const Node& node, const Type* hint) {
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::as_: {
      expect_arguments(node, 2, 2);
      const Type* type = type_at(*node.list[0]);
      return cast(evaluate(*node.list[1], type->is_number() ? nullptr : type), type, *node.list[1]);
    }
    case Builtin::bitcast_:
      return bitcast(node);
    case Builtin::ptrcast_: {
      expect_arguments(node, 2, 2);
      const Type* type = type_at(*node.list[0]);
      Value value = evaluate(*node.list[1]);
      if (!type->is(TypeKind::pointer) || !value.type->is(TypeKind::pointer)) {
        fail(node, "@ptrcast takes a pointer type and a pointer");
      }
      value.type = type;
      return value;
    }
    case Builtin::zeros_:
      return zeros(node);
    case Builtin::constants_: {
      expect_arguments(node, 2, 2);
      const Type* type = type_at(*node.list[0]);
      if (!type->is(TypeKind::array)) fail(node, "@constants needs an array type");
      return filled_array(
          type, coerce(evaluate(*node.list[1], type->element), type->element, *node.list[1]));
    }
    case Builtin::range_:
      return range(node);
    case Builtin::rank_:
      expect_arguments(node, 1, 1);
      return number(types().u16, static_cast<std::int64_t>(type_at(*node.list[0])->extents.size()));
    case Builtin::dimensions_: {
      expect_arguments(node, 1, 1);
      const Type* type = type_at(*node.list[0]);
      auto* array = new Array;
      for (const std::uint32_t extent : type->extents) {
        array->values.push_back(number(types().u32, extent));
      }
      Value value;
      value.form = Form::array;
      value.object = Ref<Object>(array);
      value.type =
          context_.types.array(types().u32, {static_cast<std::uint32_t>(type->extents.size())});
      return value;
    }
    case Builtin::element_type_: {
      expect_arguments(node, 1, 1);
      const Type* type = type_at(*node.list[0]);
      if (type->element == nullptr) fail(node, type->text + " has no element type");
      return type_value(type->element);
    }
    default: {
      expect_arguments(node, 1, 1);
      static_cast<void>(hint);
      return type_value(type_of_operand(*node.list[0]));
    }
  }
}

/// The type of an operand of @type_of, which is looked at and not run: what it would emit goes to
/// an emitter of its own, a called function's result type is read without its body, and what it
/// would change of comptime variables is put back.
const Type* Evaluator::type_of_operand(const Node& node) {
  if (node.kind == NodeKind::identifier && node.binding == Binding::local) {
    const Slot& slot = slot_of(node);
    if (slot.kind == Slot::Kind::constant) return slot.value.type;
    if (slot.kind != Slot::Kind::empty) return slot.type;
  }
  if (unit_ == nullptr) return evaluate(node).type;
  Emitter scratch = function_ == nullptr ? Emitter() : function_->without_code();
  const std::vector<Slot> slots = frame_->slots;
  const TileUnit::Placement placement = unit_->placement();
  const Restore<Emitter*> not_run(emitter_, &scratch);
  const Restore<Emitter*> of_function(function_, &scratch);
  const Restore<bool> looking(looking_, true);
  const Restore<const Node*> no_body(typed_call_, node.kind == NodeKind::call ? &node : nullptr);
  const Type* type = evaluate(node).type;
  frame_->slots = slots;
  unit_->take_back(placement);
  return type;
}

Value Evaluator::bitcast(const Node& node) {
  expect_arguments(node, 2, 2);
  const Type* type = type_at(*node.list[0]);
  Value value = evaluate(*node.list[1]);
  if (type->is(TypeKind::pointer)) return pointer_from_number(type, std::move(value), node);
  if (!type->is_scalar()) fail(node, "@bitcast to " + type->text);
  if (value.type->is(TypeKind::comptime_integer)) {
    value = coerce(value, context_.types.integer(8 * type->bytes, false), node);
  } else if (value.type->is(TypeKind::comptime_real) && (type->bytes == 2 || type->bytes == 4)) {
    value = coerce(value, context_.types.real(8 * type->bytes), node);
  }
  if (!type->is_scalar() || !value.type->is_scalar() || type->bytes != value.type->bytes) {
    fail(node, "@bitcast between " + type->text + " and " + value.type->text);
  }
  if (value.form == Form::number) {
    Scalar scalar;
    scalar.integer = value.integer;
    const Scalar result = from_register_bits(*type, register_bits(*value.type, scalar));
    Value out = number(type, result.integer);
    if (value.symbolic != nullptr) {
      out.symbolic = context_.symbolics.bitcast(value.type, type, value.symbolic);
    }
    return out;
  }
  const Register source = to_register(value, node);
  if (value.type->is_real() == type->is_real() && value.type->is_signed == type->is_signed) {
    return in_register(type, source);
  }
  return in_register(type, emitter_->emit_to_new(wse::Operation::bitcast, machine_type(*value.type),
                                                 source, wse::no_register,
                                                 static_cast<std::int32_t>(machine_type(*type))));
}

Value Evaluator::filled_array(const Type* type, Value element) const {
  auto* array = new Array;
  array->splat = true;
  array->values.push_back(std::move(element));
  Value value;
  value.type = type;
  value.form = Form::array;
  value.object = Ref<Object>(array);
  return value;
}

Value Evaluator::zeros(const Node& node) {
  expect_arguments(node, 1, 1);
  const Type* type = type_at(*node.list[0]);
  if (!type->is(TypeKind::array)) fail(node, "@zeros needs an array type, found " + type->text);
  Value value = zero_value(type);
  if (value.form == Form::undefined) fail(node, "@zeros of " + type->text);
  return value;
}

Value Evaluator::zero_value(const Type* type) const {
  if (type->is(TypeKind::array)) {
    Value element = zero_value(type->element);
    return element.form == Form::undefined ? undefined(type) : filled_array(type, element);
  }
  if (!type->has_payload()) return undefined(type);
  return number(type, 0);  // of reals the bits are 0, too
}

Value Evaluator::range(const Node& node) {
  expect_arguments(node, 2, 4);
  const Type* type = type_at(*node.list[0]);
  if (!type->is_integral()) fail(node, "@range counts in an integer type, found " + type->text);
  std::vector<Value> bounds(3);
  const std::size_t first = node.list.size() == 2 ? 1 : 2;
  const auto bound = [&](std::size_t i) {
    return coerce(evaluate(*node.list[i], type), type, *node.list[i]);
  };
  bounds[0] = node.list.size() == 2 ? number(type, 0) : bound(1);
  bounds[1] = bound(first);
  bounds[2] = node.list.size() == 4 ? bound(3) : number(type, 1);
  if (integer_of(bounds[2], node) == 0) fail(node, "the step of @range is zero");
  Value value = make_fields(context_.shape({}), std::move(bounds));
  value.type = types().simple(TypeKind::range);
  value.form = Form::range;
  return value;
}

}  // namespace weft::csl
