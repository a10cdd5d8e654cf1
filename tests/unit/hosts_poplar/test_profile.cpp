// SPDX-License-Identifier: Apache-2.0
// Profiles: sums of made-up totals, and the text of a small program's run.
#include <gtest/gtest.h>

#include <functional>
#include <poplar/Engine.hpp>
#include <poplar/exceptions.hpp>
#include <sstream>

#include "hosts/poplar/engine/runtime.hpp"
#include "hosts/poplar/profile/text.hpp"
#include "support/poplar_graph.hpp"
#include "support/world.hpp"

namespace poplar::core {
namespace {

namespace ipu = weft::program::ipu;

/// Two tiles; set "add" has a vertex on each, of 100 (user) and 40 cycles (default mix).
ExecutableImpl executable() {
  ExecutableImpl e;
  ipu::Program& p = e.program;
  p.tiles_per_ipu = 2;
  p.ipus = 1;
  p.codelets = {{"Add"}, {"Idle"}};
  p.vertices.resize(2);
  p.vertices[0].cycles = 100;
  p.vertices[0].cost = ipu::CostOrigin::user;
  p.vertices[1].tile = 1;
  p.vertices[1].cycles = 40;
  p.compute_sets = {{"add", 0, 2}};
  p.memory_use.assign(2 * ipu::memory_uses, 0);
  p.memory_use[0] = 3000;
  p.memory_use[ipu::memory_uses] = 1000;
  p.memory_use[ipu::memory_uses + static_cast<std::size_t>(ipu::MemoryUse::stacks)] = 2500;
  p.code = {{ipu::Operation::set_counter, 0, 0, 0}, {ipu::Operation::execute, 0, 0, 0},
            {ipu::Operation::exchange, 0, 0, 0},    {ipu::Operation::repeat, 0, 1, 0},
            {ipu::Operation::request, 0, 0, 0},     {ipu::Operation::halt, 0, 0, 0}};
  p.entries = {0};
  p.requests.resize(1);
  p.requests[0].name = "out";
  e.summary.variables = 3;
  e.summary.vertices = 2;
  e.summary.flops_of_compute_set = {500};
  e.summary.fullest_tile = {{1, ipu::MemoryUse::stacks, "stacks", 2500}};
  e.target = weft::test::small_device(2).getTarget();
  return e;
}

/// Three rounds: compute 600, sync 20, exchange 80 of which 30 on links; then the host, 1000
/// cycles.
ExecutionTotals totals() {
  ExecutionTotals t;
  t.cycle = 4000;
  t.counters = {{"tile_busy", "", "", {}, {1800, 720}},
                {"copy_cycles", "", "", {}, {0, 0}},
                {"bytes_received", "", "", {}, {64, 32}},
                {"vertex_cycles", "", "", {"a", "b", "c"}, {300, 0, 0, 0, 0, 120}},
                {"compute_by_origin", "", "", {"a", "b", "c"}, {1800, 0, 0, 0, 0, 720}}};
  t.stages = {{"compute set", "add", 3, 1800, 0, 2520, 0},
              {"exchange", "halo", 3, 240, 90, 0, 96},
              {"host", "out", 1, 1000, 0, 0, 0},
              {"host exchange", "out", 1, 50, 0, 0, 0},
              {"superstep", "compute", 4, 1800, 0, 0, 0},
              {"sync", "internal", 3, 60, 0, 0, 0},
              {"sync", "host", 1, 20, 0, 0, 0}};
  return t;
}

TEST(Profile, SumsAddUp) {
  const ExecutionSums sums = sums_of(executable(), totals());
  EXPECT_EQ(sums.compute, 1800U);
  EXPECT_EQ(sums.sync, 80U);
  EXPECT_EQ(sums.exchange, 200U);
  EXPECT_EQ(sums.link, 90U);
  EXPECT_EQ(sums.host, 1000U);
  EXPECT_EQ(sums.outside, 4000U - 1800 - 80 - 290 - 1000);
  EXPECT_EQ(sums.busy + sums.waiting, 2 * sums.compute);
  EXPECT_EQ(sums.slots, 420U);
  EXPECT_EQ(sums.flops, 1500U);
  EXPECT_EQ(sums.codelets.at("Add").cycles, 3U * 140);
  EXPECT_EQ(sums.codelets.at("Add").instances_by_origin,
            (std::array<std::uint64_t, cost_origins>{1, 0, 1}));
  EXPECT_EQ(sums.cycles_by_origin, (std::array<std::uint64_t, cost_origins>{1800, 0, 720}));
}

TEST(Profile, CountsFromAReset) {
  ExecutionTotals half = totals();
  half.cycle = 1000;
  half.stages[0].times = 1;
  half.stages[0].cycles = 600;
  half.counters[0].values = {600, 240};
  const ExecutionTotals rest = since(totals(), half);
  EXPECT_EQ(rest.cycle, 3000U);
  EXPECT_EQ(rest.stages[0].times, 2U);
  EXPECT_EQ(rest.stages[0].cycles, 1200U);
  EXPECT_EQ(rest.counters[0].values, (std::vector<std::uint64_t>{1200, 480}));
  EXPECT_EQ(since(half, {}).cycle, 1000U);
}

TEST(Profile, ExecutionAsText) {
  std::ostringstream out;
  print_execution(out, executable(), totals());
  const std::string text = out.str();
  for (const char* line :
       {"\nExecution:\n  Total cycles:                                         4,000 (approx ",
        "  Tile average compute cycles (including idle threads): 1,260.0 (31.5% of total)\n",
        "  Tile average compute cycles (excluding idle threads): 210.0 (5.3% of total)\n",
        "  Tile average IPU exchange cycles:                     200.0 (5.0% of total)\n",
        "  Tile average global exchange cycles:                  90.0 (2.3% of total)\n",
        "  Tile average host exchange cycles:                    1,000.0 (25.0% of total)\n",
        "  Tile average sync cycles:                             80.0 (2.0% of total)\n",
        "  Tile average cycles waiting for the slowest tile:     540.0 (13.5% of total)\n",
        "  Tile balance:                                         70.0% (busiest: tile 0, 1,800 ",
        "    Add (2):  420  user estimate (1), default mix (1)\n",
        "    user estimate:                      1,800 (71.4%)\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
}

TEST(Profile, StepsWithLoops) {
  std::ostringstream out;
  print_execution_steps(out, executable(), totals());
  const std::string text = out.str();
  const std::size_t loop = text.find("\n    Loop:\n      OnTileExecute: add ");
  EXPECT_NE(loop, std::string::npos) << text;
  EXPECT_NE(text.find("\n      DoExchange: halo ", loop), std::string::npos) << text;
  EXPECT_NE(text.find("\n    StreamCopy: out ", loop), std::string::npos) << text;
  EXPECT_NE(text.find(" 1,050\n", loop), std::string::npos) << text;
}

TEST(Profile, MemoryAsText) {
  std::ostringstream out;
  print_memory(out, executable(), true);
  const std::string text = out.str();
  for (const char* part :
       {"  Total for all IPUs:                   6,500 bytes (", "By use:\n",
        "    Tile 1:                             3,500 bytes (", "most of it stacks: 2,500\n",
        "Largest pieces of the fullest tile:\n    stacks:  "}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
}

void profile_a_run() {
  const Device device = weft::test::small_device();
  Graph graph(device);
  const Tensor a = graph.addVariable(INT, {8}, "a");
  const Tensor b = graph.addVariable(INT, {8}, "b");
  for (unsigned i = 0; i < 8; ++i) {
    graph.setTileMapping(a[i], i % 4);
    graph.setTileMapping(b[i], (i + 1) % 4);
  }
  Engine engine(graph, program::Repeat(3, program::Copy(a, b)));
  std::ostringstream before;
  engine.printProfileSummary(before);
  EXPECT_EQ(before.str().find("Execution:"), std::string::npos);
  engine.load(device);
  engine.run();
  std::ostringstream out;
  engine.printProfileSummary(out, {{"showExecutionSteps", "true"}});
  const std::string text = out.str();
  for (const char* section :
       {"Target:\n", "\nGraph:\n", "\nMemory Usage:\n", "\nExecution:\n", "\nExecution steps"}) {
    EXPECT_NE(text.find(section), std::string::npos) << section << "\nin\n" << text;
  }
  const ProfileValue profile = engine.getExecutionProfile();
  EXPECT_GT(profile["exchangeCycles"].asDouble(), 0.0);
  EXPECT_EQ(profile["cycles"].asDouble(),
            profile["computeCycles"].asDouble() + profile["syncCycles"].asDouble() +
                profile["exchangeCycles"].asDouble() + profile["hostExchangeCycles"].asDouble() +
                profile["cyclesOutsidePrograms"].asDouble());
  engine.resetExecutionProfile();
  EXPECT_EQ(engine.getExecutionProfile()["exchangeCycles"].asDouble(), 0.0);
  EXPECT_THROW(engine.printProfileSummary(out, {{"showEverything", "true"}}), invalid_option);
}

TEST(Profile, OfARunOnAnyNumberOfRanks) {
  using weft::hosts::poplar::StandaloneRuntime;
  if (!weft::test::world().is_root()) {
    EXPECT_EQ(StandaloneRuntime::serve(weft::test::world()), 0);
    return;
  }
  StandaloneRuntime runtime(weft::test::world());
  weft::hosts::poplar::install(&runtime);
  profile_a_run();
  weft::hosts::poplar::install(nullptr);
  runtime.finish(0);
}

}  // namespace
}  // namespace poplar::core
