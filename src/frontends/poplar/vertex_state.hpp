// SPDX-License-Identifier: Apache-2.0
// What a vertex itself takes of its tile's memory: pointers, sizes and plain members.
#pragma once

#include <cstdint>

#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {

/// Bytes, a multiple of 4; by the layouts of its fields, whatever the object on the host takes.
std::uint64_t vertex_state_bytes(const VertexModel& vertex);

/// Whether the vertex owns the vector, as memory of its own beside its members.
bool owns_vector(const program::ipu::FieldInfo& field);
/// Elements of a vector that the vertex owns: setFieldSize, or as its initial value has.
std::uint64_t owned_elements(const program::ipu::FieldInfo& field, const Connection& connection);

}  // namespace weft::frontends::poplar
