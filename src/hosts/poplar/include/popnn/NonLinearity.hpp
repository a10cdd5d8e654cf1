// SPDX-License-Identifier: Apache-2.0
// Activation functions and their gradients.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <popnn/NonLinearityDef.hpp>

namespace popnn {

// Softmax is taken along the last dimension; it subtracts the row's maximum first in all variants.

/// f(t), elementwise (softmax: by row).
poplar::Tensor nonLinearity(poplar::Graph& graph, NonLinearityType nonLinearityType,
                            poplar::Tensor t, poplar::program::Sequence& prog,
                            const poplar::DebugContext& debugContext = {},
                            const poplar::OptionFlags& options = {});
void nonLinearityInPlace(poplar::Graph& graph, NonLinearityType nonLinearityType, poplar::Tensor t,
                         poplar::program::Sequence& prog,
                         const poplar::DebugContext& debugContext = {},
                         const poplar::OptionFlags& options = {});
/// outGradient times the derivative. `act` is the function's output, except for GELU, GELU_ERF and
/// SWISH, where it is the input.
poplar::Tensor nonLinearityInputGradient(poplar::Graph& graph, NonLinearityType nonLinearityType,
                                         poplar::Tensor act, poplar::Tensor outGradient,
                                         poplar::program::Sequence& prog,
                                         const poplar::DebugContext& debugContext = {},
                                         const poplar::OptionFlags& options = {});

inline poplar::Tensor sigmoid(poplar::Graph& graph, poplar::Tensor t,
                              poplar::program::Sequence& prog,
                              const poplar::DebugContext& debugContext = {},
                              const poplar::OptionFlags& options = {}) {
  return nonLinearity(graph, NonLinearityType::SIGMOID, t, prog, debugContext, options);
}
inline poplar::Tensor relu(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}) {
  return nonLinearity(graph, NonLinearityType::RELU, t, prog, debugContext, options);
}
inline poplar::Tensor tanh(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}) {
  return nonLinearity(graph, NonLinearityType::TANH, t, prog, debugContext, options);
}
inline poplar::Tensor gelu(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}) {
  return nonLinearity(graph, NonLinearityType::GELU, t, prog, debugContext, options);
}
inline poplar::Tensor softmax(poplar::Graph& graph, poplar::Tensor t,
                              poplar::program::Sequence& prog,
                              const poplar::DebugContext& debugContext = {},
                              const poplar::OptionFlags& options = {}) {
  return nonLinearity(graph, NonLinearityType::SOFTMAX, t, prog, debugContext, options);
}
inline void sigmoidInPlace(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}) {
  nonLinearityInPlace(graph, NonLinearityType::SIGMOID, t, prog, debugContext, options);
}
inline void reluInPlace(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                        const poplar::DebugContext& debugContext = {},
                        const poplar::OptionFlags& options = {}) {
  nonLinearityInPlace(graph, NonLinearityType::RELU, t, prog, debugContext, options);
}
inline void tanhInPlace(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                        const poplar::DebugContext& debugContext = {},
                        const poplar::OptionFlags& options = {}) {
  nonLinearityInPlace(graph, NonLinearityType::TANH, t, prog, debugContext, options);
}
inline void softmaxInPlace(poplar::Graph& graph, poplar::Tensor t, poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}) {
  nonLinearityInPlace(graph, NonLinearityType::SOFTMAX, t, prog, debugContext, options);
}

}  // namespace popnn
