// SPDX-License-Identifier: Apache-2.0
// How far a machine's result of one node may lie from the exact one: a bound for each element,
// known before from the operands, the formats and the lengths of sums.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/evaluate.hpp"

namespace weft::graph {

/// How a machine computes a node. Every operation of the operator's formula is rounded to nearest
/// in `arithmetic`, in any order of a sum's terms, with or without fused multiply-add.
struct Formats {
  Element result = Element::f32;      ///< what results are stored as
  Element arithmetic = Element::f32;  ///< of sums, and of what is between operand and result
  bool exact_dot = false;             ///< dot products are exact and rounded to `arithmetic` once
  std::int64_t longest_sum =
      0;                      ///< additions behind any term of a sum at most; 0: as many as terms
  double function_units = 1;  ///< error of elementary functions, in units in the last place
  bool flushes = false;       ///< subnormal operands and results are 0
};

/// The exact result of a node, and for each float how far off a machine's may be; whole numbers and
/// conditions have to be equal. Infinite where the formats promise nothing.
struct Bound {
  Numbers exact;
  std::vector<double> slack;
  Element result = Element::f32;
};

/// For each result of an operator, its operands as the machine had them. An operator's formula is
/// the one that operator.hpp states; a quotient may be a product with a reciprocal.
std::vector<Bound> bounds_of(const Operator& what, const Operands& operands,
                             const Formats& formats);

/// Whether a machine's number lies within: NaN only where the exact one is NaN, infinity where it
/// is infinite or may be rounded to it as a number of `result`.
bool is_within(double machine, double exact, double slack, Element result);

/// An element that is not where it has to be.
struct Outside {
  std::int64_t index = 0;  ///< row by row
  double machine = 0, exact = 0, slack = 0;
};
/// "element 12: the machine has 1.5, exact is 1.25, and the bound is 0.001".
std::string text_of(const Outside& outside);

/// The first element of a machine's result outside of its bound. Category::input where the types
/// differ.
std::optional<Outside> first_outside(const Bound& bound, const Numbers& machine);

/// The least and the greatest number of a format that lie within a bound, for each element. Equal
/// where the result has to be; crossed where the format has no number within.
struct Limits {
  Numbers low, high;
};
/// `element`: of the machine's results.
Limits limits_of(const Bound& bound, Element element);

}  // namespace weft::graph
