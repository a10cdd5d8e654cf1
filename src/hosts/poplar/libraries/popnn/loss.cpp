// SPDX-License-Identifier: Apache-2.0
// popnn: losses by row, places of the largest elements, accuracy.
#include "popnn/Loss.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "popops/Cast.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popnn {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Execute;
using poplar::program::Program;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// The tile of a tensor's first element.
unsigned tile_of(Graph& graph, const Tensor& t) {
  const auto mapping = graph.getTileMapping(t.flatten().slice(0, 1));
  unsigned tile = 0;
  while (tile + 1 < mapping.size() && mapping[tile].empty()) ++tile;
  return tile;
}

struct Losses {
  Tensor outputs, expected, loss, deltas;
  Tensor deltas_scale, output_scale;  ///< may be invalid: 1
};

void need_losses(const Losses& l) {
  const auto type = l.outputs.elementType();
  need(type == poplar::FLOAT || type == poplar::HALF,
       "popnn::calcLoss: outputs are float or half, not " + type.toString());
  need(l.outputs.rank() == 2 && l.deltas.shape() == l.outputs.shape() &&
           l.loss.numElements() == l.outputs.dim(0),
       "popnn::calcLoss: outputs " + poputil::shapeToString(l.outputs.shape()) + ", deltas " +
           poputil::shapeToString(l.deltas.shape()) + " and loss " +
           poputil::shapeToString(l.loss.shape()) +
           "; they are [batch][classes] twice and [batch]");
  need(l.deltas.elementType() == type && l.loss.elementType() == type,
       "popnn::calcLoss: deltas and loss are of the type of the outputs");
  const bool labels =
      l.expected.numElements() == l.outputs.dim(0) &&
      (l.expected.elementType() == poplar::UNSIGNED_INT || l.expected.elementType() == poplar::INT);
  need(labels || (l.expected.shape() == l.outputs.shape() && l.expected.elementType() == type),
       "popnn::calcLoss: expected is [batch] of an integer type, or like the outputs");
}

void add_losses(Graph& graph, const Losses& l, LossType lossType, Sequence& prog,
                const DebugContext& context) {
  need_losses(l);
  const auto cs = graph.addComputeSet(named(context, "Loss"));
  const auto type = l.outputs.elementType();
  const bool labels = l.expected.elementType() != type;
  const auto name =
      labels ? poputil::templateVertex("popnn::LossOfLabel", type, l.expected.elementType())
             : poputil::templateVertex("popnn::LossOfDistribution", type);
  for (std::size_t row = 0; row < l.outputs.dim(0); ++row) {
    const auto v = graph.addVertex(cs, name);
    graph.connect(v["outputs"], l.outputs[row]);
    graph.connect(v["label"], labels ? l.expected.flatten()[row] : l.expected[row]);
    graph.connect(v["deltas"], l.deltas[row]);
    graph.connect(v["loss"], l.loss.flatten()[row]);
    const auto scale = [&](const char* field, const Tensor& factor) {
      if (factor.valid()) {
        graph.connect(v[field], factor.flatten()[0]);
      } else {
        graph.connect(v[field], 1.0F);
      }
    };
    scale("deltasScale", l.deltas_scale);
    scale("outputScale", l.output_scale);
    graph.setInitialValue(v["crossEntropy"], lossType == CROSS_ENTROPY_LOSS);
    graph.setTileMapping(v, tile_of(graph, l.deltas[row]));
  }
  prog.add(Execute(cs, context));
}

/// Value and column of every row's largest (smallest) element.
std::pair<Tensor, Tensor> extremes(Graph& graph, const Tensor& input, bool smallest, Sequence& prog,
                                   const DebugContext& context) {
  need(input.rank() == 2 && input.dim(1) != 0,
       "popnn::argMax: the input has rows and columns, not the shape " +
           poputil::shapeToString(input.shape()));
  const std::size_t rows = input.dim(0);
  const Tensor value = graph.addVariable(input.elementType(), {rows}, named(context, "value"));
  const Tensor place = graph.addVariable(poplar::UNSIGNED_INT, {rows}, named(context, "place"));
  const auto cs = graph.addComputeSet(named(context, smallest ? "ArgMin" : "ArgMax"));
  std::map<unsigned, std::vector<std::size_t>> by_tile;
  for (std::size_t row = 0; row < rows; ++row) by_tile[tile_of(graph, input[row])].push_back(row);
  const auto name = poputil::templateVertex("popnn::ArgExtreme", input.elementType());
  const std::size_t workers = graph.getTarget().getNumWorkerContexts();
  for (const auto& [tile, list] : by_tile) {
    const std::size_t each = ceil_divide(list.size(), workers);
    for (std::size_t begin = 0; begin < list.size(); begin += each) {
      const std::size_t end = std::min(list.size(), begin + each);
      std::vector<Tensor> in, values, places;
      for (std::size_t i = begin; i < end; ++i) {
        in.push_back(input[list[i]]);
        values.push_back(value.slice(list[i], list[i] + 1));
        places.push_back(place.slice(list[i], list[i] + 1));
      }
      const auto v = graph.addVertex(cs, name);
      graph.connect(v["in"], in);
      graph.connect(v["value"], poplar::concat(values));
      graph.connect(v["place"], poplar::concat(places));
      graph.setInitialValue(v["smallest"], smallest);
      graph.setTileMapping(v, tile);
      graph.setTileMapping(poplar::concat(values), tile);
      graph.setTileMapping(poplar::concat(places), tile);
    }
  }
  prog.add(Execute(cs, context));
  return {value, place};
}

void add_accuracy(Graph& graph, const Tensor& outputs, const Tensor& expected,
                  const Tensor& numCorrect, Sequence& prog, const DebugContext& context) {
  need(numCorrect.elementType() == poplar::UNSIGNED_INT && numCorrect.numElements() == 1,
       "popnn::calcAccuracy: numCorrect is one unsigned int");
  const Tensor place = argMax(graph, outputs, prog, context);
  Tensor label = expected;
  if (expected.rank() == 2 && expected.dim(1) == outputs.dim(1) && expected.dim(1) != 1) {
    label = argMax(graph, expected, prog, context);
  } else if (expected.elementType() != poplar::UNSIGNED_INT) {
    label = popops::cast(graph, expected, poplar::UNSIGNED_INT, prog, context);
  }
  need(label.numElements() == outputs.dim(0), "popnn::calcAccuracy: one label a row");
  const auto cs = graph.addComputeSet(named(context, "CalcAccuracy"));
  const auto v = graph.addVertex(cs, "popnn::CalcAccuracy");
  graph.connect(v["place"], place);
  graph.connect(v["label"], label.flatten());
  graph.connect(v["count"], numCorrect.flatten()[0]);
  graph.setTileMapping(v, tile_of(graph, numCorrect));
  prog.add(Execute(cs, context));
}

}  // namespace

Program calcLoss(Graph& graph, const Tensor& modelOutputs, const Tensor& expected,
                 const Tensor& loss, const Tensor& deltas, LossType lossType,
                 const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  Sequence prog;
  add_losses(graph, {modelOutputs, expected, loss, deltas, Tensor(), Tensor()}, lossType, prog,
             debugContext);
  return prog;
}
Program calcLoss(Graph& graph, const Tensor& modelOutputs, const Tensor& expected,
                 const Tensor& loss, const Tensor& deltas, const Tensor& numCorrect,
                 LossType lossType, const DebugContext& debugContext, const OptionFlags& options) {
  Sequence prog;
  prog.add(calcLoss(graph, modelOutputs, expected, loss, deltas, lossType, debugContext, options));
  add_accuracy(graph, modelOutputs, expected, numCorrect, prog, debugContext);
  return prog;
}
Program calcLoss(Graph& graph, const Tensor& modelOutputs, const Tensor& expected,
                 const Tensor& loss, const Tensor& deltas, const Tensor& deltasScale,
                 const Tensor& modelOutputScaling, LossType lossType,
                 const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  Sequence prog;
  add_losses(graph, {modelOutputs, expected, loss, deltas, deltasScale, modelOutputScaling},
             lossType, prog, debugContext);
  return prog;
}
Program calcLoss(Graph& graph, const Tensor& modelOutputs, const Tensor& expected,
                 const Tensor& loss, const Tensor& deltas, const Tensor& deltasScale,
                 const Tensor& modelOutputScaling, const Tensor& numCorrect, LossType lossType,
                 const DebugContext& debugContext, const OptionFlags& options) {
  Sequence prog;
  prog.add(calcLoss(graph, modelOutputs, expected, loss, deltas, deltasScale, modelOutputScaling,
                    lossType, debugContext, options));
  add_accuracy(graph, modelOutputs, expected, numCorrect, prog, debugContext);
  return prog;
}

Program calcAccuracy(Graph& graph, const Tensor& modelOutputs, const Tensor& expected,
                     const Tensor& numCorrect, const DebugContext& debugContext,
                     const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  Sequence prog;
  add_accuracy(graph, modelOutputs, expected, numCorrect, prog, debugContext);
  return prog;
}

std::pair<Tensor, Tensor> maxAndArgMax(Graph& graph, const Tensor& input, Sequence& prog,
                                       const DebugContext& debugContext,
                                       const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  return extremes(graph, input, false, prog, debugContext);
}
std::pair<Tensor, Tensor> minAndArgMin(Graph& graph, const Tensor& input, Sequence& prog,
                                       const DebugContext& debugContext,
                                       const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  return extremes(graph, input, true, prog, debugContext);
}
Tensor argMax(Graph& graph, const Tensor& input, Sequence& prog, const DebugContext& debugContext,
              const OptionFlags& options) {
  return maxAndArgMax(graph, input, prog, debugContext, options).second;
}
Tensor argMin(Graph& graph, const Tensor& input, Sequence& prog, const DebugContext& debugContext,
              const OptionFlags& options) {
  return minAndArgMin(graph, input, prog, debugContext, options).second;
}

}  // namespace popnn
