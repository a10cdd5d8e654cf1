// SPDX-License-Identifier: Apache-2.0
// Convolutions of tensor programs over whole host tensors, in the order of a TSP's passes.
#include <algorithm>
#include <cstring>
#include <span>

#include "numerics/exact_dot.hpp"
#include "numerics/tsp_host.hpp"
#include "program/tsp_chip.hpp"
#include "program/tsp_tensor_values.hpp"
#include "program/tsp_tensor_window.hpp"

namespace weft::program::tsp {
namespace {

using numerics::Half;
using numerics::tsp::host_apply;
using numerics::tsp::host_convert;
using numerics::tsp::HostBytes;
using numerics::tsp::HostWeights;

/// Which channels of the image make which of the result.
struct Block {
  Range columns;   ///< of the result
  Range channels;  ///< of the image
};

class Convolution {
 public:
  Convolution(const TensorProgram& program, const TensorNode& node, const HostBytes& image,
              const HostBytes& weights)
      : program_(program),
        node_(node),
        window_(node.window),
        in_(program.at(node.operands[0]).shape),
        out_(program.at(node.result).shape),
        weight_shape_(program.at(node.operands[1]).shape),
        image_(image),
        weights_(weights),
        taps_(window_.height * window_.width) {}

  void of_bytes(HostBytes& result) const {
    const auto* image = reinterpret_cast<const std::int8_t*>(image_.data());
    const auto* weights = reinterpret_cast<const std::int8_t*>(weights_.data());
    const std::uint64_t inputs = weight_shape_[2];
    const std::uint64_t outputs = out_[3] / window_.groups;
    const std::vector<std::int8_t> outside(in_[3], window_.pad_value);
    std::vector<std::int32_t> sums(out_[3]);
    for (std::uint64_t at = 0; at < out_[0] * out_[1] * out_[2]; ++at) {
      std::fill(sums.begin(), sums.end(), 0);
      for (std::uint32_t tap = 0; tap < taps_; ++tap) {
        const WindowPixel pixel = pixel_of(window_, out_, at, tap);
        const std::int8_t* row =
            pixel.inside(in_) ? image + pixel.number(in_) * in_[3] : outside.data();
        for (std::uint64_t g = 0; g < window_.groups; ++g) {
          add_row(row + g * inputs, inputs, weights + tap * inputs * out_[3] + g * outputs,
                  std::span(sums).subspan(g * outputs, outputs));
        }
      }
      std::memcpy(result.data() + at * out_[3] * 4, sums.data(), out_[3] * 4);
    }
  }

  /// The middle row of taps first, then the others from the top, each from the left; a tap gives a
  /// pass for every 160 channels (docs/tsp-arithmetic.md).
  void of_halves(HostBytes& result) const {
    if (window_.groups == 1) {
      const HostWeights weights(weights_.data(), taps_ * in_[3], out_[3]);
      return add_passes(weights, {{0, out_[3]}, {0, in_[3]}}, result);
    }
    for (std::uint64_t first = 0; first < out_[3]; first += lanes) {
      const Range columns{first, std::min<std::uint64_t>(first + lanes, out_[3])};
      const Block block{columns, channels_of_groups(program_, node_, columns)};
      const HostBytes matrix = weights_of_groups(block);
      const HostWeights weights(matrix.data(), taps_ * block.channels.size(), columns.size());
      add_passes(weights, block, result);
    }
  }

  /// A filter a channel: products of taps, row by row of the window and two by two
  /// (docs/tsp-arithmetic.md), in the type of the sums.
  void of_filters(HostBytes& result) const {
    const VectorType type = program_.at(node_.result).type;
    const auto sum = [type](const HostBytes& a, const HostBytes& b) {
      HostBytes out(a.size());
      host_apply(VectorOperation::add, type, a, b, out);
      return out;
    };
    for (std::uint32_t tap = 0; tap < taps_; tap += 2) {
      HostBytes product = tap_products(tap);
      if (tap + 1 < taps_) product = sum(product, tap_products(tap + 1));
      result = tap == 0 ? product : sum(result, product);
    }
  }

 private:
  /// sums += a row of activations times rows of weights; they wrap.
  void add_row(const std::int8_t* a, std::uint64_t depth, const std::int8_t* weights,
               std::span<std::int32_t> sums) const {
    for (std::uint64_t c = 0; c < depth; ++c) {
      const std::int32_t value = a[c];
      const std::int8_t* row = weights + c * out_[3];
      for (std::size_t n = 0; n < sums.size(); ++n) {
        sums[n] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[n]) +
                                            static_cast<std::uint32_t>(value * row[n]));
      }
    }
  }

  /// [tap, channels, columns] of fp16: zeros where no group joins the two.
  HostBytes weights_of_groups(const Block& block) const {
    const std::uint64_t inputs = weight_shape_[2];
    const std::uint64_t outputs = out_[3] / window_.groups;
    const std::uint64_t width = block.columns.size();
    HostBytes matrix(taps_ * block.channels.size() * width * sizeof(Half));
    for (std::uint64_t tap = 0; tap < taps_; ++tap) {
      for (std::uint64_t n = block.columns.first; n < block.columns.behind; ++n) {
        for (std::uint64_t i = 0; i < inputs; ++i) {
          const std::uint64_t row =
              tap * block.channels.size() + n / outputs * inputs + i - block.channels.first;
          std::memcpy(matrix.data() + (row * width + n - block.columns.first) * sizeof(Half),
                      weights_.data() + ((tap * inputs + i) * out_[3] + n) * sizeof(Half),
                      sizeof(Half));
        }
      }
    }
    return matrix;
  }

  void add_passes(const HostWeights& weights, const Block& block, HostBytes& result) const {
    const std::uint64_t depth = block.channels.size();
    const HostBytes outside(depth * sizeof(Half));
    std::vector<float> sums(block.columns.size());
    for (std::uint64_t at = 0; at < out_[0] * out_[1] * out_[2]; ++at) {
      bool adds = false;
      for (std::uint32_t i = 0; i < taps_; ++i) {
        const std::uint32_t tap = tap_of_pass(i);
        const WindowPixel pixel = pixel_of(window_, out_, at, tap);
        const std::uint64_t first = pixel.number(in_) * in_[3] + block.channels.first;
        const std::byte* row =
            pixel.inside(in_) ? image_.data() + first * sizeof(Half) : outside.data();
        for (std::uint64_t c = 0; c < depth; c += numerics::dot_depth, adds = true) {
          weights.pass(row + c * sizeof(Half), tap * depth + c,
                       std::min<std::uint64_t>(numerics::dot_depth, depth - c), adds, sums.data());
        }
      }
      std::memcpy(result.data() + (at * out_[3] + block.columns.first) * sizeof(float), sums.data(),
                  sums.size() * sizeof(float));
    }
  }

  std::uint32_t tap_of_pass(std::uint32_t pass) const {
    const std::uint32_t middle = window_.height / 2;
    const std::uint32_t row = pass / window_.width;
    const std::uint32_t y = row == 0 ? middle : row <= middle ? row - 1 : row;
    return y * window_.width + pass % window_.width;
  }

  /// What every pixel of the result has of one tap.
  HostBytes tap_products(std::uint32_t tap) const {
    const TensorValue& out = program_.at(node_.result);
    const VectorType narrow = program_.at(node_.operands[0]).type;
    const std::size_t row = out_[3] * numerics::width_of(narrow);
    HostBytes pixels(out.elements() * numerics::width_of(narrow));
    HostBytes filters(pixels.size());
    for (std::uint64_t at = 0; at < out_[0] * out_[1] * out_[2]; ++at) {
      const WindowPixel pixel = pixel_of(window_, out_, at, tap);
      std::memcpy(filters.data() + at * row, weights_.data() + tap * row, row);
      if (pixel.inside(in_)) {
        std::memcpy(pixels.data() + at * row, image_.data() + pixel.number(in_) * row, row);
      } else {  // of f16 it is 0
        std::memset(pixels.data() + at * row, window_.pad_value, row);
      }
    }
    HostBytes left(out.elements() * numerics::width_of(out.type));
    HostBytes right(left.size());
    HostBytes made(left.size());
    host_convert(narrow, pixels, out.type, left);
    host_convert(narrow, filters, out.type, right);
    host_apply(VectorOperation::multiply, out.type, left, right, made);
    return made;
  }

  const TensorProgram& program_;
  const TensorNode& node_;
  const TensorWindow& window_;
  const TensorShape& in_;
  const TensorShape& out_;
  const TensorShape& weight_shape_;
  const HostBytes& image_;
  const HostBytes& weights_;
  std::uint32_t taps_;
};

}  // namespace

void convolve(const TensorProgram& program, const TensorNode& node,
              const std::vector<std::byte>& image, const std::vector<std::byte>& weights,
              std::vector<std::byte>& result) {
  const Convolution convolution(program, node, image, weights);
  if (program.filters_channels(node)) return convolution.of_filters(result);
  if (program.at(node.operands[0]).type == VectorType::f16) return convolution.of_halves(result);
  convolution.of_bytes(result);
}

}  // namespace weft::program::tsp
