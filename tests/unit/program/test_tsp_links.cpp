// SPDX-License-Identifier: Apache-2.0
// Vectors between TSP chips: jitter, serialisation, clocks; each refusal at its cycle, and not
// before.
#include <gtest/gtest.h>

#include "program/tsp_links.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

constexpr System node{8, 1, 1, 1};
constexpr Cycle aligned = 1000;  // more than alignment_cycles(timing, 1)

Timing timing() {
  Timing out;
  out.link_cycles_a_vector = {2952, 125};
  out.clock_drift_ppm = {0, 1};
  return out;
}

Instruction on_link(Opcode opcode, std::uint32_t link, Cycle cycle, std::uint32_t count = 1,
                    std::uint32_t interval = 1) {
  Instruction out;
  out.opcode = opcode;
  out.queue = static_cast<std::uint16_t>(number_of(queue_of_link(link)));
  out.cycle = cycle;
  out.count = count;
  out.interval_cycles = interval;
  return out;
}

/// Chip 0 and chip 1 of a node, which start with a deskew; the rest does nothing.
class Pair {
 public:
  Pair() : cables(cables_of(node)), wiring(node.chips, cables) {
    program.schedules.resize(2);
    program.schedule_of_chip = {0, 1, none, none, none, none, none, none};
    out_link = wiring.between(0, 1).at(0);
    in_link = wiring.far(0, out_link)->link;
    for (Schedule& schedule : program.schedules) {
      schedule.instructions.push_back(on_link(Opcode::deskew, 0, 0));
    }
  }
  Instruction& send(Cycle cycle, std::uint32_t count = 1, std::uint32_t interval = 24) {
    auto& list = program.schedules[0].instructions;
    return list.emplace_back(on_link(Opcode::send, out_link, cycle, count, interval));
  }
  Instruction& receive(Cycle cycle, std::uint32_t count = 1, std::uint32_t interval = 24) {
    auto& list = program.schedules[1].instructions;
    return list.emplace_back(on_link(Opcode::receive, in_link, cycle, count, interval));
  }
  CheckedLinks check(const Timing& with = timing()) const {
    return check_links(program, with, cables);
  }

  Program program;
  std::vector<Cable> cables;
  Wiring wiring;
  std::uint32_t out_link = 0;
  std::uint32_t in_link = 0;
};

void expect_fault(const CheckedLinks& checked, FaultCode code, std::uint32_t chip, Cycle cycle) {
  ASSERT_TRUE(checked.fault);
  EXPECT_EQ(checked.fault->code, code);
  EXPECT_EQ(checked.fault->chip, chip);
  EXPECT_EQ(checked.fault->cycle, cycle);
}

TEST(TspLinks, LatenciesAreThePublishedOnes) {
  constexpr std::uint64_t vectors = 100'000;
  for (std::uint32_t link = 0; link < 7; ++link) {
    double sum = 0;
    double squares = 0;
    Cycle least = never;
    Cycle most = 0;
    for (std::uint64_t i = 0; i < vectors; ++i) {
      const Cycle one = link_latency_cycles(timing(), 5, 3, link, i);
      least = std::min(least, one);
      most = std::max(most, one);
      sum += static_cast<double>(one);
      squares += static_cast<double>(one * one);
    }
    const double mean = sum / vectors;
    EXPECT_GE(mean, 216.27);
    EXPECT_LE(mean, 217.35);
    const double variance = squares / vectors - mean * mean;
    EXPECT_GE(variance, 2.63 * 2.63);
    EXPECT_LE(variance, 2.93 * 2.93);
    EXPECT_EQ(least, 209U);
    EXPECT_GE(most, 225U);
    EXPECT_LE(most, 228U);
  }
}

TEST(TspLinks, AReceiveThatLeavesRoomIsFineWhateverIsDrawn) {
  const Cycle sure = crossing_cycles(timing());
  EXPECT_EQ(sure, 252U);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Pair pair;
    pair.program.link_seed = seed;
    pair.send(aligned, 100);
    pair.receive(aligned + sure, 100);
    const CheckedLinks checked = pair.check();
    EXPECT_FALSE(checked.fault);
    ASSERT_EQ(checked.crossings.size(), 1U);
    EXPECT_EQ(checked.crossings[0].count, 100U);
    EXPECT_EQ(checked.crossings[0].to_chip, 1U);
  }
}

TEST(TspLinks, AReceiveOneCycleBeforeItsVectorIsRefused) {
  Pair pair;
  pair.send(aligned);
  const Cycle latency = link_latency_cycles(timing(), 0, 0, pair.out_link, 0);
  Instruction& receive = pair.receive(aligned + 24 + latency);
  EXPECT_FALSE(pair.check().fault);
  receive.cycle -= 1;
  expect_fault(pair.check(), FaultCode::receive_too_early, 1, receive.cycle);
}

TEST(TspLinks, TheFirstVectorThatFindsNoRoomIsNamed) {
  Pair pair;
  pair.send(aligned, 200);
  Instruction& receive = pair.receive(aligned + 24 + 217, 200);
  const CheckedLinks checked = pair.check();
  std::uint32_t first = 0;
  while (link_latency_cycles(timing(), 0, 0, pair.out_link, first) <= 217) ++first;
  expect_fault(checked, FaultCode::receive_too_early, 1, receive.cycle + Cycle{first} * 24);
  EXPECT_EQ(checked.fault->element, first);
}

TEST(TspLinks, ALinkTakesAVectorEvery23Point6Cycles) {
  Pair pair;
  Instruction& send = pair.send(aligned, 2, 23);  // the second waits 0.616 cycles
  pair.receive(aligned + 300, 3);
  EXPECT_EQ(pair.check().fault->code, FaultCode::receive_without_send);
  send.count = 3;  // the third would wait 1.232
  expect_fault(pair.check(), FaultCode::link_busy, 0, aligned + 46);
}

TEST(TspLinks, WhatIsSentIsReceivedAndNothingElse) {
  Pair more;
  more.send(aligned, 3);
  more.receive(aligned + 300, 2);
  expect_fault(more.check(), FaultCode::send_without_receive, 0, aligned + 48);
  Pair less;
  less.send(aligned, 2);
  less.receive(aligned + 300, 3);
  expect_fault(less.check(), FaultCode::receive_without_send, 1, aligned + 300 + 48);
}

TEST(TspLinks, ARefusalSaysWhereTheLinkLeads) {
  Pair more;
  more.send(aligned, 3);
  more.receive(aligned + 300, 2);
  const auto text = [](const Pair& pair) {
    return describe(pair.program, pair.check().fault.value());
  };
  EXPECT_EQ(text(more),
            "send without receive: chip 0: element 2 of send (c2c.w0, instruction 1) in cycle "
            "1048, to chip 1, c2c.w0: nothing is received there any more");
  Pair early;
  early.send(aligned, 2);
  early.receive(aligned + 100, 2);
  EXPECT_EQ(text(early),
            "receive too early: chip 1: element 0 of receive (c2c.w0, instruction 1) in cycle "
            "1100, from chip 0, c2c.w0: the vector is still on its way");
  Pair nowhere;
  nowhere.program.schedules[0].instructions.push_back(on_link(Opcode::send, 15, aligned));
  EXPECT_EQ(text(nowhere),
            "send without receive: chip 0: element 0 of send (c2c.e7, instruction 1) in cycle "
            "1000: no cable is at c2c.e7");
}

TEST(TspLinks, ALinkWithoutCableLeadsNowhere) {
  Pair pair;
  pair.program.schedules[0].instructions.push_back(on_link(Opcode::send, 15, aligned));
  expect_fault(pair.check(), FaultCode::send_without_receive, 0, aligned);
  Pair other;
  other.program.schedules[1].instructions.push_back(on_link(Opcode::receive, 15, aligned));
  expect_fault(other.check(), FaultCode::receive_without_send, 1, aligned);
}

TEST(TspLinks, ClocksMustBeAligned) {
  Pair none_at_all;
  none_at_all.program.schedules[1].instructions.clear();
  none_at_all.send(aligned);
  none_at_all.receive(aligned + 300);
  expect_fault(none_at_all.check(), FaultCode::clocks_without_deskew, 1, aligned + 300);
  const Cycle root = alignment_cycles(timing(), 0);
  EXPECT_EQ(root, 256U);
  Pair early;
  Instruction& send = early.send(root);
  early.receive(aligned);
  EXPECT_FALSE(early.check().fault);
  send.cycle -= 1;
  expect_fault(early.check(), FaultCode::clocks_without_deskew, 0, root - 1);
}

TEST(TspLinks, AReceiverHoldsSoManyVectors) {
  Timing with = timing();
  with.link_receive_vectors = 4;
  with.link_most_cycles = with.link_least_cycles;
  Pair pair;
  pair.send(aligned, 5);
  // The fifth arrives at 96 + 24 + 209 after the first was sent.
  Instruction& receive = pair.receive(aligned + 96 + 24 + 209 - 1, 5);
  EXPECT_FALSE(pair.check(with).fault);
  receive.cycle += 1;
  expect_fault(pair.check(with), FaultCode::receiver_full, 1, aligned + 96 + 24 + 209);
}

TEST(TspLinks, DriftIsFoundAtItsCycleAndHiddenByRuntimeDeskew) {
  Timing with = timing();
  with.clock_drift_ppm = {1000, 1};
  with.link_most_cycles = with.link_least_cycles;
  bool found = false;
  for (std::uint64_t seed = 0; seed < 20 && !found; ++seed) {
    Pair pair;
    pair.program.link_seed = seed;
    pair.send(aligned, 2000);
    pair.receive(aligned + 24 + 209, 2000);
    const CheckedLinks checked = pair.check(with);
    if (!checked.fault) continue;  // a clock that is slow is late, which is no fault
    found = true;
    EXPECT_EQ(checked.fault->code, FaultCode::clock_drifted);
    EXPECT_GT(checked.fault->element, 0U);
    // 384 billionths of room a vector are made up for by sends that wait; so the first vectors are
    // in.
    Pair hidden;
    hidden.program.link_seed = seed;
    hidden.send(aligned, 2);
    hidden.receive(aligned + 24 + 209 + 1, 1);
    Instruction hold = on_link(Opcode::runtime_deskew, 0, 40'000);
    hold.amount = 64;
    hidden.program.schedules[1].instructions.push_back(hold);
    hidden.program.schedules[0].instructions.back().count = 1;
    hidden.send(40'100);
    hidden.receive(40'100 + 24 + 209 + 1);
    EXPECT_FALSE(hidden.check(with).fault);
    hidden.program.schedules[1].instructions.back().cycle -= 2;
    EXPECT_TRUE(hidden.check(with).fault);
  }
  EXPECT_TRUE(found);
}

TEST(TspLinks, NothingIsDispatchedWhileAChipIsHeld) {
  Pair pair;
  Instruction hold = on_link(Opcode::runtime_deskew, 0, 2000);
  hold.amount = 10;
  pair.program.schedules[1].instructions.push_back(hold);
  pair.send(1000);
  Instruction& receive = pair.receive(2010);
  EXPECT_FALSE(pair.check().fault);
  receive.cycle = 2009;
  expect_fault(pair.check(), FaultCode::queue_parked, 1, 2009);
}

}  // namespace
}  // namespace weft::program::tsp
