// SPDX-License-Identifier: Apache-2.0
// Functions of numbers: mux, min, max, exp, random, on the host and on the accelerator.
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

Value mux_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  if (given.size() != 3) interpreter.fail(call.node, "mux takes a Bit and two values");
  return interpreter.stager().select(given[0], given[1], given[2], call.node);
}

/// Of two or more: min, max.
template <tree::Operation operation>
Value extreme_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  Value made = interpreter.read_if_register(interpreter.argument(call, given, 0), call.node);
  for (std::size_t i = 1; i < given.size(); ++i) {
    const Value other = interpreter.read_if_register(given[i], call.node);
    const bool scala = is_scala_number(made) && is_scala_number(other);
    if (!scala) {
      made = interpreter.stager().function(interpreter, operation, {made, other}, call.node);
      continue;
    }
    const Value less = interpreter.arithmetic(Arithmetic::less, made, other, call.node);
    const bool first = interpreter.condition_of(less, call.node);
    made = first == (operation == tree::Operation::minimum) ? made : other;
  }
  return made;
}

template <tree::Operation operation>
Value function_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return interpreter.stager().function(interpreter, operation,
                                       {interpreter.argument(call, given, 0)}, call.node);
}

Value power_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return interpreter.arithmetic(Arithmetic::power, interpreter.argument(call, given, 0),
                                interpreter.argument(call, given, 1), call.node);
}

/// pack(a, b), Tup2(a, b)
Value pack_builtin(Interpreter& interpreter, Call& call) {
  return list_value(interpreter.arguments(call).values, ValueKind::tuple);
}

/// random[T](max): fixed formats whole numbers in [0, max), floating ones all of [0, max); without
/// an argument max is 100, as on Spatial's hosts.
Value random_builtin(Interpreter& interpreter, Call& call) {
  const tree::NumberType type = interpreter.type_argument(call, tree::int_type);
  const Arguments given = interpreter.optional_arguments(call);
  const std::uint32_t bits = interpreter.random().next();
  if (type == tree::bit_type) return boolean_value((bits & 1U) != 0);
  const double most = given.size() > 0 ? interpreter.real_of(given[0], call.node) : 100.0;
  if (!(most > 0)) interpreter.fail(call.node, "random needs a maximum above 0");
  if (type.kind == tree::NumberKind::floating) {
    const float unit = static_cast<float>(bits) / static_cast<float>(0x7fffffff);
    return number_value(type, tree::from_double(static_cast<double>(unit) * most, type));
  }
  const auto whole = static_cast<std::uint64_t>(most < 1 ? 1 : most);
  return number_value(type, tree::from_integer(static_cast<std::int64_t>(bits % whole), type));
}

Value log2_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::int64_t value =
      interpreter.integer_of(interpreter.argument(call, given, 0), call.node, "a number");
  std::int64_t power = 0;
  while ((std::int64_t{1} << power) < value) ++power;
  return integer_value(power);
}

/// implicitly[Numeric[T]]: what arithmetic of T is; here one thing for all numbers.
Value implicit_builtin(Interpreter& /*interpreter*/, Call& /*call*/) {
  return module_value(intern("math"), false);
}

template <int value>
Value unit_number_builtin(Interpreter& /*interpreter*/, Call& /*call*/) {
  return integer_value(value);
}

template <int bits>
Value integer_builtin(Interpreter& interpreter, Call& call) {
  const tree::NumberType type{tree::NumberKind::fixed, true, bits, 0};
  const Arguments given = interpreter.arguments(call);
  return interpreter.to_number(interpreter.argument(call, given, 0), type, call.node, true);
}

}  // namespace

void add_math(Builtins& builtins) {
  using tree::Operation;
  builtins.emplace(intern("mux"), mux_builtin);
  builtins.emplace(intern("min"), extreme_builtin<Operation::minimum>);
  builtins.emplace(intern("max"), extreme_builtin<Operation::maximum>);
  builtins.emplace(intern("abs"), function_builtin<Operation::absolute>);
  builtins.emplace(intern("exp"), function_builtin<Operation::exp>);
  builtins.emplace(intern("ln"), function_builtin<Operation::log>);
  builtins.emplace(intern("sqrt"), function_builtin<Operation::square_root>);
  builtins.emplace(intern("sigmoid"), function_builtin<Operation::sigmoid>);
  builtins.emplace(intern("tanh"), function_builtin<Operation::tanh>);
  builtins.emplace(intern("sin"), function_builtin<Operation::sine>);
  builtins.emplace(intern("cos"), function_builtin<Operation::cosine>);
  builtins.emplace(intern("floor"), function_builtin<Operation::floor>);
  builtins.emplace(intern("ceil"), function_builtin<Operation::ceil>);
  builtins.emplace(intern("pow"), power_builtin);
  builtins.emplace(intern("pack"), pack_builtin);
  builtins.emplace(intern("Tup2"), pack_builtin);
  builtins.emplace(intern("random"), random_builtin);
  builtins.emplace(intern("log2"), log2_builtin);
  builtins.emplace(intern("I32"), integer_builtin<32>);
  for (const std::string_view name : {"implicitly", "Num", "Numeric", "Fractional"}) {
    builtins.emplace(intern(name), implicit_builtin);
  }
  builtins.emplace(intern("one"), unit_number_builtin<1>);
  builtins.emplace(intern("zero"), unit_number_builtin<0>);
}

}  // namespace weft::spatial
