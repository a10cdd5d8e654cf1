// SPDX-License-Identifier: Apache-2.0
// Functions that add to a program what the tiles do by themselves: clocks, control registers.
#include <poplar/CSRFunctions.hpp>
#include <poplar/CycleCount.hpp>
#include <poplar/RandomSeed.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/api/program_support.hpp"
#include "hosts/poplar/api/state.hpp"

namespace poplar {

using core::new_step;
using core::StepKind;

namespace {

/// Two words for a clock, on its tile.
Tensor clock_words(Graph& graph, unsigned tile, const DebugContext& debugContext) {
  const std::string name = debugContext.getPathName();
  Tensor words = graph.addVariable(UNSIGNED_INT, {2}, name.empty() ? "cycles" : name + "/cycles");
  graph.setTileMapping(words, tile);
  return words;
}

void add_sync(program::Sequence& prog, SyncType type) {
  // Tiles of one IPU meet at every superstep anyway.
  if (type != SyncType::INTERNAL) prog.add(program::Sync(type));
}

}  // namespace

Tensor cycleCount(Graph& graph, program::Sequence& prog, unsigned tile, SyncType syncType,
                  const DebugContext& debugContext) {
  const Tensor words = clock_words(graph, tile, debugContext);
  program::Sequence measured;
  add_sync(measured, syncType);
  measured.add(prog);
  add_sync(measured, syncType);
  auto step = new_step(StepKind::cycle_count, debugContext.getPathName());
  step->children = {core::step_of(measured)};
  step->id = graph.convertTileToTopLevelGraphTile(tile);
  step->views = {core::view_of(words)};
  program::Sequence whole;
  core::append_step(whole, std::move(step));
  prog = whole;
  return words;
}

Tensor cycleCount(Graph& graph, program::Sequence& prog, unsigned tile,
                  const DebugContext& debugContext) {
  return cycleCount(graph, prog, tile, SyncType::INTERNAL, debugContext);
}

Tensor cycleStamp(Graph& graph, program::Sequence& prog, unsigned tile, SyncType syncType,
                  const DebugContext& debugContext) {
  return cycleStamp(graph, prog, std::vector<unsigned>{tile}, syncType, debugContext).front();
}

Tensor cycleStamp(Graph& graph, program::Sequence& prog, unsigned tile,
                  const DebugContext& debugContext) {
  return cycleStamp(graph, prog, tile, SyncType::INTERNAL, debugContext);
}

std::vector<Tensor> cycleStamp(Graph& graph, program::Sequence& prog,
                               const std::vector<unsigned>& tiles, SyncType syncType,
                               const DebugContext& debugContext) {
  add_sync(prog, syncType);
  std::vector<Tensor> stamps;
  for (const unsigned tile : tiles) {
    stamps.push_back(clock_words(graph, tile, debugContext));
    auto step = new_step(StepKind::cycle_stamp, debugContext.getPathName());
    step->id = graph.convertTileToTopLevelGraphTile(tile);
    step->views = {core::view_of(stamps.back())};
    core::append_step(prog, std::move(step));
  }
  return stamps;
}

std::vector<Tensor> cycleStamp(Graph& graph, program::Sequence& prog,
                               const std::vector<unsigned>& tiles,
                               const DebugContext& debugContext) {
  return cycleStamp(graph, prog, tiles, SyncType::INTERNAL, debugContext);
}

// --- control registers ---

void setStochasticRounding(Graph&, program::Sequence& prog, bool enable,
                           const DebugContext& debugContext) {
  auto step = new_step(StepKind::stochastic, debugContext.getPathName());
  step->count = enable ? 1 : 0;
  core::append_step(prog, std::move(step));
}

void setFloatingPointBehaviour(Graph& graph, program::Sequence& prog,
                               const FloatingPointBehaviour& behaviour,
                               const DebugContext& debugContext) {
  setStochasticRounding(graph, prog, behaviour.esr, debugContext);
}

void setFloatingPointBehaviour(Graph&, program::Sequence&, const Tensor&, const DebugContext&) {
  throw poplar_error(
      "floating-point behaviour from a tensor is unsupported: it is no state of the "
      "emulated tiles");
}

Tensor getAndModifyFloatingPointBehaviour(Graph&, program::Sequence&, const FloatingPointBehaviour&,
                                          const FloatingPointBehaviour&, const DebugContext&) {
  throw poplar_error(
      "getAndModifyFloatingPointBehaviour is unsupported: floating-point behaviour "
      "is no state of the emulated tiles");
}

Tensor getHwSeeds(Graph&, program::Sequence&, const DebugContext&) {
  throw poplar_error("getHwSeeds is unsupported: seeds are no state of the emulated tiles");
}

void setHwSeeds(Graph&, const Tensor&, program::Sequence&, const DebugContext&) {
  throw poplar_error("setHwSeeds is unsupported: seeds are no state of the emulated tiles");
}

}  // namespace poplar
