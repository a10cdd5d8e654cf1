// SPDX-License-Identifier: Apache-2.0
// What the plain arithmetic is made of: a rounding, and a function a family of operators.
#pragma once

#include "graph/evaluate_parts.hpp"

namespace weft::graph {

/// A number as one format holds it. fp64 has more than twice the digits of the others and two: a
/// sum, product, quotient or root of their numbers, formed in fp64, is rounded as if but once.
struct Rounded {
  Element format;
  double operator()(double x) const { return rounded_to(format, x); }
};

Results plain_results(const Rounded& r, const MatMul& what, const Operands& in, Results results);
Results plain_results(const Rounded& r, const Convolution& what, const Operands& in,
                      Results results);
Results plain_results(const Rounded& r, const Pool& what, const Operands& in, Results results);
Results plain_results(const Rounded& r, const Reduce& what, const Operands& in, Results results);
Results plain_results(const Rounded& r, const CumulativeSum& what, const Operands& in,
                      Results results);
Results plain_results(const Rounded& r, const Softmax& what, const Operands& in, Results results);
Results plain_results(const Rounded& r, const Normalise& what, const Operands& in, Results results);
Results plain_results(const Rounded& r, const BatchNormalise& what, const Operands& in,
                      Results results);
Results plain_results(const Rounded& r, const Attention& what, const Operands& in, Results results);
Results plain_results(const Rounded& r, const Recurrent& what, const Operands& in, Results results);

}  // namespace weft::graph
