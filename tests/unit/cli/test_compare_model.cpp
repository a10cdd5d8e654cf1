// SPDX-License-Identifier: Apache-2.0
// Figures of a model's runs: errors, energies, constants that nobody knows, rows, the page.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "cli/compare/choices.hpp"
#include "cli/compare/energy.hpp"
#include "cli/compare/model.hpp"
#include "cli/compare/page.hpp"
#include "cli/compare/rounding.hpp"
#include "cli/compare/table.hpp"
#include "machine/limits.hpp"
#include "machine/machine.hpp"
#include "topology/topology.hpp"

namespace {

namespace compare = weft::cli::compare;
using weft::graph::Element;
using weft::graph::Numbers;

Numbers floats(std::vector<std::int64_t> shape, std::vector<double> values) {
  return {{Element::f32, std::move(shape)}, std::move(values), {}};
}

TEST(Rounding, IsOfAllElementsOfAllOutputs) {
  compare::Rounding r;
  compare::add_output(r, floats({2, 2}, {3, 1, 0, 4}), floats({2, 2}, {3, 1.5, 0, 4}));
  compare::add_output(r, floats({1}, {-12}), floats({1}, {-11}));
  EXPECT_EQ(r.largest, 1);
  EXPECT_EQ(r.of_largest, 12);
  EXPECT_DOUBLE_EQ(r.l2(), std::sqrt(1.25 / 170));
  EXPECT_EQ(r.rows, 2);
  EXPECT_EQ(r.same_top, 2);
}

TEST(Rounding, ARowWhoseTopIsElsewhereIsNoAgreement) {
  compare::Rounding r;
  compare::add_output(r, floats({2, 2}, {3, 1, 0, 4}), floats({2, 2}, {1, 3, 0, 4}));
  EXPECT_EQ(r.rows, 2);
  EXPECT_EQ(r.same_top, 1);
}

TEST(Rounding, WholeNumbersAreCounted) {
  compare::Rounding r;
  const Numbers exact{{Element::i64, {3}}, {}, {1, 2, 3}};
  const Numbers machine{{Element::i32, {3}}, {}, {1, 2, 4}};
  compare::add_output(r, exact, machine);
  EXPECT_FALSE(r.floats);
  EXPECT_EQ(r.whole, 3);
  EXPECT_EQ(r.whole_same, 2);
}

TEST(Rounding, OfAnotherSizeIsRefused) {
  compare::Rounding r;
  EXPECT_THROW(compare::add_output(r, floats({2}, {1, 2}), floats({1}, {1})), weft::Error);
}

// 1.69 pJ a multiply-add of fp32; 300 W.
TEST(Energy, LiesBetweenProductsAndFullPower) {
  const auto machine = weft::topology::load_topology("graphcore-gc200");
  const compare::Energy e = compare::energy_of(machine, 1e12, "fp32", 2, 0.5);
  EXPECT_DOUBLE_EQ(e.least.value(), 1.69);
  EXPECT_DOUBLE_EQ(e.most.value(), 300);
  EXPECT_EQ(e.origin, weft::topology::Origin::assumed);
}

TEST(Energy, WhatNoFactSaysStaysAway) {
  const auto machine = weft::topology::load_topology("toy");
  const compare::Energy e = compare::energy_of(machine, 1e12, "fp32", 1, 1);
  EXPECT_FALSE(e.least || e.most || e.origin);
}

TEST(Choices, AreTheTimesAndRatesThatARunHasLookedUp) {
  const auto machine = weft::machine::load_topology("graphcore-gc200");
  const auto none = compare::doubled_choices(machine, "graphcore-gc200");
  EXPECT_TRUE(none.keys.empty());
  machine.integer("sync.internal_cycles");         // fitted: twice
  machine.rational("exchange.efficiency");         // fitted, a rate: half
  machine.integer("tile.supervisor_stack_bytes");  // assumed, no time
  machine.integer("tile.memory_bytes");            // published
  const auto found = compare::doubled_choices(machine, "graphcore-gc200");
  ASSERT_EQ(found.keys, (std::vector<std::string>{"exchange.efficiency", "sync.internal_cycles"}));
  const auto slow = weft::machine::load_topology("graphcore-gc200", found.changes);
  EXPECT_EQ(slow.integer("sync.internal_cycles"), 2 * machine.integer("sync.internal_cycles"));
  const auto before = machine.rational("exchange.efficiency");
  const auto after = slow.rational("exchange.efficiency");
  EXPECT_EQ(2 * after.numerator * before.denominator, after.denominator * before.numerator);
}

// A hop of a wafer is one cycle by the model: it can't be doubled.
TEST(Choices, WhatAModelHasOneValueOfIsLeftOut) {
  const auto machine = weft::machine::load_topology("cerebras-wse3");
  machine.integer("fabric.hop_latency_cycles");
  const auto found = compare::doubled_choices(machine, "cerebras-wse3");
  EXPECT_TRUE(found.keys.empty());
  EXPECT_EQ(found.left_out, (std::vector<std::string>{"fabric.hop_latency_cycles"}));
}

TEST(Limits, EveryMachineThatHasACardHasThem) {
  for (const std::string& name : weft::topology::known_topologies()) {
    const auto machine = weft::topology::load_topology(name);
    const auto limits = weft::machine::limits(machine);
    const bool compared = weft::machine::family(machine.family()).card != nullptr;
    EXPECT_EQ(limits.peaks.empty(), !compared) << name;
    EXPECT_EQ(limits.units > 0, compared) << name;
    EXPECT_EQ(weft::machine::traffic(machine.family(), {}).empty(), !compared) << name;
  }
}

compare::ModelRun run_of(const std::string& name, std::uint64_t cycles) {
  compare::ModelRun run;
  run.machine = name;
  run.language = "C++";
  run.precision = "int8";
  run.arithmetic = "fp16";
  run.chip = "chip";
  run.chips = 2;
  run.tiles_used = 5;
  run.limits = {"tiles", 10, {}};
  run.cycles = cycles;
  run.seconds = 1e-6;
  run.operations = 500;
  run.peak = 10;
  return run;
}

std::string cell_of(const std::vector<compare::Row>& rows, const std::string& title,
                    std::size_t column) {
  for (const compare::Row& row : rows) {
    if (row.title == title) return row.cells.at(column).text;
  }
  return "no such row";
}

TEST(ModelRows, SayWhatARunSaid) {
  compare::ModelRun no;
  no.machine = "b";
  no.refused = "no room for it";
  const auto rows = compare::rows_of({run_of("a", 100), no});
  EXPECT_EQ(cell_of(rows, "fits", 0), "yes");
  EXPECT_EQ(cell_of(rows, "fits", 1), "no: no room for it");
  EXPECT_EQ(cell_of(rows, "chips", 0), "2 chips");
  EXPECT_EQ(cell_of(rows, "tiles used", 0), "5 of 20 tiles (25 %)");
  EXPECT_EQ(cell_of(rows, "time", 0), "1 us (a)");
  EXPECT_EQ(cell_of(rows, "arithmetic used", 0).substr(0, 5), "50 % ");
  EXPECT_TRUE(cell_of(rows, "arithmetic used", 0).ends_with("FLOP/s fp16"));
  EXPECT_EQ(cell_of(rows, "energy", 0), "not known");
  for (const compare::Row& row : rows) {
    if (row.title != "fits") {
      EXPECT_EQ(row.cells.at(1).text, "-") << row.title;
    }
  }
}

TEST(ModelRows, SayHowFarAMachineCame) {
  using Fault = compare::ModelRun::Fault;
  compare::ModelRun run;
  run.refused = "a fragment fits nowhere";
  run.exit_code = 5;
  for (const auto& [fault, said] : {std::pair{Fault::not_compiled, "did not compile: a fragment"},
                                    {Fault::not_run, "did not run: a fragment"},
                                    {Fault::wrong_values, "gives wrong values: a fragment"}}) {
    run.fault = fault;
    const auto rows = compare::rows_of({run});
    EXPECT_TRUE(cell_of(rows, "fits", 0).starts_with(said)) << cell_of(rows, "fits", 0);
    EXPECT_NE(compare::page_of("m", {run}, rows, {})
                  .find("<td class=\"no\" data-machine=\"\">" + std::string(said)),
              std::string::npos);
  }
}

TEST(ModelComparison, ItsExitCodeSaysWhetherAnyMachineRan) {
  compare::ModelRun ran = run_of("a", 100);
  compare::ModelRun refused, wrong;
  refused.refused = "no room";
  wrong.refused = "a bit differs";
  wrong.exit_code = 4;
  EXPECT_EQ(compare::exit_code_of({ran, refused}), 0);
  EXPECT_EQ(compare::exit_code_of({refused, refused}), 2);
  EXPECT_EQ(compare::exit_code_of({ran, refused, wrong}), 4);
}

TEST(ModelPage, EscapesWhatItShowsAndDrawsBarsByTheLongest) {
  compare::ModelRun other = run_of("a<b>&\"c\"", 50);
  other.refused = "node 'x<y>' is too much";
  const std::vector<compare::ModelRun> runs{run_of("one", 100), run_of("two", 25), other};
  compare::Row layer;
  layer.title = "conv<1>";
  layer.cells.resize(runs.size());
  const std::string page = compare::page_of("m & n", runs, compare::rows_of(runs), {layer});
  EXPECT_NE(page.find("Largest layers"), std::string::npos);
  EXPECT_NE(page.find("conv&lt;1&gt;"), std::string::npos);
  EXPECT_EQ(compare::page_of("m", runs, compare::rows_of(runs), {}).find("Largest layers"),
            std::string::npos);
  EXPECT_NE(page.find("<title>m &amp; n</title>"), std::string::npos);
  EXPECT_NE(page.find("a&lt;b&gt;&amp;&quot;c&quot;"), std::string::npos);
  EXPECT_EQ(page.find("x<y>"), std::string::npos);
  EXPECT_NE(page.find("<td data-machine=\"two\">25<svg"), std::string::npos);
  EXPECT_NE(page.find("class=\"bar\" width=\"25.00\""), std::string::npos);
}

}  // namespace
