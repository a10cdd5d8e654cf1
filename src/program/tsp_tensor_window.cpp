// SPDX-License-Identifier: Apache-2.0
// Operations of a tensor program that go over images: convolutions and pools.
#include "program/tsp_tensor_window.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "program/tsp_chip.hpp"
#include "program/tsp_tensor_parts.hpp"

namespace weft::program::tsp {
namespace {

/// Extent of a window's result along one axis; 0 where the window does not fit.
std::uint64_t windows(std::uint64_t extent, std::uint64_t padding, std::uint64_t window,
                      std::uint64_t stride) {
  const std::uint64_t padded = extent + padding;
  return window == 0 || stride == 0 || padded < window ? 0 : (padded - window) / stride + 1;
}

/// Refuses a window that the padded image does not hold.
void require_window(const TensorProgram& program, const TensorValue& image,
                    const TensorWindow& window, const std::string& name) {
  const std::uint64_t height = image.shape[1] + window.pad_top + window.pad_bottom;
  const std::uint64_t width = image.shape[2] + window.pad_left + window.pad_right;
  if (window.height <= height && window.width <= width) return;
  const auto sides = [](std::uint64_t y, std::uint64_t x) {
    return std::to_string(y) + " x " + std::to_string(x);
  };
  refuse_tensor(program, name,
                "its window of " + sides(window.height, window.width) + " is larger than the " +
                    sides(height, width) + " of " + describe(image) + " with its padding");
}

}  // namespace

bool TensorProgram::filters_channels(const TensorNode& node) const {
  const std::uint64_t groups = node.window.groups;
  return node.operation == TensorOperation::convolution && groups > 1 &&
         groups == at(node.operands[0]).shape[3] && groups == at(node.result).shape[3];
}

bool WindowPixel::inside(const TensorShape& images) const {
  return y >= 0 && x >= 0 && y < static_cast<std::int64_t>(images[1]) &&
         x < static_cast<std::int64_t>(images[2]);
}

std::uint64_t WindowPixel::number(const TensorShape& images) const {
  return static_cast<std::uint64_t>((image * static_cast<std::int64_t>(images[1]) + y) *
                                        static_cast<std::int64_t>(images[2]) +
                                    x);
}

WindowPixel WindowPixel::nearest(const TensorShape& images) const {
  return {image, std::clamp<std::int64_t>(y, 0, static_cast<std::int64_t>(images[1]) - 1),
          std::clamp<std::int64_t>(x, 0, static_cast<std::int64_t>(images[2]) - 1)};
}

WindowPixel pixel_of(const TensorWindow& window, const TensorShape& result, std::uint64_t at,
                     std::uint32_t tap) {
  const auto whole = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  return {whole(at / result[2] / result[1]),
          whole(at / result[2] % result[1] * window.stride_y + tap / window.width) - window.pad_top,
          whole(at % result[2] * window.stride_x + tap % window.width) - window.pad_left};
}

Range channels_of_groups(const TensorProgram& program, const TensorNode& node,
                         const Range& columns) {
  const TensorValue& image = program.at(node.operands[0]);
  const std::uint64_t inputs = image.shape[3] / node.window.groups;
  const std::uint64_t outputs = program.at(node.result).shape[3] / node.window.groups;
  const std::uint64_t pass = image.type == VectorType::f16 ? lanes / 2 : lanes;
  const std::uint64_t first = columns.first / outputs * inputs;
  return {first - first % pass, ((columns.behind - 1) / outputs + 1) * inputs};
}

TensorId TensorProgram::convolution(TensorId image, TensorId weights, const TensorWindow& window,
                                    const std::string& name) {
  const TensorValue& x = at(image);
  const TensorValue& w = at(weights);
  if (x.type != w.type || (x.type != VectorType::i8 && x.type != VectorType::f16)) {
    refuse_tensor(
        *this, name,
        "conv takes i8 and i8 or f16 and f16, not " + describe(x) + " and " + describe(w));
  }
  const std::uint64_t groups = window.groups;
  if (x.shape.size() != 4 || w.shape.size() != 4 || x.shape[3] != w.shape[2] * groups) {
    refuse_tensor(*this, name,
                  std::string("conv takes [b, h, w, c] and [kh, kw, ") +
                      (groups == 1 ? "c" : "c / " + std::to_string(groups)) + ", n], not " +
                      describe(x) + " and " + describe(w));
  }
  if (groups == 0 || w.shape[3] % groups != 0) {
    refuse_tensor(*this, name,
                  "its result has " + counted(w.shape[3], "channel") + ", not " +
                      counted(groups, "group") + " of the same size");
  }
  if (x.type != VectorType::i8 && window.pad_value != 0) {
    refuse_tensor(*this, name, "a pad value other than 0 is for i8");
  }
  TensorWindow own = window;
  own.height = static_cast<std::uint32_t>(w.shape[0]);
  own.width = static_cast<std::uint32_t>(w.shape[1]);
  const TensorShape shape = {
      x.shape[0], windows(x.shape[1], own.pad_top + own.pad_bottom, own.height, own.stride_y),
      windows(x.shape[2], own.pad_left + own.pad_right, own.width, own.stride_x), w.shape[3]};
  require_window(*this, x, own, name);
  const VectorType type = sum_type(x.type);
  TensorNode node{TensorOperation::convolution, {image, weights}};
  node.window = own;
  return add(std::move(node), type, shape, name);
}

namespace {
TensorShape pooled(const TensorProgram& program, const TensorValue& x, const TensorWindow& window,
                   const std::string& name) {
  if (x.shape.size() != 4)
    refuse_tensor(program, name, "a pool takes [b, h, w, c], not " + describe(x));
  if (window.pad_top >= window.height || window.pad_bottom >= window.height ||
      window.pad_left >= window.width || window.pad_right >= window.width) {
    refuse_tensor(program, name, "the padding of a pool must be smaller than its window");
  }
  require_window(program, x, window, name);
  return {x.shape[0],
          windows(x.shape[1], window.pad_top + window.pad_bottom, window.height, window.stride_y),
          windows(x.shape[2], window.pad_left + window.pad_right, window.width, window.stride_x),
          x.shape[3]};
}
}  // namespace

TensorId TensorProgram::maximum_pool(TensorId image, const TensorWindow& window,
                                     const std::string& name) {
  const TensorShape shape = pooled(*this, at(image), window, name);
  const VectorType type = at(image).type;
  TensorNode node{TensorOperation::maximum_pool, {image}};
  node.window = window;
  return add(std::move(node), type, shape, name);
}

TensorId TensorProgram::sum_pool(TensorId image, const TensorWindow& window,
                                 const std::string& name) {
  const TensorShape shape = pooled(*this, at(image), window, name);
  const VectorType type = at(image).type;
  if (type != VectorType::i8 && type != VectorType::f16) {
    refuse_tensor(*this, name, "sum_pool takes i8 or f16, not " + describe(at(image)));
  }
  TensorNode node{TensorOperation::sum_pool, {image}};
  node.window = window;
  return add(std::move(node), sum_type(type), shape, name);
}

}  // namespace weft::program::tsp
