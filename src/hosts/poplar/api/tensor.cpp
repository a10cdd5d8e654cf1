// SPDX-License-Identifier: Apache-2.0
// Tensors: the view algebra, with Poplar's names and checks.
#include <algorithm>
#include <numeric>
#include <poplar/Tensor.hpp>
#include <poplar/exceptions.hpp>

#include "base/counted.hpp"
#include "hosts/poplar/api/elements.hpp"
#include "hosts/poplar/api/state.hpp"
#include "hosts/poplar/api/translate.hpp"

namespace poplar {

using core::front::Shape;
using core::front::View;

namespace core {

Tensor make_tensor(View view, const Type& type, std::shared_ptr<GraphState> graph) {
  return Tensor(
      std::make_shared<const TensorImpl>(TensorImpl{std::move(view), type, std::move(graph)}));
}

const View& view_of(const Tensor& tensor) { return tensor.getImpl().view; }

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ",") + std::to_string(shape[i]);
  }
  return text + "]";
}

}  // namespace core

namespace {

/// The same graph and type, another view.
Tensor with(const Tensor& tensor, View view) {
  const core::TensorImpl& impl = tensor.getImpl();
  return core::make_tensor(std::move(view), impl.type, impl.graph);
}

void check_dimension(const Tensor& tensor, std::size_t dimension, const char* what) {
  if (dimension < tensor.rank()) return;
  throw index_error(std::string(what) + ": a tensor of shape " + tensor.shapeToString() +
                    " has no dimension " + std::to_string(dimension));
}

void check_range(const Tensor& tensor, std::size_t begin, std::size_t end, std::size_t dimension) {
  check_dimension(tensor, dimension, "slice");
  const std::size_t length = core::view_of(tensor).shape()[dimension];
  if (begin <= end && end <= length) return;
  throw index_error("slice: elements " + std::to_string(begin) + " to " + std::to_string(end) +
                    " of dimension " + std::to_string(dimension) + " of a tensor of shape " +
                    tensor.shapeToString() + ": it has " + std::to_string(length));
}

void check_index(const Tensor& tensor, std::size_t i, const char* what) {
  check_dimension(tensor, 0, what);
  const std::size_t length = core::view_of(tensor).shape()[0];
  if (i < length) return;
  throw index_error(std::string(what) + ": element " + std::to_string(i) +
                    " of the first dimension of a tensor of shape " + tensor.shapeToString() +
                    ": it has " + std::to_string(length));
}

std::uint64_t product(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

Tensor reshaped(const Tensor& tensor, Shape shape, const char* what) {
  if (product(shape) != tensor.numElements()) {
    throw poplar_error(std::string(what) + ": a tensor of shape " + tensor.shapeToString() +
                       " has " + weft::counted(tensor.numElements(), "element") + ", shape " +
                       core::shape_text(shape) + " would have " + std::to_string(product(shape)));
  }
  return with(tensor, core::translated([&] { return core::view_of(tensor).reshape(shape); }));
}

/// The order of a shuffle; poplar_error unless it names every dimension once.
std::vector<std::size_t> checked_order(const Tensor& tensor, ArrayRef<unsigned> permutation) {
  std::vector<std::size_t> order(permutation.begin(), permutation.end());
  std::vector<std::size_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  bool good = sorted.size() == tensor.rank();
  for (std::size_t i = 0; good && i < sorted.size(); ++i) good = sorted[i] == i;
  if (!good) {
    const Shape shown(order.begin(), order.end());
    throw poplar_error("dimShuffle: " + core::shape_text(shown) +
                       " does not name every dimension of a tensor of shape " +
                       tensor.shapeToString() + " once");
  }
  return order;
}

}  // namespace

Tensor::Tensor() = default;
Tensor::Tensor(const Tensor&) = default;
Tensor::Tensor(Tensor&&) noexcept = default;
Tensor& Tensor::operator=(const Tensor&) = default;
Tensor& Tensor::operator=(Tensor&&) noexcept = default;
Tensor::~Tensor() = default;
Tensor::Tensor(std::shared_ptr<const core::TensorImpl> impl) : impl_(std::move(impl)) {}

const core::TensorImpl& Tensor::getImpl() const {
  if (!impl_) throw tensor_creation_error("the tensor was default constructed and views nothing");
  return *impl_;
}

bool Tensor::valid() const { return impl_ != nullptr; }
Type Tensor::elementType() const { return getImpl().type; }
std::size_t Tensor::numElements() const { return getImpl().view.elements(); }
unsigned Tensor::rank() const { return static_cast<unsigned>(getImpl().view.rank()); }

std::vector<std::size_t> Tensor::shape() const {
  const Shape& shape = getImpl().view.shape();
  return {shape.begin(), shape.end()};
}

std::size_t Tensor::dim(unsigned i) const {
  check_dimension(*this, i, "dim");
  return getImpl().view.shape()[i];
}

std::string Tensor::shapeToString() const { return core::shape_text(getImpl().view.shape()); }

Tensor Tensor::operator[](std::size_t i) const {
  check_index(*this, i, "operator[]");
  return with(*this, core::translated([&] { return getImpl().view.index(i); }));
}

Tensor Tensor::operator[](const Interval& region) const {
  return slice(region.begin(), region.end(), 0);
}

Tensor Tensor::slice(std::size_t begin, std::size_t end, unsigned dimension) const {
  check_range(*this, begin, end, dimension);
  return with(*this, core::translated([&] { return getImpl().view.slice(begin, end, dimension); }));
}

Tensor Tensor::slice(ArrayRef<std::size_t> begin, ArrayRef<std::size_t> end) const {
  if (begin.size() != end.size() || begin.size() > rank()) {
    throw poplar_error("slice: " + weft::counted(begin.size(), "begin") + " and " +
                       weft::counted(end.size(), "end") + " for a tensor of shape " +
                       shapeToString());
  }
  Tensor out = *this;
  for (std::size_t i = 0; i < begin.size(); ++i) {
    out = out.slice(begin[i], end[i], static_cast<unsigned>(i));
  }
  return out;
}

std::vector<Tensor> Tensor::slices(ArrayRef<Interval> intervals, unsigned dimension) const {
  std::vector<Tensor> out;
  out.reserve(intervals.size());
  for (const Interval& interval : intervals) out.push_back(slice(interval, dimension));
  return out;
}

std::vector<Tensor> Tensor::slices(const std::vector<std::vector<Interval>>& intervals,
                                   unsigned dimension) const {
  std::vector<Tensor> out;
  out.reserve(intervals.size());
  for (const std::vector<Interval>& group : intervals) {
    out.push_back(group.empty() ? slice(0, 0, dimension)
                                : concat(slices(ArrayRef<Interval>(group), dimension), dimension));
  }
  return out;
}

std::vector<Tensor> Tensor::slices(const ArrayRef<unsigned>& indices, unsigned dimension) const {
  std::vector<Tensor> out;
  out.reserve(indices.size());
  for (const unsigned i : indices) out.push_back(slice(i, std::size_t{i} + 1, dimension));
  return out;
}

Tensor Tensor::index(ArrayRef<std::size_t> indices) const {
  if (indices.size() > rank()) {
    throw index_error("index: " + weft::counted(indices.size(), "index", "indices") +
                      " for a tensor of shape " + shapeToString());
  }
  Tensor out = *this;
  for (const std::size_t i : indices) out = out[i];
  return out;
}

Tensor Tensor::flatten() const { return with(*this, getImpl().view.flatten()); }

Tensor Tensor::flatten(unsigned dimBegin, unsigned dimEnd) const {
  std::size_t length = 1;
  for (unsigned d = dimBegin; d < dimEnd; ++d) length *= dim(d);
  return reshapePartial(dimBegin, dimEnd, {length});
}

Tensor Tensor::reshape(ArrayRef<std::size_t> shape) const {
  return reshaped(*this, Shape(shape.begin(), shape.end()), "reshape");
}

Tensor Tensor::reshapePartial(unsigned beginIndex, unsigned endIndex,
                              ArrayRef<std::size_t> newDims) const {
  if (beginIndex > endIndex || endIndex > rank()) {
    throw index_error("reshapePartial: dimensions " + std::to_string(beginIndex) + " to " +
                      std::to_string(endIndex) + " of a tensor of shape " + shapeToString());
  }
  const Shape& now = getImpl().view.shape();
  Shape next(now.begin(), now.begin() + beginIndex);
  next.insert(next.end(), newDims.begin(), newDims.end());
  next.insert(next.end(), now.begin() + endIndex, now.end());
  return reshaped(*this, std::move(next), "reshapePartial");
}

Tensor Tensor::dimShuffle(ArrayRef<unsigned> permutation) const {
  const std::vector<std::size_t> order = checked_order(*this, permutation);
  return with(*this, core::translated([&] { return getImpl().view.permute(order); }));
}

Tensor Tensor::dimShufflePartial(ArrayRef<unsigned> source, ArrayRef<unsigned> destination) const {
  if (source.size() != destination.size()) {
    throw poplar_error("dimShufflePartial: " + weft::counted(source.size(), "source") + " and " +
                       weft::counted(destination.size(), "destination"));
  }
  constexpr unsigned open = 0xffffffffU;
  std::vector<unsigned> order(rank(), open);
  std::vector<bool> moved(rank(), false);
  for (std::size_t i = 0; i < source.size(); ++i) {
    check_dimension(*this, source[i], "dimShufflePartial");
    check_dimension(*this, destination[i], "dimShufflePartial");
    order[destination[i]] = source[i];
    moved[source[i]] = true;
  }
  unsigned rest = 0;
  for (unsigned& from : order) {
    if (from != open) continue;
    while (rest < rank() && moved[rest]) ++rest;
    from = rest++;
  }
  return dimShuffle(order);
}

Tensor Tensor::dimRoll(unsigned dimIdx, unsigned newIdx) const {
  return dimShufflePartial({dimIdx}, {newIdx});
}

Tensor Tensor::transpose() const {
  std::vector<unsigned> order(rank());
  std::iota(order.rbegin(), order.rend(), 0U);
  return dimShuffle(order);
}

Tensor Tensor::expand(ArrayRef<std::size_t> indices) const {
  const Shape& now = getImpl().view.shape();
  std::vector<std::size_t> before(indices.begin(), indices.end());
  std::sort(before.begin(), before.end());
  Shape next;
  std::size_t used = 0;
  for (std::size_t d = 0; d <= now.size(); ++d) {
    for (; used < before.size() && before[used] == d; ++used) next.push_back(1);
    if (d < now.size()) next.push_back(now[d]);
  }
  if (used < before.size()) {
    throw index_error("expand: a tensor of shape " + shapeToString() + " has no dimension",
                      before[used]);
  }
  return reshaped(*this, std::move(next), "expand");
}

Tensor Tensor::squeeze(ArrayRef<std::size_t> indices) const {
  const Shape& now = getImpl().view.shape();
  std::vector<bool> drop(now.size(), false);
  for (const std::size_t i : indices) {
    check_dimension(*this, i, "squeeze");
    if (now[i] != 1) {
      throw poplar_error("squeeze: dimension " + std::to_string(i) + " of a tensor of shape " +
                         shapeToString() + " is not of length 1");
    }
    drop[i] = true;
  }
  Shape next;
  for (std::size_t d = 0; d < now.size(); ++d) {
    if (!drop[d]) next.push_back(now[d]);
  }
  return reshaped(*this, std::move(next), "squeeze");
}

Tensor Tensor::squeeze() const {
  Shape next;
  for (const std::uint64_t length : getImpl().view.shape()) {
    if (length != 1) next.push_back(length);
  }
  return reshaped(*this, std::move(next), "squeeze");
}

Tensor Tensor::subSample(unsigned stride, unsigned dimension) const {
  check_dimension(*this, dimension, "subSample");
  if (stride == 0) throw poplar_error("subSample: a stride of 0 names no elements");
  return with(*this, core::translated([&] { return getImpl().view.subsample(stride, dimension); }));
}

Tensor Tensor::upsample(unsigned scale, unsigned dimension, UpsampleMethod) const {
  check_dimension(*this, dimension, "upsample");
  Tensor out = expand({std::size_t{dimension} + 1}).broadcast(scale, dimension + 1);
  return out.flatten(dimension, dimension + 2);
}

Tensor Tensor::broadcast(unsigned N, unsigned dimension) const {
  check_dimension(*this, dimension, "broadcast");
  return with(*this, core::translated([&] { return getImpl().view.broadcast(N, dimension); }));
}

Tensor Tensor::reinterpret(const Type& type) const {
  const core::TensorImpl& impl = getImpl();
  if (core::size_of(type) != core::size_of(impl.type)) {
    throw type_error("reinterpret: elements of type " + impl.type.toString() + " and " +
                     type.toString() + " are not of the same size");
  }
  return core::make_tensor(impl.view, type, impl.graph);
}

Tensor Tensor::reverse(unsigned dimension) const {
  check_dimension(*this, dimension, "reverse");
  return with(*this, core::translated([&] { return getImpl().view.reverse(dimension); }));
}

// --- several tensors as one ---

namespace {

void check_parts(ArrayRef<Tensor> tensors, unsigned dimension) {
  if (tensors.empty()) throw poplar_error("concat: there is nothing to put together");
  const Tensor& first = tensors[0];
  check_dimension(first, dimension, "concat");
  for (const Tensor& tensor : tensors) {
    if (tensor.elementType() != first.elementType()) {
      throw type_error("concat: tensors of types " + first.elementType().toString() + " and " +
                       tensor.elementType().toString() + " cannot be one");
    }
    bool fits = tensor.rank() == first.rank();
    for (unsigned d = 0; fits && d < first.rank(); ++d) {
      fits = d == dimension || tensor.dim(d) == first.dim(d);
    }
    if (!fits) {
      throw poplar_error("concat: shapes " + first.shapeToString() + " and " +
                         tensor.shapeToString() + " do not fit along dimension " +
                         std::to_string(dimension));
    }
    if (tensor.getImpl().graph != first.getImpl().graph) {
      throw poplar_error("concat: the tensors belong to different graphs");
    }
  }
}

}  // namespace

Tensor concat(ArrayRef<Tensor> tensors, unsigned dimension) {
  check_parts(tensors, dimension);
  std::vector<View> parts;
  parts.reserve(tensors.size());
  for (const Tensor& tensor : tensors) parts.push_back(core::view_of(tensor));
  return with(tensors[0], core::translated([&] { return View::concat(parts, dimension); }));
}

Tensor concat(const Tensor& first, const Tensor& second, unsigned dimension) {
  const std::array<Tensor, 2> both = {first, second};
  return concat(ArrayRef<Tensor>(both), dimension);
}

Tensor append(const Tensor& first, const Tensor& second, unsigned dimension) {
  return concat(first, second.expand({dimension}), dimension);
}

Tensor append(const Tensor& first, const Tensor& second) { return append(first, second, 0); }

}  // namespace poplar
