// SPDX-License-Identifier: Apache-2.0
// Nodes put in a node's place: what rewrites are written with; private to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/source_model.hpp"

namespace weft::advice {

using Attributes = std::vector<graph::SourceAttribute>;
using Ids = std::vector<graph::SourceValueId>;
using Whole = std::vector<std::int64_t>;

/// The nodes that stand for one node from now on. They have its line and module.
class Spelling {
 public:
  /// `to`: the model's new nodes, of which these become the next.
  Spelling(graph::SourceModel& model, const graph::SourceNode& node,
           std::vector<graph::SourceNode>& to)
      : model_(model), node_(node), to_(to) {}

  const graph::SourceNode& node() const { return node_; }
  const graph::SourceModel& model() const { return model_; }
  /// Of an input; nothing where it is absent or not known.
  std::optional<graph::TensorType> type(std::size_t input) const;
  std::optional<Whole> known_wholes(std::size_t input) const;

  graph::SourceValueId constant(graph::Tensor tensor);
  graph::SourceValueId number(double value, graph::Element element);
  graph::SourceValueId wholes(const Whole& values);
  /// Of the operator set of the node that it stands for; its one result has this type.
  graph::SourceValueId make(const std::string& operation, Ids inputs, graph::TensorType type,
                            Attributes attributes = {});
  /// Gives values that are there already: the node's own results.
  void finish(const std::string& operation, Ids inputs, Ids outputs, Attributes attributes = {});
  /// A reduction that keeps its axes: these are an attribute, or an input in newer operator sets.
  graph::SourceValueId reduce(const std::string& operation, graph::SourceValueId x,
                              const graph::TensorType& type, const Whole& axes);
  /// To a shape that is known and has no extent of 0; a constant's bytes are the same.
  graph::SourceValueId reshape(graph::SourceValueId x, const graph::TensorType& to);
  graph::SourceValueId transpose(graph::SourceValueId x, const graph::TensorType& type,
                                 const Whole& order);
  /// An operator's axes or the like, as the operator set takes them: an input from `first` on.
  void put_list(const std::string& name, const Whole& values, std::int64_t first, Ids& inputs,
                Attributes& attributes);
  /// The node itself, changed.
  void keep(graph::SourceNode node);
  /// A value of its own, without a node yet.
  graph::SourceValueId value(const graph::TensorType& type);

  /// The operators put there, in order.
  const std::vector<std::string>& made() const { return made_; }

 private:
  graph::SourceModel& model_;
  const graph::SourceNode& node_;
  std::vector<graph::SourceNode>& to_;
  std::vector<std::string> made_;
};

std::int64_t whole_attribute(const graph::SourceNode& node, std::string_view name,
                             std::int64_t otherwise);
double real_attribute(const graph::SourceNode& node, std::string_view name, double otherwise);
std::string text_attribute(const graph::SourceNode& node, std::string_view name,
                           const std::string& otherwise);
std::optional<Whole> wholes_attribute(const graph::SourceNode& node, std::string_view name);
void drop_attribute(graph::SourceNode& node, std::string_view name);
/// The numbers of a constant; nothing where it is none.
std::optional<Whole> wholes_of(const graph::SourceModel& model, graph::SourceValueId id);
/// ONNX's number of a type.
std::int64_t type_number(graph::Element element);
/// An axis counted from the front.
constexpr std::int64_t from_front(std::int64_t axis, std::size_t rank) {
  return axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
}

}  // namespace weft::advice
