// SPDX-License-Identifier: Apache-2.0
// poplin: the split of a convolution, and the storage of its tensors.
#include "hosts/poplar/libraries/poplin/conv_plan.hpp"

#include <algorithm>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "poputil/TileMapping.hpp"

namespace weft::libraries {

using poplar::Tensor;
using program::ipu::AmpCosts;
using program::ipu::AmpWork;

namespace {

ConvAxis axis_of(const poplin::ConvParams& params, unsigned dim) {
  const auto& in = params.inputTransform;
  const auto& kernel = params.kernelTransform;
  const auto& out = params.outputTransform;
  if (kernel.paddingLower[dim] + kernel.paddingUpper[dim] != 0 ||
      out.paddingLower[dim] + out.paddingUpper[dim] != 0) {
    fail(Category::unsupported, "poplin::convolution: padding of the kernel and of the output");
  }
  ConvAxis axis;
  axis.input = params.inputFieldShape[dim] - in.truncationLower[dim] - in.truncationUpper[dim];
  axis.kernel = params.kernelShape[dim] - kernel.truncationLower[dim] - kernel.truncationUpper[dim];
  axis.output = params.getOutputSize(dim);
  axis.stride = static_cast<int>(out.stride[dim]);
  axis.kernel_dilation = static_cast<int>(kernel.dilation[dim]);
  axis.input_dilation = static_cast<int>(in.dilation[dim]);
  // The flipped input has its upper padding in front.
  const unsigned padding = in.flip[dim] ? in.paddingUpper[dim] : in.paddingLower[dim];
  axis.offset = static_cast<int>(out.truncationLower[dim]) - static_cast<int>(padding);
  return axis;
}

std::vector<std::size_t> split_choices(std::size_t count, std::size_t most) {
  std::vector<std::size_t> out;
  std::size_t parts = 1;
  while (parts <= most && parts <= count) {
    out.push_back(parts);
    const std::size_t size = ceil_divide(count, parts);
    if (size == 1) break;
    parts = ceil_divide(count, size - 1);
  }
  return out;
}

}  // namespace

Part ConvAxis::inputs_of(const Part& outputs) const {
  const long first = static_cast<long>(outputs.begin) * stride + offset;
  const long last = (static_cast<long>(outputs.end) - 1) * stride + offset +
                    (static_cast<long>(kernel) - 1) * kernel_dilation;
  const long begin = std::max(0L, first) / input_dilation;
  const long end = last < 0 ? 0 : last / input_dilation + 1;
  const auto size = static_cast<long>(input);
  const long from = std::min(begin, size);
  return {static_cast<std::size_t>(from),
          static_cast<std::size_t>(std::max(from, std::min(end, size)))};
}

ConvShape conv_shape(const poplin::ConvParams& params) {
  const std::size_t dims = params.inputFieldShape.size();
  if (dims != 1 && dims != 2) {
    fail(Category::unsupported, "poplin::convolution: fields of " +
                                    weft::counted(dims, "dimension") + "; there are one and two");
  }
  ConvShape shape;
  shape.batch = params.batchSize;
  shape.groups = params.numConvGroups;
  shape.inputs = params.inputChannelsPerConvGroup;
  shape.outputs = params.outputChannelsPerConvGroup;
  if (dims == 2) shape.y = axis_of(params, 0);
  shape.x = axis_of(params, static_cast<unsigned>(dims - 1));
  return shape;
}

ConvPlan plan_convolution(const poplar::Target& target, const ConvShape& shape,
                          const poplar::Type& type, const poplar::Type& partials) {
  const AmpGroups amp = amp_groups(target, type, partials);
  const std::size_t tiles = target.getNumTiles();
  const std::size_t output_groups = ceil_divide(shape.outputs, amp.outputs);
  const std::size_t channels = shape.groups * output_groups;
  const std::uint64_t bytes = target.getTypeSize(type);
  const AmpCosts costs = amp_costs(target, type);
  ConvPlan best;
  std::uint64_t least = UINT64_MAX;
  const auto consider = [&](const ConvPlan& plan) {
    const std::size_t height = ceil_divide(shape.y.output, plan.y_parts);
    const std::size_t width = ceil_divide(shape.x.output, plan.x_parts);
    const std::size_t items = ceil_divide(shape.batch, plan.batch_parts);
    const std::size_t blocks = ceil_divide(channels, plan.channel_parts);
    AmpWork work;
    work.rows = height * width;
    work.input_groups = ceil_divide(shape.inputs, amp.inputs);
    work.passes = shape.y.kernel * shape.x.kernel;
    work.weight_load_cycles = amp.weight_load_cycles;
    work.workers = target.getNumWorkerContexts();
    work.single_precision = type == poplar::FLOAT;
    const std::size_t in = shape.y.inputs_of({0, height}).size() *
                           shape.x.inputs_of({0, width}).size() * shape.inputs * items;
    const std::size_t weights = blocks * work.passes * shape.inputs * amp.outputs;
    const std::uint64_t cycles = (in + weights) * bytes / target.getExchangeBytesPerCycle() +
                                 amp_cycles(costs, work) * items * blocks;
    if (cycles < least) {
      least = cycles;
      best = plan;
    }
  };
  for (const std::size_t channel : split_choices(channels, tiles)) {
    for (const std::size_t item : split_choices(shape.batch, tiles / channel)) {
      const std::size_t left = tiles / channel / item;
      for (const std::size_t y : split_choices(shape.y.output, left)) {
        consider({item, channel, y, std::min(shape.x.output, left / y)});
      }
    }
  }
  return best;
}

Tensor blocked_activations(poplar::Graph& graph, const poplar::Type& type, std::size_t batch,
                           std::size_t groups, std::size_t channels, std::size_t group,
                           std::size_t height, std::size_t width,
                           const poplar::DebugContext& context) {
  const std::size_t field = height * width;
  const Tensor rows = graph.addVariable(type, {batch * groups, channels * field}, context);
  const std::size_t whole = channels / group * group;
  std::vector<Tensor> parts;
  if (whole != 0) {
    parts.push_back(rows.slice(0, whole * field, 1)
                        .reshape({batch, groups, whole / group, height, width, group})
                        .dimShuffle({0, 1, 2, 5, 3, 4})
                        .reshape({batch, groups, whole, height, width}));
  }
  if (whole != channels) {
    parts.push_back(rows.slice(whole * field, channels * field, 1)
                        .reshape({batch, groups, height, width, channels - whole})
                        .dimShuffle({0, 1, 4, 2, 3}));
  }
  return poplar::concat(parts, 2);
}

Tensor blocked_weights(poplar::Graph& graph, const poplar::Type& type, const ConvShape& shape,
                       const AmpGroups& amp, const poplar::DebugContext& context) {
  const std::size_t height = shape.y.kernel;
  const std::size_t width = shape.x.kernel;
  const Tensor flat = graph.addVariable(
      type, {shape.groups * shape.outputs * shape.inputs * height * width}, context);
  poputil::mapTensorLinearly(graph, flat);
  std::size_t at = 0;
  std::vector<Tensor> groups;
  for (std::size_t g = 0; g < shape.groups; ++g) {
    std::vector<Tensor> rows;
    for (std::size_t o = 0; o < shape.outputs; o += amp.outputs) {
      const std::size_t outputs = std::min(amp.outputs, shape.outputs - o);
      std::vector<Tensor> row;
      for (std::size_t i = 0; i < shape.inputs; i += amp.inputs) {
        const std::size_t inputs = std::min(amp.inputs, shape.inputs - i);
        const std::size_t size = height * width * inputs * outputs;
        row.push_back(flat.slice(at, at + size)
                          .reshape({height, width, inputs, outputs})
                          .dimShuffle({3, 2, 0, 1}));
        at += size;
      }
      rows.push_back(poplar::concat(row, 1));
    }
    groups.push_back(poplar::concat(rows, 0).expand({0}));
  }
  return poplar::concat(groups);
}

}  // namespace weft::libraries
