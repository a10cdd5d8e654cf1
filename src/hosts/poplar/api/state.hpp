// SPDX-License-Identifier: Apache-2.0
// What the handles of the API stand for: a graph's state and tensors.
//
// The room api is the floor of hosts/poplar: values (types, options, elements on their way between
// host and tiles), the algebra of tensors, programs as steps of the front end, what a graph keeps,
// the seam to a job (job_side.hpp), and failures under Poplar's names (translate.hpp). On it stand
// target (machines and devices), graph (building and compiling), profile (what a compiled graph
// holds and a run has cost) and engine (loading, running, the ranks), each of which may use those
// named before it. libraries/ is written against the public headers in include/, as users' programs
// are. tests/style/check_layers.py holds all this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <poplar/Graph.hpp>
#include <string>
#include <utility>
#include <vector>

#include "frontends/poplar/cost.hpp"
#include "frontends/poplar/graph.hpp"
#include "frontends/poplar/step.hpp"

namespace poplar::core {

namespace front = weft::frontends::poplar;

/// A handle of the host on a tensor.
struct HostHandle {
  front::View view;
  Type type;
};

struct StreamInfo {
  bool to_device = true;
  Type type;
  std::size_t elements = 0;
};

struct RemoteInfo {
  Type type;
  std::size_t elements = 0;  ///< a row
  std::size_t rows = 1;
};

struct HostFunctionInfo {
  std::string name;
  std::vector<HostFunctionArgument> inputs;
  std::vector<HostFunctionArgument> outputs;
};

/// A constant made for a vertex's field: it lies where the vertex does.
struct FieldConstant {
  front::VertexId vertex = 0;
  front::VariableId variable = 0;
};

/// All of a graph; virtual graphs share it.
struct GraphState {
  front::GraphModel model;
  Target target;
  std::vector<Type> variable_types;  ///< as the program named them
  std::map<std::string, HostHandle> reads;
  std::map<std::string, HostHandle> writes;
  std::map<std::string, StreamInfo> streams;
  std::map<std::string, RemoteInfo> remote_buffers;
  std::vector<HostFunctionInfo> host_functions;
  std::vector<front::StepPointer> functions;
  std::vector<FieldConstant> field_constants;
  std::map<std::string, front::CostFunction> estimators;
};

/// A graph, or some of its tiles: tiles[i] is the number of tile i in the whole graph; empty for
/// the whole graph.
struct GraphImpl {
  std::shared_ptr<GraphState> state;
  Target target;
  std::vector<unsigned> tiles;
};

struct TensorImpl {
  front::View view;
  Type type;
  std::shared_ptr<GraphState> graph;
};

Tensor make_tensor(front::View view, const Type& type, std::shared_ptr<GraphState> graph);
/// The view; tensor_creation_error for a tensor that views nothing.
const front::View& view_of(const Tensor& tensor);
/// "[2,3]"
std::string shape_text(const std::vector<std::uint64_t>& shape);

}  // namespace poplar::core
