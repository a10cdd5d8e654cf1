// SPDX-License-Identifier: Apache-2.0
// poputil: shapes made equal.
#include "poputil/Broadcast.hpp"

#include <algorithm>

#include "hosts/poplar/libraries/support.hpp"
#include "poputil/Util.hpp"

namespace poputil {

using poplar::Tensor;
using weft::libraries::Shape;

namespace {

Tensor with_rank(const Tensor& t, std::size_t rank) {
  if (t.rank() >= rank) return t;
  return t.expand(Shape(rank - t.rank(), 0));
}

/// The shape that both can be broadcast to; false when there is none.
bool common_shape(const Shape& a, const Shape& b, Shape& shape) {
  const std::size_t rank = std::max(a.size(), b.size());
  shape.assign(rank, 1);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::size_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) return false;
    shape[rank - 1 - i] = x == 1 ? y : x;
  }
  return true;
}

Shape common_shape_of(const Tensor& a, const Tensor& b) {
  Shape shape;
  weft::libraries::need(
      common_shape(a.shape(), b.shape(), shape),
      "shapes " + shapeToString(a.shape()) + " and " + shapeToString(b.shape()) +
          " do not go together: a dimension must be equal in both, or 1 in one of them");
  return shape;
}

}  // namespace

void broadcastToMatch(Tensor& a, const std::vector<std::size_t>& shape) {
  Tensor wide = with_rank(a, shape.size());
  const std::string message =
      "shape " + shapeToString(a.shape()) + " cannot be broadcast to " + shapeToString(shape);
  weft::libraries::need(wide.rank() == shape.size(), message);
  for (unsigned i = 0; i < shape.size(); ++i) {
    if (wide.dim(i) == shape[i]) continue;
    weft::libraries::need(wide.dim(i) == 1, message);
    wide = wide.broadcast(static_cast<unsigned>(shape[i]), i);
  }
  a = wide;
}

void broadcastToMatch(Tensor& a, Tensor& b) {
  const Shape shape = common_shape_of(a, b);
  broadcastToMatch(a, shape);
  broadcastToMatch(b, shape);
}

void broadcastToMatch(Tensor& a, Tensor& b, Tensor& c) {
  broadcastToMatch(a, b);
  broadcastToMatch(a, c);
  broadcastToMatch(b, c);
}

bool canBroadcastToMatch(const Tensor& a, const Tensor& b) {
  Shape shape;
  return common_shape(a.shape(), b.shape(), shape);
}

Tensor extendDimensionsToMatch(const Tensor& a, const Tensor& b) { return with_rank(a, b.rank()); }

}  // namespace poputil
