// SPDX-License-Identifier: Apache-2.0
// Vector operations and products on whole host arrays, value by value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numerics/tsp_operation.hpp"

namespace weft::cli {

using HostBytes = std::vector<std::byte>;

/// result[i] = operation(a[i mod its length], b[i mod its length]); as many as the result holds.
void host_apply(numerics::VectorOperation operation, numerics::VectorType type, const HostBytes& a,
                const HostBytes& b, HostBytes& result);
void host_convert(numerics::VectorType from, const HostBytes& a, numerics::VectorType to,
                  HostBytes& result);
/// Rows of `depth` of a times [depth][width] of b: i8 and i32 to i32, f16 to f32, f32 in order.
void host_matmul(numerics::VectorType type, const HostBytes& a, const HostBytes& b,
                 std::uint64_t depth, std::uint64_t width, HostBytes& result);
/// Every value of a row becomes the row's largest.
void host_largest(numerics::VectorType type, std::uint64_t row, HostBytes& values);
/// i32: every value becomes the wrapping sum of those at its place in each of `parts` equal parts.
void host_total(std::uint64_t parts, HostBytes& values);
/// Every fp32 value of a row becomes the row's sum, in the order of a TSP's reductions over lanes
/// (docs/tsp-arithmetic.md).
void host_lane_sum(std::uint64_t row, HostBytes& values);

}  // namespace weft::cli
