// SPDX-License-Identifier: Apache-2.0
// What the parts of Graph share: checks with Poplar's exceptions, conversion of tile numbers.
//
// The room graph is Poplar's Graph, a file for each kind of thing one does with it (variables,
// vertices, mapping, clones, the host's handles, output for people), and its end: compile.cpp hands
// the graph and its programs to the front end and makes an executable of what comes back, which
// executable.hpp keeps and writes to files. Values and programs are api's, machines are target's.
#pragma once

#include <cstdint>
#include <poplar/Graph.hpp>
#include <string>

#include "hosts/poplar/api/state.hpp"

namespace poplar::core {

/// The vertex of a reference; graph_connection_error when it is of no graph or of another one.
front::VertexModel& vertex_of(GraphState& state, const GraphState* graph, unsigned vertex);
/// "field 'in' of vertex 'Dot'"
std::string field_text(const front::VertexModel& vertex, unsigned field);
/// Number of a graph's tile in the whole machine; invalid_tile_mapping when there is none.
unsigned physical_tile(const GraphImpl& graph, unsigned tile);
/// Number of a machine's tile in the graph, or `unmapped` when it is none of its.
unsigned virtual_tile(const GraphImpl& graph, unsigned tile);
/// poplar_error unless the tensor is of this graph.
void check_graph(const GraphState& state, const Tensor& tensor, const char* what);
/// poplar_error when a name of the host is empty or taken; `what` says of what.
void check_handle(const std::string& handle, bool taken, const char* what);
/// A new variable; constants have `data`.
front::VariableId add_variable(GraphState& state, const Type& type, const front::Shape& shape,
                               const std::string& name, bool constant, front::Bytes data);
/// A new constant for a field, which will lie where its vertex does.
front::View add_field_constant(GraphState& state, unsigned vertex, const Type& type,
                               front::Bytes data);

}  // namespace poplar::core
