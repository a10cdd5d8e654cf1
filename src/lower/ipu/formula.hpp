// SPDX-License-Identifier: Apache-2.0
// Elementwise operations as expressions of popops: what the program writes and what it computes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/operator.hpp"
#include "lower/ipu/numbers.hpp"

namespace weft::lower::ipu {

/// An expression of popops::map, with one rounding an operation.
struct Formula {
  /// In the order of `names` in formula.cpp.
  enum class Step : std::uint8_t {
    operand,
    number,
    absolute,
    negate,
    exponential,
    logarithm,
    square_root,
    inverse,
    error_function,
    tanh,
    sigmoid,
    sine,
    cosine,
    relu,
    gelu,
    floor,
    ceiling,
    nearest,
    sign,
    is_nan,
    is_infinite,
    logical_not,
    add,
    subtract,
    multiply,
    divide,
    power,
    minimum,
    maximum,
    remainder,
    equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    not_equal,
    select,
  };
  Step step = Step::operand;
  unsigned operand = 1;  ///< from 1
  float number = 0.0F;
  std::vector<Formula> of;
};

/// Nothing where the libraries have no such operation.
std::optional<Formula> formula_of(const graph::Unary& what);
std::optional<Formula> formula_of(const graph::Binary& what, Kind operands);
Formula formula_of(const graph::Clip& what);
Formula select_formula();
/// Of [cell, input, forget, new] a step's cell state; of [hidden, output, cell] its hidden state.
/// The last three of the first are sums that the gates' functions take.
Formula lstm_cell_formula();
Formula lstm_hidden_formula();
/// Of [hidden, update, new], the first state of which is the one before.
Formula gru_hidden_formula();

/// "pe::Mul(pe::_1, pe::Const(0.5f))".
std::string text_of(const Formula& formula);
/// A number as C++ writes it: "0.5f", "-INFINITY".
std::string text_of(float number);

/// What popops::map makes of the operands, broadcast to `shape`.
Numbers evaluate(const Formula& formula, const std::vector<Numbers>& operands,
                 const graph::Shape& shape);

}  // namespace weft::lower::ipu
