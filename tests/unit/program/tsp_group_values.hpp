// SPDX-License-Identifier: Apache-2.0
// Convolutions with groups, element by element, in the order that docs/tsp-arithmetic.md gives.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "numerics/half.hpp"
#include "program/tsp_tensor.hpp"

namespace weft::program::tsp::test {

class GroupSums {
 public:
  GroupSums(const TensorProgram& program, const TensorNode& node,
            const std::vector<std::byte>& image, const std::vector<std::byte>& weights)
      : x_(program.at(node.operands[0]).shape),
        y_(program.at(node.result).shape),
        w_(program.at(node.operands[1]).shape),
        window_(node.window),
        halves_(program.at(node.operands[0]).type == VectorType::f16),
        filters_(w_[2] == 1 && x_[3] == y_[3]),
        image_(image),
        weights_(weights) {}

  std::vector<std::byte> all() {
    const std::uint64_t count = y_[0] * y_[1] * y_[2] * y_[3];
    std::vector<std::byte> out(count * 4);
    for (std::uint64_t at = 0; at < count; ++at) {
      n_ = at % y_[3];
      pixel_ = at / y_[3];
      if (halves_) {
        const float sum = filters_ ? filter() : passes();
        std::memcpy(out.data() + at * 4, &sum, 4);
      } else {
        std::int32_t sum = 0;
        for (std::uint64_t tap = 0; tap < taps(); ++tap) {
          for (std::uint64_t i = 0; i < w_[2]; ++i) {
            sum += static_cast<std::int32_t>(pixel(tap, first_channel() + i) * weight(tap, i));
          }
        }
        std::memcpy(out.data() + at * 4, &sum, 4);
      }
    }
    return out;
  }

 private:
  std::uint64_t taps() const { return w_[0] * w_[1]; }
  std::uint64_t first_channel() const { return n_ / (y_[3] / window_.groups) * w_[2]; }

  double number(const std::vector<std::byte>& from, std::uint64_t at) const {
    if (!halves_) return static_cast<std::int8_t>(from[at]);
    numerics::Half half{};
    std::memcpy(&half, from.data() + at * sizeof half, sizeof half);
    return static_cast<double>(numerics::float_from_half(half));
  }
  double pixel(std::uint64_t tap, std::uint64_t channel) const {
    const std::uint64_t oy = pixel_ / y_[2] % y_[1] * window_.stride_y + tap / w_[1];
    const std::uint64_t ox = pixel_ % y_[2] * window_.stride_x + tap % w_[1];
    if (oy < window_.pad_top || ox < window_.pad_left || oy - window_.pad_top >= x_[1] ||
        ox - window_.pad_left >= x_[2]) {
      return window_.pad_value;
    }
    const std::uint64_t row = pixel_ / y_[2] / y_[1] * x_[1] + oy - window_.pad_top;
    return number(image_, (row * x_[2] + ox - window_.pad_left) * x_[3] + channel);
  }
  double weight(std::uint64_t tap, std::uint64_t i) const {
    return number(weights_, (tap * w_[2] + i) * w_[3] + n_);
  }

  float product(std::uint64_t tap) const {
    return static_cast<float>(pixel(tap, n_)) * static_cast<float>(weight(tap, 0));
  }
  float filter() const {
    float sum = 0;
    for (std::uint64_t tap = 0; tap < taps(); tap += 2) {
      const float some = tap + 1 < taps() ? product(tap) + product(tap + 1) : product(tap);
      sum = tap == 0 ? some : sum + some;
    }
    return sum;
  }

  /// The middle row of taps first; of a tap the group's channels, cut at multiples of 160.
  float passes() const {
    std::vector<std::uint64_t> rows{w_[0] / 2};
    for (std::uint64_t y = 0; y < w_[0]; ++y) {
      if (y != w_[0] / 2) rows.push_back(y);
    }
    float sum = 0;
    for (const std::uint64_t y : rows) {
      for (std::uint64_t tap = y * w_[1]; tap < (y + 1) * w_[1]; ++tap) {
        for (std::uint64_t i = 0; i < w_[2];) {
          const std::uint64_t channel = first_channel() + i;
          const std::uint64_t behind = std::min(w_[2], i + 160 - channel % 160);
          long double exact = 0;
          for (; i < behind; ++i) {
            exact += static_cast<long double>(pixel(tap, first_channel() + i)) * weight(tap, i);
          }
          sum += static_cast<float>(exact);
        }
      }
    }
    return sum;
  }

  TensorShape x_, y_, w_;
  TensorWindow window_;
  bool halves_;
  bool filters_;
  const std::vector<std::byte>& image_;
  const std::vector<std::byte>& weights_;
  std::uint64_t n_ = 0;
  std::uint64_t pixel_ = 0;
};

}  // namespace weft::program::tsp::test
