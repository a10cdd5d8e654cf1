// SPDX-License-Identifier: Apache-2.0
// The loops that docs/scalar.md compiles by hand: values, and cycles a turn as its table counts
// them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "frontends/csl/csl.hpp"
#include "support/wse_machine.hpp"
#include "topology/topology.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;
using Integers = std::vector<std::int32_t>;

constexpr std::uint32_t edges = 8;
const Integers from = {0, 1, 2, 3, 0, 2, 1, 4};
const Integers to = {1, 2, 3, 4, 2, 4, 5, 5};

class ScalarLoops : public testing::TestWithParam<Generation> {
 protected:
  static program::wse::Program compile() {
    csl::Options options;
    options.limits = program::wse::read_limits(topology::load_topology(
        GetParam() == Generation::wse2 ? "cerebras-wse2" : "cerebras-wse3"));
    options.step_limit = 10'000'000;
    return csl::compile(std::string(WEFT_SOURCE_DIR) + "/kernels/wse/scalar_loops/layout.csl",
                        options);
  }

  /// A run of `function` over `turns` turns, and its length.
  struct Run {
    explicit Run(const program::wse::Program& program) : on(program) {}
    WseRun on;
    Cycle cycles = 0;
  };
  static void go(Run& run, const char* function, std::uint32_t turns) {
    const Cycle before = run.on.last_activity();
    run.on.machine().launch(function, std::vector<std::uint32_t>{turns});
    run.on.run();
    EXPECT_EQ(run.on.error(), "");
    run.cycles = run.on.last_activity() - before;
  }
  static Cycle refill() { return GetParam() == Generation::wse2 ? 7 : 11; }
};

TEST_P(ScalarLoops, AHistogramTakesWhatItsHandCompilationTakes) {
  const auto program = compile();
  Run few(program);
  Run many(program);
  const Integers values = {1, 17, 5, -1, 5, 33, 0, 5, 2, 15};
  for (Run* run : {&few, &many}) run->on.write("values", 0, 0, values);
  go(few, "histogram", 2);
  go(many, "histogram", 10);
  // shift 1, load 2, and 2, shift 1, load 2, add 2, store 2; add 2, compare 5, jump.
  EXPECT_EQ(many.cycles - few.cycles, 8 * (19 + refill()));
  EXPECT_EQ(many.on.read<std::int32_t>("bins", 0, 0, 16),
            (Integers{1, 3, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}));
}

TEST_P(ScalarLoops, RelaxingEdgesTakesWhatItsHandCompilationTakes) {
  const auto program = compile();
  const auto run_with = [&](std::int32_t start, std::uint32_t turns, Run& run) {
    run.on.write("from", 0, 0, from);
    run.on.write("to", 0, 0, to);
    run.on.write("weight", 0, 0, Integers{4, 100000, 1, 2, 5, -7, 3, 1});
    Integers distance(16, start);
    distance[0] = 0;
    run.on.write("distance", 0, 0, distance);
    go(run, "relax", turns);
  };
  Run far(program);
  run_with(1'000'000, edges, far);
  EXPECT_EQ(far.on.read<std::int32_t>("distance", 0, 0, 6), (Integers{0, 4, 5, 100005, -2, -1}));
  // Nothing becomes shorter: the store is left out by predication.
  Run few(program);
  Run many(program);
  run_with(-1'000'000, 2, few);
  run_with(-1'000'000, 4, many);
  // shift 1, load 2, shift 1, load 2, load 2, add 2, load 2, shift 1, load 2; compare 5, skip 2;
  // add 2, compare 5, jump.
  EXPECT_EQ(many.cycles - few.cycles, 2 * (29 + refill()));
}

INSTANTIATE_TEST_SUITE_P(BothGenerations, ScalarLoops,
                         testing::Values(Generation::wse2, Generation::wse3));

}  // namespace
}  // namespace weft
