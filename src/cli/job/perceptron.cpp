// SPDX-License-Identifier: Apache-2.0
// A multi-layer perceptron in a fixed order of additions.
#include "cli/job/perceptron.hpp"

#include <cmath>

namespace weft::cli {

namespace {

float settle(float value, MultiplyAdd rule) {
  const bool subnormal = std::fpclassify(value) == FP_SUBNORMAL;
  return rule.flush_subnormals && subnormal ? std::copysign(0.0F, value) : value;
}

float multiply_add(float a, float b, float c, MultiplyAdd rule) {
  if (rule.fused) return settle(std::fma(settle(a, rule), settle(b, rule), settle(c, rule)), rule);
  const float product = settle(settle(a, rule) * settle(b, rule), rule);
  return settle(product + settle(c, rule), rule);
}

/// Bias (first slice) or 0, plus the products of one slice of the inputs.
float slice_sum(const DenseLayer& layer, const std::vector<float>& inputs, std::uint64_t output,
                std::uint64_t slice, std::uint64_t slices, MultiplyAdd rule) {
  const std::uint64_t length = layer.inputs / slices;
  float sum = slice == 0 ? layer.bias[output] : 0.0F;
  for (std::uint64_t i = slice * length; i < (slice + 1) * length; ++i) {
    sum = multiply_add(layer.weights[output * layer.inputs + i], inputs[i], sum, rule);
  }
  return sum;
}

}  // namespace

std::vector<float> perceptron(const std::vector<DenseLayer>& layers,
                              const std::vector<float>& inputs, std::uint64_t slices,
                              MultiplyAdd rule) {
  std::vector<float> values = inputs;
  for (std::size_t index = 0; index < layers.size(); ++index) {
    const DenseLayer& layer = layers[index];
    std::vector<float> next(layer.outputs);
    for (std::uint64_t output = 0; output < layer.outputs; ++output) {
      float sum = slice_sum(layer, values, output, 0, slices, rule);
      for (std::uint64_t slice = 1; slice < slices; ++slice) {
        sum = settle(slice_sum(layer, values, output, slice, slices, rule) + sum, rule);
      }
      next[output] = index + 1 < layers.size() && !(sum > 0.0F) ? 0.0F : sum;
    }
    values = std::move(next);
  }
  return values;
}

}  // namespace weft::cli
