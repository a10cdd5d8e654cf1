// SPDX-License-Identifier: Apache-2.0
// The same arithmetic without a machine: a model evaluated as a lowering says that its machine
// adds, multiplies and rounds.
#pragma once

#include <vector>

#include "graph/evaluate.hpp"

namespace weft::graph {

/// How one machine computes an operator. A lowering's has a function for each family of operators
/// that its program computes in its own order, and gives the rest to `rounded_results`.
class Arithmetic {
 public:
  virtual ~Arithmetic() = default;
  /// Results as the machine stores them, for operands as it has them: the floats are numbers of the
  /// formats of their types.
  virtual std::vector<Numbers> results(const Operator& what, const Operands& operands) const = 0;
};

/// Every value of the graph, by ValueId, for inputs in the order of `graph.inputs`; inputs and
/// constants are numbers of their formats.
std::vector<Numbers> evaluate(const Graph& graph, const std::vector<Numbers>& inputs,
                              const Arithmetic& arithmetic);

/// The exact results, rounded once: of what moves elements, and of single operations that are
/// rounded correctly.
std::vector<Numbers> rounded_results(const Operator& what, const Operands& operands);

/// No machine's: each operation of an operator's formula is rounded to one format, to nearest, and
/// sums go up in the order of indices, from the first term. The functions of numerics/ are rounded
/// once.
class PlainArithmetic : public Arithmetic {
 public:
  /// Of sums and of what is between; results are stored as their types say.
  explicit PlainArithmetic(Element format) : format_(format) {}
  std::vector<Numbers> results(const Operator& what, const Operands& operands) const override;

 private:
  Element format_;
};

/// All values and constants of the format `from` become such of `to`, constants rounded once, and
/// conversions to it conversions to `to`.
void change_format(Graph& graph, Element from, Element to);

}  // namespace weft::graph
