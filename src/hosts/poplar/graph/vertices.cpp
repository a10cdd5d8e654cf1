// SPDX-License-Identifier: Apache-2.0
// Compute sets and vertices: adding, connecting, initial values, costs.
#include <cstring>
#include <poplar/Graph.hpp>
#include <poplar/exceptions.hpp>

#include "base/counted.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/graph/introspector.hpp"
#include "hosts/poplar/graph/support.hpp"

namespace poplar {

using core::GraphState;
using core::front::Connection;
using core::front::VertexModel;
using weft::program::ipu::CodeletInfo;
using weft::program::ipu::FieldInfo;
using weft::program::ipu::FieldRole;
using weft::program::ipu::FieldShape;

namespace core {

VertexModel& vertex_of(GraphState& state, const GraphState* graph, unsigned vertex) {
  if (graph == nullptr) throw graph_connection_error("the vertex or field refers to nothing");
  if (graph != &state) {
    throw graph_connection_error("the vertex or field belongs to another graph");
  }
  return state.model.vertices[vertex];
}

std::string field_text(const VertexModel& vertex, unsigned field) {
  return std::string("field '") + vertex.codelet->fields[field].name + "' of vertex '" +
         vertex.codelet->name + "'";
}

}  // namespace core

namespace {

std::string text_of(core::ElementType type) {
  return std::string(weft::program::ipu::name_of(type));
}

const CodeletInfo* find_codelet(const GraphState& state, const std::string& name,
                                std::uint32_t& module) {
  const CodeletInfo* const codelet = state.model.find_codelet(name, module);
  if (codelet != nullptr) return codelet;
  const std::string library(state.model.missing_library(name));
  if (!library.empty()) {
    throw unknown_vertex_type("there is no codelet '" + name + "' in the graph: " + library +
                              "::addCodelets(graph) adds those of " + library);
  }
  std::string message = "there is no codelet '" + name + "'";
  const std::vector<std::string> near = state.model.similar_codelets(name);
  for (std::size_t i = 0; i < near.size() && i < 3; ++i) {
    message += (i == 0 ? "; did you mean '" : "', '") + near[i];
  }
  throw unknown_vertex_type(message + (near.empty() ? "" : "'?"));
}

unsigned find_field(const CodeletInfo& codelet, const std::string& name) {
  for (unsigned i = 0; i < codelet.field_count; ++i) {
    if (name == codelet.fields[i].name) return i;
  }
  std::string known;
  for (unsigned i = 0; i < codelet.field_count; ++i) {
    known += (i == 0 ? "" : ", ") + std::string(codelet.fields[i].name);
  }
  throw unknown_field("vertex '" + std::string(codelet.name) + "' has no field '" + name +
                      "': it has " + (known.empty() ? "none" : known));
}

void check_type(const VertexModel& vertex, unsigned field, const Tensor& tensor) {
  const core::ElementType wanted = vertex.codelet->fields[field].type;
  const core::ElementType given = core::element_type(tensor.elementType());
  if (wanted == given) return;
  throw type_error(core::field_text(vertex, field) + " holds elements of type " + text_of(wanted) +
                   ", the tensor connected to it is of type " + text_of(given));
}

[[noreturn]] void wrong_shape(const VertexModel& vertex, unsigned field, const char* wants,
                              const Tensor& tensor) {
  throw graph_connection_error(core::field_text(vertex, field) + " takes " + wants +
                               ", not a tensor of shape " + tensor.shapeToString());
}

/// A tensor for one vector of a field.
core::front::View vector_view(const VertexModel& vertex, unsigned field, const Tensor& tensor) {
  check_type(vertex, field, tensor);
  if (tensor.rank() > 1) wrong_shape(vertex, field, "tensors of one dimension", tensor);
  return core::view_of(tensor.flatten());
}

/// What a whole tensor means to a field.
std::vector<core::front::View> views_for(const VertexModel& vertex, unsigned field,
                                         const Tensor& tensor) {
  switch (vertex.codelet->fields[field].shape) {
    case FieldShape::scalar_edge:
      check_type(vertex, field, tensor);
      if (tensor.numElements() != 1) wrong_shape(vertex, field, "one element", tensor);
      return {core::view_of(tensor.flatten())};
    case FieldShape::vector:
      return {vector_view(vertex, field, tensor)};
    case FieldShape::vector_list: {
      if (tensor.rank() != 2) wrong_shape(vertex, field, "tensors of two dimensions", tensor);
      std::vector<core::front::View> rows;
      for (std::size_t i = 0; i < tensor.dim(0); ++i) {
        rows.push_back(vector_view(vertex, field, tensor[i]));
      }
      return rows;
    }
    case FieldShape::state:
      break;
  }
  throw graph_connection_error(core::field_text(vertex, field) +
                               " is no edge: it takes an initial value, not a tensor");
}

Connection& row_of(VertexModel& vertex, unsigned field, std::size_t index) {
  Connection& connection = vertex.fields[field];
  if (vertex.codelet->fields[field].shape != FieldShape::vector_list) {
    throw index_error(core::field_text(vertex, field) + " is no list of vectors", index);
  }
  if (index >= connection.views.size()) connection.views.resize(index + 1);
  connection.connected = true;
  return connection;
}

}  // namespace

FieldRef VertexRef::operator[](StringRef fieldName) const {
  if (graph_ == nullptr) throw graph_connection_error("the vertex refers to nothing");
  FieldRef field;
  field.graph_ = graph_;
  field.vertex_ = vertex_;
  field.field_ = find_field(*graph_->model.vertices[vertex_].codelet, fieldName);
  return field;
}

FieldRef FieldRef::operator[](std::size_t index) const {
  if (graph_ == nullptr) throw graph_connection_error("the field refers to nothing");
  const VertexModel& vertex = graph_->model.vertices[vertex_];
  if (vertex.codelet->fields[field_].shape != FieldShape::vector_list || indexed_) {
    throw index_error(core::field_text(vertex, field_) + " is no list of vectors", index);
  }
  FieldRef row = *this;
  row.index_ = index;
  row.indexed_ = true;
  return row;
}

ComputeSet Graph::addComputeSet(const DebugContext& debugContext) {
  auto& sets = getState().model.compute_sets;
  sets.push_back(debugContext.getPathName());
  return ComputeSet(static_cast<unsigned>(sets.size() - 1));
}

VertexRef Graph::addVertex(ComputeSet cs, StringRef vertexType) {
  GraphState& state = getState();
  if (cs.getId() >= state.model.compute_sets.size()) {
    throw graph_object_creation_error("addVertex: the compute set is not of this graph");
  }
  VertexModel vertex;
  const std::string name = vertexType;
  vertex.compute_set = cs.getId();
  vertex.codelet = find_codelet(state, name, vertex.module);
  vertex.fields.resize(vertex.codelet->field_count);
  VertexRef reference;
  reference.graph_ = &state;
  reference.vertex_ = static_cast<unsigned>(state.model.vertices.size());
  state.model.vertices.push_back(std::move(vertex));
  return reference;
}

VertexRef Graph::addVertex(ComputeSet cs, StringRef vertexType,
                           ArrayRef<ConnectionDesc> connections) {
  const VertexRef vertex = addVertex(cs, vertexType);
  for (const ConnectionDesc& connection : connections) {
    const FieldRef field = vertex[connection.field];
    if (!connection.value.empty()) {
      const auto shape =
          getState().model.vertices[vertex.vertex_].codelet->fields[field.field_].shape;
      if (shape == FieldShape::state) {
        initialField(field, connection.value.data(), 1, connection.traits);
      } else {
        connectValue(field, connection.value.data(), connection.traits);
      }
    } else if (connection.isList) {
      connect(field, ArrayRef<Tensor>(connection.tensors));
    } else {
      connect(field, connection.tensors.front());
    }
  }
  return vertex;
}

void Graph::connect(FieldRef field, const Tensor& tensor) {
  GraphState& state = getState();
  core::check_graph(state, tensor, "connect");
  VertexModel& vertex = core::vertex_of(state, field.graph_, field.vertex_);
  if (field.indexed_) {
    core::front::View view = vector_view(vertex, field.field_, tensor);
    row_of(vertex, field.field_, field.index_).views[field.index_] = std::move(view);
    return;
  }
  std::vector<core::front::View> views = views_for(vertex, field.field_, tensor);
  Connection& connection = vertex.fields[field.field_];
  connection.views = std::move(views);
  connection.connected = true;
}

void Graph::connect(FieldRef field, ArrayRef<Tensor> tensors) {
  GraphState& state = getState();
  VertexModel& vertex = core::vertex_of(state, field.graph_, field.vertex_);
  const FieldShape shape = vertex.codelet->fields[field.field_].shape;
  if (shape == FieldShape::vector || field.indexed_) {
    // A list of elements or pieces is one vector.
    std::vector<Tensor> pieces;
    for (const Tensor& tensor : tensors) pieces.push_back(tensor.flatten());
    connect(field, concat(ArrayRef<Tensor>(pieces)));
    return;
  }
  if (shape != FieldShape::vector_list) {
    throw graph_connection_error(core::field_text(vertex, field.field_) +
                                 " does not take a list of tensors");
  }
  std::vector<core::front::View> rows;
  for (const Tensor& tensor : tensors) {
    core::check_graph(state, tensor, "connect");
    rows.push_back(vector_view(vertex, field.field_, tensor));
  }
  Connection& connection = vertex.fields[field.field_];
  connection.views = std::move(rows);
  connection.connected = true;
}

void Graph::connectValue(FieldRef field, const void* value, const TypeTraits& traits) {
  GraphState& state = getState();
  const VertexModel& vertex = core::vertex_of(state, field.graph_, field.vertex_);
  const FieldInfo& info = vertex.codelet->fields[field.field_];
  if (info.shape != FieldShape::scalar_edge || info.role != FieldRole::input) {
    throw graph_connection_error(core::field_text(vertex, field.field_) +
                                 " is no input of one element, so no value can be connected to it");
  }
  const core::front::View view =
      core::add_field_constant(state, field.vertex_, core::api_type(info.type),
                               core::to_elements(value, traits, 1, false, info.type));
  Connection& connection = core::vertex_of(state, field.graph_, field.vertex_).fields[field.field_];
  connection.views = {view};
  connection.connected = true;
}

void Graph::setFieldSize(FieldRef field, std::size_t size) {
  VertexModel& vertex = core::vertex_of(getState(), field.graph_, field.vertex_);
  Connection& connection = vertex.fields[field.field_];
  if (vertex.codelet->fields[field.field_].shape == FieldShape::vector_list && !field.indexed_) {
    connection.views.resize(size);
  } else {
    connection.elements = size;
  }
}

std::size_t Graph::getFieldSize(FieldRef field) const {
  const VertexModel& vertex = core::vertex_of(getState(), field.graph_, field.vertex_);
  const Connection& connection = vertex.fields[field.field_];
  if (vertex.codelet->fields[field.field_].shape == FieldShape::vector_list) {
    if (!field.indexed_) return connection.views.size();
    if (field.index_ < connection.views.size()) return connection.views[field.index_].elements();
  } else if (connection.connected && !connection.views.empty()) {
    return connection.views.front().elements();
  }
  if (connection.elements) return *connection.elements;
  throw no_size_specified(core::field_text(vertex, field.field_) +
                          " has no size: nothing is connected to it");
}

std::size_t Graph::getNumVertices() const { return getState().model.vertices.size(); }

unsigned Graph::getMaxVertexFieldValue(StringRef vertexName, StringRef fieldName) const {
  std::uint32_t module = 0;
  const CodeletInfo* codelet = find_codelet(getState(), vertexName.cloneAsString(), module);
  const unsigned number = find_field(*codelet, fieldName);
  return core::greatest_of(codelet->fields[number].type, codelet->fields[number].name);
}

double Graph::getMaxFieldDim(StringRef vertexName, StringRef fieldName, unsigned) const {
  std::uint32_t module = 0;
  find_field(*find_codelet(getState(), vertexName.cloneAsString(), module), fieldName);
  return 4294967295.0;  // sizes are 32-bit words
}

// --- initial values of fields ---

void Graph::initialField(FieldRef field, const void* values, std::size_t count,
                         const TypeTraits& traits) {
  GraphState& state = getState();
  VertexModel& vertex = core::vertex_of(state, field.graph_, field.vertex_);
  const FieldInfo& info = vertex.codelet->fields[field.field_];
  core::front::Bytes data = core::to_elements(values, traits, count, false, info.type);
  if (info.shape == FieldShape::state) {
    if (data.size() != info.bytes) {
      throw poplar_error("setInitialValue: " + core::field_text(vertex, field.field_) + " takes " +
                         weft::counted(info.bytes / bytes_of(info.type), "value") + ", not " +
                         std::to_string(count));
    }
    vertex.fields[field.field_].value = std::move(data);
    vertex.fields[field.field_].connected = true;
    return;
  }
  if (info.role == FieldRole::output || info.role == FieldRole::in_out) {
    throw poplar_error("setInitialValue: " + core::field_text(vertex, field.field_) +
                       " is written by the vertex");
  }
  const core::front::View view =
      core::add_field_constant(state, field.vertex_, core::api_type(info.type), std::move(data));
  VertexModel& now = core::vertex_of(state, field.graph_, field.vertex_);
  Connection& connection =
      field.indexed_ ? row_of(now, field.field_, field.index_) : now.fields[field.field_];
  if (field.indexed_) {
    connection.views[field.index_] = view;
  } else {
    connection.views = {view};
  }
  connection.connected = true;
}

void Graph::setInitialValueHalf(FieldRef field, std::uint16_t value) {
  setInitialValueHalf(field, ArrayRef<std::uint16_t>(&value, 1));
}

void Graph::setInitialValueHalf(FieldRef field, ArrayRef<std::uint16_t> values) {
  std::vector<double> wide(values.size());
  copyDeviceHalfToDouble(getTarget(), values.data(), wide.data(), wide.size());
  setInitialValue(field, ArrayRef<double>(wide));
}

// --- costs ---

void Graph::setPerfEstimate(const VertexRef& v, std::uint64_t cycles, std::uint64_t flops) {
  VertexModel& vertex = core::vertex_of(getState(), v.graph_, v.vertex_);
  vertex.cycles = cycles;
  vertex.flops = flops;
}

void Graph::setPerfEstimate(const VertexRef& v, const VertexPerfEstimate& estimate) {
  setPerfEstimate(v, estimate.cycles, estimate.flops);
}

VertexPerfEstimate Graph::getPerfEstimate(const VertexRef& v) const {
  const VertexModel& vertex = core::vertex_of(getState(), v.graph_, v.vertex_);
  if (!vertex.cycles) {
    throw missing_perf_estimate("vertex '" + std::string(vertex.codelet->name) +
                                "' was given no estimate");
  }
  return {*vertex.cycles, vertex.flops.value_or(0)};
}

void Graph::registerPerfEstimator(StringRef vertexTypeName, PerfEstimateFunc function) {
  getState().estimators[vertexTypeName] =
      core::estimator_of(std::move(function), getState().target);
}

}  // namespace poplar
