// SPDX-License-Identifier: Apache-2.0
// A user's estimators as the front end calls them, and what they may ask about a vertex.
#include "hosts/poplar/graph/introspector.hpp"

#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/elements.hpp"

namespace poplar {

using weft::frontends::poplar::Connection;
using weft::frontends::poplar::VertexModel;
using weft::program::ipu::FieldInfo;
using weft::program::ipu::FieldLayout;
using weft::program::ipu::FieldShape;

namespace core {

struct FieldDataImpl {
  FieldInfo info;
  Connection connection;
};

weft::frontends::poplar::CostFunction estimator_of(PerfEstimateFunc function, Target target) {
  return [function = std::move(function),
          target = std::move(target)](const weft::frontends::poplar::CostQuery& query) {
    const VertexIntrospectorImpl impl{query};
    const VertexPerfEstimate estimate = function(VertexIntrospector(impl), target);
    return weft::frontends::poplar::Cost{estimate.cycles, estimate.flops};
  };
}

}  // namespace core

FieldData::FieldData(std::shared_ptr<const core::FieldDataImpl> impl) : impl_(std::move(impl)) {}

std::string FieldData::name() const { return impl_->info.name; }

unsigned FieldData::rank() const {
  switch (impl_->info.shape) {
    case FieldShape::vector:
      return 1;
    case FieldShape::vector_list:
      return 2;
    case FieldShape::scalar_edge:
    case FieldShape::state:
      break;
  }
  return 0;
}

std::size_t FieldData::size() const {
  const Connection& connection = impl_->connection;
  switch (impl_->info.shape) {
    case FieldShape::scalar_edge:
      return 1;
    case FieldShape::state:
      return initialCount();
    case FieldShape::vector_list:
      return connection.views.size();
    case FieldShape::vector:
      break;
  }
  if (!connection.views.empty()) return connection.views.front().elements();
  return connection.elements.value_or(0);
}

std::size_t FieldData::getSizeAtIndex(std::size_t i) const {
  if (impl_->info.shape != FieldShape::vector_list || i >= impl_->connection.views.size()) {
    throw index_error("field '" + name() + "' has no vector of that number", i);
  }
  return impl_->connection.views[i].elements();
}

layout::Vector FieldData::getProfilerVectorLayout(std::size_t) const {
  if (rank() == 0) return layout::Vector::NotAVector;
  switch (impl_->info.layout) {
    case FieldLayout::span:
      return layout::Vector::Span;
    case FieldLayout::short_span:
      return layout::Vector::ShortSpan;
    case FieldLayout::scaled_ptr32:
      return layout::Vector::ScaledPtr32;
    case FieldLayout::scaled_ptr64:
      return layout::Vector::ScaledPtr64;
    case FieldLayout::scaled_ptr128:
      return layout::Vector::ScaledPtr128;
    default:
      return layout::Vector::OnePtr;
  }
}

layout::VectorList FieldData::getProfilerVectorListLayout() const {
  return rank() == 2 ? layout::VectorList::DeltaN : layout::VectorList::NotAVector;
}

std::size_t FieldData::initialCount() const {
  return impl_->connection.value.size() / weft::program::ipu::bytes_of(impl_->info.type);
}

void FieldData::readInitial(void* value, TypeTraits traits, std::size_t index) const {
  if (index >= initialCount()) {
    throw poplar_error("field '" + name() + "' has no initial value");
  }
  const std::size_t bytes = weft::program::ipu::bytes_of(impl_->info.type);
  core::from_elements(impl_->connection.value.data() + index * bytes, impl_->info.type, 1, value,
                      traits);
}

FieldData VertexIntrospector::getFieldInfo(StringRef name) const {
  const VertexModel& vertex = impl_.query.vertex();
  for (std::uint32_t i = 0; i < vertex.codelet->field_count; ++i) {
    if (name == StringRef(vertex.codelet->fields[i].name)) {
      return FieldData(std::make_shared<const core::FieldDataImpl>(
          core::FieldDataImpl{vertex.codelet->fields[i], vertex.fields[i]}));
    }
  }
  throw unknown_field("vertex '" + getVertexName() + "' has no field '" + name.cloneAsString() +
                      "'");
}

std::string VertexIntrospector::getVertexName() const { return impl_.query.vertex().codelet->name; }

}  // namespace poplar
