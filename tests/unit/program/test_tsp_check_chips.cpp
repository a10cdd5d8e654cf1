// SPDX-License-Identifier: Apache-2.0
// Programs of many TSP chips under check(): schedules once, links between, the first fault of all.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_system.hpp"
#include "topology/topology.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

struct Chips {
  explicit Chips(const std::string& name)
      : topology(topology::load_topology(name)),
        timing(read_timing(topology)),
        cables(cables_of(read_system(topology))) {}
  topology::Topology topology;
  Timing timing;
  std::vector<Cable> cables;
};

TEST(TspChips, AllReduceOnANodeIsSound) {
  const Chips node("groq-node8");
  const Program program = all_reduce_node(node.timing, {VectorType::f32, 64});
  validate(program);
  const Checked checked = check(program, node.timing, node.cables);
  EXPECT_FALSE(checked.fault) << describe(program, *checked.fault);
  EXPECT_FALSE(checked.crossings.empty());
  for (const CheckedSchedule& one : checked.schedules) EXPECT_LE(one.cycles, checked.cycles);
  EXPECT_NO_THROW(require_sound(program, checked));
}

TEST(TspChips, AllReduceOnADragonflyIsSound) {
  const Chips dragonfly("groq-dragonfly264");
  const Program program = all_reduce_dragonfly(dragonfly.timing, {VectorType::f32, 256});
  validate(program);
  const Checked checked = check(program, dragonfly.timing, dragonfly.cables);
  EXPECT_FALSE(checked.fault) << describe(program, *checked.fault);
}

TEST(TspChips, TheFirstFaultOfAllChipsAndLinksIsTold) {
  const Chips node("groq-node8");
  Program program = all_reduce_node(node.timing, {VectorType::f32, 8});
  // A receive of the last chip's long before its vector can be there ...
  Schedule& last = program.schedules.at(program.schedule_of_chip.at(7));
  for (Instruction& i : last.instructions) {
    if (i.opcode == Opcode::receive) i.cycle = i.cycle > 900 ? i.cycle - 900 : 0;
  }
  const Checked early = check(program, node.timing, node.cables);
  ASSERT_TRUE(early.fault);
  EXPECT_EQ(early.fault->chip, 7U);
  EXPECT_THROW(require_sound(program, early), Error);
  EXPECT_NE(describe(program, *early.fault).find("chip 7"), std::string::npos);
  // ... and before that something wrong within a chip.
  Schedule& first = program.schedules.at(program.schedule_of_chip.at(2));
  Instruction lost;
  lost.queue = static_cast<std::uint16_t>(number_of(*find_queue("mem.w3")));
  lost.opcode = Opcode::write;
  lost.operands[0] = test::of(test::west(31));
  first.instructions.push_back(lost);
  const Checked both = check(program, node.timing, node.cables);
  ASSERT_TRUE(both.fault);
  EXPECT_EQ(test::short_text(both.fault), "undriven operand of mem.w3[0] in cycle 0");
  EXPECT_EQ(both.fault->chip, 2U);
}

TEST(TspChips, ChipsThatShareAScheduleAreCheckedOnce) {
  test::Builder b;
  b.program.schedule_of_chip = {none, 0, 0, 0};
  b.write("mem.w3", 5, test::west(31));
  const std::optional<Fault> fault = test::fault_in(b.program);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->chip, 1U);
  EXPECT_EQ(check(b.program, test::default_timing()).schedules.size(), 1U);
}

}  // namespace
}  // namespace weft::program::tsp
