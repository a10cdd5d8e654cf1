// SPDX-License-Identifier: Apache-2.0
// Programs of many TSP chips under check(): schedules once, links between, the first fault of all.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_runs.hpp"
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

// A run of six receives begins when three of its vectors are sent: it is computed in two parts, and
// so is what takes them.
TEST(TspChips, ReceivesAreCutWhereTheirVectorsAreSentLater) {
  const Chips node("groq-node8");
  const Wiring wiring(chips_a_node, node.cables);
  for (const bool late : {false, true}) {
    Program program;
    program.schedules.resize(2);
    program.schedule_of_chip = {0, 1};
    Runs here(program, program.schedules[0], node.timing);
    Runs there(program, program.schedules[1], node.timing);
    const std::uint32_t out = wiring.between(0, 1).at(0);
    const std::uint32_t in = wiring.between(1, 0).at(0);
    here.deskew(out, 0);
    there.deskew(in, 0);
    const std::uint32_t interval = late ? 400 : 40;
    for (const std::uint32_t half : {0U, 1U}) {
      const Cycle at = 1000 + Cycle{half} * 3 * interval;
      const Place words{Hemisphere::east, 40, 0, 3 * half, 1};
      const std::uint32_t read = here.read(words, stop_of(queue_of_link(out)), at, 0, {3, 24});
      here.send(out, at, 0, read, {3, 24});
    }
    const std::uint32_t received = there.receive(in, 1400, 1, {6, interval});
    const Cycle driven = 1400 + result_delay_cycles(node.timing, there.at(received));
    const std::uint32_t written =
        there.write({Hemisphere::east, 36, 0, 0, 1}, stop_of(queue_of_link(in)), driven, 1,
                    received, {6, interval});
    const Checked checked = check(program, node.timing, node.cables);
    ASSERT_FALSE(checked.fault) << describe(program, *checked.fault);
    for (const std::uint32_t run : {received, written}) {
      std::vector<std::uint32_t> firsts;
      for (const Task& task : checked.schedules[1].tasks) {
        if (task.instruction == run) firsts.push_back(task.first);
      }
      const std::vector<std::uint32_t> two = {0, 3};
      EXPECT_EQ(firsts, late ? two : std::vector<std::uint32_t>{0});
    }
  }
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
