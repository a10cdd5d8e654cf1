// SPDX-License-Identifier: Apache-2.0
// Variables and constants of a graph, and initial values of tensors.
#include <cstring>
#include <numeric>
#include <poplar/Graph.hpp>
#include <poplar/exceptions.hpp>

#include "base/counted.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/graph/regions.hpp"
#include "hosts/poplar/graph/support.hpp"

namespace poplar {

using core::GraphState;
using core::front::Bytes;
using core::front::Shape;
using core::front::Variable;
using core::front::VariableId;
using core::front::View;

namespace core {

VariableId add_variable(GraphState& state, const Type& type, const Shape& shape,
                        const std::string& name, bool constant, Bytes data) {
  Variable variable;
  variable.name = name.empty() ? (constant ? "<const>" : "<anon>") : name;
  variable.type = element_type(type);
  variable.shape = shape;
  variable.elements =
      std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
  variable.constant = constant;
  variable.data = std::move(data);
  state.model.variables.push_back(std::move(variable));
  state.variable_types.push_back(type);
  return static_cast<VariableId>(state.model.variables.size() - 1);
}

View add_field_constant(GraphState& state, unsigned vertex, const Type& type, Bytes data) {
  const Shape shape = {data.size() / size_of(type)};
  const VariableId variable =
      add_variable(state, type, shape, "<field value>", true, std::move(data));
  state.field_constants.push_back({vertex, variable});
  return View::of(variable, shape);
}

}  // namespace core

namespace {

std::uint64_t count_of(ArrayRef<std::size_t> shape) {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

}  // namespace

Tensor Graph::addVariable(const Type& type, ArrayRef<std::size_t> shape,
                          const DebugContext& debugContext) {
  GraphState& state = getState();
  const Shape dimensions(shape.begin(), shape.end());
  const VariableId variable =
      core::add_variable(state, type, dimensions, debugContext.getPathName(), false, {});
  return core::make_tensor(View::of(variable, dimensions), type, getImpl().state);
}

Tensor Graph::addVariable(const Type& type, ArrayRef<std::size_t> shape,
                          VariableMappingMethod mappingMethod, const DebugContext& debugContext) {
  return mappingMethod == VariableMappingMethod::LINEAR
             ? addLinearlyMappedVariable(type, shape, debugContext)
             : addVariable(type, shape, debugContext);
}

Tensor Graph::addLinearlyMappedVariable(const Type& type, ArrayRef<std::size_t> shape,
                                        const DebugContext& debugContext) {
  constexpr unsigned least_bytes = 128;  // as poputil::mapTensorLinearly spreads
  const auto size = static_cast<unsigned>(getTarget().getTypeSize(type));
  return addLinearlyMappedVariable(type, shape, least_bytes / size,
                                   getTarget().getVectorWidth(type), debugContext);
}

Tensor Graph::addLinearlyMappedVariable(const Type& type, ArrayRef<std::size_t> shape,
                                        unsigned minElementsPerTile, unsigned grainSize,
                                        const DebugContext& debugContext) {
  Tensor tensor = addVariable(type, shape, debugContext);
  const Tensor flat = tensor.flatten();
  const std::uint64_t elements = flat.numElements();
  const std::uint64_t grain = std::max(1U, grainSize);
  const auto up = [](std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; };
  const std::uint64_t tiles = getTarget().getNumTiles();
  std::uint64_t share = up(up(elements, tiles), grain) * grain;
  share = std::max(share, up(std::max(1U, minElementsPerTile), grain) * grain);
  for (std::uint64_t at = 0, tile = 0; at < elements; at += share, ++tile) {
    setTileMapping(flat.slice(at, std::min(elements, at + share)), static_cast<unsigned>(tile));
  }
  return tensor;
}

// --- constants ---

void Graph::checkCount(ArrayRef<std::size_t> shape, std::size_t values) const {
  const std::uint64_t elements = count_of(shape);
  if (elements == values) return;
  throw tensor_creation_error("addConstant: a shape of " + weft::counted(elements, "element") +
                              " and " + weft::counted(values, "value"));
}

Tensor Graph::addConstant(const Type& type, ArrayRef<std::size_t> shape, const void* values,
                          const TypeTraits& traits, bool broadcast,
                          const DebugContext& debugContext) {
  Bytes data =
      core::to_elements(values, traits, count_of(shape), broadcast, core::element_type(type));
  const Shape dimensions(shape.begin(), shape.end());
  const VariableId variable = core::add_variable(getState(), type, dimensions,
                                                 debugContext.getPathName(), true, std::move(data));
  return core::make_tensor(View::of(variable, dimensions), type, getImpl().state);
}

namespace {

/// fp16 bits as numbers of type `type`'s host side.
std::vector<double> numbers(const Target& target, const std::uint16_t* bits, std::size_t count) {
  std::vector<double> out(count);
  copyDeviceHalfToDouble(target, bits, out.data(), count);
  return out;
}

}  // namespace

Tensor Graph::addConstantHalf(const Type& type, ArrayRef<std::size_t> shape, std::uint16_t value,
                              const DebugContext& debugContext) {
  return addConstant(type, shape, numbers(getTarget(), &value, 1).front(), debugContext);
}

Tensor Graph::addConstantHalf(const Type& type, ArrayRef<std::size_t> shape,
                              const std::uint16_t* values, const DebugContext& debugContext) {
  const std::vector<double> wide = numbers(getTarget(), values, count_of(shape));
  return addConstant(type, shape, wide.data(), debugContext);
}

Tensor Graph::addReplicationIndexConstant(const DebugContext& debugContext) {
  return addConstant(UNSIGNED_INT, {}, 0U, debugContext);
}

namespace {

/// Calls use(bytes of the variable, bytes of the tensor, how many) for every region of a tensor.
template <typename Use>
void for_each_region(const Tensor& tensor, Use&& use) {
  const std::uint64_t size = core::size_of(tensor.elementType());
  for (const core::Region& region : core::regions_of(core::view_of(tensor))) {
    use(region.variable, region.first * size, region.at * size, region.count * size);
  }
}

}  // namespace

bool Graph::constantValues(const Tensor& tensor, void* values, const TypeTraits& traits) const {
  core::check_graph(getState(), tensor, "getConstantValue");
  const auto& variables = getState().model.variables;
  const core::ElementType type = core::element_type(tensor.elementType());
  Bytes data(tensor.numElements() * bytes_of(type));
  bool constant = true;
  for_each_region(tensor,
                  [&](VariableId id, std::uint64_t from, std::uint64_t to, std::uint64_t n) {
                    constant = constant && variables[id].constant;
                    if (constant)
                      std::memcpy(data.data() + to, variables[id].data.data() + from, n);
                  });
  if (constant) core::from_elements(data.data(), type, tensor.numElements(), values, traits);
  return constant;
}

// --- initial values of tensors ---

void Graph::initialTensor(const Tensor& tensor, const void* values, std::size_t count,
                          const TypeTraits& traits, bool broadcast) {
  GraphState& state = getState();
  core::check_graph(state, tensor, "setInitialValue");
  const std::size_t elements = tensor.numElements();
  if (!broadcast && count != elements) {
    throw poplar_error("setInitialValue: a tensor of shape " + tensor.shapeToString() + " and " +
                       weft::counted(count, "value"));
  }
  if (tensor.containsConstant()) {
    throw poplar_error("setInitialValue: the tensor holds constants, which have their values");
  }
  const Bytes data = core::to_elements(values, traits, elements, broadcast,
                                       core::element_type(tensor.elementType()));
  for_each_region(tensor,
                  [&](VariableId id, std::uint64_t to, std::uint64_t from, std::uint64_t n) {
                    Variable& variable = state.model.variables[id];
                    if (variable.data.empty())
                      variable.data.resize(variable.elements * bytes_of(variable.type));
                    std::memcpy(variable.data.data() + to, data.data() + from, n);
                  });
}

void Graph::setInitialValueHalf(const Tensor& tensor, std::uint16_t value) {
  setInitialValue(tensor, numbers(getTarget(), &value, 1).front());
}

void Graph::setInitialValueHalf(const Tensor& tensor, ArrayRef<std::uint16_t> values) {
  setInitialValue(tensor, numbers(getTarget(), values.data(), values.size()));
}

// --- variables of tensors ---

Tensor Graph::getVariable(VariableRef variable) const {
  const GraphState& state = getState();
  if (variable.getId() >= state.model.variables.size()) {
    throw poplar_error("there is no variable " + std::to_string(variable.getId()));
  }
  const Variable& found = state.model.variables[variable.getId()];
  return core::make_tensor(View::of(variable.getId(), found.shape),
                           state.variable_types[variable.getId()], getImpl().state);
}

bool Graph::isConstant(VariableRef variable) const {
  return core::view_of(getVariable(variable)).elements() > 0 &&
         getState().model.variables[variable.getId()].constant;
}

}  // namespace poplar
