// SPDX-License-Identifier: Apache-2.0
// A model as its file says it: operators by the file's names and in its spelling, with the types
// that reading found out. For whoever talks about the file; machines take the graph.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

enum class SourceValueId : std::uint32_t {};
enum class SourceNodeId : std::uint32_t {};
/// An input that is absent.
inline constexpr SourceValueId no_source_value{0xffffffff};

constexpr std::uint32_t index(SourceValueId id) { return static_cast<std::uint32_t>(id); }
constexpr std::uint32_t index(SourceNodeId id) { return static_cast<std::uint32_t>(id); }

struct SourceValue {
  std::string name;
  std::optional<TensorType> type;  ///< nothing: nobody knows it before a run
  std::optional<Tensor> constant;  ///< known: an initializer with data, or computed while reading
  bool is_initializer = false;
  bool is_constant = false;                ///< depends on no input, known or not
  std::optional<SourceNodeId> producer{};  ///< neither: an input, or an initializer
};

/// What is kept of an attribute that holds graphs or types: that it is there.
struct OtherAttribute {
  std::string kind;  ///< "a graph"
};
using AttributeValue =
    std::variant<double, std::int64_t, std::string, std::vector<double>, std::vector<std::int64_t>,
                 std::vector<std::string>, Tensor, OtherAttribute>;

struct SourceAttribute {
  std::string name;
  AttributeValue value;
};

struct SourceNode {
  std::string operation;
  std::string domain;        ///< "": ONNX's own
  std::int64_t version = 0;  ///< of the domain's operator set
  std::vector<SourceAttribute> attributes;
  std::vector<SourceValueId> inputs;      ///< `no_source_value` for those that are absent
  std::vector<SourceValueId> outputs;     ///< likewise
  std::vector<SourceValueId> captured{};  ///< what the graphs in its attributes take from outside
  Origin origin;
  std::string module_class{};  ///< of its module: "BertIntermediate"; "" where it is not known
  bool is_folded = false;      ///< its results are known before a run: no work for a machine
  bool is_needed = true;       ///< an output of the model hangs on it

  const SourceAttribute* attribute(std::string_view name) const;
  bool has_input(std::size_t i) const { return i < inputs.size() && inputs[i] != no_source_value; }
};

/// An extent of an input that the file leaves open, and what the reader was told that it is.
struct OpenExtent {
  std::string input;
  std::size_t axis = 0;
  std::string name;  ///< "" where the file has none
  std::int64_t extent = 0;
};

/// Functions and branches that are known stand where they are called; nodes in an order in which
/// inputs come first.
struct SourceModel {
  std::string path;
  std::string name;        ///< the file's, without its folder and ending
  std::string graph_name;  ///< what the file calls its graph, else `name`
  std::string producer;
  std::int64_t ir_version = 0;
  std::map<std::string, std::int64_t> opsets;  ///< by domain, of the file's graph
  std::vector<SourceValue> values;
  std::vector<SourceNode> nodes;
  std::vector<SourceValueId> inputs;
  std::vector<SourceValueId> outputs;
  std::vector<OpenExtent> open_extents;
  /// Files of weights that are not there, and how many initializers would have their data in each.
  std::map<std::string, std::int64_t> absent_data;

  const SourceValue& operator[](SourceValueId id) const { return values[index(id)]; }
  const SourceNode& operator[](SourceNodeId id) const { return nodes[index(id)]; }
  /// The nodes that are work for a machine: needed, and not folded.
  std::vector<SourceNodeId> work() const;
};

/// Sets `is_needed` of each node.
void mark_needed(SourceModel& model);

}  // namespace weft::graph
