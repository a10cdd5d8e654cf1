// SPDX-License-Identifier: Apache-2.0
// popops: tensors filled with one number.
#include "popops/Fill.hpp"

#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "popops/Zero.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::ComputeSet;
using poplar::Graph;
using poplar::Interval;
using poplar::Tensor;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

void add_fill(Graph& graph, ComputeSet cs, const Tensor& flat, unsigned tile,
              const std::vector<Intervals>& regions, double value) {
  const auto type = flat.elementType();
  const auto finish = [&](poplar::VertexRef v) {
    set_number(graph, v["number"], type, value);
    graph.setTileMapping(v, tile);
  };
  if (regions.size() == 1) {
    const auto v = graph.addVertex(cs, poputil::templateVertex("popops::Fill", type));
    graph.connect(v["out"], elements_of(flat, regions.front()));
    finish(v);
    return;
  }
  const unsigned grain = graph.getTarget().getVectorWidth(type);
  for (const auto& share :
       poputil::splitRegionsBetweenWorkers(graph.getTarget(), regions, grain, 2 * grain)) {
    const auto v = graph.addVertex(cs, poputil::templateVertex("popops::Fill2d", type));
    std::vector<Tensor> rows;
    for (const auto& region : share) rows.push_back(elements_of(flat, region));
    graph.connect(v["out"], rows);
    finish(v);
  }
}

}  // namespace

namespace detail {

void fillWith(Graph& graph, const Tensor& t, double value, ComputeSet fillCS) {
  const Tensor flat = MemoryOrder(t).of(t).flatten();
  for (const auto& [tile, regions] : regions_by_tile(graph, flat)) {
    add_fill(graph, fillCS, flat, tile, regions, value);
  }
}
void fillWith(Graph& graph, const Tensor& t, double value, Sequence& prog,
              const poplar::DebugContext& debugContext) {
  const auto cs = graph.addComputeSet(named(debugContext, "Fill"));
  fillWith(graph, t, value, cs);
  prog.add(poplar::program::Execute(cs, debugContext));
}
void fillWith(Graph& graph, const Tensor& t, const std::vector<Interval>& tileRegions,
              unsigned tile, double value, ComputeSet fillCS) {
  const Tensor flat = t.flatten();
  const auto regions = graph.getSortedContiguousRegions(flat, tileRegions, true);
  if (!regions.empty()) add_fill(graph, fillCS, flat, tile, regions, value);
}

void refuseNumber(const std::string& number) {
  throw poputil::poplibs_error("popops::fill: " + number +
                               " has more digits than a double holds: it is unsupported");
}

}  // namespace detail

void zero(Graph& graph, const Tensor& t, Sequence& prog, const poplar::DebugContext& debugContext) {
  const auto cs = graph.addComputeSet(named(debugContext, "Zero"));
  detail::fillWith(graph, t, 0.0, cs);
  prog.add(poplar::program::Execute(cs, debugContext));
}
void zero(Graph& graph, poplar::Tensor t, const std::vector<std::vector<Interval>>& tileRegions,
          ComputeSet zeroCS) {
  for (unsigned tile = 0; tile < tileRegions.size(); ++tile) {
    if (!tileRegions[tile].empty()) zero(graph, t, tileRegions[tile], tile, zeroCS);
  }
}
void zero(Graph& graph, const Tensor& t, ComputeSet zeroCS) {
  detail::fillWith(graph, t, 0.0, zeroCS);
}
void zero(Graph& graph, const Tensor& t, const std::vector<Interval>& tileRegions, unsigned tile,
          ComputeSet zeroCS) {
  detail::fillWith(graph, t, tileRegions, tile, 0.0, zeroCS);
}

}  // namespace popops
