// SPDX-License-Identifier: Apache-2.0
// popnn: the loss of one row of a classifier's outputs, and its gradient.

#include <cstdint>

#include "poplar/Vertex.hpp"
#include "special.hpp"

using namespace poplar;

namespace weft::library {

inline constexpr unsigned masked_label = 0xffffffffU;

/// Adds up a row's loss; fp64, rounded once at the end.
class RowLoss {
 public:
  explicit RowLoss(bool cross_entropy) : cross_entropy_(cross_entropy) {}
  /// An output and what it should be.
  void add(double output, double expected) {
    if (cross_entropy_) {
      if (expected != 0.0) sum_ -= expected * elementary::log(output);
    } else {
      sum_ += 0.5 * (output - expected) * (output - expected);
    }
  }
  float value() const { return static_cast<float>(sum_); }

 private:
  bool cross_entropy_;
  double sum_ = 0.0;
};

}  // namespace weft::library

namespace popnn {

/// The label is the number of a class.
template <typename T, typename Label>
class LossOfLabel : public Vertex {
 public:
  Input<Vector<T>> outputs;
  Input<Label> label;
  Output<Vector<T>> deltas;
  Output<T> loss;
  Input<T> deltasScale;
  Input<T> outputScale;
  bool crossEntropy;

  bool compute() {
    const auto wanted = static_cast<unsigned>(*label);
    const bool masked = wanted == weft::library::masked_label;
    weft::library::RowLoss sum(crossEntropy);
    for (unsigned i = 0; i < outputs.size(); ++i) {
      const float output = static_cast<float>(outputs[i]) / static_cast<float>(*outputScale);
      const float expected = i == wanted ? 1.0F : 0.0F;
      const float delta = (output - expected) * static_cast<float>(*deltasScale);
      deltas[i] = static_cast<T>(masked ? 0.0F : delta);
      if (!masked) sum.add(static_cast<double>(output), static_cast<double>(expected));
    }
    *loss = static_cast<T>(sum.value());
    return true;
  }
};

/// The label is a distribution over the classes.
template <typename T>
class LossOfDistribution : public Vertex {
 public:
  Input<Vector<T>> outputs;
  Input<Vector<T>> label;
  Output<Vector<T>> deltas;
  Output<T> loss;
  Input<T> deltasScale;
  Input<T> outputScale;
  bool crossEntropy;

  bool compute() {
    weft::library::RowLoss sum(crossEntropy);
    for (unsigned i = 0; i < outputs.size(); ++i) {
      const float output = static_cast<float>(outputs[i]) / static_cast<float>(*outputScale);
      const float expected = static_cast<float>(label[i]);
      deltas[i] = static_cast<T>((output - expected) * static_cast<float>(*deltasScale));
      sum.add(static_cast<double>(output), static_cast<double>(expected));
    }
    *loss = static_cast<T>(sum.value());
    return true;
  }
};

template class LossOfLabel<float, unsigned>;
template class LossOfLabel<float, int>;
template class LossOfLabel<half, unsigned>;
template class LossOfLabel<half, int>;
template class LossOfDistribution<float>;
template class LossOfDistribution<half>;

}  // namespace popnn
