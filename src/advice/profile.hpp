// SPDX-License-Identifier: Apache-2.0
// What a model is made of, before anybody asks for whom: its operators with their work, its memory,
// its types, and what a static machine would trip over.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/source_model.hpp"

namespace weft::advice {

/// The work of a node, or of many. What hangs on shapes that nobody knows is not in it.
struct Work {
  std::int64_t nodes = 0;
  std::int64_t multiplications = 0;  ///< multiply-adds of products, convolutions, recurrences
  std::int64_t bytes = 0;            ///< operands read and results written, each once
  std::int64_t floats = 0;           ///< elements of these that are floats
  std::int64_t parameters = 0;       ///< elements of floating constants, at their first user
  std::int64_t without_shape = 0;    ///< nodes of which a shape is not known

  Work& operator+=(const Work& other);
  /// Operations (two a multiply-add) a byte; 0 without bytes.
  double intensity() const;
};

/// A sum over nodes that have something in common.
struct Group {
  std::string name;  ///< "Gelu", "com.microsoft.FastGelu"; "encoder.layer.0"; "model.py:12"
  /// Of first results: their types of elements, "f32, i64"; "" of groups by place, and where none
  /// is known.
  std::string element;
  std::string shape;       ///< where all have the same
  std::size_t shapes = 0;  ///< how many different ones they have
  Work work;
  std::vector<std::string> gives_to{};  ///< of modules: those that take its results
  std::size_t order = 0;                ///< among groups of its kind, by their first nodes
};

/// What is live while a stretch of nodes runs, at most.
struct Live {
  std::string node;  ///< the one at which it is the most
  std::int64_t bytes = 0;
};

/// A dimension that means something to a user.
struct Dimension {
  std::string input;
  std::size_t axis = 0;
  std::int64_t extent = 0;
};

struct Profile {
  std::string name;
  std::string producer;
  std::map<std::string, std::int64_t> opsets;
  bool has_lines = false;  ///< the exporter wrote where nodes come from
  Work work;
  std::vector<Work> by_node;  ///< of all of the file's nodes; empty for those that are none
  std::int64_t folded_nodes = 0;
  std::int64_t parameter_bytes = 0;
  /// Elements of inputs and outputs: floats, and whole numbers by what they take in 32 bits at
  /// most.
  std::int64_t host_floats = 0;
  std::int64_t host_whole_bytes = 0;
  /// The most that values of nodes, and inputs, take at a time when nodes run in the file's order.
  std::int64_t live_elements = 0;     ///< floating ones
  std::int64_t live_bytes = 0;        ///< as the file has their types
  std::string live_at;                ///< the node that runs then
  std::vector<Live> live;             ///< over all nodes in this order, in at most 64 stretches
  Work largest;                       ///< of the node that reads and writes most bytes
  std::vector<std::string> elements;  ///< types of values, the most frequent first
  std::vector<graph::OpenExtent> open_extents;
  std::map<std::string, std::int64_t> absent_data;  ///< initializers by the file they would be in
  std::vector<std::string> control_flow;            ///< nodes of If, Loop, Scan
  std::vector<std::string> foreign;  ///< "domain.Operator" of other domains than ONNX's
  std::optional<Dimension> batch, sequence;
  std::vector<std::string> inputs, outputs;            ///< "ids i64[1, 128]"
  std::vector<Group> by_operator, by_module, by_line;  ///< most work first
};

/// " f32[2, 4]", " f32, 12 shapes"; "" where no type is known.
std::string type_text(const Group& group);

Profile profile_of(const graph::SourceModel& model);

/// The batch and the sequence, where something in the model says which axes they are.
void add_dimensions(const graph::SourceModel& model, Profile& to);

/// A node's place in the user's program.
struct Place {
  std::string file;
  std::uint32_t line = 0;  ///< 0: not known
  std::string module;      ///< "BertIntermediate", or its path where its class is not known
};
Place place_of(const graph::SourceNode& node);
/// "model.py:12"; "" where it is not known.
std::string line_text(const Place& place);
/// The node's name, or what it gives.
std::string name_of(const graph::SourceNode& node);
/// "Gelu", "com.microsoft.FastGelu".
std::string operation_of(const graph::SourceNode& node);

/// Multiply-adds and bytes of one node.
Work work_of(const graph::SourceModel& model, const graph::SourceNode& node);

}  // namespace weft::advice
