// SPDX-License-Identifier: Apache-2.0
// poplin: rows times a matrix on the accumulating matrix product units.

#include "amp.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

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
    const auto share = weft::library::share_of(rows, worker, numWorkers());
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
    Out* target = out[group].data();
    if (from == 0) {
      for (unsigned i = share.begin * outputs; i < share.end * outputs; ++i) target[i] = Out{};
    }
    weft::library::pass<In>({inputs, inputs, outputs},
                            in[from].data() + std::size_t{share.begin} * inputs,
                            target + std::size_t{share.begin} * outputs, share.end - share.begin,
                            weights[group * in.size() + from].data());
  }
};

template class ConvPartial1x1Out<half, float>;
template class ConvPartial1x1Out<half, half>;
template class ConvPartial1x1Out<float, float>;

}  // namespace poplin
