// SPDX-License-Identifier: Apache-2.0
// Conversions: those that the language makes itself (coerce), and those of @as (cast).
#include "base/counted.hpp"
#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {
namespace {

/// Every value of `from` is one of `to`.
bool widens(const Type& from, const Type& to) {
  if (from.is(TypeKind::integer) && to.is(TypeKind::integer)) {
    if (from.is_signed == to.is_signed) return from.bits <= to.bits;
    return !from.is_signed && from.bits < to.bits;
  }
  return from.is(TypeKind::real) && to.is(TypeKind::real) && from.bits <= to.bits;
}

}  // namespace

const Type* Evaluator::default_type(const Type* type) const {
  if (type->is(TypeKind::comptime_integer)) return types().i16;
  if (type->is(TypeKind::comptime_real)) return types().f32;
  return type;
}

bool Evaluator::pointer_fits(const Type& from, const Type& to) const {
  if (from.is_const && !to.is_const) return false;
  if (from.element == to.element) return true;
  if (to.element->is(TypeKind::any)) return true;
  // *[n, m]T to [*]T, and to *[n]T of as many elements.
  if (!from.element->is(TypeKind::array)) return false;
  if (to.is_many) return from.element->element == to.element;
  return to.element->is(TypeKind::array) && to.element->element == from.element->element &&
         to.element->count == from.element->count;
}

Value Evaluator::coerce(Value value, const Type* type, const Node& node) {
  if (value.type == type || type->is(TypeKind::any)) return value;
  if (value.form == Form::undefined) return undefined(type);
  const Type& from = *value.type;
  if (value.is_known() && value.form == Form::number && from.is_number() && type->is_number()) {
    const bool fits = (from.is_integral() && (type->is_integral() || type->is_real())) ||
                      (from.is_real() && type->is_real());
    const bool lossy = from.is(TypeKind::integer) && type->is_real();
    if (fits && !lossy) return convert_known(value, type, true, node);
  }
  if (value.is_runtime() && widens(from, *type)) return convert_runtime(value, type, node);
  if (from.is(TypeKind::pointer) && type->is(TypeKind::pointer) && pointer_fits(from, *type)) {
    value.type = type;
    return value;
  }
  if (value.form == Form::function && type->is(TypeKind::pointer) &&
      type->element->is(TypeKind::function)) {
    return value;
  }
  if (value.form == Form::function && type->is(TypeKind::function)) return value;
  if (type->is_aggregate() && (value.form == Form::fields || value.form == Form::array)) {
    return coerce_aggregate(value, type, node);
  }
  if (type->is(TypeKind::literal) && value.form == Form::fields) return value;
  fail(node, "expected " + type->text + ", found " + describe(value));
}

Value Evaluator::coerce_aggregate(const Value& value, const Type* type, const Node& node) {
  std::vector<Value> parts;
  bool splat = false;
  if (value.form == Form::fields) {
    const auto& fields = static_cast<const Fields&>(*value.object);
    if (type->is(TypeKind::record)) {
      parts.resize(type->names.size());
      for (std::size_t i = 0; i < type->names.size(); ++i) {
        const Value* part = field(value, type->names[i]);
        if (part == nullptr) fail(node, "field '" + text(type->names[i]) + "' has no value");
        parts[i] = coerce(*part, type->members[i], node);
      }
      for (const Name name : fields.shape->names) {
        bool known = false;
        for (const Name member : type->names) known |= member == name;
        if (!known) fail(node, "the struct has no field '" + text(name) + "'");
      }
      Value out = make_fields(context_.shape(type->names), std::move(parts));
      out.type = type;
      return out;
    }
    parts = fields.values;
  } else {
    const auto& array = static_cast<const Array&>(*value.object);
    if (!type->is(TypeKind::array) || value.type->count != type->count) {
      fail(node, "expected " + type->text + ", found " + value.type->text);
    }
    parts = array.values;
    splat = array.splat;
  }
  if (!splat && parts.size() != type->count) {
    fail(node, type->text + " needs " + counted(type->count, "element") + ", found " +
                   std::to_string(parts.size()));
  }
  for (Value& part : parts) part = coerce(std::move(part), type->element, node);
  auto* array = new Array;
  array->splat = splat;
  array->values = std::move(parts);
  Value out;
  out.type = type;
  out.form = Form::array;
  out.object = Ref<Object>(array);
  return out;
}

Value Evaluator::convert_known(const Value& value, const Type* type, bool checked,
                               const Node& node) {
  Scalar from;
  from.integer = value.integer;
  Scalar to;
  if (const char* error = fold_convert(*value.type, *type, from, checked, context_.rules, to)) {
    fail(node, std::string(error) + " " + type->text + ": " + describe(value));
  }
  Value out = value;
  out.type = type;
  out.integer = to.integer;
  if (value.symbolic != nullptr) {
    out.symbolic =
        context_.symbolics.convert(value.type, type, value.symbolic, checked, node.where);
  }
  return out;
}

/// Whether a known number can be of an integral type: a real one may be out of its range, which a
/// tile answers and a compiler does not.
bool Evaluator::has_integer(const Value& value, const Type* type) const {
  Scalar from;
  Scalar to;
  from.integer = value.integer;
  return emitter_ == nullptr || !value.type->is_real() || type->is_real() ||
         fold_convert(*value.type, *type, from, false, context_.rules, to) == nullptr;
}

Value Evaluator::convert_runtime(const Value& value, const Type* type, const Node& node) {
  const Type& from = *value.type;
  const Register source = to_register(value, node);
  // Registers hold sign- or zero-extended values: widening changes nothing.
  const bool integers = !from.is_real() && !type->is_real();
  if (integers && (widens(from, *type) || from.is(TypeKind::boolean) || &from == type)) {
    return in_register(type, source);
  }
  return in_register(type, emitter_->emit_to_new(wse::Operation::convert, machine_type(from),
                                                 source, wse::no_register,
                                                 static_cast<std::int32_t>(machine_type(*type))));
}

Value Evaluator::cast(Value value, const Type* type, const Node& node) {
  if (value.type == type || value.form == Form::undefined) return coerce(value, type, node);
  const Type& from = *value.type;
  const bool numeric = from.is_number() || from.is(TypeKind::enumeration);
  const bool to_number = type->is_number() && !type->is(TypeKind::boolean);
  if (numeric && (to_number || (type->is(TypeKind::boolean) && from.is_integral()))) {
    if (value.is_known()) {
      const bool comptime = from.is(TypeKind::comptime_integer) && type->is_integral();
      if (value.inlined && !has_integer(value, type)) return convert_runtime(value, type, node);
      return convert_known(value, type, comptime, node);
    }
    return convert_runtime(value, type, node);
  }
  if (type->is(TypeKind::enumeration) && from.is_integral()) {
    Value out = value.is_known() ? convert_known(value, type->element, true, node)
                                 : convert_runtime(value, type->element, node);
    out.type = type;
    return out;
  }
  return coerce(std::move(value), type, node);
}

}  // namespace weft::csl
