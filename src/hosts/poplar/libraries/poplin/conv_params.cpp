// SPDX-License-Identifier: Apache-2.0
// poplin: sizes of a convolution's transformed fields.
#include <utility>

#include "hosts/poplar/libraries/support.hpp"
#include "poplin/ConvParams.hpp"

namespace poplin {

using weft::libraries::need;
using Numbers = std::vector<unsigned>;

ConvParams::InputTransform::InputTransform(std::size_t dimensions)
    : InputTransform(Numbers(dimensions, 0), Numbers(dimensions, 0), Numbers(dimensions, 1),
                     Numbers(dimensions, 0), Numbers(dimensions, 0),
                     std::vector<bool>(dimensions, false)) {}
ConvParams::InputTransform::InputTransform(Numbers lower, Numbers upper, Numbers dilations,
                                           Numbers pad_lower, Numbers pad_upper,
                                           std::vector<bool> flips)
    : truncationLower(std::move(lower)),
      truncationUpper(std::move(upper)),
      dilation(std::move(dilations)),
      paddingLower(std::move(pad_lower)),
      paddingUpper(std::move(pad_upper)),
      flip(std::move(flips)) {}

ConvParams::OutputTransform::OutputTransform(std::size_t dimensions)
    : OutputTransform(Numbers(dimensions, 0), Numbers(dimensions, 0), Numbers(dimensions, 1),
                      Numbers(dimensions, 0), Numbers(dimensions, 0)) {}
ConvParams::OutputTransform::OutputTransform(Numbers lower, Numbers upper, Numbers strides,
                                             Numbers pad_lower, Numbers pad_upper)
    : truncationLower(std::move(lower)),
      truncationUpper(std::move(upper)),
      stride(std::move(strides)),
      paddingLower(std::move(pad_lower)),
      paddingUpper(std::move(pad_upper)) {}

ConvParams::ConvParams(poplar::Type dataType, std::size_t batch, std::vector<std::size_t> field,
                       std::vector<std::size_t> kernel, std::size_t inputChannels,
                       std::size_t outputChannels, std::size_t groups)
    : ConvParams(dataType, dataType, batch, std::move(field), std::move(kernel), inputChannels,
                 outputChannels, groups) {}
ConvParams::ConvParams(poplar::Type in, poplar::Type out, std::size_t batch,
                       std::vector<std::size_t> field, std::vector<std::size_t> kernel,
                       std::size_t inputChannels, std::size_t outputChannels, std::size_t groups)
    : ConvParams(in, out, batch, field, std::move(kernel), inputChannels, outputChannels, groups,
                 InputTransform(field.size()), InputTransform(field.size()),
                 OutputTransform(field.size())) {}
ConvParams::ConvParams(poplar::Type in, poplar::Type out, std::size_t batch,
                       std::vector<std::size_t> field, std::vector<std::size_t> kernel,
                       std::size_t inputChannels, std::size_t outputChannels, std::size_t groups,
                       InputTransform input, InputTransform kernelChange, OutputTransform output)
    : inputType(in),
      outputType(out),
      batchSize(batch),
      inputFieldShape(std::move(field)),
      kernelShape(std::move(kernel)),
      inputChannelsPerConvGroup(inputChannels),
      outputChannelsPerConvGroup(outputChannels),
      numConvGroups(groups),
      inputTransform(std::move(input)),
      kernelTransform(std::move(kernelChange)),
      outputTransform(std::move(output)) {
  validate();
}

namespace {

unsigned transformed(std::size_t size, const ConvParams::InputTransform& change, unsigned dim) {
  const std::size_t cut = change.truncationLower[dim] + change.truncationUpper[dim];
  need(cut <= size, "poplin: a convolution truncates more of dimension " + std::to_string(dim) +
                        " than there is");
  const std::size_t kept = size - cut;
  const std::size_t dilated = kept == 0 ? 0 : (kept - 1) * change.dilation[dim] + 1;
  return static_cast<unsigned>(dilated + change.paddingLower[dim] + change.paddingUpper[dim]);
}

}  // namespace

unsigned ConvParams::getTransformedInputSize(unsigned dim) const {
  return transformed(inputFieldShape.at(dim), inputTransform, dim);
}
unsigned ConvParams::getTransformedKernelSize(unsigned dim) const {
  return transformed(kernelShape.at(dim), kernelTransform, dim);
}
unsigned ConvParams::getUntransformedOutputSize(unsigned dim) const {
  const unsigned field = getTransformedInputSize(dim);
  const unsigned kernel = getTransformedKernelSize(dim);
  need(kernel >= 1 && field >= kernel, "poplin: the kernel (" + std::to_string(kernel) +
                                           ") is longer than the field (" + std::to_string(field) +
                                           ") along dimension " + std::to_string(dim));
  return field - kernel + 1;
}
std::size_t ConvParams::getOutputSize(unsigned dim) const {
  const unsigned whole = getUntransformedOutputSize(dim);
  const unsigned cut = outputTransform.truncationLower[dim] + outputTransform.truncationUpper[dim];
  need(cut < whole,
       "poplin: a convolution truncates its whole output along dimension " + std::to_string(dim));
  const unsigned stride = outputTransform.stride[dim];
  return (whole - cut + stride - 1) / stride + outputTransform.paddingLower[dim] +
         outputTransform.paddingUpper[dim];
}
std::vector<std::size_t> ConvParams::getOutputFieldShape() const {
  std::vector<std::size_t> shape;
  for (unsigned dim = 0; dim < inputFieldShape.size(); ++dim) shape.push_back(getOutputSize(dim));
  return shape;
}

void ConvParams::validate() const {
  const std::size_t dims = inputFieldShape.size();
  const auto full = [dims](const Numbers& numbers) { return numbers.size() == dims; };
  const auto input_full = [&](const InputTransform& change) {
    return full(change.truncationLower) && full(change.truncationUpper) && full(change.dilation) &&
           full(change.paddingLower) && full(change.paddingUpper) && change.flip.size() == dims;
  };
  need(kernelShape.size() == dims && input_full(inputTransform) && input_full(kernelTransform) &&
           full(outputTransform.truncationLower) && full(outputTransform.truncationUpper) &&
           full(outputTransform.stride) && full(outputTransform.paddingLower) &&
           full(outputTransform.paddingUpper),
       "poplin: kernel and transforms have one number a dimension of the field");
  for (unsigned dim = 0; dim < dims; ++dim) {
    need(inputTransform.dilation[dim] >= 1 && kernelTransform.dilation[dim] >= 1 &&
             outputTransform.stride[dim] >= 1,
         "poplin: dilations and strides are at least 1");
  }
  need(batchSize >= 1 && numConvGroups >= 1 && inputChannelsPerConvGroup >= 1 &&
           outputChannelsPerConvGroup >= 1,
       "poplin: a convolution without batch, groups or channels");
  getOutputFieldShape();
}

}  // namespace poplin
