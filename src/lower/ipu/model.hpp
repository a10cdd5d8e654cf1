// SPDX-License-Identifier: Apache-2.0
// A model as an IPU computes it: what each value is there, and which nodes it has not.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "lower/ipu/arithmetic.hpp"
#include "lower/ipu/numbers.hpp"
#include "lower/lowered.hpp"

namespace weft::lower::ipu {

struct Model {
  std::shared_ptr<const graph::Graph> graph;
  Machine machine;
  Kind floats = Kind::single;

  const graph::Value& value(graph::ValueId id) const { return (*graph)[id]; }
  const graph::Shape& shape(graph::ValueId id) const { return value(id).type.shape; }
  Kind kind(graph::ValueId id) const;
  bool constant(graph::ValueId id) const { return value(id).constant.has_value(); }
  /// A constant in the machine's numbers.
  Numbers numbers(graph::ValueId id) const;
};

/// Category::unsupported with a line for each node that the libraries have not.
void require_supported(const Model& model, const std::string& target);

/// Category::unsupported where weights, inputs and results of nodes alone are more than the tiles
/// of one IPU hold. What is left to the run is whether each tile holds its part, with code and
/// copies.
void require_room(const Model& model, const topology::Topology& machine);
/// About what `evaluate` and `judge` take on the host.
std::uint64_t evaluation_bytes(const Model& model);

/// What a pool of ONNX is to popnn: padding made larger for a rounded-up extent, and a count that
/// its sums are divided by.
struct PoolForm {
  std::vector<std::int64_t> lower, upper;
  std::int64_t fixed_count = 0;  ///< 0: the mean of what is there
};
PoolForm pool_form(const graph::Pool& what, const graph::Shape& x, const graph::Shape& result);

/// The order of axes that has `axes` last, and whether it changes anything.
struct AxesLast {
  std::vector<std::int64_t> order;
  std::int64_t rows = 1, length = 1;
  bool moves = false;
};
AxesLast axes_last(const graph::Shape& shape, const std::vector<std::int64_t>& axes);
/// The axes from `first` on.
std::vector<std::int64_t> axes_from(std::int64_t first, const graph::Shape& shape);

/// Scale and shift a channel that a batch normalisation with constant parameters is.
struct ChannelLine {
  std::vector<float> scale, shift;
};
ChannelLine channel_line(const Model& model, const graph::Node& node);

/// A product's operands as groups of matrices: leading axes broadcast, matrices turned.
struct ProductForm {
  graph::Shape leading;     ///< of the result
  std::int64_t groups = 1;  ///< 1 also where all rows are one matrix's
  bool one_matrix = false;  ///< b has no leading axes: all rows of `a` at once
  std::int64_t m = 0, k = 0, n = 0;
};
ProductForm product_form(const graph::MatMul& what, const graph::Shape& a, const graph::Shape& b);

/// Values of all nodes, by id, held against the bounds of each.
using Judgement = Evaluated::Judgement;
Judgement judge(const Model& model, const std::vector<Numbers>& values);

/// All values of the model, by id, for these inputs.
std::vector<Numbers> evaluate(const Model& model, const std::vector<Numbers>& inputs);

}  // namespace weft::lower::ipu
