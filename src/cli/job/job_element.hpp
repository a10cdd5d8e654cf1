// SPDX-License-Identifier: Apache-2.0
// Single elements of typed arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "trace/tensor.hpp"

namespace weft::cli {

/// Writes `value` as `type`. Fractions are rounded to the nearest number of a float type; false
/// where that would lose more than digits: a whole number up to 2^53 that the type does not hold, a
/// number beyond its largest, one that becomes 0, a NaN.
bool store_number(double value, trace::ElementType type, std::byte* to);
/// One element as it is; f32 and all integers up to 32 bit are exact.
double load_number(trace::ElementType type, const std::byte* from);
/// Index of the first NaN, or tensor.elements().
std::uint64_t first_nan(const trace::Tensor& tensor);
/// "16777217, which is no f32", for store_number's refusals.
std::string not_a_number_of(double value, trace::ElementType type);
/// Types of one size that only differ in sign, or are equal.
bool same_bits(trace::ElementType a, trace::ElementType b);
/// What is wrong with the values of `data` where they are used as `type`, which has the
/// same_bits(): "element 7 is 200, which is no i8". Empty: nothing.
std::string other_values(const trace::Tensor& data, trace::ElementType type);
/// Whether row-major arrays of these shapes put their elements in the same places: the lengths are
/// the same in the same order, or those of one are the other's with neighbours multiplied. Axes of
/// length 1 make no difference.
bool read_alike(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);
bool is_float(trace::ElementType type);

}  // namespace weft::cli
