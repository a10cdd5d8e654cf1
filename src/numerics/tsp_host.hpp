// SPDX-License-Identifier: Apache-2.0
// A TSP's vector operations and products on whole host arrays, value by value: what the machine's
// results are held against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numerics/half.hpp"
#include "numerics/tsp_operation.hpp"

namespace weft::numerics::tsp {

using HostBytes = std::vector<std::byte>;

/// result[i] = operation(a[i mod its length], b[i mod its length]); as many as the result holds.
void host_apply(VectorOperation operation, VectorType type, const HostBytes& a, const HostBytes& b,
                HostBytes& result);
void host_convert(VectorType from, const HostBytes& a, VectorType to, HostBytes& result);
/// Rows of `depth` of a times [depth][width] of b: i8 and i32 to i32, f16 to f32, f32 in order.
void host_matmul(VectorType type, const HostBytes& a, const HostBytes& b, std::uint64_t depth,
                 std::uint64_t width, HostBytes& result);

/// A matrix of fp16 weights, [depth][width], for sums of exact dot products.
class HostWeights {
 public:
  HostWeights(const std::byte* weights, std::uint64_t depth, std::uint64_t width);
  std::uint64_t width() const { return width_; }
  /// The dot products of `count` (dot_depth at most) fp16 numbers with as many rows from `first`
  /// on, each exact and rounded once to fp32, replace `sums` or are added to them.
  void pass(const std::byte* a, std::uint64_t first, std::uint64_t count, bool adds,
            float* sums) const;

 private:
  float plain_sum(const std::byte* a, std::uint64_t first, std::uint64_t count,
                  std::uint64_t column) const;

  std::uint64_t width_;
  std::vector<Half> values_;
  std::vector<std::int64_t> units_;          ///< in 2^-24
  std::vector<std::uint64_t> first_, last_;  ///< of a row: what is not zero
  bool finite_ = true;
};
/// Every value of a row becomes the row's largest.
void host_largest(VectorType type, std::uint64_t row, HostBytes& values);
/// i32: every value becomes the wrapping sum of those at its place in each of `parts` equal parts.
void host_total(std::uint64_t parts, HostBytes& values);
/// Every fp32 value of a row becomes the row's sum, in the order of a TSP's reductions over lanes
/// (docs/tsp-arithmetic.md).
void host_lane_sum(std::uint64_t row, HostBytes& values);

}  // namespace weft::numerics::tsp
