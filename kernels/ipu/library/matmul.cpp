// SPDX-License-Identifier: Apache-2.0
// poplin: rows times a matrix on the accumulating matrix product units.

#include <cstdint>
#include <type_traits>

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

/// Channels of a pass, at most.
inline constexpr std::uint32_t most_inputs = 32;
inline constexpr std::uint32_t most_outputs = 16;

/// A row's sums of a pass, as they are kept between passes.
template <class Out>
struct Sums {
  float value[most_outputs];
  void clear() {
    for (float& sum : value) sum = 0.0F;
  }
  void keep() {
    if constexpr (std::is_same_v<Out, half>) {
      for (float& sum : value) sum = static_cast<float>(static_cast<half>(sum));
    }
  }
};

/// The weights of a pass, widened: [input][most_outputs].
template <class In>
struct Coefficients {
  float value[most_inputs * most_outputs];
  void load(const In* weights, std::uint32_t inputs, std::uint32_t outputs) {
    for (std::uint32_t i = 0; i < inputs; ++i) {
      for (std::uint32_t o = 0; o < most_outputs; ++o) {
        const bool there = o < outputs;
        value[i * most_outputs + o] = there ? static_cast<float>(weights[i * outputs + o]) : 0.0F;
      }
    }
  }
};

/// sums[o] += row[i] * weights[i][o], i ascending. Products of halves are exact in float.
template <class In, class Out>
void pass(const In* row, std::uint32_t inputs, const Coefficients<In>& weights, Sums<Out>& sums) {
  for (std::uint32_t i = 0; i < inputs; ++i) {
    const float x = static_cast<float>(row[i]);
    const float* coefficients = weights.value + i * most_outputs;
    for (std::uint32_t o = 0; o < most_outputs; ++o) sums.value[o] += x * coefficients[o];
  }
  sums.keep();
}

}  // namespace weft::library

namespace poplin {

/// out[og][row][o] = sum over ig, i of in[ig][row][i] * weights[og * groups of in + ig][i][o]. A
/// group of `in` has at most the weights of a unit (16 halves, 8 floats) as channels, a group of
/// `out` as many as there are units. The workers share the rows; passes go by output group, then
/// by input group.
template <typename In, typename Out>
class ConvPartial1x1Out : public MultiVertex {
 public:
  Vector<Input<Vector<In>>> in;
  Vector<Input<Vector<In>>> weights;
  Vector<Output<Vector<Out>>> out;
  unsigned rows;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(rows, worker);
    if (share.begin == share.end) return true;
    for (unsigned group = 0; group < out.size(); ++group) {
      for (unsigned from = 0; from < in.size(); ++from) add_group(group, from, share);
    }
    return true;
  }

 private:
  void add_group(unsigned group, unsigned from, weft::library::Share share) {
    const unsigned inputs = in[from].size() / rows;
    const unsigned outputs = out[group].size() / rows;
    weft::library::Coefficients<In> coefficients;
    coefficients.load(weights[group * in.size() + from].data(), inputs, outputs);
    const In* source = in[from].data();
    Out* target = out[group].data();
    for (unsigned row = share.begin; row < share.end; ++row) {
      weft::library::Sums<Out> sums;
      sums.clear();
      if (from != 0) {
        for (unsigned o = 0; o < outputs; ++o) {
          sums.value[o] = static_cast<float>(target[row * outputs + o]);
        }
      }
      weft::library::pass(source + row * inputs, inputs, coefficients, sums);
      for (unsigned o = 0; o < outputs; ++o) {
        target[row * outputs + o] = static_cast<Out>(sums.value[o]);
      }
    }
  }
};

template class ConvPartial1x1Out<half, float>;
template class ConvPartial1x1Out<half, half>;
template class ConvPartial1x1Out<float, float>;

}  // namespace poplin
