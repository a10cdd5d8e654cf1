// SPDX-License-Identifier: Apache-2.0
// Vectors of a PE's memory and its vector operations on them, on the host.
#pragma once

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <vector>

#include "numerics/arrays.hpp"
#include "numerics/float16.hpp"
#include "numerics/float32.hpp"

namespace weft::lower::wse {

/// Numbers as memory has them: f16 or f32.
class Vector {
 public:
  Vector(std::size_t count, bool half) : half_(half), bytes_(count * width()) {}

  std::size_t count() const { return bytes_.size() / width(); }
  void set(std::size_t i, float value) {
    if (half_) {
      const numerics::Half bits = numerics::half_from_float(value);
      std::memcpy(bytes_.data() + i * width(), &bits, sizeof bits);
    } else {
      std::memcpy(bytes_.data() + i * width(), &value, sizeof value);
    }
  }
  void fill(float value) {
    for (std::size_t i = 0; i < count(); ++i) set(i, value);
  }
  float number(std::size_t i) const {
    float value = 0.0F;
    if (half_) {
      numerics::Half bits = 0;
      std::memcpy(&bits, bytes_.data() + i * width(), sizeof bits);
      return numerics::float_from_half(bits);
    }
    std::memcpy(&value, bytes_.data() + i * width(), sizeof value);
    return value;
  }
  numerics::Source all() const { return from(0); }
  numerics::Source from(std::size_t i) const {
    return {bytes_.data() + i * width(), static_cast<std::ptrdiff_t>(width())};
  }
  /// Element i as a scalar.
  numerics::Source one(std::size_t i) const { return {bytes_.data() + i * width(), 0}; }
  numerics::Destination to(std::size_t i = 0) {
    return {bytes_.data() + i * width(), static_cast<std::ptrdiff_t>(width())};
  }
  /// Element i alone, for sums into it.
  numerics::Destination into(std::size_t i) { return {bytes_.data() + i * width(), 0}; }

 private:
  std::size_t width() const { return half_ ? 2 : 4; }
  bool half_;
  std::vector<std::byte> bytes_;
};

inline Vector values_of(const std::vector<double>& numbers, bool half) {
  Vector out(numbers.size(), half);
  for (std::size_t i = 0; i < numbers.size(); ++i) out.set(i, static_cast<float>(numbers[i]));
  return out;
}
inline Vector singles_of(const std::vector<double>& numbers) { return values_of(numbers, false); }

/// The vector operations of one machine.
struct Doing {
  numerics::FloatRules rules;
  /// Over all elements of `to`.
  void operator()(numerics::ArrayOperation operation, Vector& to,
                  std::initializer_list<numerics::Source> from) const {
    std::array<numerics::Source, 3> sources{};
    std::copy(from.begin(), from.end(), sources.begin());
    numerics::apply(operation, rules, to.to(), sources, to.count());
  }
};

}  // namespace weft::lower::wse
