// SPDX-License-Identifier: Apache-2.0
// Arrays as a tile holds them, for evaluation without a machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/tensor.hpp"

namespace weft::lower::ipu {

/// What a tile computes with: FLOAT, HALF, INT, BOOL.
enum class Kind : std::uint8_t { single, half, whole, boolean };
/// "FLOAT" ...
const char* name_of(Kind kind);
/// How arrays of that kind are kept in files.
graph::Element element_of(Kind kind);

/// Halves are floats that fp16 has; of INT and BOOL `whole` is filled.
struct Numbers {
  Kind kind = Kind::single;
  graph::Shape shape;
  std::vector<float> floats;
  std::vector<std::int32_t> whole;

  bool floating() const { return kind == Kind::single || kind == Kind::half; }
  std::int64_t count() const { return graph::count_of(shape); }
};
Numbers zeros(Kind kind, graph::Shape shape);

/// To fp16 and back as a tile rounds: to nearest, ties to even, beyond the range the largest.
float through_half(float value);
/// The same from fp64, rounded once.
float through_half(double value);
/// NaN if either is NaN; +0 is larger than -0.
float larger_of(float a, float b);
/// Rounded to the kind, one of the two floating ones.
inline float rounded(Kind kind, float value) {
  return kind == Kind::half ? through_half(value) : value;
}
inline float rounded(Kind kind, double value) {
  return kind == Kind::half ? through_half(value) : static_cast<float>(value);
}

/// Rounded, or a whole number of 32 bits; Category::unsupported, naming `what`, for one that has
/// more.
Numbers numbers_of(const graph::Tensor& tensor, Kind kind, const std::string& what);
graph::Tensor tensor_of(const Numbers& numbers);

/// Element i of the result of so many is element `places[i]` of an operand of `from`, broadcast as
/// numpy does.
std::vector<std::int64_t> broadcast_places(const graph::Shape& from, const graph::Shape& to);
/// Elements picked by their places.
Numbers picked(const Numbers& from, graph::Shape shape, const std::vector<std::int64_t>& places);
/// Axis i of the result is axis permutation[i].
Numbers transposed(const Numbers& from, const std::vector<std::int64_t>& permutation);

}  // namespace weft::lower::ipu
