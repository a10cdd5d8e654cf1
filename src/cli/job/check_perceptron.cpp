// SPDX-License-Identifier: Apache-2.0
// The check that compares scores, bit for bit, with a perceptron computed on the host.
#include <cstring>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/job/job_outcome.hpp"
#include "cli/job/perceptron.hpp"

namespace weft::cli {

using trace::ElementType;
using trace::Tensor;

namespace {

std::vector<float> floats(const JobCheck& check, const DataSource& source, const Tensor& tensor) {
  if (tensor.type != ElementType::f32) {
    check.where.fail("weights", describe(source) + " is " + trace::describe(tensor) +
                                    "; the perceptron is of f32");
  }
  std::vector<float> out(tensor.elements());
  std::memcpy(out.data(), tensor.bytes.data(), tensor.bytes.size());
  return out;
}

std::vector<DenseLayer> read_layers(const JobCheck& check) {
  std::vector<DenseLayer> layers;
  for (std::size_t index = 0; index < check.weights.size(); ++index) {
    const Tensor weights = read_source(check.weights[index]);
    const Tensor bias = read_source(check.biases[index]);
    DenseLayer layer;
    layer.outputs = bias.elements();
    layer.inputs = layer.outputs == 0 ? 0 : weights.elements() / layer.outputs;
    const bool fits = weights.shape.size() == 2 && weights.shape[0] == layer.outputs &&
                      layer.inputs != 0 && layer.inputs % check.slices == 0 &&
                      (layers.empty() || layers.back().outputs == layer.inputs);
    if (!fits) {
      check.where.fail("weights",
                       describe(check.weights[index]) + " is " + trace::describe(weights) +
                           ", which does not fit its bias, the layer before or the slices");
    }
    layer.weights = floats(check, check.weights[index], weights);
    layer.bias = floats(check, check.biases[index], bias);
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// What the host computes the scores from.
struct HostSide {
  explicit HostSide(const JobCheck& check)
      : layers(read_layers(check)),
        inputs(floats(check, check.expected, items_of(check, read_source(check.expected)))),
        each_in(layers.front().inputs),
        items(inputs.size() / each_in),
        classes(check.classes == 0 ? layers.back().outputs : check.classes) {}

  std::vector<DenseLayer> layers;
  std::vector<float> inputs;
  std::uint64_t each_in;
  std::uint64_t items;
  std::uint64_t classes;
};

}  // namespace

void require_perceptron(const JobCheck& check, const Tensor& scores) {
  const HostSide host(check);
  if (scores.type != ElementType::f32 || scores.elements() != host.items * host.classes ||
      host.classes > host.layers.back().outputs) {
    check.where.fail("result", "'" + check.result + "' is " + trace::describe(scores) +
                                   "; the host has f32 [" + std::to_string(host.items) + ", " +
                                   std::to_string(host.classes) + "]");
  }
}

CheckResult check_perceptron(const JobCheck& check, const JobOutcome& outcome) {
  const Tensor& scores = *outcome.results.at(check.result);
  const auto [layers, inputs, each_in, items, classes] = HostSide(check);
  std::uint64_t equal = 0;
  for (std::uint64_t item = 0; item < items; ++item) {
    const auto begin = inputs.begin() + static_cast<std::ptrdiff_t>(item * each_in);
    const std::vector<float> host =
        perceptron(layers, {begin, begin + static_cast<std::ptrdiff_t>(each_in)}, check.slices,
                   outcome.multiply_add);
    for (std::uint64_t c = 0; c < classes; ++c) {
      const std::byte* machine = scores.bytes.data() + (item * classes + c) * sizeof(float);
      equal += std::memcmp(machine, &host[c], sizeof(float)) == 0 ? 1U : 0U;
    }
  }
  CheckResult out;
  out.value = static_cast<double>(equal);
  out.expected = static_cast<double>(items * classes);
  out.passed = equal == items * classes;
  out.text = std::to_string(equal) + " of " + counted(items * classes, "score") +
             " have the bits of the host's, which adds in the same order";
  return out;
}

}  // namespace weft::cli
