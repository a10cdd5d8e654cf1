// SPDX-License-Identifier: Apache-2.0
// A multi-layer perceptron computed on the host, in the order of additions of kernels/wse/mlp.
#pragma once

#include <cstdint>
#include <vector>

namespace weft::cli {

/// One fully connected layer: weights [outputs][inputs], bias [outputs].
struct DenseLayer {
  std::uint64_t inputs = 0;
  std::uint64_t outputs = 0;
  std::vector<float> weights;
  std::vector<float> bias;
};

/// How the machine multiplies and adds fp32.
struct MultiplyAdd {
  bool fused = true;  ///< a * b + c is rounded once
  bool flush_subnormals = false;
};

/// Scores of one input. The inputs of a layer are cut into `slices`; each slice's products are
/// added up in the order of the inputs (the first slice begins with the bias, the others with 0),
/// then the slices' sums are added from first to last. All layers but the last clip at 0.
/// Shares nothing with the emulator. inputs.size() is the first layer's; `slices` divides them all.
std::vector<float> perceptron(const std::vector<DenseLayer>& layers,
                              const std::vector<float>& inputs, std::uint64_t slices,
                              MultiplyAdd rule);

}  // namespace weft::cli
