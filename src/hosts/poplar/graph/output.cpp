// SPDX-License-Identifier: Apache-2.0
// Graphs for people and tools: pictures in the DOT language, and a description as JSON.
#include <ostream>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <set>

#include "hosts/poplar/api/state.hpp"

namespace poplar {

using core::GraphState;
using core::front::Connection;
using core::front::VertexModel;

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += (c == '"' || c == '\\') ? std::string{'\\', c} : std::string{c};
  return out + "\"";
}

/// Calls use(variable, field) for every variable that a vertex is connected to.
template <typename Use>
void for_each_edge(const VertexModel& vertex, Use&& use) {
  for (std::size_t f = 0; f < vertex.fields.size(); ++f) {
    std::set<core::front::VariableId> variables;
    for (const core::front::View& view : vertex.fields[f].views) {
      for (const core::front::Run& run : view.runs()) variables.insert(run.variable);
    }
    for (const core::front::VariableId variable : variables)
      use(variable, vertex.codelet->fields[f]);
  }
}

void write_edges(std::ostream& out, const GraphState& state, const std::string& node,
                 const VertexModel& vertex) {
  using weft::program::ipu::FieldRole;
  for_each_edge(vertex, [&](core::front::VariableId id, const auto& field) {
    const std::string variable =
        quoted("v" + std::to_string(id) + " " + state.model.variables[id].name);
    const bool reads = field.role == FieldRole::input || field.role == FieldRole::in_out;
    const bool writes = field.role == FieldRole::output || field.role == FieldRole::in_out;
    if (reads) out << "  " << variable << " -> " << node << ";\n";
    if (writes) out << "  " << node << " -> " << variable << ";\n";
  });
}

}  // namespace

void Graph::outputVertexGraph(std::ostream& out, ArrayRef<program::Program>) const {
  const GraphState& state = getState();
  out << "digraph vertices {\n";
  for (std::size_t i = 0; i < state.model.vertices.size(); ++i) {
    const VertexModel& vertex = state.model.vertices[i];
    const std::string node = quoted("x" + std::to_string(i) + " " + vertex.codelet->name);
    out << "  " << node << " [shape=box];\n";
    write_edges(out, state, node, vertex);
  }
  out << "}\n";
}

void Graph::outputComputeGraph(std::ostream& out, ArrayRef<program::Program>) const {
  const GraphState& state = getState();
  out << "digraph compute_sets {\n";
  for (std::size_t i = 0; i < state.model.compute_sets.size(); ++i) {
    const std::string node = quoted("c" + std::to_string(i) + " " + state.model.compute_sets[i]);
    out << "  " << node << " [shape=box];\n";
    for (const VertexModel& vertex : state.model.vertices) {
      if (vertex.compute_set == i) write_edges(out, state, node, vertex);
    }
  }
  out << "}\n";
}

void Graph::serialize(std::ostream& out, SerializationFormat) const {
  const GraphState& state = getState();
  ProfileValue::Vector variables;
  for (const core::front::Variable& variable : state.model.variables) {
    ProfileValue::Map map;
    map["name"] = ProfileValue(variable.name);
    map["type"] = ProfileValue(std::string(weft::program::ipu::name_of(variable.type)));
    map["elements"] = ProfileValue(static_cast<double>(variable.elements));
    map["constant"] = ProfileValue(variable.constant);
    variables.emplace_back(std::move(map));
  }
  ProfileValue::Vector vertices;
  for (const VertexModel& vertex : state.model.vertices) {
    ProfileValue::Map map;
    map["type"] = ProfileValue(vertex.codelet->name);
    map["computeSet"] = ProfileValue(state.model.compute_sets[vertex.compute_set]);
    if (vertex.tile != core::front::unmapped) map["tile"] = ProfileValue(vertex.tile);
    vertices.emplace_back(std::move(map));
  }
  ProfileValue::Map graph;
  graph["variables"] = ProfileValue(std::move(variables));
  graph["vertices"] = ProfileValue(std::move(vertices));
  serializeToJSON(out, ProfileValue(std::move(graph)));
}

void Graph::serialize(std::ostream& out, ArrayRef<program::Program>,
                      SerializationFormat format) const {
  serialize(out, format);
}

}  // namespace poplar
