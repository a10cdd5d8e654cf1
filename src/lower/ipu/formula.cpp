// SPDX-License-Identifier: Apache-2.0
// Which expressions the model's functions are, and their text.
#include "lower/ipu/formula.hpp"

#include <cmath>
#include <limits>

#include "base/number_text.hpp"

namespace weft::lower::ipu {

using Step = Formula::Step;
using graph::BinaryFunction;
using graph::UnaryFunction;

namespace {

/// Classes of popops::expr, by step.
const char* const names[] = {
    "",        "Const", "Abs", "Neg",  "Exp",     "Log",    "Sqrt", "Inv",       "Erf",    "Tanh",
    "Sigmoid", "Sin",   "Cos", "Relu", "GeluErf", "Floor",  "Ceil", "NearbyInt", "Signum", "IsNaN",
    "IsInf",   "Not",   "Add", "Sub",  "Mul",     "Divide", "Pow",  "Min",       "Max",    "Rem",
    "Equal",   "Lt",    "Lte", "Gt",   "Gte",     "And",    "Or",   "NotEqual",  "Select"};

Formula x(unsigned operand = 1) {
  Formula out;
  out.operand = operand;
  return out;
}
Formula number(double value) {
  Formula out;
  out.step = Step::number;
  out.number = static_cast<float>(value);
  return out;
}
Formula apply(Step step, std::vector<Formula> of) {
  Formula out;
  out.step = step;
  out.of = std::move(of);
  return out;
}

/// alpha x + beta, between 0 and 1.
Formula hard_sigmoid(double alpha, double beta) {
  const Formula line =
      apply(Step::add, {apply(Step::multiply, {x(), number(alpha)}), number(beta)});
  return apply(Step::minimum, {apply(Step::maximum, {line, number(0.0)}), number(1.0)});
}

/// x before a gate that is 0 for what is far below 0: -infinity times it would be NaN and not the
/// limit, -0. Both formats have this number.
Formula before_gate() {
  constexpr double lowest_half = -65504.0;
  return apply(Step::maximum, {x(), number(lowest_half)});
}

/// max(x, 0) + log(1 + exp(-|x|)).
Formula softplus() {
  const Formula power =
      apply(Step::exponential, {apply(Step::negate, {apply(Step::absolute, {x()})})});
  const Formula tail = apply(Step::logarithm, {apply(Step::add, {power, number(1.0)})});
  return apply(Step::add, {apply(Step::maximum, {x(), number(0.0)}), tail});
}

/// The remainder of the dividend's sign, and the divisor more where the two signs differ.
Formula modulus() {
  const Formula rest = apply(Step::remainder, {x(1), x(2)});
  const Formula differ = apply(Step::not_equal, {apply(Step::less, {rest, number(0.0)}),
                                                 apply(Step::less, {x(2), number(0.0)})});
  const Formula some = apply(Step::not_equal, {rest, number(0.0)});
  return apply(Step::select,
               {apply(Step::add, {rest, x(2)}), rest, apply(Step::logical_and, {some, differ})});
}

/// popnn's GELU, step by step.
Formula gelu_by_tanh() {
  constexpr double root_two_over_pi = 0.7978845608028654;
  const Formula cube = apply(Step::multiply, {apply(Step::multiply, {x(), x()}), x()});
  const Formula inner = apply(
      Step::multiply, {apply(Step::add, {x(), apply(Step::multiply, {cube, number(0.044715)})}),
                       number(root_two_over_pi)});
  return apply(Step::multiply, {apply(Step::multiply, {before_gate(), number(0.5)}),
                                apply(Step::add, {apply(Step::tanh, {inner}), number(1.0)})});
}

/// x where it is above 0, else `below`.
Formula above_zero_or(Formula below) {
  return apply(Step::select, {x(), std::move(below), apply(Step::greater, {x(), number(0.0)})});
}

std::optional<Step> single_step(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::negate:
      return Step::negate;
    case UnaryFunction::absolute:
      return Step::absolute;
    case UnaryFunction::exponential:
      return Step::exponential;
    case UnaryFunction::logarithm:
      return Step::logarithm;
    case UnaryFunction::square_root:
      return Step::square_root;
    case UnaryFunction::reciprocal:
      return Step::inverse;
    case UnaryFunction::error_function:
      return Step::error_function;
    case UnaryFunction::tanh:
      return Step::tanh;
    case UnaryFunction::sigmoid:
      return Step::sigmoid;
    case UnaryFunction::sine:
      return Step::sine;
    case UnaryFunction::cosine:
      return Step::cosine;
    case UnaryFunction::relu:
      return Step::relu;
    case UnaryFunction::gelu:
      return Step::gelu;
    case UnaryFunction::floor:
      return Step::floor;
    case UnaryFunction::ceiling:
      return Step::ceiling;
    case UnaryFunction::round_even:
      return Step::nearest;
    case UnaryFunction::sign:
      return Step::sign;
    case UnaryFunction::is_nan:
      return Step::is_nan;
    case UnaryFunction::is_infinite:
      return Step::is_infinite;
    case UnaryFunction::logical_not:
      return Step::logical_not;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Formula> formula_of(const graph::Unary& what) {
  if (const auto step = single_step(what.function)) return apply(*step, {x()});
  switch (what.function) {
    case UnaryFunction::gelu_tanh:
      return gelu_by_tanh();
    case UnaryFunction::silu:
      return apply(Step::multiply, {before_gate(), apply(Step::sigmoid, {x()})});
    case UnaryFunction::hard_sigmoid:
      return hard_sigmoid(what.alpha, what.beta);
    case UnaryFunction::hard_swish:
      return apply(Step::multiply, {before_gate(), hard_sigmoid(1.0 / 6.0, 0.5)});
    case UnaryFunction::softplus:
      return softplus();
    case UnaryFunction::mish:
      return apply(Step::multiply, {before_gate(), apply(Step::tanh, {softplus()})});
    case UnaryFunction::leaky_relu:
      return above_zero_or(apply(Step::multiply, {x(), number(what.alpha)}));
    case UnaryFunction::elu: {
      const Formula power = apply(Step::subtract, {apply(Step::exponential, {x()}), number(1.0)});
      return above_zero_or(apply(Step::multiply, {power, number(what.alpha)}));
    }
    default:
      return std::nullopt;
  }
}

std::optional<Formula> formula_of(const graph::Binary& what, Kind operands) {
  const auto of = [](Step step) { return apply(step, {x(1), x(2)}); };
  switch (what.function) {
    case BinaryFunction::add:
      return of(Step::add);
    case BinaryFunction::subtract:
      return of(Step::subtract);
    case BinaryFunction::multiply:
      return of(Step::multiply);
    case BinaryFunction::divide:
      return of(Step::divide);
    case BinaryFunction::power:
      if (operands != Kind::single && operands != Kind::half) return std::nullopt;
      return of(Step::power);
    case BinaryFunction::minimum:
      return of(Step::minimum);
    case BinaryFunction::maximum:
      return of(Step::maximum);
    case BinaryFunction::remainder:
      return of(Step::remainder);
    case BinaryFunction::equal:
      return of(Step::equal);
    case BinaryFunction::less:
      return of(Step::less);
    case BinaryFunction::less_equal:
      return of(Step::less_equal);
    case BinaryFunction::greater:
      return of(Step::greater);
    case BinaryFunction::greater_equal:
      return of(Step::greater_equal);
    case BinaryFunction::logical_and:
      return of(Step::logical_and);
    case BinaryFunction::logical_or:
      return of(Step::logical_or);
    case BinaryFunction::logical_xor:
      return of(Step::not_equal);
    case BinaryFunction::modulus:
      return modulus();
  }
  return std::nullopt;
}

Formula formula_of(const graph::Clip& what) {
  const bool below = what.low > -std::numeric_limits<double>::infinity();
  const bool above = what.high < std::numeric_limits<double>::infinity();
  Formula out = x();
  if (below || !above) out = apply(Step::maximum, {out, number(what.low)});
  if (above) out = apply(Step::minimum, {out, number(what.high)});
  return out;
}

Formula select_formula() { return apply(Step::select, {x(2), x(3), x(1)}); }

Formula lstm_cell_formula() {
  const Formula kept = apply(Step::multiply, {apply(Step::sigmoid, {x(3)}), x(1)});
  const Formula fresh =
      apply(Step::multiply, {apply(Step::sigmoid, {x(2)}), apply(Step::tanh, {x(4)})});
  return apply(Step::add, {kept, fresh});
}
Formula lstm_hidden_formula() {
  return apply(Step::multiply, {apply(Step::sigmoid, {x(2)}), apply(Step::tanh, {x(3)})});
}
Formula gru_hidden_formula() {
  const Formula fresh = apply(
      Step::multiply, {apply(Step::subtract, {number(1.0), x(2)}), apply(Step::tanh, {x(3)})});
  return apply(Step::add, {fresh, apply(Step::multiply, {x(2), x(1)})});
}

std::string text_of(float value) {
  if (std::isnan(value)) return "NAN";
  if (std::isinf(value)) return value < 0 ? "-INFINITY" : "INFINITY";
  std::string text = general(double{value}, 9);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

std::string text_of(const Formula& formula) {
  if (formula.step == Step::operand) return "pe::_" + std::to_string(formula.operand);
  if (formula.step == Step::number) return "pe::Const(" + text_of(formula.number) + ")";
  std::string inner;
  for (const Formula& part : formula.of) inner += (inner.empty() ? "" : ", ") + text_of(part);
  return std::string("pe::") + names[static_cast<std::size_t>(formula.step)] + "(" + inner + ")";
}

}  // namespace weft::lower::ipu
