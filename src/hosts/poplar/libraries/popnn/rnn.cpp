// SPDX-License-Identifier: Apache-2.0
// popnn: a loop over time steps.
#include "popnn/Rnn.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "popops/DynamicSlice.hpp"
#include "popops/Loop.hpp"
#include "poputil/Util.hpp"

namespace popnn::rnn {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// Neighbours that stay together: of 16, or of what divides the size.
std::size_t grain_of(std::size_t size) { return std::gcd(std::size_t{16}, size); }

std::size_t grains_of(const RnnParams& params, std::size_t size) {
  return size == 0 ? 0 : params.batchSize * (size / grain_of(size));
}

std::size_t bytes_of_tile(const Graph& graph, const RnnParams& params, std::size_t size) {
  const std::size_t tiles = graph.getTarget().getNumTiles();
  return ceil_divide(grains_of(params, size), tiles) * grain_of(size) *
         graph.getTarget().getTypeSize(params.dataType);
}

std::size_t tiles_of(const Graph& graph, const RnnParams& params, std::size_t size) {
  const std::size_t grains = std::max<std::size_t>(1, grains_of(params, size));
  return ceil_divide(grains, ceil_divide<std::size_t>(grains, graph.getTarget().getNumTiles()));
}

/// [rows][batch][size]: every row is spread over the same tiles in grains.
Tensor spread_rows(Graph& graph, const RnnParams& params, std::size_t rows, std::size_t size,
                   const DebugContext& context) {
  const Tensor out = graph.addVariable(params.dataType, {rows, params.batchSize, size}, context);
  const std::size_t grains = grains_of(params, size);
  if (grains == 0) return out;
  const Tensor flat = out.reshape({rows, params.batchSize * size});
  const std::size_t each =
      ceil_divide<std::size_t>(grains, graph.getTarget().getNumTiles()) * grain_of(size);
  for (std::size_t begin = 0; begin < flat.dim(1); begin += each) {
    graph.setTileMapping(flat.slice(begin, std::min(flat.dim(1), begin + each), 1),
                         static_cast<unsigned>(begin / each));
  }
  return out;
}

void need_layers(const RnnParams& params) {
  need(params.layerSizes.size() == 2, "popnn::rnn: layerSizes are those of input and output, not " +
                                          std::to_string(params.layerSizes.size()));
}

/// `t` [steps * multiple][...] as [steps][multiple][...].
Tensor by_steps(const std::string& what, const RnnParams& params, const Tensor& t) {
  need(t.rank() > 0 && t.dim(0) % params.maxTimeSteps == 0 && t.dim(0) > 0,
       "popnn::rnn::Rnn: " + what + " of shape " + poputil::shapeToString(t.shape()) + " for " +
           weft::counted(params.maxTimeSteps, "time step"));
  return t.reshapePartial(0, 1, {params.maxTimeSteps, t.dim(0) / params.maxTimeSteps});
}

/// A place for one step of `t`, [multiple][...], where its first step lies.
Tensor one_step(const std::string& what, Graph& graph, const RnnParams& params, const Tensor& t,
                const DebugContext& context) {
  return graph.clone(by_steps(what, params, t)[0], context);
}

void keep(const std::string& what, Graph& graph, const RnnParams& params, const Tensor& all,
          const Tensor& step, const Tensor& counter, Sequence& prog, const DebugContext& context) {
  const Tensor steps = by_steps(what, params, all);
  need(steps[0].numElements() == step.numElements(),
       "popnn::rnn::Rnn: " + what + ": a step of shape " + poputil::shapeToString(step.shape()) +
           " for a tensor of shape " + poputil::shapeToString(all.shape()));
  popops::dynamicUpdate(graph, steps, step.reshape(steps[0].shape()).expand({0}), counter, {0}, {1},
                        prog, context);
}

void need_supported(const RnnParams& params, const Tensor* interim_out,
                    const poplar::OptionFlags& options) {
  weft::check_options(recurrent_table(), options);
  need(!params.variableTimeSteps(),
       "popnn::rnn::Rnn: numbers of time steps known only when the program runs are not supported");
  need(interim_out == nullptr, "popnn::rnn::Rnn: intermediate outputs are not supported");
  need(params.maxTimeSteps > 0, "popnn::rnn::Rnn: there are no time steps");
}

}  // namespace

RnnParams::RnnParams(poplar::Type dataType_, std::size_t batchSize_, std::size_t timeSteps_,
                     std::vector<std::size_t> layerSizes_)
    : dataType(dataType_),
      batchSize(batchSize_),
      maxTimeSteps(timeSteps_),
      timeSteps(timeSteps_),
      layerSizes(std::move(layerSizes_)) {}

RnnParams::RnnParams(poplar::Type dataType_, std::size_t batchSize_, std::size_t maxTimeSteps_,
                     const Tensor& varTimeSteps_, std::vector<std::size_t> layerSizes_)
    : dataType(dataType_),
      batchSize(batchSize_),
      maxTimeSteps(maxTimeSteps_),
      timeSteps(maxTimeSteps_),
      varTimeSteps(varTimeSteps_),
      layerSizes(std::move(layerSizes_)) {
  need(
      !varTimeSteps.valid() || (varTimeSteps.rank() == 1 &&
                                (varTimeSteps.dim(0) == 1 || varTimeSteps.dim(0) == batchSize)),
      "popnn::rnn::RnnParams: numbers of time steps have one element, or one an item of the batch");
}

std::size_t RnnParams::getMaxShards(const Graph& graph) const {
  need_layers(*this);
  const std::size_t tiles =
      std::max(tiles_of(graph, *this, layerSizes[0]), tiles_of(graph, *this, layerSizes[1]));
  const std::size_t most = graph.getTarget().getNumTiles() / tiles;
  return ceil_divide(maxTimeSteps, ceil_divide(maxTimeSteps, most));
}
std::size_t RnnParams::getInputBytesPerTile(const Graph& graph) const {
  need_layers(*this);
  return bytes_of_tile(graph, *this, layerSizes[0]);
}
std::size_t RnnParams::getOutputBytesPerTile(const Graph& graph) const {
  need_layers(*this);
  return bytes_of_tile(graph, *this, layerSizes[1]);
}
bool RnnParams::variableTimeSteps() const { return varTimeSteps.valid(); }
bool RnnParams::batchVariableTimeSteps() const {
  return varTimeSteps.valid() && varTimeSteps.numElements() > 1;
}

Tensor createInitialState(Graph& graph, const RnnParams& params, bool isOutput, unsigned multiple,
                          unsigned /*numShards*/, const DebugContext& debugContext) {
  need_layers(params);
  return spread_rows(graph, params, multiple, params.layerSizes[isOutput ? 1 : 0], debugContext);
}
Tensor createRecurrentTensor(Graph& graph, const RnnParams& params, unsigned size,
                             unsigned /*numShards*/, const DebugContext& debugContext) {
  return spread_rows(graph, params, params.maxTimeSteps, size, debugContext);
}
Tensor createInputTensor(Graph& graph, const RnnParams& params, unsigned /*numShards*/,
                         const DebugContext& debugContext) {
  need_layers(params);
  return spread_rows(graph, params, params.maxTimeSteps, params.layerSizes[0], debugContext);
}
Tensor createOutputTensor(Graph& graph, const RnnParams& params, unsigned numShards,
                          const DebugContext& debugContext) {
  return createOutputTensor(graph, params, 1, numShards, debugContext);
}
Tensor createOutputTensor(Graph& graph, const RnnParams& params, unsigned multiple,
                          unsigned /*numShards*/, const DebugContext& debugContext) {
  need_layers(params);
  return spread_rows(graph, params, multiple * params.maxTimeSteps, params.layerSizes[1],
                     debugContext);
}

Tensor shiftRnnTensor(Graph& graph, const RnnParams& params, const Tensor& tBase,
                      const Tensor& tSingle, Sequence& prog, unsigned /*numShards*/,
                      const DebugContext& debugContext) {
  const std::size_t multiple = by_steps("a sequence", params, tBase).dim(1);
  const Tensor out = graph.clone(tBase, debugContext);
  prog.add(Copy(tSingle.reshape(out.slice(0, multiple).shape()), out.slice(0, multiple), false,
                debugContext));
  prog.add(Copy(tBase.slice(0, tBase.dim(0) - multiple), out.slice(multiple, out.dim(0)), false,
                debugContext));
  return out;
}

std::vector<Tensor> Rnn(Graph& graph, const RnnParams& params, bool reverse,
                        const std::vector<Tensor>& initState, const StateSequence& stateSequence,
                        const std::vector<Tensor>& inputs, const Tensor* interimIn,
                        Tensor* interimOut, const std::vector<Tensor>& outputs,
                        const std::vector<Tensor>& created, Sequence& prog,
                        const LoopBodyType& loopFn, unsigned /*numShards*/,
                        poplar::OptionFlags& options, const DebugContext& debugContext) {
  need_supported(params, interimOut, options);
  const Lends operations(graph, "popnn", "popops");
  const DebugContext context = named(debugContext, "rnn");
  std::vector<Tensor> state;
  for (const Tensor& init : initState) {
    state.push_back(init.valid() ? poputil::duplicate(graph, init, prog, named(context, "state"))
                                 : init);
  }
  const auto unsigned_constant = [&](unsigned value) {
    const Tensor out = graph.addConstant<unsigned>(poplar::UNSIGNED_INT, {1}, value, context);
    graph.setTileMapping(out, 0);
    return out;
  };
  const Tensor counter =
      graph.addVariable(poplar::UNSIGNED_INT, {1}, named(context, "timeStepCounter"));
  graph.setTileMapping(counter, 0);

  Sequence body({}, context);
  RnnSlice slice;
  const auto sliced = [&](const std::string& what, const Tensor& t) {
    const Tensor steps = by_steps(what, params, t);
    const Tensor step = popops::dynamicSlice(graph, steps, counter, {0}, {1}, body, context)[0];
    return step.flatten(0, std::min(2U, step.rank()));
  };
  for (const Tensor& input : inputs) {
    slice.inputs.push_back(input.valid() ? sliced("an input", input) : input);
  }
  if (interimIn != nullptr) slice.interimIn = sliced("an intermediate input", *interimIn);
  for (const Tensor& output : outputs) {
    slice.outputs.push_back(one_step("an output", graph, params, output, context));
  }
  std::vector<Tensor> made(created.size());
  const TimeStepState time{unsigned_constant(0), counter, Tensor()};
  body.add(loopFn(graph, time, {}, state, slice, made, &prog, poplar::DebugNameAndId("cell")));
  if (stateSequence.output.valid()) {
    need(stateSequence.stateIndex < state.size(),
         "popnn::rnn::Rnn: there is no state " + std::to_string(stateSequence.stateIndex));
    keep("a sequence of states", graph, params, stateSequence.output,
         state[stateSequence.stateIndex], counter, body, context);
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    keep("an output", graph, params, outputs[i], slice.outputs[i], counter, body, context);
  }
  for (std::size_t i = 0; i < created.size(); ++i) {
    need(made[i].valid(),
         "popnn::rnn::Rnn: the cell did not make created output " + std::to_string(i));
    keep("a created output", graph, params, created[i], made[i], counter, body, context);
  }
  const auto steps = static_cast<unsigned>(params.maxTimeSteps);
  const Tensor limit = unsigned_constant(reverse ? std::numeric_limits<unsigned>::max() : steps);
  prog.add(popops::countedForLoop(graph, counter, reverse ? static_cast<int>(steps) - 1 : 0, limit,
                                  reverse ? -1 : 1, body, context));
  return state;
}

}  // namespace popnn::rnn
