// SPDX-License-Identifier: Apache-2.0
// Single elements of typed arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "trace/tensor.hpp"

namespace weft::cli {

/// Writes `value` as `type`; false when an integer type does not hold it exactly.
bool store_number(double value, trace::ElementType type, std::byte* to);
/// One element as it is; f32 and all integers up to 32 bit are exact.
double load_number(trace::ElementType type, const std::byte* from);
/// Index of the first NaN, or tensor.elements().
std::uint64_t first_nan(const trace::Tensor& tensor);
/// Types of one size that only differ in sign, or are equal: data of one may be used as the other.
bool same_bits(trace::ElementType a, trace::ElementType b);
bool is_float(trace::ElementType type);

}  // namespace weft::cli
