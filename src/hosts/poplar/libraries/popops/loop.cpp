// SPDX-License-Identifier: Apache-2.0
// popops: loops with a counter on the device.
#include "popops/Loop.hpp"

#include <cstdint>
#include <limits>

#include "hosts/poplar/libraries/support.hpp"
#include "popops/ElementWise.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Execute;
using poplar::program::Program;
using poplar::program::Repeat;
using poplar::program::RepeatWhileTrue;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

Tensor constant_on_tile(Graph& graph, const poplar::Type& type, const Shape& shape,
                        std::int64_t value, const DebugContext& context) {
  const Tensor out =
      type == poplar::INT
          ? graph.addConstant<int>(type, shape, static_cast<int>(value), context)
          : graph.addConstant<unsigned>(type, shape, static_cast<unsigned>(value), context);
  graph.setTileMapping(out, 0);
  return out;
}

void need_counter(const Tensor& count, const Tensor& limit) {
  need(count.elementType() == limit.elementType(),
       "popops::countedForLoop: the counter is " + count.elementType().toString() + ", its limit " +
           limit.elementType().toString());
  need(count.elementType() == poplar::INT || count.elementType() == poplar::UNSIGNED_INT,
       "popops::countedForLoop: counters are int or unsigned, not " +
           count.elementType().toString());
  need(count.numElements() == 1 && limit.numElements() == 1,
       "popops::countedForLoop: counter and limit have one element");
}

}  // namespace

Sequence countedLoop(Graph& graph, std::size_t begin, std::size_t end, std::size_t step,
                     const CountedLoopBodyType& body, const DebugContext& debugContext) {
  need(step > 0, "popops::countedLoop: the step is 0");
  need(begin < end, "popops::countedLoop: the begin, " + std::to_string(begin) +
                        ", is not less than the end, " + std::to_string(end));
  need(end <= std::numeric_limits<unsigned>::max() && step <= std::numeric_limits<unsigned>::max(),
       "popops::countedLoop: the counter has 32 bits, the end is " + std::to_string(end) +
           ", the step " + std::to_string(step));
  const auto context = named(debugContext, "countedLoop");
  const Tensor counter = graph.addVariable(poplar::UNSIGNED_INT, {1}, named(context, "counter"));
  graph.setTileMapping(counter, 0);
  const auto constant = [&](std::size_t value) {
    return constant_on_tile(graph, poplar::UNSIGNED_INT, {1}, static_cast<std::int64_t>(value),
                            context);
  };
  Sequence prog({}, context);
  prog.add(Copy(constant(begin), counter, false, context));
  Sequence inside({}, context);
  inside.add(body(counter));
  addInPlace(graph, counter, constant(step), inside, context);
  const std::size_t passes = (end - begin + step - 1) / step;
  prog.add(Repeat(static_cast<unsigned>(passes), inside, context));
  return prog;
}

Sequence countedLoop(Graph& graph, std::size_t count, const CountedLoopBodyType& body,
                     const DebugContext& debugContext) {
  return countedLoop(graph, 0, count, 1, body, debugContext);
}

Tensor addForLoopCounterVertex(Graph& graph, const Tensor& count, const Tensor& countLimit,
                               int countStep, unsigned tile, Sequence& prog,
                               const DebugContext& debugContext) {
  need_counter(count, countLimit);
  const Tensor goes_on = graph.addVariable(poplar::UNSIGNED_INT, {}, named(debugContext, "goesOn"));
  graph.setTileMapping(goes_on, tile);
  const auto cs = graph.addComputeSet(named(debugContext, "count"));
  const auto v =
      graph.addVertex(cs, poputil::templateVertex("popops::ForLoopCounter", count.elementType()),
                      {{"count", count.reshape({})},
                       {"limit", countLimit.reshape({})},
                       {"comparisonResult", goes_on}});
  if (count.elementType() == poplar::INT) {
    graph.setInitialValue(v["increment"], countStep);
  } else {
    graph.setInitialValue(v["increment"], static_cast<unsigned>(countStep));
  }
  graph.setTileMapping(v, tile);
  prog.add(Execute(cs, debugContext));
  return goes_on;
}

Sequence countedForLoop(Graph& graph, const Tensor& count, int initialCount,
                        const Tensor& countLimit, int countStep, const Program& body,
                        const DebugContext& debugContext) {
  need_counter(count, countLimit);
  const auto context = named(debugContext, "countedForLoop");
  Sequence prog({}, context);
  // One step before the first count: the condition, which comes first, counts.
  const Tensor before = constant_on_tile(graph, count.elementType(), count.shape(),
                                         std::int64_t{initialCount} - countStep, context);
  prog.add(Copy(before, count, false, context));
  Sequence condition({}, context);
  const Tensor goes_on =
      addForLoopCounterVertex(graph, count, countLimit, countStep, 0, condition, context);
  prog.add(RepeatWhileTrue(condition, goes_on, body, context));
  return prog;
}

Sequence countedForLoop(Graph& graph, int initialCount, const Tensor& countLimit, int countStep,
                        const Program& body, const DebugContext& debugContext) {
  const Tensor count =
      graph.addVariable(countLimit.elementType(), {}, named(debugContext, "counter"));
  graph.setTileMapping(count, 0);
  return countedForLoop(graph, count, initialCount, countLimit, countStep, body, debugContext);
}

}  // namespace popops
