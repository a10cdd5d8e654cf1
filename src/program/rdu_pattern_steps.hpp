// SPDX-License-Identifier: Apache-2.0
// Steps of patterns, written once: as nodes of a context, and as numbers on the host.
#pragma once

#include <bit>
#include <cstdint>

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

template <typename Arithmetic>
std::uint32_t apply_step(Arithmetic arithmetic, const Step& step, std::uint32_t x) {
  switch (step.kind) {
    case Step::Kind::scale:
      return arithmetic.operate(WordOperation::multiply, x, arithmetic.real(step.factor));
    case Step::Kind::relu:
      return arithmetic.operate(WordOperation::maximum, x, arithmetic.real(0.0F));
    case Step::Kind::exponent:
      return arithmetic.operate(WordOperation::exponent, x);
    case Step::Kind::tanh:
      return arithmetic.operate(WordOperation::tanh, x);
    case Step::Kind::sigmoid:
      return arithmetic.operate(WordOperation::sigmoid, x);
    case Step::Kind::logarithm:
      return arithmetic.operate(WordOperation::logarithm, x);
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
