// SPDX-License-Identifier: Apache-2.0
// popnn: the logarithm of a softmax.
#include "hosts/poplar/libraries/support.hpp"
#include "popnn/LogSoftmax.hpp"
#include "popops/Cast.hpp"
#include "popops/ElementWise.hpp"
#include "popops/Reduce.hpp"

namespace popnn {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Sequence;
using namespace weft::libraries;

Tensor logSoftmax(Graph& graph, Tensor t, Sequence& prog, const DebugContext& debugContext) {
  need(t.rank() >= 1, "popnn::logSoftmax: a tensor without dimensions");
  need(t.elementType() == poplar::FLOAT || t.elementType() == poplar::HALF,
       "popnn::logSoftmax: for float and half, not " + t.elementType().toString());
  const Lends operations(graph, "popnn", "popops");
  const DebugContext context = named(debugContext, "logSoftmax");
  const std::size_t columns = t.dim(t.rank() - 1);
  const Tensor rows = t.reshape({columns == 0 ? 0 : t.numElements() / columns, columns});
  const Tensor largest =
      popops::reduce(graph, rows, {1}, popops::Operation::MAX, prog, named(context, "max"));
  const Tensor out = popops::sub(graph, rows, largest.expand({1}), prog, named(context, "out"));
  const Tensor powers = popops::exp(graph, out, prog, context);
  const Tensor sum = popops::reduce(graph, powers, poplar::FLOAT, {1}, popops::Operation::ADD, prog,
                                    named(context, "sum"));
  popops::logInPlace(graph, sum, prog, context);
  const Tensor shift = t.elementType() == poplar::FLOAT
                           ? sum
                           : popops::cast(graph, sum, t.elementType(), prog, context);
  popops::subInPlace(graph, out, shift.expand({1}), prog, context);
  return out.reshape(t.shape());
}

void logSoftmaxInPlace(Graph& graph, Tensor t, Sequence& prog, const DebugContext& debugContext) {
  prog.add(poplar::program::Copy(logSoftmax(graph, t, prog, debugContext), t, false, debugContext));
}

}  // namespace popnn
