// SPDX-License-Identifier: Apache-2.0
// The cycle formula of the AMP units against the published curve of fp16 [N, 16] x [16, 16] on Bow.
#include <gtest/gtest.h>

#include <cmath>

#include "program/ipu_amp.hpp"
#include "topology/topology.hpp"

namespace weft::program::ipu {
namespace {

struct Point {
  std::uint64_t rows;
  double cycles;
};

// tessellate's notebook measured them; launch, sync and timer are 37 cycles more than the vertex.
constexpr Point published[] = {{16, 402},   {32, 461},   {48, 524},    {64, 584},   {128, 845},
                               {256, 1352}, {512, 2381}, {1024, 4424}, {2048, 8525}};
constexpr double launch_cycles = 37;

AmpCosts bow(bool single_precision) {
  const auto topology = topology::load_topology("graphcore-bow");
  return amp_costs(
      [&](const std::string& key) { return std::uint64_t(topology.integer(key, 0, 1000)); },
      single_precision);
}

std::uint64_t cycles_of(std::uint64_t rows) {
  AmpWork work;
  work.rows = rows;
  return amp_cycles(bow(false), work);
}

TEST(AmpCost, FollowsThePublishedCurve) {
  for (const Point& point : published) {
    const double ours = static_cast<double>(cycles_of(point.rows)) + launch_cycles;
    const double bound = point.rows < 32 ? 0.03 : 0.01;
    EXPECT_LE(std::abs(ours - point.cycles) / point.cycles, bound)
        << point.rows << " rows: " << ours << " against " << point.cycles;
  }
}

TEST(AmpCost, ARowMoreOnEveryWorkerIsFourIssueSlots) {
  EXPECT_EQ(cycles_of(606) - cycles_of(600), 24U);
  AmpWork single;
  single.single_precision = true;
  single.rows = 600;
  const std::uint64_t before = amp_cycles(bow(true), single);
  single.rows = 606;
  EXPECT_EQ(amp_cycles(bow(true), single) - before, 48U);
}

TEST(AmpCost, EveryFurtherPassLoadsItsWeights) {
  AmpWork work;
  work.rows = 96;
  work.output_groups = 1;
  const std::uint64_t one = amp_cycles(bow(false), work);
  work.output_groups = 3;
  const std::uint64_t pass = amp_pass_cycles(bow(false), work, true);
  EXPECT_EQ(amp_cycles(bow(false), work) - one, 2 * (18 + 7 + 32 + pass));
}

}  // namespace
}  // namespace weft::program::ipu
