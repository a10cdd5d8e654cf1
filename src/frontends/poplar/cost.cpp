// SPDX-License-Identifier: Apache-2.0
// Where a vertex's cycles come from: its estimate, an estimator, a library formula, the default
// mix.
#include "frontends/poplar/cost.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

__extension__ using Wide = unsigned __int128;

std::map<std::string, CostFunction, std::less<>>& library_costs() {
  static std::map<std::string, CostFunction, std::less<>> costs;
  return costs;
}

std::size_t find_field(const VertexModel& vertex, std::string_view name) {
  for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
    if (vertex.codelet->fields[f].name == name) return f;
  }
  fail(Category::input, "a cost formula asks for field '" + std::string(name) +
                            "', which vertex '" + vertex.codelet->name + "' does not have");
}

std::uint64_t elements_of(const Connection& connection) {
  std::uint64_t elements = 0;
  for (const View& view : connection.views) elements += view.elements();
  return connection.views.empty() ? connection.elements.value_or(0) : elements;
}

template <typename T>
std::int64_t widened(const Bytes& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof(value));
  return static_cast<std::int64_t>(value);
}

bool is_signed(ElementType type) {
  return type == ElementType::signed_char || type == ElementType::signed_short ||
         type == ElementType::signed_int || type == ElementType::signed_long_long;
}

/// n elements of the default mix, as one worker works on them.
std::uint64_t worker_cycles(const topology::Topology& topology, std::uint64_t elements) {
  const auto prologue =
      static_cast<std::uint64_t>(topology.integer("vertex.default_prologue_cycles"));
  const topology::Rational rate = topology.rational("vertex.default_cycles_per_element");
  const auto numerator = static_cast<std::uint64_t>(rate.numerator);
  const auto denominator = static_cast<std::uint64_t>(rate.denominator);
  const Wide cycles = (static_cast<Wide>(elements) * numerator + denominator - 1) / denominator;
  return prologue + static_cast<std::uint64_t>(cycles);
}

/// A tile issues for its workers in turn, so that whatever one of them does takes the tile as many
/// times as long. All workers share a multi vertex; a supervisor is taken for one worker.
Cost default_cost(const CostQuery& query) {
  std::uint64_t elements = 0;
  for (std::uint32_t f = 0; f < query.vertex().codelet->field_count; ++f) {
    const ipu::FieldInfo& field = query.vertex().codelet->fields[f];
    if (field.role != ipu::FieldRole::state) elements += elements_of(query.vertex().fields[f]);
  }
  const std::uint64_t workers = query.constant("tile.worker_contexts");
  switch (query.vertex().codelet->kind) {
    case ipu::VertexKind::worker:
      return {worker_cycles(query.topology(), elements), 0};
    case ipu::VertexKind::multi:
      elements = (elements + workers - 1) / workers;
      break;
    case ipu::VertexKind::supervisor:
      break;
  }
  return {workers * worker_cycles(query.topology(), elements), 0};
}

}  // namespace

std::uint64_t CostQuery::elements(std::string_view field) const {
  return elements_of(vertex_.fields[find_field(vertex_, field)]);
}

std::uint64_t CostQuery::rows(std::string_view field) const {
  const Connection& connection = vertex_.fields[find_field(vertex_, field)];
  return connection.views.empty() ? connection.elements.value_or(0) : connection.views.size();
}

std::uint64_t CostQuery::elements_of_row(std::string_view field, std::uint64_t row) const {
  const Connection& connection = vertex_.fields[find_field(vertex_, field)];
  if (row < connection.views.size()) return connection.views[row].elements();
  fail(Category::input, "a cost formula asks for row " + std::to_string(row) + " of field '" +
                            std::string(field) + "', which has " +
                            counted(connection.views.size(), "row"));
}

ElementType CostQuery::type(std::string_view field) const {
  return vertex_.codelet->fields[find_field(vertex_, field)].type;
}

std::int64_t CostQuery::integer(std::string_view field) const {
  const std::size_t number = find_field(vertex_, field);
  const ElementType type = vertex_.codelet->fields[number].type;
  const Bytes& value = vertex_.fields[number].value;
  const auto refuse = [&](const char* because) {
    fail(Category::input, "a cost formula asks for field '" + std::string(field) + "' of vertex '" +
                              vertex_.codelet->name + "', which " + because);
  };
  if (value.empty()) refuse("was given no value");
  if (type == ElementType::half) refuse("is no whole number");
  if (type == ElementType::single && value.size() == 4) return widened<float>(value);
  const bool sign = is_signed(type);
  switch (value.size()) {
    case 1:
      return sign ? widened<std::int8_t>(value) : widened<std::uint8_t>(value);
    case 2:
      return sign ? widened<std::int16_t>(value) : widened<std::uint16_t>(value);
    case 4:
      return sign ? widened<std::int32_t>(value) : widened<std::uint32_t>(value);
    case 8:
      return widened<std::int64_t>(value);
    default:
      refuse("is no whole number");
  }
  return 0;
}

std::uint64_t CostQuery::constant(std::string_view key) const {
  return static_cast<std::uint64_t>(
      topology_.integer(key, 0, std::numeric_limits<std::int64_t>::max()));
}

void register_library_cost(std::string name, CostFunction function) {
  library_costs()[std::move(name)] = std::move(function);
}

const CostFunction* find_library_cost(std::string_view codelet_name) {
  const auto& costs = library_costs();
  auto found = costs.find(codelet_name);
  if (found == costs.end()) found = costs.find(codelet_name.substr(0, codelet_name.find('<')));
  return found == costs.end() ? nullptr : &found->second;
}

CostOfVertex cost_of(const CostQuery& query, const CostFunction& estimator) {
  const VertexModel& vertex = query.vertex();
  CostOfVertex result;
  if (vertex.cycles) {
    result = {{*vertex.cycles, 0}, ipu::CostOrigin::user};
  } else if (estimator) {
    result = {estimator(query), ipu::CostOrigin::user};
  } else if (const CostFunction* formula = find_library_cost(vertex.codelet->name)) {
    result = {(*formula)(query), ipu::CostOrigin::library};
  } else {
    result = {default_cost(query), ipu::CostOrigin::default_mix};
  }
  if (vertex.flops) result.cost.flops = *vertex.flops;
  return result;
}

}  // namespace weft::frontends::poplar
