// SPDX-License-Identifier: Apache-2.0
// The model as its strips take it: one strip a node, or none.
#pragma once

#include "graph/arithmetic.hpp"
#include "graph/graph.hpp"
#include "lower/wse/machine.hpp"

namespace weft::lower::wse {

/// `model` with all its floats in the machine's format, every node one that a strip is for:
/// additions behind a convolution by themselves. Names of outputs stay.
graph::Graph prepared(const graph::Graph& model, const Machine& machine);

/// What strips compute, in their order of additions.
class Arithmetic : public graph::Arithmetic {
 public:
  explicit Arithmetic(const Machine& machine) : machine_(machine) {}
  std::vector<graph::Numbers> results(const graph::Operator& what,
                                      const graph::Operands& operands) const override;

 private:
  Machine machine_;
};

}  // namespace weft::lower::wse
