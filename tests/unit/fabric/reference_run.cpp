// SPDX-License-Identifier: Apache-2.0
// Runs a scenario on the oracle.
#include "reference_run.hpp"

#include <algorithm>

#include "fabric/reference.hpp"
#include "tile_driver.hpp"

namespace weft::fabric::test {
namespace {

RouteTable routes_of(const Scenario& scenario) {
  RouteTable table;
  table.sets = scenario.routes;
  for (std::uint32_t tile = 0; tile < scenario.routes.size(); ++tile) {
    table.set_of_tile.push_back(tile);
  }
  table.host_in = scenario.host_in;
  table.host_out = scenario.host_out;
  return table;
}

}  // namespace

Outcome run_reference(const Scenario& scenario) {
  ReferenceFabric fabric(scenario.parameters, scenario.width, scenario.height, routes_of(scenario));
  std::vector<Progress> progress(scenario.scripts.size());
  Outcome outcome;
  const auto for_each_tile = [&](const auto& visit) {
    for (std::uint32_t tile = 0; tile < progress.size(); ++tile) {
      TileDriver<ReferenceFabric&> driver(fabric, tile, tile, scenario.scripts[tile],
                                          progress[tile], outcome.events);
      visit(driver);
    }
  };
  for_each_tile([](auto& driver) { driver.start(); });
  for (Cycle now = 0; now < scenario.cycles && !fabric.fault(); ++now) {
    fabric.step_streams(now);
    for_each_tile([now](auto& driver) { driver.run(now); });
    fabric.move(now);
  }
  outcome.hops = fabric.hops();
  const OverEdge& over = fabric.over_edge();
  outcome.departures.add(over.wavelets,
                         {over.first_cycle, index(over.tile), over.port, over.color});
  if (const auto& fault = fabric.fault()) {
    outcome.refusal = {fault->cycle, index(fault->tile), fault->code, fault->color, fault->port};
  }
  std::sort(outcome.events.begin(), outcome.events.end());
  std::sort(outcome.hops.begin(), outcome.hops.end());
  return outcome;
}

}  // namespace weft::fabric::test
