// SPDX-License-Identifier: Apache-2.0
// The parts of a fully connected layer: products of one slice of the inputs, and sums over slices.
#include <poplar/Vertex.hpp>

using poplar::Input;
using poplar::Output;
using poplar::Vector;

/// One output's products with the first slice of the inputs, added to its bias in the order of the
/// inputs.
class FirstSlice : public poplar::Vertex {
 public:
  Input<Vector<float>> inputs;
  Input<Vector<float>> weights;
  Input<float> bias;
  Output<float> sum;

  bool compute() {
    float total = *bias;
    for (unsigned i = 0; i < inputs.size(); ++i) total += weights[i] * inputs[i];
    *sum = total;
    return true;
  }
};

/// The same for another slice, which begins with 0.
class LaterSlice : public poplar::Vertex {
 public:
  Input<Vector<float>> inputs;
  Input<Vector<float>> weights;
  Output<float> sum;

  bool compute() {
    float total = 0.0F;
    for (unsigned i = 0; i < inputs.size(); ++i) total += weights[i] * inputs[i];
    *sum = total;
    return true;
  }
};

/// Adds the slices' sums from first to last; negative results become 0 where the layer clips.
class AddSlices : public poplar::Vertex {
 public:
  Input<Vector<float>> sums;
  Output<float> output;
  bool clips;

  bool compute() {
    float total = sums[0];
    for (unsigned slice = 1; slice < sums.size(); ++slice) total += sums[slice];
    *output = clips && !(total > 0.0F) ? 0.0F : total;
    return true;
  }
};
