// SPDX-License-Identifier: Apache-2.0
// Products of one operand by constants as one product of all their columns, split again: the same
// sums in the same order. Exact.
#include <algorithm>
#include <cstddef>

#include "advice/rewrite_passes.hpp"
#include "base/counted.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValueId;
using graph::TensorType;

/// A larger matrix would be in memory whole, beside the file's.
constexpr std::int64_t most_joined = std::int64_t{1} << 23;

/// Matrices beside each other.
graph::Tensor beside(const SourceModel& model, const std::vector<SourceNodeId>& products,
                     const TensorType& type) {
  std::vector<std::byte> bytes;
  for (std::int64_t row = 0; row < type.shape[0]; ++row) {
    for (const SourceNodeId id : products) {
      const graph::Tensor& part = *model[model[id].inputs[1]].constant;
      const auto line = part.bytes().size() / static_cast<std::size_t>(type.shape[0]);
      const auto from = part.bytes().subspan(static_cast<std::size_t>(row) * line, line);
      bytes.insert(bytes.end(), from.begin(), from.end());
    }
  }
  return {type, std::move(bytes)};
}

/// One product, and a Split that gives what they gave; they give nothing then.
std::vector<SourceNode> joined_nodes(Rewritten& to, const std::vector<SourceNodeId>& products,
                                     const TensorType& matrix) {
  const SourceNode first = to.model[products.front()];
  TensorType type = *to.model[first.outputs[0]].type;
  type.shape.back() = matrix.shape[1];
  std::vector<SourceNode> made;
  Spelling spelling(to.model, first, made);
  const SourceValueId all = spelling.constant(beside(to.model, products, matrix));
  Ids inputs{spelling.make("MatMul", {first.inputs[0], all}, type)};
  Ids outputs;
  Whole extents;
  for (const SourceNodeId id : products) {
    SourceNode& node = to.model.nodes[index(id)];
    extents.push_back(to.model[node.inputs[1]].type->shape[1]);
    outputs.push_back(node.outputs[0]);
    to.changes.push_back(change_of("join-products", node, {"MatMul", "Split"}));
    node.outputs.clear();
  }
  constexpr std::int64_t extents_as_input = 13;
  Attributes attributes{{"axis", static_cast<std::int64_t>(type.shape.size()) - 1}};
  spelling.put_list("split", extents, extents_as_input, inputs, attributes);
  spelling.finish("Split", inputs, outputs, attributes);
  return made;
}

TensorType joined_type(const SourceModel& model, const std::vector<SourceNodeId>& products) {
  TensorType type = *model[model[products.front()].inputs[1]].type;
  type.shape[1] = 0;
  for (const SourceNodeId id : products) type.shape[1] += model[model[id].inputs[1]].type->shape[1];
  return type;
}

std::string why_not_joined(const SourceModel& model, const std::vector<SourceNodeId>& products,
                           const TensorType& matrix) {
  for (const SourceNodeId id : products) {
    if (!model[model[id].inputs[1]].constant) return "its weights are not there";
  }
  if (graph::count_of(matrix.shape) <= most_joined) return "";
  return "its matrix would be " + text_of(matrix) + ", and weft joins up to " +
         grouped(static_cast<std::uint64_t>(most_joined), "number");
}

}  // namespace

void join_products(Rewritten& to, const PlaneExtents& plane) {
  std::vector<std::vector<SourceNode>> made(to.model.nodes.size());
  for (const JoinedProducts& joined : products_to_join(to.model, plane)) {
    const SourceNode& first = to.model[joined.nodes.front()];
    const TensorType matrix = joined_type(to.model, joined.nodes);
    const std::string why = why_not_joined(to.model, joined.nodes, matrix);
    if (!why.empty()) {
      to.left.push_back("join-products: " + text_of(first.origin) + ": " + why);
      continue;
    }
    made[index(joined.nodes.front())] = joined_nodes(to, joined.nodes, matrix);
  }
  std::vector<SourceNode> nodes;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (made[i].empty()) nodes.push_back(std::move(to.model.nodes[i]));
    nodes.insert(nodes.end(), made[i].begin(), made[i].end());
  }
  to.model.nodes = std::move(nodes);
  (void)fold(to.model);
}

}  // namespace weft::advice
