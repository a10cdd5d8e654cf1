// SPDX-License-Identifier: Apache-2.0
// The memory report: sums, extremes, order of tiles, text.
#include <gtest/gtest.h>

#include "analysis/memory.hpp"

namespace weft::analysis {
namespace {

const std::vector<std::string> uses{"variables", "code", "unused"};
const std::vector<std::uint64_t> values{100, 20, 0, 400, 20, 0, 100, 320, 0, 0, 0, 0};

TEST(Memory, SumsAndExtremes) {
  const MemoryReport report = memory_report(uses, values, 1000, 2);
  EXPECT_EQ(report.tiles, 4U);
  EXPECT_EQ(report.all.total, 960U);
  EXPECT_EQ(report.all.most, 420U);
  EXPECT_EQ(report.all.least, 0U);
  EXPECT_EQ(report.uses[1].total, 360U);
  EXPECT_EQ(report.uses[1].most, 320U);
  EXPECT_EQ(report.uses[1].fullest, 2U);
  // Equally full tiles by number.
  ASSERT_EQ(report.fullest.size(), 2U);
  EXPECT_EQ(report.fullest[0].tile, 1U);
  EXPECT_EQ(report.fullest[1].tile, 2U);
  EXPECT_EQ(memory_report(uses, values, 0, 99).fullest.size(), 4U);
}

TEST(Memory, Text) {
  EXPECT_EQ(describe(memory_report(uses, values, 1000, 1)),
            "960 B on 4 tiles, 24.0 % of 1,000 B a tile\n\n"
            "  use        total B      %  least   mean  most  on tile\n"
            "  variables      600   62.5      0  150.0   400        1\n"
            "  code           360   37.5      0   90.0   320        2\n"
            "  total          960  100.0      0  240.0   420        1\n\n"
            "  fullest tiles    B  % of tile     most of it\n"
            "  1              420       42.0  variables 400\n");
  EXPECT_EQ(describe(tile_memory(uses, values, 2), uses, 400),
            "  tile 2       B      %\n"
            "  variables  100   23.8\n"
            "  code       320   76.2\n"
            "  unused       0    0.0\n"
            "  total      420  100.0\n"
            "  too much    20\n");
}

}  // namespace
}  // namespace weft::analysis
