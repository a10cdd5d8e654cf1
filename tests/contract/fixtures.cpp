// SPDX-License-Identifier: Apache-2.0
// The rows of the contract suite: add one for each machine, and one for each way it can end.
#include "contract/cluster.hpp"
#include "contract/ipu_fixtures.hpp"
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
  const std::vector<Fixture> toys = {toy("toy_wander", "toy", 1, wander),
                                     toy("toy_slow_links", "toy", 5, wander),
                                     toy("toy_stream", "toy", 1, stream),
                                     toy("toy_deadlock", "toy", 1, deadlock),
                                     toy("toy_error", "toy", 1, failure),
                                     toy("toy_global_wander", "toy_global", 4, wander),
                                     toy("toy_global_error", "toy_global", 2, failure),
                                     toy("toy_rounds", "toy_global", 3, rounds),
                                     toy("toy_rounds_and_tokens", "toy_global", 2, both),
                                     toy("toy_rounds_error", "toy_global", 2, broken)};
  rows.insert(rows.end(), toys.begin(), toys.end());
  const std::vector<Fixture> ipus = ipu_fixtures();
  rows.insert(rows.end(), ipus.begin(), ipus.end());
  return rows;
}

}  // namespace weft::test
