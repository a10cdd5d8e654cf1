// SPDX-License-Identifier: Apache-2.0
// What bounds are made of: a node's exact results, and a function a kind of operator that says how
// far each element may be off.
#pragma once

#include <vector>

#include "graph/evaluate_parts.hpp"
#include "graph/tracked.hpp"

namespace weft::graph {

/// One node whose results are judged.
struct Judged {
  const Operands& in;
  const Tracker& tracker;
  std::vector<Bound>& bounds;

  /// Stores the error of an element, whose value is the exact one.
  void store(std::size_t i, double error, std::size_t result = 0) const {
    Bound& bound = bounds[result];
    const double exact = bound.exact.floats[i];
    bound.slack[i] = tracker.stored({exact, error}).error;
  }
};

void judge(const Unary& what, const Judged& node);
void judge(const Binary& what, const Judged& node);
void judge(const Clip& what, const Judged& node);
void judge(const Convert& what, const Judged& node);
void judge(const MatMul& what, const Judged& node);
void judge(const Convolution& what, const Judged& node);
void judge(const Pool& what, const Judged& node);
void judge(const Reduce& what, const Judged& node);
void judge(const Softmax& what, const Judged& node);
void judge(const Normalise& what, const Judged& node);
void judge(const BatchNormalise& what, const Judged& node);
void judge(const Attention& what, const Judged& node);
void judge(const CumulativeSum& what, const Judged& node);
void judge(const Recurrent& what, const Judged& node);

}  // namespace weft::graph
