// SPDX-License-Identifier: Apache-2.0
// poplin: how a convolution is split over tiles, and its tensors in blocks.
#pragma once

#include <cstddef>

#include "hosts/poplar/libraries/poplin/blocks.hpp"
#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"
#include "poplin/ConvParams.hpp"

namespace weft::libraries {

/// A dimension of the field, as the vertices see it.
struct ConvAxis {
  std::size_t input = 1;   ///< elements, truncated
  std::size_t kernel = 1;  ///< likewise
  std::size_t output = 1;
  int stride = 1, kernel_dilation = 1, input_dilation = 1;
  int offset = 0;  ///< place of output 0 and kernel element 0 in the dilated input
  /// Input elements that outputs [begin, end) may need.
  Part inputs_of(const Part& outputs) const;
};

/// A convolution of two dimensions (one of them 1 where the field has one).
struct ConvShape {
  std::size_t batch = 1, groups = 1, inputs = 1, outputs = 1;  ///< channels of a group
  ConvAxis y, x;
};
ConvShape conv_shape(const poplin::ConvParams& params);

/// Parts of the output, one a tile.
struct ConvPlan {
  std::size_t batch_parts = 1, channel_parts = 1;  ///< channels: conv groups or output groups
  std::size_t y_parts = 1, x_parts = 1;
  std::size_t parts() const { return batch_parts * channel_parts * y_parts * x_parts; }
};
ConvPlan plan_convolution(const poplar::Target& target, const ConvShape& shape,
                          const poplar::Type& type, const poplar::Type& partials);

/// Activations [batch][groups][channels][height][width] stored in groups of channels: each group
/// of a batch item and conv group is [height][width][group].
poplar::Tensor blocked_activations(poplar::Graph& graph, const poplar::Type& type,
                                   std::size_t batch, std::size_t groups, std::size_t channels,
                                   std::size_t group, std::size_t height, std::size_t width,
                                   const poplar::DebugContext& context);
/// Weights [groups][outputs][inputs][height][width], each group of outputs and of inputs stored as
/// [height][width][inputs][outputs].
poplar::Tensor blocked_weights(poplar::Graph& graph, const poplar::Type& type,
                               const ConvShape& shape, const AmpGroups& amp,
                               const poplar::DebugContext& context);

}  // namespace weft::libraries
