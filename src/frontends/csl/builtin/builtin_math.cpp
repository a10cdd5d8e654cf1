// SPDX-License-Identifier: Apache-2.0
// The functions of <math> (@weft_math): on the tile's own arithmetic, or folded where the SDK's
// documentation lets them be evaluated at compile time.
#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {
namespace {

bool is_of_integers(wse::MathFunction function) {
  return function == wse::MathFunction::absolute || function == wse::MathFunction::sign;
}

bool is_literal(const Type& type) {
  return type.is(TypeKind::comptime_integer) || type.is(TypeKind::comptime_real);
}

}  // namespace

/// "math.sqrt", of the library function that is being evaluated.
std::string Evaluator::math_name() const {
  if (frame_->instance == nullptr) return "this function";
  return "math." + text(frame_->instance->function->name);
}

/// (number of the function, a [, b])
Value Evaluator::math(const Node& node) {
  expect_arguments(node, 2, 3);
  const auto function = static_cast<wse::MathFunction>(integer_of(evaluate(*node.list[0]), node));
  Value a = evaluate(*node.list[1]);
  const Type* type = a.type;
  const auto check = [&](const Value& value) {
    const bool is_real = value.type->is_real() || value.type->is(TypeKind::comptime_integer);
    if (is_real || (is_of_integers(function) && value.type->is_integral())) return;
    fail(node, math_name() + " takes " +
                   (is_of_integers(function) ? "a number" : "an f16 or an f32") + ", found " +
                   describe(value));
  };
  check(a);
  if (type->is(TypeKind::comptime_integer) && !is_of_integers(function)) {
    a = coerce(std::move(a), type = types().comptime_real, node);
  }
  if (a.form == Form::number && has_known_math(function) &&
      (emitter_ == nullptr || is_literal(*type))) {
    return known_math(node, function, a);
  }
  if (emitter_ == nullptr) fail(node, math_name() + " has a value at run time only");
  if (function == wse::MathFunction::absolute && type->is_integral() && !type->is_signed) return a;
  Value b;
  if (node.list.size() > 2) {
    b = evaluate(*node.list[2]);
    check(b);
    type = peer_type(a, b, TokenKind::plus, node);
  }
  // A literal alone is an f32: a tile has no number without a width.
  if (is_literal(*type)) type = types().f32;
  const Register first = to_register(a, type, node);
  const Register second =
      node.list.size() > 2 ? to_register(b, type, node) : Register{wse::no_register};
  return in_register(type, emitter_->emit_to_new(wse::Operation::math, machine_type(*type), first,
                                                 second, static_cast<std::int32_t>(function)));
}

Value Evaluator::known_math(const Node& node, wse::MathFunction function, const Value& a) {
  decide(a);
  Scalar operand;
  operand.integer = a.integer;
  Scalar result;
  if (const char* error = fold_math(function, *a.type, operand, context_.rules, result)) {
    fail(node, math_name() + " of " + describe(a) + ": " + error);
  }
  return number(a.type, result.integer);
}

}  // namespace weft::csl
