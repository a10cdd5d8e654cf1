// SPDX-License-Identifier: Apache-2.0
// A constant tensor: a view of bytes that somebody keeps, a file's mapping or memory of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "graph/type.hpp"

namespace weft::graph {

/// Elements row by row, little-endian, at any alignment. Copies share the bytes and their keeper.
class Tensor {
 public:
  /// Category::internal if `bytes` are not as many as `type` takes.
  Tensor(TensorType type, std::span<const std::byte> bytes, std::shared_ptr<const void> keeper);
  /// Owns its bytes.
  Tensor(TensorType type, std::vector<std::byte> bytes);

  const TensorType& type() const { return type_; }
  std::int64_t count() const { return count_of(type_.shape); }
  std::span<const std::byte> bytes() const { return bytes_; }
  /// The same bytes under another shape of as many elements.
  Tensor reshaped(Shape shape) const;
  /// As many of the elements from `first` on as `type`, of the same element, takes: the same bytes.
  Tensor part(TensorType type, std::int64_t first) const;

 private:
  TensorType type_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> keeper_;
};

/// A tensor's numbers in the widest form of their kind, row by row: one of the two is filled.
struct Numbers {
  TensorType type;                  ///< what they are numbers of
  std::vector<double> floats;       ///< of floating elements
  std::vector<std::int64_t> whole;  ///< of whole ones and conditions; u64 by its bits
  std::int64_t count() const { return count_of(type.shape); }
};

/// Exact.
Numbers numbers_of(const Tensor& tensor);
/// Rounded to nearest, ties to even, once; whole numbers wrap.
Tensor tensor_of(const Numbers& numbers);

/// A number as `element`, a floating format, holds it: to nearest, ties to even, once.
double rounded_to(Element element, double value);
/// A whole number as `element` holds it: its low bits, extended again.
std::int64_t wrapped_to(Element element, std::int64_t value);

}  // namespace weft::graph
