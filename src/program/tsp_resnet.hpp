// SPDX-License-Identifier: Apache-2.0
// A residual network as published figures of the TSP are about them.
#pragma once

#include <array>
#include <cstdint>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// Blocks of each of the four stages (He et al. 2015, table 1).
using ResNetBlocks = std::array<std::uint32_t, 4>;
inline constexpr ResNetBlocks resnet50 = {3, 4, 6, 3};
inline constexpr ResNetBlocks resnet101 = {3, 4, 23, 3};
inline constexpr ResNetBlocks resnet152 = {3, 8, 36, 3};

/// The whole network in int8 or fp16 for one image of 224 x 224, weights by pattern: "images" [1,
/// 224, 224, 3] to "scores" [1, 1000]. Stride 2 stands in the first 1 x 1 of a stage. int8:
/// activations behind a ReLU have their zero at -128, so that saturation is the ReLU.
TensorProgram resnet(const ResNetBlocks& blocks, VectorType type = VectorType::i8);

}  // namespace weft::program::tsp
