// SPDX-License-Identifier: Apache-2.0
// Rows of iterations and of what contexts waited for, of a graph that can be counted.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "machine/rdu/rdu.hpp"
#include "program/rdu_make.hpp"
#include "program/rdu_shape.hpp"

namespace weft::test {
namespace {

namespace form = program::rdu;

constexpr std::uint32_t iterations_stream = 2;
constexpr std::uint32_t waits_stream = 3;

/// 'fast' gives a word a cycle, `rows` times 4; 'slow' takes one every third cycle. The channel
/// holds 2.
form::Program fast_and_slow(std::int32_t rows) {
  form::GraphMaker g;
  const auto words = g.channel("words", form::Channel::Kind::word, 2);
  auto fast = g.context("fast", g.unit("a", form::Unit::Kind::compute), 1, true);
  fast.counter("row", rows);
  fast.counter("i", 4);
  fast.give(words, fast.index(1));
  auto slow = g.context("slow", g.unit("b", form::Unit::Kind::compute), 1, true);
  slow.counter("all", 4 * rows);
  slow.input(words);
  slow.context().interval_cycles = 3;
  form::Program program = g.take();
  validate(program);
  return program;
}

struct Ran {
  std::unique_ptr<machine::rdu::Rdu> rdu;
  std::vector<EventRow> iterations;
  /// By kind's name and id.
  std::map<std::pair<std::string, std::uint32_t>, std::uint64_t> waits;
};

Ran run_whole(const form::Program& program) {
  Ran out;
  const Rectangle region = form::region_of(program);
  out.rdu = std::make_unique<machine::rdu::Rdu>(machine::rdu::Constants{form::Timing{}}, program,
                                                machine::Slice{region, region, {}});
  Recorder recorder(TraceLevel::runs, out.rdu->streams());
  out.rdu->launch("run", {});
  out.rdu->advance(never - 1, recorder);
  const Cycle end = out.rdu->last_activity() + 1;
  out.rdu->conclude(end, recorder);
  out.iterations = recorder.drain(iterations_stream, never);
  const std::vector<std::string> kinds = recorder.streams()[waits_stream].kinds;
  for (const EventRow& row : recorder.drain(waits_stream, never)) {
    EXPECT_EQ(row.cycle, end);
    out.waits[{kinds[row.kind], row.id}] = row.argument;
  }
  return out;
}

TEST(RduWaits, IterationsHaveTheirFiringsAndCycles) {
  const Ran ran = run_whole(fast_and_slow(5));
  ASSERT_EQ(ran.iterations.size(), 5U);  // 'slow' has one counter, whose iterations are firings
  for (std::uint32_t i = 0; i < 5; ++i) {
    const EventRow& row = ran.iterations[i];
    EXPECT_EQ(row.id, 0U);
    EXPECT_EQ(row.kind, 0U);  // level 1
    EXPECT_EQ(row.argument, (std::uint64_t{i} << 32U | 4U));
    if (i == 0) continue;
    EXPECT_EQ(row.duration_cycles, 10U);  // four firings, each after the third cycle
    EXPECT_EQ(row.cycle - ran.iterations[i - 1].cycle, 12U);
  }
}

TEST(RduWaits, OfEachCounterTheFirstIterationsAreRecorded) {
  const Ran ran = run_whole(fast_and_slow(300));
  ASSERT_EQ(ran.iterations.size(), machine::rdu::iterations_most);
  EXPECT_EQ(ran.iterations.back().argument >> 32U, machine::rdu::iterations_most - 1);
}

TEST(RduWaits, CyclesOfAContextAreFiringsAndWaits) {
  Ran ran = run_whole(fast_and_slow(100));
  const auto of = [&ran](const char* kind, std::uint32_t id) { return ran.waits[{kind, id}]; };
  EXPECT_EQ(of("fired", 0), 400U);
  EXPECT_EQ(of("fired", 1), 400U);
  EXPECT_EQ(of("busy", 0), 400U);
  EXPECT_EQ(of("busy", 1), 3U * 400U);
  EXPECT_EQ(of("tokens", 0), 400U);
  // From its first firing to its last one it fired or had no room.
  EXPECT_EQ(of("last", 0) - of("first", 0) + 1, of("busy", 0) + of("room", 0));
  // The other is slower: it waited for its first token only.
  EXPECT_EQ(of("input", 0), of("first", 1));
  EXPECT_EQ(ran.waits.count({"rest", 0}), 0U);
}

}  // namespace
}  // namespace weft::test
