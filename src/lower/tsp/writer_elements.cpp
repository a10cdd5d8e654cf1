// SPDX-License-Identifier: Apache-2.0
// Operators on single elements, in operations of the VXM.
#include <cmath>
#include <limits>

#include "lower/tsp/parts.hpp"

namespace weft::lower::tsp {

using graph::BinaryFunction;
using graph::UnaryFunction;
using Op = VectorOperation;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest_half = 65504.0;

}  // namespace

TensorId Writer::exponential_of_minus(TensorId a) {
  return unary(Op::exponential, unary(Op::negate, a, "minus"), "power");
}

TensorId Writer::clipped(TensorId a, double low, double high) {
  const VectorType own = type(a);
  TensorId out = a;
  if (low != -infinity) out = binary(Op::maximum, out, number(own, low), "above");
  if (high != infinity) out = binary(Op::minimum, out, number(own, high), "below");
  return out;
}

TensorId Writer::then(TensorId sums, const graph::Then& what) {
  if (what.kind == graph::Then::Kind::relu) return unary(Op::relu, sums, "positive");
  if (what.kind == graph::Then::Kind::clip) return clipped(sums, what.low, what.high);
  return sums;
}

/// Phi(-m) for m of 0 or more: half of erfc(m / sqrt(2)), by Abramowitz and Stegun 7.1.26. Its own
/// error is below 7.5e-8; near 0 that of fp32 comes on top.
TensorId Writer::normal_below(TensorId magnitude) {
  constexpr double halves[] = {0.127414796, -0.142248368, 0.7107068705, -0.7265760135,
                               0.5307027145};  // the five factors, halved, the first of t
  const TensorId bent = times(magnitude, number(f32, 0.3275911 * std::sqrt(0.5)), "bent");
  const TensorId t = unary(Op::reciprocal, plus(bent, number(f32, 1.0), "moved"), "t");
  TensorId sum = times(t, number(f32, halves[4]), "sum");
  for (std::size_t i = 4; i-- > 0;) {
    sum = times(plus(sum, number(f32, halves[i]), "sum"), t, "sum");
  }
  const TensorId half = times(times(magnitude, magnitude, "square"), number(f32, 0.5), "half");
  return times(sum, exponential_of_minus(half), "tail");
}

/// x before a gate that is 0 for what is far below 0: -infinity times it would be NaN and not the
/// limit, -0. Values are fp16, which has this number.
TensorId Writer::before_gate(TensorId a) {
  return binary(Op::maximum, a, number(f32, -largest_half), "finite");
}

TensorId Writer::sigmoid(TensorId a) {
  const TensorId sum = plus(exponential_of_minus(a), number(f32, 1.0), "sum");
  return unary(Op::reciprocal, sum, "gate");
}

/// max(x, 0) + log(1 + exp(-|x|)).
TensorId Writer::softplus(TensorId a) {
  const TensorId power = exponential_of_minus(unary(Op::absolute, a, "magnitude"));
  const TensorId tail = unary(Op::logarithm, plus(power, number(f32, 1.0), "sum"), "tail");
  return plus(unary(Op::relu, a, "positive"), tail, "both");
}

/// alpha x + beta, between 0 and 1.
TensorId Writer::hard_sigmoid(TensorId a, double alpha, double beta) {
  const TensorId slope = times(a, number(f32, alpha), "slope");
  return clipped(plus(slope, number(f32, beta), "line"), 0.0, 1.0);
}

/// To the nearest whole number, ties to even.
TensorId Writer::whole(TensorId a) { return converted(converted(a, i32, "whole"), f32, "rounded"); }

/// max(x, 0) + alpha below(min(x, 0)).
TensorId Writer::two_sided(TensorId a, double alpha, bool exponential) {
  TensorId below = binary(Op::minimum, a, number(f32, 0.0), "below");
  if (exponential) {
    const TensorId power = unary(Op::exponential, below, "power");
    below = binary(Op::subtract, power, number(f32, 1.0), "less");
  }
  const TensorId part = times(below, number(f32, alpha), "part");
  return plus(unary(Op::relu, a, "positive"), part, "both");
}

/// Of f32, in f32: functions that are steps, or rounded correctly. A NaN, which is 0 as a whole
/// number, stays one by way of a bound that holds for all numbers.
std::optional<TensorId> Writer::step_of(UnaryFunction function, TensorId a) {
  using F = UnaryFunction;
  switch (function) {
    case F::floor: {
      const TensorId rounded = whole(a);
      const TensorId over = binary(Op::less, a, rounded, "over");
      return binary(Op::minimum, binary(Op::subtract, rounded, over, "lower"), a, "floor");
    }
    case F::ceiling: {
      const TensorId rounded = whole(a);
      const TensorId upper = plus(rounded, binary(Op::less, rounded, a, "under"), "upper");
      return binary(Op::maximum, upper, a, "ceiling");
    }
    case F::round_even: {
      const TensorId least = binary(Op::subtract, a, number(f32, 0.5), "least");
      return binary(Op::maximum, whole(a), least, "nearest");
    }
    case F::sign: {
      const TensorId zero = number(f32, 0.0);
      const TensorId above = binary(Op::less, zero, a, "above");
      const TensorId sign = binary(Op::subtract, above, binary(Op::less, a, zero, "below"), "sign");
      const TensorId least = binary(Op::minimum, a, number(f32, -1.0), "least");
      return binary(Op::maximum, sign, least, "of_number");
    }
    case F::square_root:
      return unary(Op::square_root, a, "root");
    case F::reciprocal:
      return unary(Op::reciprocal, a, "part");
    default:
      return std::nullopt;
  }
}

/// Of f32, in f32.
TensorId Writer::function_of(const graph::Unary& what, TensorId a) {
  using F = UnaryFunction;
  switch (what.function) {
    case F::exponential:
      return unary(Op::exponential, a, "power");
    case F::logarithm:
      return unary(Op::logarithm, a, "logarithm");
    case F::tanh:
      return unary(Op::hyperbolic_tangent, a, "bent");
    case F::sigmoid:
      return sigmoid(a);
    case F::silu:
      return times(before_gate(a), sigmoid(a), "gated");
    case F::softplus:
      return softplus(a);
    case F::mish:
      return times(before_gate(a), unary(Op::hyperbolic_tangent, softplus(a), "bent"), "gated");
    case F::leaky_relu:
      return two_sided(a, what.alpha, false);
    case F::elu:
      return two_sided(a, what.alpha, true);
    case F::hard_sigmoid:
      return hard_sigmoid(a, what.alpha, what.beta);
    case F::hard_swish:
      return times(before_gate(a), hard_sigmoid(a, 1.0 / 6, 0.5), "gated");
    case F::gelu: {  // relu(x) - |x| Phi(-|x|)
      const TensorId magnitude = binary(Op::minimum, unary(Op::absolute, a, "size"),
                                        number(f32, largest_half), "magnitude");
      const TensorId part = times(magnitude, normal_below(magnitude), "part");
      return binary(Op::subtract, unary(Op::relu, a, "positive"), part, "bent");
    }
    case F::gelu_tanh:
      return program_.gelu(before_gate(a), part("bent"));
    default:
      if (const auto step = step_of(what.function, a)) return *step;
      refuse("the VXM has no such operation");
  }
}

Held Writer::of(const graph::Unary& what) {
  using F = UnaryFunction;
  const Order order = common_order();
  const TensorId x = in(0, order);
  const auto condition = [&](TensorId value) {
    return Held{converted(value, i32, "value"), order};
  };
  switch (what.function) {
    case F::negate:
      return {unary(Op::negate, x, "value"), order};
    case F::absolute:
      return {unary(Op::absolute, x, "value"), order};
    case F::relu:
      return {unary(Op::relu, x, "value"), order};
    case F::logical_not:
      return {binary(Op::equal, x, number(type(x), 0.0), "value"), order};
    default:
      break;
  }
  if (!floating(0)) refuse("of whole numbers is not in the VXM");
  if (what.function == F::is_nan) {
    const TensorId same = binary(Op::equal, x, x, "same");
    return condition(binary(Op::equal, same, number(type(x), 0.0), "differs"));
  }
  if (what.function == F::is_infinite) {
    const TensorId magnitude = unary(Op::absolute, x, "magnitude");
    return condition(binary(Op::equal, magnitude, number(type(x), infinity), "same"));
  }
  return {narrow(function_of(what, wide(x))), order};
}

Held Writer::of(const graph::Binary& what) {
  using F = BinaryFunction;
  const Order order = common_order();
  const bool floats = floating(0);
  const bool squares = what.function == F::power && floats && constant(1) &&
                       numbers(1).count() == 1 && numbers(1).floats[0] == 2.0;
  if (squares) {
    const TensorId x = broadcast(0, order);
    return {times(x, x, "value"), order};
  }
  const TensorId a = broadcast(0, order);
  const TensorId b = broadcast(1, order);
  const auto made = [&](Op operation) { return Held{binary(operation, a, b, "value"), order}; };
  const auto condition = [&](Op operation, TensorId left, TensorId right) {
    return Held{converted(binary(operation, left, right, "holds"), i32, "value"), order};
  };
  switch (what.function) {
    case F::add:
      return made(Op::add);
    case F::subtract:
      return made(Op::subtract);
    case F::multiply:
      return made(Op::multiply);
    case F::divide:
      if (floats) return made(Op::divide);
      break;
    case F::minimum:
      if (floats) return made(Op::minimum);
      break;
    case F::maximum:
      if (floats) return made(Op::maximum);
      break;
    case F::equal:
      return condition(Op::equal, a, b);
    case F::less:
      return condition(Op::less, a, b);
    case F::less_equal:
      return condition(Op::less_equal, a, b);
    case F::greater:
      return condition(Op::less, b, a);
    case F::greater_equal:
      return condition(Op::less_equal, b, a);
    case F::logical_and:
      return made(Op::bit_and);
    case F::logical_or:
      return made(Op::bit_or);
    case F::logical_xor:
      return made(Op::bit_xor);
    default:
      break;
  }
  refuse(floats ? "the VXM has no such operation" : "of whole numbers is not in the VXM");
}

Held Writer::of(const graph::Select&) {
  const Order order = common_order();
  const TensorId a = broadcast(1, order);
  const TensorId b = broadcast(2, order);
  const TensorId chosen = converted(broadcast(0, order), type(a), "chosen");
  const TensorId other = binary(Op::equal, chosen, number(type(a), 0.0), "other");
  return {plus(binary(Op::mask, a, chosen, "first"), binary(Op::mask, b, other, "second"), "value"),
          order};
}

Held Writer::of(const graph::Clip& what) {
  if (!floating(0)) refuse("of whole numbers is not in the VXM");
  const Order order = common_order();
  return {narrow(clipped(wide(in(0, order)), what.low, what.high)), order};
}

Held Writer::of(const graph::Convert& what) {
  using graph::Element;
  const Order order = common_order();
  const TensorId x = in(0, order);
  const bool to_floats = is_floating(what.element);
  if (to_floats) return {narrow(x), order};
  const bool known = what.element == Element::i64 || what.element == Element::i32;
  if (what.element == Element::boolean) {
    const TensorId nothing = number(type(x), 0.0);
    const TensorId holds =
        binary(Op::equal, binary(Op::equal, x, nothing, "zero"), nothing, "other");
    return {converted(holds, i32, "value"), order};
  }
  if (!known) refuse("to whole numbers of another width than 32 bits");
  if (!floating(0)) return {x, order};
  // Towards zero: the magnitude's floor, with the sign.
  const TensorId a = wide(x);
  const TensorId lower = *step_of(UnaryFunction::floor, unary(Op::absolute, a, "magnitude"));
  const TensorId sign = *step_of(UnaryFunction::sign, a);
  return {converted(times(lower, sign, "value"), i32, "cut"), order};
}

}  // namespace weft::lower::tsp
