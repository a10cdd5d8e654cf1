// SPDX-License-Identifier: Apache-2.0
// A TSP's queues: numbers, names and stops, one to one.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "program/tsp_chip.hpp"

namespace weft::program::tsp {
namespace {

TEST(TspChip, QueuesNumbersAndNamesAreOneToOne) {
  std::set<std::string> names;
  for (std::uint32_t number = 0; number < queues; ++number) {
    const Queue queue = queue_of(number);
    EXPECT_EQ(number_of(queue), number);
    const std::string name = name_of(queue);
    EXPECT_TRUE(names.insert(name).second) << name;
    const std::optional<Queue> found = find_queue(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(*found, queue) << name;
  }
  for (const char* none :
       {"", "mem.w44", "mem.e-1", "vxm.16", "mxm.w2.weights", "sxm.w", "MEM.W0"}) {
    EXPECT_FALSE(find_queue(none)) << none;
  }
}

TEST(TspChip, AUnitHasAsManyQueuesAsPublished) {
  std::map<Unit, std::uint32_t> count;
  for (std::uint32_t number = 0; number < queues; ++number) ++count[queue_of(number).unit];
  EXPECT_EQ(count[Unit::mxm], 12U);
  EXPECT_EQ(count[Unit::sxm] + count[Unit::c2c], 28U);
  EXPECT_EQ(count[Unit::mem], 88U);
  EXPECT_EQ(count[Unit::vxm], 16U);
}

TEST(TspChip, NumbersGoWestToEastByStop) {
  for (std::uint32_t number = 1; number < queues; ++number) {
    EXPECT_LE(stop_of(queue_of(number - 1)), stop_of(queue_of(number))) << number;
  }
}

TEST(TspChip, TheEastMirrorsTheWest) {
  for (std::uint32_t number = 0; number < queues; ++number) {
    Queue queue = queue_of(number);
    if (queue.unit == Unit::vxm) continue;
    queue.hemisphere = Hemisphere::west;
    const std::uint32_t west = stop_of(queue);
    queue.hemisphere = Hemisphere::east;
    EXPECT_EQ(stop_of(queue), stops - 1 - west) << name_of(queue);
  }
}

TEST(TspChip, QueuesOfAnMxmPlaneStandInTheOrderOfItsData) {
  for (const std::string plane : {"mxm.w0.", "mxm.w1.", "mxm.e0.", "mxm.e1."}) {
    const std::uint32_t weights = number_of(*find_queue(plane + "weights"));
    EXPECT_EQ(number_of(*find_queue(plane + "activations")), weights + 1) << plane;
    EXPECT_EQ(number_of(*find_queue(plane + "results")), weights + 2) << plane;
  }
}

TEST(TspChip, StopsHaveTheirPlaces) {
  EXPECT_EQ(stop_of(*find_queue("mxm.w1.weights")), 0U);
  EXPECT_EQ(stop_of(*find_queue("mxm.w0.results")), 1U);
  EXPECT_EQ(stop_of(*find_queue("sxm.w.shift")), 2U);
  EXPECT_EQ(stop_of(*find_queue("c2c.w7")), 2U);
  EXPECT_EQ(stop_of(*find_queue("mem.w43")), 3U);
  EXPECT_EQ(stop_of(*find_queue("mem.w40")), 3U);
  EXPECT_EQ(stop_of(*find_queue("mem.w39")), 4U);
  EXPECT_EQ(stop_of(*find_queue("mem.w0")), 13U);
  EXPECT_EQ(stop_of(*find_queue("vxm.0")), vxm_stop);
  EXPECT_EQ(stop_of(*find_queue("mem.e0")), 15U);
  EXPECT_EQ(stop_of(*find_queue("mxm.e1.activations")), stops - 1);
  std::set<std::string> names;
  for (std::uint32_t stop = 0; stop < stops; ++stop) names.insert(stop_name(stop));
  EXPECT_EQ(names.size(), stops);
  EXPECT_EQ(stop_name(3), "MEM w40..43");
  EXPECT_EQ(stop_name(26), "SXM e");
}

TEST(TspChip, HopsLeadOneWay) {
  EXPECT_EQ(hops(3, 14, Direction::east), 11U);
  EXPECT_EQ(hops(14, 3, Direction::west), 11U);
  EXPECT_FALSE(hops(14, 3, Direction::east));
  EXPECT_FALSE(hops(5, 5, Direction::east));
  EXPECT_FALSE(hops(5, 5, Direction::west));
}

TEST(TspChip, EveryColumnHasTwoLargeAlus) {
  for (std::uint32_t column = 0; column < alu_columns; ++column) {
    std::uint32_t large = 0;
    for (std::uint32_t row = 0; row < alus / alu_columns; ++row) {
      large += is_large_alu(column * (alus / alu_columns) + row) ? 1U : 0U;
    }
    EXPECT_EQ(large, 2U);
  }
}

}  // namespace
}  // namespace weft::program::tsp
