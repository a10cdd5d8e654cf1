// SPDX-License-Identifier: Apache-2.0
// Roundings of a tile, and moves of elements.
#include "lower/ipu/numbers.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "numerics/half.hpp"

namespace weft::lower::ipu {

using graph::Element;
using graph::Shape;

namespace {

constexpr float largest_half = 65504.0F;

/// What the front end has as doubles and whole numbers, at once.
struct Wide {
  graph::Numbers numbers;
  double real(std::size_t i) const {
    return is_floating(numbers.type.element) ? numbers.floats[i]
                                             : static_cast<double>(numbers.whole[i]);
  }
};

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

/// Places of all elements of `shape`, each axis with its stride, row by row.
std::vector<std::int64_t> walk(const Shape& shape, const std::vector<std::int64_t>& strides) {
  const std::int64_t count = graph::count_of(shape);
  std::vector<std::int64_t> out(static_cast<std::size_t>(count));
  std::vector<std::int64_t> at(shape.size(), 0);
  std::int64_t place = 0;
  for (std::int64_t& one : out) {
    one = place;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      place += strides[axis];
      if (++at[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return out;
}

}  // namespace

const char* name_of(Kind kind) {
  static const char* const names[] = {"FLOAT", "HALF", "INT", "BOOL"};
  return names[static_cast<std::size_t>(kind)];
}

Element element_of(Kind kind) {
  static const Element elements[] = {Element::f32, Element::f16, Element::i32, Element::u8};
  return elements[static_cast<std::size_t>(kind)];
}

Numbers zeros(Kind kind, Shape shape) {
  Numbers out;
  out.kind = kind;
  out.shape = std::move(shape);
  const auto count = static_cast<std::size_t>(out.count());
  if (out.floating()) {
    out.floats.assign(count, 0.0F);
  } else {
    out.whole.assign(count, 0);
  }
  return out;
}

float through_half(float value) {
  const float out = numerics::float_from_half(numerics::half_from_float(value));
  return std::isinf(out) && !std::isinf(value) ? std::copysign(largest_half, value) : out;
}
float through_half(double value) {
  const float out = numerics::float_from_half(numerics::half_from_double(value));
  const bool over = std::isinf(out) && !std::isinf(value);
  return over ? static_cast<float>(std::copysign(double{largest_half}, value)) : out;
}

float larger_of(float a, float b) {
  if (a != a || b != b) return std::numeric_limits<float>::quiet_NaN();
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

Numbers numbers_of(const graph::Tensor& tensor, Kind kind, const std::string& what) {
  const Wide wide{graph::numbers_of(tensor)};
  Numbers out = zeros(kind, tensor.type().shape);
  for (std::size_t i = 0; i < static_cast<std::size_t>(out.count()); ++i) {
    if (out.floating()) {
      out.floats[i] = rounded(kind, wide.real(i));
      continue;
    }
    const double value = wide.real(i);
    if (!(value >= -2147483648.0 && value <= 2147483647.0)) {
      fail(Category::unsupported, what + " holds a whole number that 32 bits do not hold, and an " +
                                      "IPU has no wider ones");
    }
    out.whole[i] = kind == Kind::boolean ? (value != 0.0 ? 1 : 0) : static_cast<int>(value);
  }
  return out;
}

graph::Tensor tensor_of(const Numbers& numbers) {
  const graph::TensorType type{element_of(numbers.kind), numbers.shape};
  const std::size_t each = bytes_of(type.element);
  std::vector<std::byte> bytes(static_cast<std::size_t>(numbers.count()) * each);
  for (std::size_t i = 0; i < static_cast<std::size_t>(numbers.count()); ++i) {
    std::byte* to = bytes.data() + i * each;
    if (numbers.kind == Kind::single) {
      std::memcpy(to, &numbers.floats[i], each);
    } else if (numbers.kind == Kind::half) {
      const numerics::Half half = numerics::half_from_float(numbers.floats[i]);
      std::memcpy(to, &half, each);
    } else {
      std::memcpy(to, &numbers.whole[i], each);  // the low byte of a boolean
    }
  }
  return {type, std::move(bytes)};
}

std::vector<std::int64_t> broadcast_places(const Shape& from, const Shape& to) {
  const auto own = strides_of(from);
  std::vector<std::int64_t> strides(to.size(), 0);
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    const std::size_t there = to.size() - from.size() + axis;
    strides[there] = from[axis] == 1 ? 0 : own[axis];
  }
  return walk(to, strides);
}

Numbers picked(const Numbers& from, Shape shape, const std::vector<std::int64_t>& places) {
  Numbers out = zeros(from.kind, std::move(shape));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto place = static_cast<std::size_t>(places[i]);
    if (out.floating()) {
      out.floats[i] = from.floats[place];
    } else {
      out.whole[i] = from.whole[place];
    }
  }
  return out;
}

Numbers transposed(const Numbers& from, const std::vector<std::int64_t>& permutation) {
  const auto own = strides_of(from.shape);
  Shape shape;
  std::vector<std::int64_t> strides;
  for (const std::int64_t axis : permutation) {
    shape.push_back(from.shape[static_cast<std::size_t>(axis)]);
    strides.push_back(own[static_cast<std::size_t>(axis)]);
  }
  const auto places = walk(shape, strides);
  return picked(from, std::move(shape), places);
}

}  // namespace weft::lower::ipu
