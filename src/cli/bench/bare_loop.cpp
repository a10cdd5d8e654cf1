// SPDX-License-Identifier: Apache-2.0
// A loop nest a convolution and a product; the innermost is one that compilers vectorise.
#include "cli/bench/bare_loop.hpp"

#include <cstddef>
#include <ctime>
#include <vector>

#include "graph/shapes.hpp"

namespace weft::cli::bench {
namespace {

using graph::as_index;
using Numbers = std::vector<float>;

Numbers numbers(std::size_t count) {
  Numbers out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(i % 7) - 3;
  return out;
}

double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// A convolution of an image that has its pads around it.
void convolve(const graph::Convolution& what, const graph::Shape& x, const graph::Shape& weights,
              const graph::Shape& result, BareLoop& work) {
  const std::size_t outputs = as_index(weights[0]), inputs = as_index(weights[1]);
  const std::size_t rows = as_index(weights[2]), columns = as_index(weights[3]);
  const std::size_t high = as_index(result[2]), wide = as_index(result[3]);
  const std::size_t step_y = as_index(what.strides[0]), step_x = as_index(what.strides[1]);
  const std::size_t width = as_index(x[3] + what.pads[1] + what.pads[3]);
  const std::size_t height = as_index(x[2] + what.pads[0] + what.pads[2]);
  const std::size_t each = outputs / as_index(what.groups);
  const Numbers image = numbers(as_index(x[1]) * width * height);
  const Numbers kernel = numbers(outputs * inputs * rows * columns);
  Numbers to(outputs * high * wide);
  const double start = now();
  for (std::size_t m = 0; m < outputs; ++m) {
    for (std::size_t k = 0; k < inputs * rows * columns; ++k) {
      const std::size_t channel = m / each * inputs + k / (rows * columns);
      const std::size_t first = (channel * height + k / columns % rows) * width + k % columns;
      const float weight = kernel[m * inputs * rows * columns + k];
      for (std::size_t y = 0; y < high; ++y) {
        const float* from = image.data() + first + y * step_y * width;
        float* sum = to.data() + (m * high + y) * wide;
        for (std::size_t i = 0; i < wide; ++i) sum[i] += weight * from[i * step_x];
      }
    }
  }
  work.seconds += now() - start;
  work.products += static_cast<double>(to.size() * inputs * rows * columns);
  work.kept += to[to.size() / 2];
}

void multiply(const graph::Shape& a, const graph::Shape& result, BareLoop& work) {
  const std::size_t depth = as_index(a.back()), columns = as_index(result.back());
  const std::size_t rows = as_index(graph::count_of(result)) / columns;
  const Numbers left = numbers(rows * depth), right = numbers(depth * columns);
  Numbers to(rows * columns);
  const double start = now();
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < depth; ++k) {
      const float factor = left[i * depth + k];
      for (std::size_t j = 0; j < columns; ++j) {
        to[i * columns + j] += factor * right[k * columns + j];
      }
    }
  }
  work.seconds += now() - start;
  work.products += static_cast<double>(rows * depth * columns);
  work.kept += to[to.size() / 2];
}

}  // namespace

BareLoop bare_loop(const graph::Graph& model) {
  BareLoop work;
  const auto shape = [&](graph::ValueId id) -> const graph::Shape& { return model[id].type.shape; };
  for (const graph::Node& node : model.nodes) {
    const graph::Shape& result = shape(node.outputs[0]);
    if (const auto* c = std::get_if<graph::Convolution>(&node.what)) {
      convolve(*c, shape(node.inputs[0]), shape(node.inputs[1]), result, work);
    } else if (std::holds_alternative<graph::MatMul>(node.what)) {
      multiply(shape(node.inputs[0]), result, work);
    }
  }
  return work;
}

}  // namespace weft::cli::bench
