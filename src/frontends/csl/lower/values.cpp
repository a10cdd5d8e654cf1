// SPDX-License-Identifier: Apache-2.0
// Making and reading values that are known at compile time.
#include <algorithm>

#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {

Value Evaluator::number(const Type* type, std::int64_t integer) const {
  Value value;
  value.type = type;
  value.form = Form::number;
  value.integer = integer;
  return value;
}

Value Evaluator::real(const Type* type, double content) const {
  Value value;
  value.type = type;
  value.form = Form::number;
  value.real = content;
  return value;
}

Value Evaluator::type_value(const Type* type) const {
  Value value;
  value.type = types().simple(TypeKind::type);
  value.form = Form::type;
  value.meta = type;
  return value;
}

Value Evaluator::nothing() const {
  Value value;
  value.type = types().void_;
  return value;
}

Value Evaluator::undefined(const Type* type) const {
  Value value;
  value.type = type;
  value.form = Form::undefined;
  return value;
}

Value Evaluator::make_fields(const Shape* shape, std::vector<Value> values) const {
  auto* fields = new Fields;
  fields->shape = shape;
  fields->values = std::move(values);
  Value value;
  value.type = types().simple(TypeKind::literal);
  value.form = Form::fields;
  value.object = Ref<Object>(fields);
  return value;
}

void Evaluator::decide(const Value& value) {
  if (value.symbolic == nullptr || unit_ == nullptr) return;
  Scalar scalar;
  scalar.integer = value.integer;  // the bits, of a real number too
  unit_->decide(value.symbolic, scalar);
}

bool Evaluator::varies(const Value& value) const {
  return value.symbolic != nullptr && unit_ != nullptr && !unit_->is_determined(value.symbolic);
}

std::int64_t Evaluator::integer_of(const Value& value, const Node& node) {
  if (value.is_runtime()) fail(node, "this must be known at compile time");
  if (value.form != Form::number || value.type->is_real()) {
    fail(node, "expected an integer, found " + describe(value));
  }
  decide(value);
  return value.integer;
}

std::int64_t Evaluator::integer_in(const Node& node, std::int64_t lowest, std::int64_t highest,
                                   const char* what) {
  const std::int64_t value = integer_of(evaluate(node), node);
  if (value < lowest || value > highest) {
    fail(node, std::string(what) + " is " + std::to_string(value) + ", outside of " +
                   std::to_string(lowest) + " to " + std::to_string(highest));
  }
  return value;
}

bool Evaluator::bool_of(const Value& value, const Node& node) {
  if (value.is_runtime()) fail(node, "this must be known at compile time");
  if (!value.type->is(TypeKind::boolean) || value.form != Form::number) {
    fail(node, "expected a bool, found " + describe(value));
  }
  decide(value);
  return value.integer != 0;
}

double Evaluator::real_of(const Value& value) {
  Scalar scalar;
  scalar.integer = value.integer;
  return real_value(*value.type, scalar);
}

const Type* Evaluator::type_of(const Value& value, const Node& node) const {
  if (value.form != Form::type) fail(node, "expected a type, found " + describe(value));
  return value.meta;
}

const Fields& Evaluator::fields_of(const Value& value, const Node& node) const {
  if (value.form != Form::fields) fail(node, "expected a struct, found " + describe(value));
  return static_cast<const Fields&>(*value.object);
}

const Value* Evaluator::field(const Value& value, Name name) const {
  if (value.form != Form::fields) return nullptr;
  const auto& fields = static_cast<const Fields&>(*value.object);
  const int index = fields.shape->find(name);
  return index < 0 ? nullptr : &fields.values[static_cast<std::size_t>(index)];
}

const FunctionInstance* Evaluator::function_of(const Value& value, const Node& node) const {
  if (value.is_runtime()) unsupported(node, "function pointers chosen at run time");
  if (value.form != Form::function) fail(node, "this is no function but " + describe(value));
  return value.function;
}

bool Evaluator::same_value(const Value& a, const Value& b) const {
  if (a.type != b.type || a.form != b.form || a.symbolic != b.symbolic) return false;
  if (a.variable != b.variable) return false;
  switch (a.form) {
    case Form::nothing:
    case Form::undefined:
      return true;
    case Form::string:
      return a.name == b.name;
    case Form::array: {
      const auto& x = static_cast<const Array&>(*a.object);
      const auto& y = static_cast<const Array&>(*b.object);
      const std::size_t count = std::max(x.values.size(), y.values.size());
      for (std::size_t i = 0; i < count; ++i) {
        if (!same_value(x.at(i), y.at(i))) return false;
      }
      return true;
    }
    case Form::fields: {
      const auto& x = static_cast<const Fields&>(*a.object);
      const auto& y = static_cast<const Fields&>(*b.object);
      if (x.shape != y.shape || x.values.size() != y.values.size()) return false;
      for (std::size_t i = 0; i < x.values.size(); ++i) {
        if (!same_value(x.values[i], y.values[i])) return false;
      }
      return true;
    }
    case Form::range:
    case Form::affine:
    case Form::descriptor:
      return a.object.get() == b.object.get();
    default:
      return a.integer == b.integer;
  }
}

}  // namespace weft::csl
