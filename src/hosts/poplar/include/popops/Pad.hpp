// SPDX-License-Identifier: Apache-2.0
// Tensors with borders.
#pragma once

#include <cstddef>
#include <poplar/Graph.hpp>
#include <poplar/Tensor.hpp>
#include <vector>

namespace popops {

namespace padding {
/// What the border repeats: a constant, the edge, or the tensor mirrored at its edge.
enum class Type { CONSTANT, EDGE, REFLECT };
/// Where the elements of a constant border lie: left to the caller, on tile 0, or with the edge.
enum class MappingMethod { NONE, ZERO, EDGE };
}  // namespace padding

/// A view of `t` with paddingLower[i] elements before and paddingUpper[i] after it along dimension
/// i; a negative number cuts.
poplar::Tensor pad(poplar::Graph& graph, const poplar::Tensor& t,
                   const std::vector<std::ptrdiff_t>& paddingLower,
                   const std::vector<std::ptrdiff_t>& paddingUpper, float val = 0.0F,
                   padding::MappingMethod mappingMethod = padding::MappingMethod::ZERO);
poplar::Tensor pad(poplar::Graph& graph, const poplar::Tensor& t, std::ptrdiff_t paddingLower,
                   std::ptrdiff_t paddingUpper, unsigned dim, float val = 0.0F,
                   padding::MappingMethod mappingMethod = padding::MappingMethod::ZERO);
poplar::Tensor pad(const poplar::Tensor& t, const std::vector<std::ptrdiff_t>& paddingLower,
                   const std::vector<std::ptrdiff_t>& paddingUpper, padding::Type type);
poplar::Tensor pad(const poplar::Tensor& t, std::ptrdiff_t paddingLower,
                   std::ptrdiff_t paddingUpper, unsigned dim, padding::Type type);

}  // namespace popops
