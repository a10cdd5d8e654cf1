// SPDX-License-Identifier: Apache-2.0
// Pooling of activations: one value of the window around each output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <popnn/PoolingDef.hpp>
#include <vector>

namespace popnn {
namespace pooling {

/// Fields have one or two dimensions; more are Unsupported. Padding below 0 cuts the input.
struct PoolParams {
  PoolingType poolingType;
  std::vector<std::size_t> inputFieldShape;
  std::vector<std::size_t> kernelShape;
  std::vector<unsigned> stride;
  std::vector<int> inputTruncationOrPaddingLower;
  std::vector<int> inputTruncationOrPaddingUpper;
  std::size_t numChannels;
  std::size_t batchSize;
  poplar::Type dType;

  PoolParams(PoolingType poolingType, std::vector<std::size_t> inputFieldShape,
             std::vector<std::size_t> kernelShape, std::vector<unsigned> stride,
             std::vector<int> inputTruncationOrPaddingLower,
             std::vector<int> inputTruncationOrPaddingUpper, std::size_t numChannels,
             std::size_t batchSize, poplar::Type dType);

  std::size_t getNumFieldDims() const { return inputFieldShape.size(); }
  /// poplibs_error where lengths differ or the kernel is longer than the padded field.
  std::vector<std::size_t> getOutputFieldShape() const;
};

std::ostream& operator<<(std::ostream& o, const PoolParams& params);
/// "max", "avg", "sum".
const char* asString(const PoolingType& method);
std::vector<std::size_t> getOutputFieldShape(const PoolParams& params);

/// Operations on elements that are not padding; an average divides once an output.
std::uint64_t getFwdFlops(const PoolParams& params);
/// The same over what all tiles do in a cycle at best.
double getFwdPerfectCycleCount(const poplar::Graph& graph, const PoolParams& params);

/// [batch][channels][output field...] of `in` [batch][channels][field...]. What is padded does not
/// count: an average is over the other elements, a maximum of none is -infinity, a sum 0. Sums are
/// formed in float by kernel element in row-major order; an average divides that by the number of
/// elements. NaN stays. Options: poolUseIntrospectiveMapping, optimizeForSpeed and
/// useFloatPartialsWhereBeneficial change nothing.
poplar::Tensor pool(poplar::Graph& graph, const PoolParams& params, const poplar::Tensor& in,
                    poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                    const poplar::OptionFlags& options = {});

}  // namespace pooling
}  // namespace popnn
