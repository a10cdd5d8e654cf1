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
    default:
      return WordOperation::add;
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
    default:
      return std::nullopt;
  }
}

/// x (1 + gate) / 2.
template <typename Arithmetic>
std::uint32_t gated(Arithmetic arithmetic, std::uint32_t x, std::uint32_t gate) {
  const std::uint32_t more = arithmetic.operate(WordOperation::add, gate, arithmetic.real(1.0F));
  const std::uint32_t half =
      arithmetic.operate(WordOperation::multiply, more, arithmetic.real(0.5F));
  return arithmetic.operate(WordOperation::multiply, x, half);
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
  const std::uint32_t above = arithmetic.operate(WordOperation::maximum, x, arithmetic.real(0.0F));
  return arithmetic.operate(WordOperation::add, above,
                            arithmetic.operate(WordOperation::logarithm, sum));
}

/// Steps that treat what is below 0 otherwise.
template <typename Arithmetic>
std::uint32_t apply_bend(Arithmetic arithmetic, const Step& step, std::uint32_t x) {
  const auto with = [&](WordOperation operation, std::uint32_t a, float b) {
    return arithmetic.operate(operation, a, arithmetic.real(b));
  };
  const auto times = [&](std::uint32_t a, std::uint32_t b) {
    return arithmetic.operate(WordOperation::multiply, a, b);
  };
  switch (step.kind) {
    case Step::Kind::softplus:
      return softplus_of(arithmetic, x);
    case Step::Kind::mish:
      return times(x, arithmetic.operate(WordOperation::tanh, softplus_of(arithmetic, x)));
    case Step::Kind::hard_swish: {
      std::uint32_t gate = with(WordOperation::multiply, x, 1.0F / 6.0F);
      gate = with(WordOperation::add, gate, 0.5F);
      gate = with(WordOperation::maximum, gate, 0.0F);
      return times(x, with(WordOperation::minimum, gate, 1.0F));
    }
    default: {
      const std::uint32_t above = with(WordOperation::maximum, x, 0.0F);
      std::uint32_t below = with(WordOperation::minimum, x, 0.0F);
      if (step.kind == Step::Kind::elu) {
        below = with(WordOperation::add, arithmetic.operate(WordOperation::exponent, below), -1.0F);
      }
      return arithmetic.operate(WordOperation::add, above,
                                with(WordOperation::multiply, below, step.factor));
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
    case Step::Kind::plus:
      return arithmetic.operate(WordOperation::add, x, arithmetic.real(step.factor));
    case Step::Kind::clip:
      return arithmetic.operate(
          WordOperation::minimum,
          arithmetic.operate(WordOperation::maximum, x, arithmetic.real(step.factor)),
          arithmetic.real(step.upper));
    default:
      return arithmetic.operate(WordOperation::multiply, x,
                                arithmetic.operate(WordOperation::sigmoid, x));
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
