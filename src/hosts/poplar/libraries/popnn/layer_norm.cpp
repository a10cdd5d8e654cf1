// SPDX-License-Identifier: Apache-2.0
// popnn: layer normalisation from reductions and elementwise operations.
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "popnn/LayerNorm.hpp"
#include "popops/Cast.hpp"
#include "popops/ElementWise.hpp"
#include "popops/Reduce.hpp"
#include "poputil/Util.hpp"

namespace popnn {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

void need_acts(const Tensor& acts) {
  need(acts.rank() >= 2 && acts.numElements() != 0,
       "popnn: layer normalisation of a tensor of shape " + poputil::shapeToString(acts.shape()));
  need(acts.elementType() == poplar::FLOAT || acts.elementType() == poplar::HALF,
       "popnn: layer normalisation is for float and half, not " + acts.elementType().toString());
}

Tensor rows_of_batch(const Tensor& acts) {
  return acts.reshape({acts.dim(0), acts.numElements() / acts.dim(0)});
}

/// A value for each batch item or channel, for broadcasting to activations, in their type.
Tensor along(Graph& graph, const Tensor& values, const Tensor& acts, unsigned dim, Sequence& prog,
             const DebugContext& context) {
  need(values.numElements() == acts.dim(dim),
       "popnn: layer normalisation of activations " + poputil::shapeToString(acts.shape()) +
           " with parameters " + poputil::shapeToString(values.shape()));
  const Tensor typed = values.elementType() == acts.elementType()
                           ? values
                           : popops::cast(graph, values, acts.elementType(), prog, context);
  Shape shape(acts.rank(), 1);
  shape[dim] = acts.dim(dim);
  return typed.reshape(shape);
}

}  // namespace

std::pair<Tensor, Tensor> layerNormStatistics(Graph& graph, const Tensor acts, float eps,
                                              Sequence& prog, bool unbiasedVarEstimate,
                                              bool /*stableAlgo*/,
                                              const poplar::Type& /*partialsType*/,
                                              const DebugContext& debugContext,
                                              const OptionFlags& options) {
  weft::check_options(weft::libraries::norm_table(), options);
  need_acts(acts);
  const DebugContext context = named(debugContext, "layerNormStatistics");
  const Tensor rows = rows_of_batch(acts);
  const auto count = static_cast<double>(rows.dim(1));
  const double freedom = unbiasedVarEstimate && rows.dim(1) > 1 ? count - 1.0 : count;
  const Tensor mean =
      popops::reduce(graph, rows, poplar::FLOAT, {1}, popops::Operation::ADD, prog, context);
  popops::mulInPlace(graph, mean, 1.0 / count, prog, context);
  const Tensor wide = rows.elementType() == poplar::FLOAT
                          ? rows
                          : popops::cast(graph, rows, poplar::FLOAT, prog, context);
  const Tensor centred = popops::sub(graph, wide, mean.expand({1}), prog, context);
  const Tensor variance =
      popops::reduce(graph, centred, {1}, popops::Operation::SQUARE_ADD, prog, context);
  popops::mulInPlace(graph, variance, 1.0 / freedom, prog, context);
  popops::varianceToInvStdDevInPlace(graph, variance, static_cast<double>(eps), prog, context);
  if (acts.elementType() == poplar::FLOAT) return {mean, variance};
  return {popops::cast(graph, mean, acts.elementType(), prog, context),
          popops::cast(graph, variance, acts.elementType(), prog, context)};
}

Tensor layerNormWhiten(Graph& graph, const Tensor& acts, const Tensor& mean,
                       const Tensor& invStdDev, Sequence& prog, const DebugContext& debugContext,
                       const OptionFlags& options) {
  weft::check_options(weft::libraries::norm_table(), options);
  need_acts(acts);
  const DebugContext context = named(debugContext, "layerNormWhiten");
  const Tensor out =
      popops::sub(graph, acts, along(graph, mean, acts, 0, prog, context), prog, context);
  popops::mulInPlace(graph, out, along(graph, invStdDev, acts, 0, prog, context), prog, context);
  return out;
}

std::pair<Tensor, Tensor> layerNormalise(Graph& graph, const Tensor& acts, const Tensor& gamma,
                                         const Tensor& beta, const Tensor& mean,
                                         const Tensor& invStdDev, Sequence& prog,
                                         const DebugContext& debugContext,
                                         const OptionFlags& options) {
  const Tensor whitened =
      layerNormWhiten(graph, acts, mean, invStdDev, prog, debugContext, options);
  const DebugContext context = named(debugContext, "layerNorm");
  const Tensor out =
      popops::mul(graph, whitened, along(graph, gamma, acts, 1, prog, context), prog, context);
  popops::addInPlace(graph, out, along(graph, beta, acts, 1, prog, context), prog, context);
  return {out, whitened};
}

}  // namespace popnn
