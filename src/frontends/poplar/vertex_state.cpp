// SPDX-License-Identifier: Apache-2.0
// Sizes of vertices on the tile.
#include "frontends/poplar/vertex_state.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

std::uint64_t reference_bytes(ipu::FieldLayout layout) {
  switch (layout) {
    case ipu::FieldLayout::span:
    case ipu::FieldLayout::delta_n:
      return 8;  // pointer and size
    case ipu::FieldLayout::short_span:
    case ipu::FieldLayout::one_ptr:
    case ipu::FieldLayout::compact_delta_n:
      return 4;
    case ipu::FieldLayout::compact_ptr:
    case ipu::FieldLayout::scaled_ptr32:
    case ipu::FieldLayout::scaled_ptr64:
    case ipu::FieldLayout::scaled_ptr128:
      return 2;
  }
  return 8;
}

std::uint64_t field_bytes(const ipu::FieldInfo& field, const Connection& connection) {
  switch (field.shape) {
    case ipu::FieldShape::scalar_edge:
      return word_bytes;
    case ipu::FieldShape::vector:
      return reference_bytes(field.layout);
    case ipu::FieldShape::vector_list:
      return 2 * word_bytes + connection.views.size() * reference_bytes(field.layout);
    case ipu::FieldShape::state:
      return field.bytes;
  }
  return 0;
}

}  // namespace

std::uint64_t vertex_state_bytes(const VertexModel& vertex) {
  std::uint64_t bytes = 0;
  for (std::uint32_t f = 0; f < vertex.codelet->field_count; ++f) {
    bytes += field_bytes(vertex.codelet->fields[f], vertex.fields[f]);
  }
  return (bytes + word_bytes - 1) / word_bytes * word_bytes;
}

bool owns_vector(const ipu::FieldInfo& field) {
  return field.role == ipu::FieldRole::state && field.shape == ipu::FieldShape::vector;
}

std::uint64_t owned_elements(const ipu::FieldInfo& field, const Connection& connection) {
  return connection.elements.value_or(connection.value.size() / ipu::bytes_of(field.type));
}

}  // namespace weft::frontends::poplar
