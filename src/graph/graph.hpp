// SPDX-License-Identifier: Apache-2.0
// A model: values with static types and the nodes that make them, in an order in which each node's
// inputs come before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/operator.hpp"
#include "graph/tensor.hpp"

namespace weft::graph {

enum class ValueId : std::uint32_t {};
enum class NodeId : std::uint32_t {};
/// An input that is absent.
inline constexpr ValueId no_value{0xffffffff};

constexpr std::uint32_t index(ValueId id) { return static_cast<std::uint32_t>(id); }
constexpr std::uint32_t index(NodeId id) { return static_cast<std::uint32_t>(id); }

/// A line of the program that the model was exported from.
struct SourceLine {
  std::string file;
  std::uint32_t line = 0;
  std::string function;  ///< "" where it is not known
  std::string code;      ///< what stands there; "" where it is not known
};

/// Where a node comes from, for messages and reports. A node that several became has several.
struct Origin {
  std::string node;               ///< its name in the model's file; "" of one that a pass made
  std::string operation;          ///< as the file calls it: "Conv", "LayerNormalization"
  std::vector<SourceLine> stack;  ///< the innermost line last; empty: the exporter wrote none
  std::string module;             ///< "BertModel.encoder.layer.0"; "" where it is not known
  std::string result{};           ///< the first value that it gives, by the file; "": not known
};
/// "node 'conv_1' (Conv) of model.py:12, in forward"; of one without a name "the node that gives
/// 'x' (Conv) of ...".
std::string text_of(const Origin& origin);
/// Whether a message begins with such a text.
bool begins_with_origin(std::string_view message);

struct Value {
  std::string name;  ///< unique in the graph
  TensorType type;
  std::optional<Tensor> constant;
  std::optional<NodeId> producer;  ///< neither this nor a constant: an input of the graph
};

struct Node {
  Operator what;
  std::vector<ValueId> inputs;  ///< `no_value` for those that are absent
  std::vector<ValueId> outputs;
  std::vector<Origin> origins;
};

struct Graph {
  std::string name;
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;

  const Value& operator[](ValueId id) const { return values[index(id)]; }
  const Node& operator[](NodeId id) const { return nodes[index(id)]; }

  /// All take a name that is made unique by a number behind it, if it has to be.
  ValueId add_input(const std::string& name, TensorType type);
  ValueId add_constant(const std::string& name, Tensor tensor);
  /// Appends a node and types its results (`result_types`); Category::input, naming the origin,
  /// where its inputs do not fit it. Returns its results, named `names` where these are given (and
  /// not "").
  std::vector<ValueId> add_node(Operator what, std::vector<ValueId> node_inputs, Origin origin,
                                const std::vector<std::string>& names = {});
  /// The same for a node that several became.
  std::vector<ValueId> add_node(Operator what, std::vector<ValueId> node_inputs,
                                std::vector<Origin> origins,
                                const std::vector<std::string>& names = {});

 private:
  std::string unique_name(const std::string& wanted);
  ValueId add_value(const std::string& value_name, TensorType type);

  std::unordered_map<std::string, std::uint32_t> names_;  ///< and the number tried last behind each
  std::size_t named_ = 0;                                 ///< of `values` are in there
};

/// The types of a node's inputs.
std::vector<std::optional<TensorType>> input_types(const Graph& graph, const Node& node);

/// What `what` gives for inputs of these types (nullopt: absent). Category::input, without a place,
/// where they do not fit.
std::vector<TensorType> result_types(const Operator& what,
                                     const std::vector<std::optional<TensorType>>& inputs);

/// Every id in range, inputs before use, types as `result_types` says, names unique; else
/// Category::internal. For tests and behind each pass.
void require_sound(const Graph& graph);

/// "strides [2, 2], relu": what an operator has beside its inputs and its result's type; "" of
/// most.
std::string parameters_of(const Operator& what);
/// A line a node: "conv_1: f32[1, 16, 32, 32] = convolution(x, w, b; strides [2, 2])", behind one
/// for each input and before one for the outputs.
std::string text_of(const Graph& graph);

}  // namespace weft::graph
