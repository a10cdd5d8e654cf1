// SPDX-License-Identifier: Apache-2.0
// The rows of the contract suite: add one for each machine, and one for each way it can end.
#include "contract/cluster.hpp"
#include "contract/ipu_fixtures.hpp"
#include "contract/rdu_fixtures.hpp"
#include "contract/tsp_fixtures.hpp"
#include "contract/wse_program.hpp"
#include "machine/toy/program.hpp"

namespace weft::test {

namespace {

Fixture toy(const std::string& name, const std::string& family, std::uint32_t latency,
            std::function<void(Cluster&)> start) {
  static const auto topology =
      std::make_shared<const topology::Topology>(topology::load_topology("toy"));
  machine::toy::Program program;
  program.seed = 7;
  program.link_latency_cycles = latency;
  return {name, family, topology, machine::toy::to_bytes(program), {0, 0, 7, 6}, std::move(start)};
}

/// Links between any two tiles, of several latencies; no mesh, or links beside it.
Fixture toy_links(const std::string& name, bool mesh, std::vector<machine::toy::Link> links,
                  std::function<void(Cluster&)> start) {
  Fixture row = toy(name, "toy", 2, std::move(start));
  machine::toy::Program program = machine::toy::from_bytes(row.program);
  program.mesh = mesh;
  program.links = std::move(links);
  row.program = machine::toy::to_bytes(program);
  return row;
}

/// From every tile to the one that mirrors it, and from every second one a step of 17 tiles on.
std::vector<machine::toy::Link> mirror_and_step() {
  std::vector<machine::toy::Link> links;
  for (std::uint32_t t = 0; t < 42; ++t) links.push_back({t, 41 - t, 2 + t % 3});
  for (std::uint32_t t = 0; t < 42; t += 2) links.push_back({t, (t + 17) % 42, 7});
  return links;
}

/// From each tile to the next, the last to the first: nothing ever goes back.
std::vector<machine::toy::Link> ring() {
  std::vector<machine::toy::Link> links;
  for (std::uint32_t t = 0; t < 42; ++t) links.push_back({t, (t + 1) % 42, 1 + t % 4});
  return links;
}

Fixture wse(const std::string& name, std::function<void(Cluster&)> start) {
  static const auto topology =
      std::make_shared<const topology::Topology>(topology::load_topology("cerebras-wse2"));
  return {name,         "wse",           topology, program::wse::serialize(wse_program(7, 6)),
          {0, 0, 7, 6}, std::move(start)};
}

std::vector<Fixture> wse_fixtures() {
  return {wse("wse_sum", [](Cluster& c) { c.launch("main", {}); }),
          wse("wse_stream",
              [](Cluster& c) {
                c.launch("main", {});
                c.stream_in("in", 5, 100);
              }),
          wse("wse_deadlock", [](Cluster& c) { c.launch("starve", {}); }),
          wse("wse_error", [](Cluster& c) {
            c.launch("fail", {30, 77});
          })};
}

}  // namespace

std::vector<Fixture> fixtures() {
  const auto wander = [](Cluster& c) { c.launch("run", {5, 40}); };
  const auto stream = [](Cluster& c) {
    c.launch("run", {2, 20});
    c.stream_in("in", 6, 100);
  };
  const auto deadlock = [](Cluster& c) {
    c.launch("await", {3});
    c.stream_in("in", 2, 1);
  };
  const auto failure = [](Cluster& c) {
    c.launch("run", {5, 40});
    c.launch("fail", {9, 40, 3});
    c.launch("fail", {9, 5, 4});
    c.launch("fail", {8, 23, 5});
  };
  const auto rounds = [](Cluster& c) {
    c.write_array("shared", 5);
    c.launch("share", {7, 2});
  };
  const auto both = [](Cluster& c) {
    c.launch("run", {5, 40});
    c.launch("share", {6, 0});
  };
  const auto broken = [](Cluster& c) {
    c.launch("share", {6, 0});
    c.launch("fail", {30, 40, 3});
  };
  std::vector<Fixture> rows = wse_fixtures();
  const std::vector<Fixture> toys = {
      toy("toy_wander", "toy", 1, wander),
      toy("toy_slow_links", "toy", 5, wander),
      toy("toy_stream", "toy", 1, stream),
      toy("toy_deadlock", "toy", 1, deadlock),
      toy("toy_error", "toy", 1, failure),
      toy_links("toy_links", false, mirror_and_step(), wander),
      toy_links("toy_ring", false, ring(), wander),
      toy_links("toy_links_and_mesh", true, ring(), stream),
      toy_links("toy_links_error", false, mirror_and_step(), failure),
      toy("toy_global_wander", "toy_global", 4, wander),
      toy("toy_global_error", "toy_global", 2, failure),
      toy("toy_rounds", "toy_global", 3, rounds),
      toy("toy_rounds_and_tokens", "toy_global", 2, both),
      toy("toy_rounds_error", "toy_global", 2, broken)};
  rows.insert(rows.end(), toys.begin(), toys.end());
  const std::vector<Fixture> ipus = ipu_fixtures();
  rows.insert(rows.end(), ipus.begin(), ipus.end());
  const std::vector<Fixture> tsps = tsp_fixtures();
  rows.insert(rows.end(), tsps.begin(), tsps.end());
  const std::vector<Fixture> rdus = rdu_fixtures();
  rows.insert(rows.end(), rdus.begin(), rdus.end());
  return rows;
}

}  // namespace weft::test
