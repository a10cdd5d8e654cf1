// SPDX-License-Identifier: Apache-2.0
// Recurrent networks of a program's own cells: a loop over time steps on the device.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <poplar/Type.hpp>
#include <vector>

namespace popnn {
namespace rnn {

struct RnnParams {
  poplar::Type dataType;
  std::size_t batchSize;
  std::size_t maxTimeSteps;
  std::size_t timeSteps;  ///< the same
  poplar::Tensor varTimeSteps;
  std::vector<std::size_t> layerSizes;  ///< of input and output

  RnnParams(poplar::Type dataType, std::size_t batchSize, std::size_t timeSteps,
            std::vector<std::size_t> layerSizes);
  /// Steps known when the program runs, [1] or [batchSize]: poplibs_error for other shapes.
  RnnParams(poplar::Type dataType, std::size_t batchSize, std::size_t maxTimeSteps,
            const poplar::Tensor& varTimeSteps, std::vector<std::size_t> layerSizes);

  std::size_t getMaxShards(const poplar::Graph& graph) const;
  std::size_t getInputBytesPerTile(const poplar::Graph& graph) const;
  std::size_t getOutputBytesPerTile(const poplar::Graph& graph) const;
  bool variableTimeSteps() const;
  bool batchVariableTimeSteps() const;
};

// Tensors [time steps][batch][size] whose steps are all spread alike, so that every step can be
// sliced without rearrangement. Sharding, which lays steps on different tiles, is a matter of
// placement; it changes nothing here.

/// [multiple][batch][size], of the input or the output.
poplar::Tensor createInitialState(poplar::Graph& graph, const RnnParams& params, bool isOutput,
                                  unsigned multiple, unsigned numShards,
                                  const poplar::DebugContext& debugContext = {});
poplar::Tensor createRecurrentTensor(poplar::Graph& graph, const RnnParams& params, unsigned size,
                                     unsigned numShards,
                                     const poplar::DebugContext& debugContext = {});
poplar::Tensor createInputTensor(poplar::Graph& graph, const RnnParams& params, unsigned numShards,
                                 const poplar::DebugContext& debugContext = {});
poplar::Tensor createOutputTensor(poplar::Graph& graph, const RnnParams& params, unsigned numShards,
                                  const poplar::DebugContext& debugContext = {});
/// [multiple * time steps][batch][size].
poplar::Tensor createOutputTensor(poplar::Graph& graph, const RnnParams& params, unsigned multiple,
                                  unsigned numShards,
                                  const poplar::DebugContext& debugContext = {});
/// `tSingle`, then all steps of `tBase` but the last.
poplar::Tensor shiftRnnTensor(poplar::Graph& graph, const RnnParams& params,
                              const poplar::Tensor& tBase, const poplar::Tensor& tSingle,
                              poplar::program::Sequence& prog, unsigned numShards,
                              const poplar::DebugContext& debugContext = {});

/// What a cell takes and gives in one step.
struct RnnSlice {
  std::vector<poplar::Tensor> inputs;
  poplar::Tensor interimIn;
  poplar::Tensor interimOut;
  std::vector<poplar::Tensor> outputs;
};
struct RnnBatchwiseFlags {
  poplar::Tensor mask;
  poplar::Tensor inverse;
  bool valid() const { return mask.valid(); }
};
struct TimeStepState {
  poplar::Tensor begin;    ///< unsigned [1]: 0
  poplar::Tensor counter;  ///< unsigned [1]: the step
  poplar::Tensor variableSeqFlag;
};

/// Makes a step of the cell, which updates its state in place. `created` are results of a step that
/// the cell makes itself.
using LoopBodyType = std::function<poplar::program::Sequence(
    poplar::Graph& graph, const TimeStepState& time, const RnnBatchwiseFlags&,
    std::vector<poplar::Tensor>& state, const RnnSlice& slice, std::vector<poplar::Tensor>& created,
    poplar::program::Sequence* initProg, const poplar::DebugNameAndId&)>;

/// The state of that number is kept for every step.
struct StateSequence {
  poplar::Tensor output;
  std::size_t stateIndex;
};

/// Runs the cell for every step, from the last to the first where `reverse`; returns the last
/// state. inputs and outputs [time steps (times a multiple)][batch][size]. poplibs_error for shapes
/// that do not fit, and for what weft has not: interimOut, and steps known only when the program
/// runs.
std::vector<poplar::Tensor> Rnn(poplar::Graph& graph, const RnnParams& params, bool reverse,
                                const std::vector<poplar::Tensor>& initState,
                                const StateSequence& stateSequence,
                                const std::vector<poplar::Tensor>& inputs,
                                const poplar::Tensor* interimIn, poplar::Tensor* interimOut,
                                const std::vector<poplar::Tensor>& outputs,
                                const std::vector<poplar::Tensor>& created,
                                poplar::program::Sequence& prog, const LoopBodyType& loopFn,
                                unsigned numShards, poplar::OptionFlags& options,
                                const poplar::DebugContext& debugContext = {});

}  // namespace rnn
}  // namespace popnn
