// SPDX-License-Identifier: Apache-2.0
// Tensors: views of a graph's variables.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <poplar/ArrayRef.hpp>
#include <poplar/Interval.hpp>
#include <poplar/Type.hpp>
#include <poplar/VariableRef.hpp>
#include <string>
#include <vector>

namespace poplar {

namespace core {
struct TensorImpl;
}

enum class UpsampleMethod { REPEAT };
std::ostream& operator<<(std::ostream& out, const UpsampleMethod& method);

/// A multi-dimensional view of elements of variables; making one never copies an element. Wrong
/// dimensions and ranges throw index_error, shapes that do not fit poplar_error.
class Tensor {
 public:
  Tensor();  ///< valid() is false
  Tensor(const Tensor&);
  Tensor(Tensor&&) noexcept;
  Tensor& operator=(const Tensor&);
  Tensor& operator=(Tensor&&) noexcept;
  ~Tensor();

  Type elementType() const;
  std::size_t numElements() const;
  std::size_t dim(unsigned i) const;
  std::vector<std::size_t> shape() const;
  unsigned rank() const;

  /// Element i of the first dimension, which is removed.
  Tensor operator[](std::size_t i) const;
  Tensor operator[](const Interval& region) const;
  Tensor slice(std::size_t begin, std::size_t end, unsigned dimension) const;
  Tensor slice(std::size_t begin, std::size_t end) const { return slice(begin, end, 0); }
  Tensor slice(const Interval& region, unsigned dimension = 0) const {
    return slice(region.begin(), region.end(), dimension);
  }
  /// From begin to end in the first dimensions, as many as given.
  Tensor slice(ArrayRef<std::size_t> begin, ArrayRef<std::size_t> end) const;
  std::vector<Tensor> slices(ArrayRef<Interval> intervals, unsigned dimension = 0) const;
  std::vector<Tensor> slices(const std::vector<std::vector<Interval>>& intervals,
                             unsigned dimension = 0) const;
  std::vector<Tensor> slices(const ArrayRef<unsigned>& indices, unsigned dimension = 0) const;
  /// The sub-tensor at the given indices of the first dimensions, which are removed.
  Tensor index(ArrayRef<std::size_t> indices) const;

  Tensor flatten() const;
  /// Dimensions dimBegin .. dimEnd - 1 as one.
  Tensor flatten(unsigned dimBegin, unsigned dimEnd) const;
  Tensor reshape(ArrayRef<std::size_t> shape) const;
  /// Dimensions beginIndex .. endIndex - 1 replaced by newDims.
  Tensor reshapePartial(unsigned beginIndex, unsigned endIndex,
                        ArrayRef<std::size_t> newDims) const;
  /// Dimension i of the result is dimension permutation[i] of this.
  Tensor dimShuffle(ArrayRef<unsigned> permutation) const;
  /// Dimensions `source` go to places `destination`, the others keep their order.
  Tensor dimShufflePartial(ArrayRef<unsigned> source, ArrayRef<unsigned> destination) const;
  Tensor dimRoll(unsigned dimIdx, unsigned newIdx = 0) const;
  Tensor transpose() const;  ///< dimensions in reverse order
  /// New dimensions of length 1 before the given ones; an index may occur more than once.
  Tensor expand(ArrayRef<std::size_t> indices) const;
  /// Without the given dimensions, which are of length 1.
  Tensor squeeze(ArrayRef<std::size_t> indices) const;
  /// Without any dimension of length 1.
  Tensor squeeze() const;
  Tensor subSample(unsigned stride, unsigned dimension) const;
  Tensor upsample(unsigned scale, unsigned dimension, UpsampleMethod method) const;
  /// The whole, N times along a dimension.
  Tensor broadcast(unsigned N, unsigned dimension) const;
  /// The same bits as another type of the same size; type_error otherwise.
  Tensor reinterpret(const Type& type) const;
  Tensor reverse(unsigned dimension) const;

  /// All elements one after the other in one variable.
  bool isContiguous() const;
  /// Some element occurs twice.
  bool containsAliases() const;
  bool containsConstant() const;
  /// No element occurs twice and none is constant: vertices may write it in parallel.
  bool isParallelWriteable() const;
  /// Intervals of the flattened tensor that lie one after the other in a variable.
  std::vector<Interval> getContiguousRegions() const;
  std::vector<VariableInterval> getVarRegions() const;
  bool intersectsWith(const Tensor& other) const;

  std::string shapeToString() const;
  void dump() const;  ///< to std::cerr
  void dump(std::ostream& out) const;
  void dumpRegions() const;
  void dumpRegions(std::ostream& out) const;
  std::string getVarStr() const;
  std::string getDebugStr() const;
  bool valid() const;
  bool hasMetadata() const { return false; }
  Tensor getMetadata() const { return Tensor(); }

  bool operator==(const Tensor& other) const;  ///< the same elements in the same shape
  bool operator!=(const Tensor& other) const { return !(*this == other); }
  friend std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

  /// For the library: what it views.
  const core::TensorImpl& getImpl() const;
  explicit Tensor(std::shared_ptr<const core::TensorImpl> impl);

 private:
  std::shared_ptr<const core::TensorImpl> impl_;
};

Tensor concat(ArrayRef<Tensor> tensors, unsigned dimension = 0);
Tensor concat(const Tensor& first, const Tensor& second, unsigned dimension = 0);
/// `first` and, behind it along the dimension, `second`, which lacks that dimension.
Tensor append(const Tensor& first, const Tensor& second, unsigned dimension);
Tensor append(const Tensor& first, const Tensor& second);

}  // namespace poplar
