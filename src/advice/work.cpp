// SPDX-License-Identifier: Apache-2.0
// The work of a node, from its operator and shapes.
#include <algorithm>
#include <numeric>

#include "advice/profile.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;
using graph::TensorType;

const TensorType* type_of(const SourceModel& model, const std::vector<SourceValueId>& ids,
                          std::size_t i) {
  if (i >= ids.size() || ids[i] == graph::no_source_value) return nullptr;
  const auto& type = model[ids[i]].type;
  return type ? &*type : nullptr;
}

std::int64_t product(const graph::Shape& shape, std::size_t from) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(std::min(from, shape.size())),
                         shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t whole_or(const SourceNode& node, std::string_view name, std::int64_t otherwise) {
  const graph::SourceAttribute* found = node.attribute(name);
  const auto* value = found != nullptr ? std::get_if<std::int64_t>(&found->value) : nullptr;
  return value != nullptr ? *value : otherwise;
}

/// LSTM and GRU: gates x hidden rows of what comes in and of the state, each step and direction.
std::int64_t recurrent(const TensorType& x, const TensorType& w, const TensorType& r) {
  if (x.shape.size() != 3 || w.shape.size() != 3 || r.shape.size() != 3) return 0;
  return x.shape[0] * x.shape[1] * (product(w.shape, 0) + product(r.shape, 0));
}

std::int64_t multiplications_of(const SourceModel& model, const SourceNode& node) {
  const TensorType* a = type_of(model, node.inputs, 0);
  const TensorType* b = type_of(model, node.inputs, 1);
  const TensorType* y = type_of(model, node.outputs, 0);
  if (a == nullptr || b == nullptr || y == nullptr) return 0;
  const std::string& what = node.operation;
  const std::int64_t out = graph::count_of(y->shape);
  if (what == "MatMul" && !a->shape.empty()) return out * a->shape.back();
  if (what == "Gemm" && a->shape.size() == 2) {
    return out * a->shape[whole_or(node, "transA", 0) != 0 ? 0 : 1];
  }
  if (what == "Conv" && b->shape.size() > 2) return out * product(b->shape, 1);
  if (what == "ConvTranspose" && b->shape.size() > 2) {
    return graph::count_of(a->shape) * product(b->shape, 1);
  }
  const TensorType* r = type_of(model, node.inputs, 2);
  if ((what == "LSTM" || what == "GRU" || what == "RNN") && r != nullptr) {
    return recurrent(*a, *b, *r);
  }
  return 0;
}

std::int64_t bytes_of(const TensorType& type) {
  return graph::count_of(type.shape) * static_cast<std::int64_t>(graph::bytes_of(type.element));
}

}  // namespace

Work& Work::operator+=(const Work& other) {
  nodes += other.nodes;
  multiplications += other.multiplications;
  bytes += other.bytes;
  floats += other.floats;
  parameters += other.parameters;
  without_shape += other.without_shape;
  return *this;
}

double Work::intensity() const {
  return bytes == 0 ? 0 : 2 * static_cast<double>(multiplications) / static_cast<double>(bytes);
}

Work work_of(const SourceModel& model, const SourceNode& node) {
  Work work;
  work.nodes = 1;
  work.multiplications = multiplications_of(model, node);
  for (const auto* ids : {&node.inputs, &node.outputs}) {
    for (const SourceValueId id : *ids) {
      if (id == graph::no_source_value) continue;
      const graph::SourceValue& value = model[id];
      if (!value.type) {
        work.without_shape = 1;
        continue;
      }
      // Of a table only the rows that are looked up are read.
      const bool is_table = node.operation == "Gather" && id == node.inputs[0];
      if (is_table) continue;
      work.bytes += bytes_of(*value.type);
      if (graph::is_floating(value.type->element))
        work.floats += graph::count_of(value.type->shape);
    }
  }
  return work;
}

}  // namespace weft::advice
