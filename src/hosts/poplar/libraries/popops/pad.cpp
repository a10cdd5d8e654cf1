// SPDX-License-Identifier: Apache-2.0
// popops: views with borders.
#include "popops/Pad.hpp"

#include "hosts/poplar/libraries/support.hpp"
#include "poputil/Util.hpp"

namespace popops {

using poplar::Graph;
using poplar::Tensor;
using namespace weft::libraries;

namespace {

/// Without what negative padding cuts.
Tensor cut(const Tensor& t, std::ptrdiff_t& lower, std::ptrdiff_t& upper, unsigned dim) {
  const auto length = static_cast<std::ptrdiff_t>(t.dim(dim));
  const std::ptrdiff_t begin = lower < 0 ? -lower : 0;
  const std::ptrdiff_t end = upper < 0 ? length + upper : length;
  need(begin <= end && begin <= length && end >= 0,
       "popops::pad: cuts more than there is along dimension " + std::to_string(dim) + " of " +
           poputil::shapeToString(t.shape()));
  lower = std::max<std::ptrdiff_t>(lower, 0);
  upper = std::max<std::ptrdiff_t>(upper, 0);
  return t.slice(static_cast<std::size_t>(begin), static_cast<std::size_t>(end), dim);
}

/// Border of a length: the edge repeated, or mirrored.
Tensor border(const Tensor& t, std::ptrdiff_t length, bool upper, unsigned dim,
              padding::Type type) {
  const std::size_t size = t.dim(dim);
  const auto count = static_cast<std::size_t>(length);
  if (type == padding::Type::EDGE) {
    need(size != 0, "popops::pad: there is no edge along a dimension of length 0");
    const std::size_t at = upper ? size - 1 : 0;
    return t.slice(at, at + 1, dim).broadcast(static_cast<unsigned>(count), dim);
  }
  need(count < size, "popops::pad: REFLECT needs more elements than the border has");
  const Tensor part = upper ? t.slice(size - 1 - count, size - 1, dim) : t.slice(1, 1 + count, dim);
  return part.reverse(dim);
}

}  // namespace

Tensor pad(Graph& graph, const Tensor& t, std::ptrdiff_t paddingLower, std::ptrdiff_t paddingUpper,
           unsigned dim, float val, padding::MappingMethod mappingMethod) {
  need(dim < t.rank(), "popops::pad: no dimension " + std::to_string(dim));
  const Tensor kept = cut(t, paddingLower, paddingUpper, dim);
  std::vector<Tensor> parts;
  const auto constant = [&](std::ptrdiff_t length, bool upper) {
    Shape shape = kept.shape();
    shape[dim] = static_cast<std::size_t>(length);
    const Tensor border = graph.addConstant(t.elementType(), shape, val);
    if (mappingMethod == padding::MappingMethod::ZERO) graph.setTileMapping(border, 0);
    if (mappingMethod == padding::MappingMethod::EDGE && kept.dim(dim) != 0) {
      const std::size_t at = upper ? kept.dim(dim) - 1 : 0;
      const auto mapping = graph.getTileMapping(kept.slice(at, at + 1, dim));
      for (std::size_t i = 0; i < shape[dim]; ++i) {
        graph.setTileMapping(border.slice(i, i + 1, dim), mapping);
      }
    }
    return border;
  };
  if (paddingLower > 0) parts.push_back(constant(paddingLower, false));
  parts.push_back(kept);
  if (paddingUpper > 0) parts.push_back(constant(paddingUpper, true));
  return poplar::concat(parts, dim);
}

Tensor pad(Graph& graph, const Tensor& t, const std::vector<std::ptrdiff_t>& paddingLower,
           const std::vector<std::ptrdiff_t>& paddingUpper, float val,
           padding::MappingMethod mappingMethod) {
  need(paddingLower.size() == t.rank() && paddingUpper.size() == t.rank(),
       "popops::pad: one number a dimension");
  Tensor out = t;
  for (unsigned dim = 0; dim < t.rank(); ++dim) {
    out = pad(graph, out, paddingLower[dim], paddingUpper[dim], dim, val, mappingMethod);
  }
  return out;
}

Tensor pad(const Tensor& t, std::ptrdiff_t paddingLower, std::ptrdiff_t paddingUpper, unsigned dim,
           padding::Type type) {
  need(dim < t.rank(), "popops::pad: no dimension " + std::to_string(dim));
  need(type != padding::Type::CONSTANT, "popops::pad: a constant border needs the graph");
  const Tensor kept = cut(t, paddingLower, paddingUpper, dim);
  std::vector<Tensor> parts;
  if (paddingLower > 0) parts.push_back(border(kept, paddingLower, false, dim, type));
  parts.push_back(kept);
  if (paddingUpper > 0) parts.push_back(border(kept, paddingUpper, true, dim, type));
  return poplar::concat(parts, dim);
}

Tensor pad(const Tensor& t, const std::vector<std::ptrdiff_t>& paddingLower,
           const std::vector<std::ptrdiff_t>& paddingUpper, padding::Type type) {
  need(paddingLower.size() == t.rank() && paddingUpper.size() == t.rank(),
       "popops::pad: one number a dimension");
  Tensor out = t;
  for (unsigned dim = 0; dim < t.rank(); ++dim) {
    out = pad(out, paddingLower[dim], paddingUpper[dim], dim, type);
  }
  return out;
}

}  // namespace popops
