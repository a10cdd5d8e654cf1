// SPDX-License-Identifier: Apache-2.0
// Steps of patterns, written once: as nodes of a context, and as numbers on the host.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "program/rdu_make.hpp"
#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

/// A value is a node of the context.
class NodeArithmetic {
 public:
  explicit NodeArithmetic(ContextMaker& context) : c_(&context) {}
  std::uint32_t real(float value) { return c_->real(value); }
  std::uint32_t operate(WordOperation operation, std::uint32_t a, std::uint32_t b = none) {
    return c_->operation(operation, a, b);
  }
  std::uint32_t choose(std::uint32_t bit, std::uint32_t a, std::uint32_t b) {
    return c_->operation(WordOperation::select, bit, a, b);
  }
  std::uint32_t integer(std::int32_t value) { return c_->integer(value); }
  std::uint32_t operate_integers(WordOperation operation, std::uint32_t a, std::uint32_t b) {
    return c_->operation(operation, a, b);
  }

 private:
  ContextMaker* c_;
};

/// A value is a word of fp32.
class HostArithmetic {
 public:
  std::uint32_t real(float value) { return std::bit_cast<std::uint32_t>(value); }
  std::uint32_t operate(WordOperation operation, std::uint32_t a, std::uint32_t b = 0) {
    return numerics::apply(operation, numerics::word_f32, numerics::word_f32, a, b, 0);
  }
  std::uint32_t choose(std::uint32_t bit, std::uint32_t a, std::uint32_t b) {
    return bit != 0 ? a : b;
  }
  std::uint32_t integer(std::int32_t value) { return static_cast<std::uint32_t>(value); }
  std::uint32_t operate_integers(WordOperation operation, std::uint32_t a, std::uint32_t b) {
    return numerics::apply(operation, numerics::word_i32, numerics::word_i32, a, b, 0);
  }
};

/// What two operands become, element by element.
inline WordOperation operation_of(Pattern::Kind kind) {
  switch (kind) {
    case Pattern::Kind::multiply:
      return WordOperation::multiply;
    case Pattern::Kind::subtract:
      return WordOperation::subtract;
    case Pattern::Kind::divide:
      return WordOperation::divide;
    case Pattern::Kind::maximum:
      return WordOperation::maximum;
    case Pattern::Kind::minimum:
      return WordOperation::minimum;
    case Pattern::Kind::power:
      return WordOperation::power;
    case Pattern::Kind::equal:
      return WordOperation::equal;
    case Pattern::Kind::less:
      return WordOperation::less;
    case Pattern::Kind::less_equal:
      return WordOperation::less_equal;
    default:
      return WordOperation::add;
  }
}

/// 1 where a bit is, else 0.
template <typename Arithmetic>
std::uint32_t real_of_bit(Arithmetic arithmetic, std::uint32_t bit) {
  return arithmetic.choose(bit, arithmetic.real(1.0F), arithmetic.real(0.0F));
}

template <typename Arithmetic>
std::uint32_t combined(Arithmetic arithmetic, Pattern::Kind kind, std::uint32_t a,
                       std::uint32_t b) {
  const std::uint32_t made = arithmetic.operate(operation_of(kind), a, b);
  if (kind == Pattern::Kind::maximum || kind == Pattern::Kind::minimum) {
    // The operation gives the second where the first is a NaN.
    return arithmetic.choose(arithmetic.operate(WordOperation::unequal, a, a), a, made);
  }
  const bool compares = kind == Pattern::Kind::equal || kind == Pattern::Kind::less ||
                        kind == Pattern::Kind::less_equal;
  return compares ? real_of_bit(arithmetic, made) : made;
}

/// Where `condition` is not 0 `a`, else `b`.
template <typename Arithmetic>
std::uint32_t chosen(Arithmetic arithmetic, std::uint32_t condition, std::uint32_t a,
                     std::uint32_t b) {
  const std::uint32_t holds =
      arithmetic.operate(WordOperation::unequal, condition, arithmetic.real(0.0F));
  return arithmetic.choose(holds, a, b);
}

/// What a window's places are taken together with, and what stands for those beside the image.
inline WordOperation window_operation_of(Pattern::Kind kind) {
  switch (kind) {
    case Pattern::Kind::largest:
      return WordOperation::maximum;
    case Pattern::Kind::smallest:
      return WordOperation::minimum;
    case Pattern::Kind::times:
      return WordOperation::multiply;
    default:
      return WordOperation::add;
  }
}
inline float beside_image(Pattern::Kind kind) {
  switch (kind) {
    case Pattern::Kind::largest:
      return -__builtin_inff();
    case Pattern::Kind::smallest:
      return __builtin_inff();
    case Pattern::Kind::times:
      return 1.0F;
    default:
      return 0.0F;
  }
}

/// One operation of the lanes; none of steps that are several.
inline std::optional<WordOperation> function_of(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::exponent:
      return WordOperation::exponent;
    case Step::Kind::tanh:
      return WordOperation::tanh;
    case Step::Kind::sigmoid:
      return WordOperation::sigmoid;
    case Step::Kind::logarithm:
      return WordOperation::logarithm;
    case Step::Kind::error_function:
      return WordOperation::error_function;
    case Step::Kind::square_root:
      return WordOperation::square_root;
    case Step::Kind::reciprocal:
      return WordOperation::reciprocal;
    case Step::Kind::absolute:
      return WordOperation::absolute;
    case Step::Kind::sine:
      return WordOperation::sine;
    case Step::Kind::cosine:
      return WordOperation::cosine;
    case Step::Kind::floor:
      return WordOperation::floor;
    case Step::Kind::ceil:
      return WordOperation::ceil;
    default:
      return std::nullopt;
  }
}

/// The larger or the smaller of a number and x, which comes second: a NaN stays one.
template <typename Arithmetic>
std::uint32_t beyond(Arithmetic arithmetic, float number, std::uint32_t x) {
  return arithmetic.operate(WordOperation::maximum, arithmetic.real(number), x);
}
template <typename Arithmetic>
std::uint32_t up_to(Arithmetic arithmetic, float number, std::uint32_t x) {
  return arithmetic.operate(WordOperation::minimum, arithmetic.real(number), x);
}

/// x gate, whose limit at -infinity is 0: there the gate is 0, and x stands for the least number.
template <typename Arithmetic>
std::uint32_t through_gate(Arithmetic arithmetic, std::uint32_t x, std::uint32_t gate) {
  constexpr float least = -3.4028234664e38F;
  return arithmetic.operate(WordOperation::multiply, beyond(arithmetic, least, x), gate);
}

/// x (1 + gate) / 2.
template <typename Arithmetic>
std::uint32_t gated(Arithmetic arithmetic, std::uint32_t x, std::uint32_t gate) {
  const std::uint32_t more = arithmetic.operate(WordOperation::add, gate, arithmetic.real(1.0F));
  const std::uint32_t half =
      arithmetic.operate(WordOperation::multiply, more, arithmetic.real(0.5F));
  return through_gate(arithmetic, x, half);
}

template <typename Arithmetic>
std::uint32_t apply_gelu(Arithmetic arithmetic, Step::Kind kind, std::uint32_t x) {
  const auto times = [&](std::uint32_t a, std::uint32_t b) {
    return arithmetic.operate(WordOperation::multiply, a, b);
  };
  if (kind == Step::Kind::gelu) {
    const std::uint32_t argument = times(x, arithmetic.real(0.70710678F));
    return gated(arithmetic, x, arithmetic.operate(WordOperation::error_function, argument));
  }
  const std::uint32_t cube = times(x, times(x, x));
  const std::uint32_t inner =
      arithmetic.operate(WordOperation::add, x, times(cube, arithmetic.real(0.044715F)));
  const std::uint32_t argument = times(inner, arithmetic.real(0.79788456F));
  return gated(arithmetic, x, arithmetic.operate(WordOperation::tanh, argument));
}

/// log(1 + exp(x)).
template <typename Arithmetic>
std::uint32_t softplus_of(Arithmetic arithmetic, std::uint32_t x) {
  const std::uint32_t below =
      arithmetic.operate(WordOperation::negate, arithmetic.operate(WordOperation::absolute, x));
  const std::uint32_t power = arithmetic.operate(WordOperation::exponent, below);
  const std::uint32_t sum = arithmetic.operate(WordOperation::add, power, arithmetic.real(1.0F));
  return arithmetic.operate(WordOperation::add, beyond(arithmetic, 0.0F, x),
                            arithmetic.operate(WordOperation::logarithm, sum));
}

/// Steps that treat what is below 0 otherwise.
template <typename Arithmetic>
std::uint32_t apply_bend(Arithmetic arithmetic, const Step& step, std::uint32_t x) {
  const auto with = [&](WordOperation operation, std::uint32_t a, float b) {
    return arithmetic.operate(operation, a, arithmetic.real(b));
  };
  switch (step.kind) {
    case Step::Kind::softplus:
      return softplus_of(arithmetic, x);
    case Step::Kind::mish:
      return through_gate(arithmetic, x,
                          arithmetic.operate(WordOperation::tanh, softplus_of(arithmetic, x)));
    case Step::Kind::hard_swish: {
      std::uint32_t gate = with(WordOperation::multiply, x, 1.0F / 6.0F);
      gate = with(WordOperation::add, gate, 0.5F);
      gate = beyond(arithmetic, 0.0F, gate);
      return through_gate(arithmetic, x, up_to(arithmetic, 1.0F, gate));
    }
    default: {
      const std::uint32_t above = beyond(arithmetic, 0.0F, x);
      std::uint32_t below = up_to(arithmetic, 0.0F, x);
      if (step.kind == Step::Kind::elu) {
        below = with(WordOperation::add, arithmetic.operate(WordOperation::exponent, below), -1.0F);
      }
      return arithmetic.operate(WordOperation::add, above,
                                with(WordOperation::multiply, below, step.factor));
    }
  }
}

/// Steps that look at what a number is.
template <typename Arithmetic>
std::uint32_t apply_look(Arithmetic arithmetic, Step::Kind kind, std::uint32_t x) {
  const auto real = [&](float value) { return arithmetic.real(value); };
  const std::uint32_t size = arithmetic.operate(WordOperation::absolute, x);
  switch (kind) {
    case Step::Kind::is_nan:
      return real_of_bit(arithmetic, arithmetic.operate(WordOperation::unequal, x, x));
    case Step::Kind::is_infinite: {
      const std::uint32_t end = real(__builtin_inff());
      return real_of_bit(arithmetic, arithmetic.operate(WordOperation::equal, size, end));
    }
    case Step::Kind::sign: {
      const std::uint32_t below = arithmetic.operate(WordOperation::less, x, real(0.0F));
      const std::uint32_t above = arithmetic.operate(WordOperation::less, real(0.0F), x);
      return arithmetic.choose(below, real(-1.0F), arithmetic.choose(above, real(1.0F), x));
    }
    default: {  // fp32 has no fraction from 2^23 on: there the sum is rounded to a whole number
      const std::uint32_t far = real(12582912.0F);
      const std::uint32_t sum = arithmetic.operate(WordOperation::add, x, far);
      const std::uint32_t whole = arithmetic.operate(WordOperation::subtract, sum, far);
      const std::uint32_t near = arithmetic.operate(WordOperation::less, size, real(4194304.0F));
      return arithmetic.choose(near, whole, x);
    }
  }
}

template <typename Arithmetic>
std::uint32_t apply_step(Arithmetic arithmetic, const Step& step, std::uint32_t x) {
  if (const auto function = function_of(step.kind)) return arithmetic.operate(*function, x);
  switch (step.kind) {
    case Step::Kind::scale:
      return arithmetic.operate(WordOperation::multiply, x, arithmetic.real(step.factor));
    case Step::Kind::relu:
      return beyond(arithmetic, 0.0F, x);
    case Step::Kind::positive:
      return arithmetic.operate(WordOperation::maximum, x, arithmetic.real(0.0F));
    case Step::Kind::gelu:
    case Step::Kind::gelu_tanh:
      return apply_gelu(arithmetic, step.kind, x);
    case Step::Kind::leaky:
    case Step::Kind::elu:
    case Step::Kind::softplus:
    case Step::Kind::mish:
    case Step::Kind::hard_swish:
      return apply_bend(arithmetic, step, x);
    case Step::Kind::round:
    case Step::Kind::sign:
    case Step::Kind::is_nan:
    case Step::Kind::is_infinite:
      return apply_look(arithmetic, step.kind, x);
    case Step::Kind::plus:
      return arithmetic.operate(WordOperation::add, x, arithmetic.real(step.factor));
    case Step::Kind::clip:
      return up_to(arithmetic, step.upper, beyond(arithmetic, step.factor, x));
    default:
      return through_gate(arithmetic, x, arithmetic.operate(WordOperation::sigmoid, x));
  }
}

template <typename Arithmetic>
std::uint32_t apply_steps(Arithmetic arithmetic, const std::vector<Step>& steps, std::uint32_t x) {
  for (const Step& step : steps) x = apply_step(arithmetic, step, x);
  return x;
}

/// 32 random bits for the pair of elements `place` (an i32): a mixer of multiplications and folds.
template <typename Arithmetic>
std::uint32_t random_bits_of(Arithmetic arithmetic, std::uint32_t place, std::uint32_t seed) {
  const auto fold = [&](std::uint32_t x, std::int32_t by) {
    const std::uint32_t part =
        arithmetic.operate_integers(WordOperation::shift_right, x, arithmetic.integer(by));
    return arithmetic.operate_integers(WordOperation::bit_xor, x, part);
  };
  const auto times = [&](std::uint32_t x, std::uint32_t by) {
    return arithmetic.operate_integers(WordOperation::multiply, x,
                                       arithmetic.integer(static_cast<std::int32_t>(by)));
  };
  std::uint32_t x = times(place, 0x9e3779b1U);
  x = arithmetic.operate_integers(WordOperation::add, x,
                                  arithmetic.integer(static_cast<std::int32_t>(seed)));
  x = times(fold(x, 15), 0x2c1b3c6dU);
  x = times(fold(x, 12), 0x297a2d39U);
  return fold(x, 15);
}

}  // namespace weft::program::rdu
