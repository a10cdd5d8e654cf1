// SPDX-License-Identifier: Apache-2.0
// What `elements.csl` computes: functions of a row, element by element or along it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/evaluate.hpp"
#include "graph/operator.hpp"
#include "lower/wse/machine.hpp"

namespace weft::lower::wse {

/// A function of `elements.csl`, by its number there.
struct RowFunction {
  enum Kind : std::uint8_t {
    copy = 0,
    relu = 1,
    clip = 2,
    negate = 3,
    absolute = 4,
    exponential = 5,
    tanh = 6,
    sigmoid = 7,
    square_root = 8,
    reciprocal = 9,
    error_function = 10,
    gelu = 11,
    gelu_tanh = 12,
    silu = 13,
    logarithm = 14,
    leaky_relu = 15,
    elu = 16,
    hard_sigmoid = 17,
    hard_swish = 18,
    softplus = 19,
    add = 20,
    subtract = 21,
    multiply = 22,
    divide = 23,
    maximum = 24,
    minimum = 25,
    power = 26,
    subtract_from = 27,  ///< the second less the first
    divide_into = 28,    ///< the second by the first
    power_of = 29,       ///< the second to the power of the first
    softmax = 30,
    norm = 31,
    reduce = 32,
    mish = 33,
    sine = 34,
    cosine = 35,
    floor = 36,
    ceiling = 37,
    sign = 38,
    truth = 50,
    both = 51,
    either = 52,
    neither = 53,
    choice = 60,
    select = 61,
    equal = 70,
    less = 71,
    less_equal = 72,
    greater = 73,
    greater_equal = 74,
  };
  Kind kind = copy;
  double number = 0, number_b = 0;  ///< parameters, as the template has them
  std::int64_t along = 0;           ///< elements of a row that belong together; 0: none do

  bool compares() const { return kind >= equal; }
  bool binary() const {
    return (kind >= add && kind < softmax) || kind == both || kind == either || compares();
  }
  /// Of conditions or to one, or a choice by one (`conditions.csl`): exact.
  bool whole() const { return kind >= truth; }
  /// About how many cycles an element takes.
  std::int64_t cycles() const;
};

/// Whether `small` is the end of `large`, but for leading ones: it is broadcast along leading axes.
bool ends_with(const graph::Shape& large, const graph::Shape& small);

/// nullopt where the template has none: `why` says what is in the way.
std::optional<RowFunction> row_function_of(const graph::Operator& what,
                                           const std::vector<std::optional<graph::TensorType>>& in,
                                           std::string& why);

/// A node's result, operation by operation as the template has them.
graph::Numbers row_result(const RowFunction& function, const Machine& machine,
                          const graph::Operands& operands, graph::TensorType type);

}  // namespace weft::lower::wse
