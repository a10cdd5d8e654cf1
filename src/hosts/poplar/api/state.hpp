// SPDX-License-Identifier: Apache-2.0
// What the handles of the API stand for: a graph's state, tensors, targets.
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
#include "topology/topology.hpp"

namespace poplar::core {

namespace front = weft::frontends::poplar;

/// The machine of a target. Equal ones are the same machine, though made apart.
struct TargetImpl {
  std::shared_ptr<const weft::topology::Topology> topology;
  TargetType type = TargetType::IPU;
  unsigned ipus = 1;
  unsigned tiles_per_ipu = 1;
  std::string system;
  std::vector<GlobalExchangeConstraint> constraints;
  std::vector<unsigned> memory_elements;
};

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

/// The machine of a graph's target. poplar_error for a target without one.
const weft::topology::Topology& topology_of(const Target& target);
/// A target on a topology by name, of so many IPUs and tiles (0: as the topology has them), with
/// constants overridden as `--set` does.
Target make_target(const std::string& topology, TargetType type, unsigned ipus,
                   unsigned tiles_per_ipu, const std::vector<std::string>& overrides,
                   const std::string& system);
/// The target of a topology's whole region.
Target target_of(weft::topology::Topology topology, TargetType type, const std::string& system);
/// The topology for so many IPUs of the default generation, or what WEFT_TOPOLOGY names.
std::string default_topology(unsigned ipus);

}  // namespace poplar::core
