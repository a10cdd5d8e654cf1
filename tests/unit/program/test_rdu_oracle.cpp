// SPDX-License-Identifier: Apache-2.0
// The naive RDU against closed forms: when things happen, and what comes of them.
#include <gtest/gtest.h>

#include <bit>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_figures.hpp"
#include "program/rdu_make.hpp"
#include "program/rdu_oracle.hpp"

namespace weft::program::rdu {
namespace {

using numerics::word_f32;
using numerics::word_i32;
using ChannelKind = Channel::Kind;
using UnitKind = Unit::Kind;
using Op = WordOperation;

oracle::Result run_graph(const Program& program, const oracle::Arrays& arrays = {}) {
  validate(program);
  return oracle::run(program, Timing{}, arrays, 1'000'000);
}

TEST(RduOracle, ThreeContextsOfSixStagesEndEighteenCyclesAfterTheBusiest) {
  for (const std::uint32_t lanes : {1U, 3U, 16U}) {
    for (const std::uint32_t copies : {1U, 2U}) {
      const oracle::Result result = run_graph(figures::sum_square(lanes, copies));
      const Cycle busy = Cycle{32} / copies * ((32 + lanes - 1) / lanes);
      EXPECT_EQ(result.last_activity + 1, busy + 18) << lanes << " " << copies;
      EXPECT_EQ(result.tallies[0].firings, busy);
      EXPECT_TRUE(result.waits.empty());
      EXPECT_EQ(result.arrays.at("out").at(0), 1023U * 1024U * 2047U / 6U);
    }
  }
}

/// Twenty tiles through `depth` buffers.
Cycle two_stages(std::uint32_t depth) {
  const oracle::Result result = run_graph(figures::two_stages(20, depth));
  EXPECT_TRUE(result.waits.empty());
  EXPECT_EQ(result.arrays.at("out").at(0), 63U * 64U / 2U + 64U * 19U);
  return result.last_activity;
}

TEST(RduOracle, OneBufferInsteadOfTwoHalvesTheRate) {
  // A token goes round in 138 cycles: 64 firings and 6 stages of each context. With a buffer a
  // tile's interval is that, with two half of it, with three it is the 64 firings.
  EXPECT_EQ(two_stages(1), 19U * 138U + 63U + 6U + 63U + 6U);
  EXPECT_EQ(two_stages(2), 9U * 138U + 64U + 63U + 6U + 63U + 6U);
  EXPECT_EQ(two_stages(3), 19U * 64U + 63U + 6U + 63U + 6U);
}

TEST(RduOracle, AQueueOfSixteenThatMustHoldAThousandIsADeadlock) {
  const Program program = figures::two_queues(16);
  const oracle::Result result = run_graph(program);
  EXPECT_NEAR(static_cast<double>(result.last_activity), 22.0, 6.0);
  ASSERT_EQ(result.waits.size(), 3U);
  const std::vector<Wait> loop = loop_of(program, result.waits);
  EXPECT_EQ(describe_loop(program, loop),
            "context 'fill' waits for room on channel 'second' (16 of 16) to context 'all'\n"
            "context 'all' waits for a token on channel 'sum' (0 of 64) from context 'add'\n"
            "context 'add' waits for a token on channel 'first' (0 of 16) from context 'fill'");
}

TEST(RduOracle, WithAThousandItRuns) {
  const oracle::Result result = run_graph(figures::two_queues(1000));
  EXPECT_TRUE(result.waits.empty());
  EXPECT_EQ(result.arrays.at("total").at(0), 499500U * 1001U);
}

TEST(RduOracle, LanesBeyondTheEndAreNoneAndAnEmptyCounterTakesAStep) {
  GraphMaker g;
  const auto host = g.unit("host", UnitKind::host);
  const auto ends = g.channel("ends", ChannelKind::word);
  const auto sums = g.channel("sums", ChannelKind::word);
  g.argument("n", word_i32, host, ends);
  auto c = g.context("c", g.unit("a", UnitKind::compute), 16);
  const auto end = c.input(ends, 0);
  c.counter("i", {0, none}, {0, end});
  const auto i = c.index(0);
  c.give(sums, c.accumulate(Op::maximum, c.reduce(Op::maximum, i), 0), 0);
  g.result("most", word_i32, host, sums);
  const Program program = g.take();
  EXPECT_EQ(run_graph(program, {{"n", {37}}}).arrays.at("most").at(0), 36U);
  const oracle::Result none_at_all = run_graph(program, {{"n", {0}}});
  EXPECT_EQ(none_at_all.arrays.at("most").at(0), 0x80000000U);
  EXPECT_TRUE(none_at_all.waits.empty());
}

TEST(RduOracle, AConflictOfBanksTakesAsManyCyclesAsWords) {
  for (const std::int32_t stride : {1, 2, 16}) {
    GraphMaker g;
    const auto place = g.unit("m", UnitKind::memory);
    const auto words = g.memory("table", place, 4096);
    g.program().memories[words].initial = {5};
    const auto sums = g.channel("sums", ChannelKind::word);
    auto c = g.context("c", place, 16, true);
    const auto at = c.operation(Op::multiply, c.index(c.counter("i", 256)), c.integer(stride));
    const auto sum = c.reduce(Op::add, c.load(words, word_i32, at));
    c.give(sums, c.accumulate(Op::add, sum, 0), 0);
    g.result("sum", word_i32, g.unit("host", UnitKind::host), sums);
    const oracle::Result result = run_graph(g.take());
    EXPECT_EQ(result.arrays.at("sum").at(0), 5U);
    EXPECT_EQ(result.last_activity, 16U * static_cast<Cycle>(stride) - 1 + 6);
  }
}

/// Words [first, first + count) of one array of a DRAM to another one's begin.
Program copy_graph(std::uint32_t first, std::uint32_t count, std::uint32_t words) {
  GraphMaker g;
  const auto dram = g.unit("dram", UnitKind::dram);
  const auto from = g.dram_array("from", Array::Role::input, word_i32, {words}, dram);
  const auto to = g.dram_array("to", Array::Role::output, word_i32, {words}, dram);
  const auto command = [&](const std::string& name, std::uint32_t address) {
    auto c = g.context(name, g.unit(name, UnitKind::address), 1, true);
    c.counter("i", 1);
    const auto addresses = g.channel(name + ".address", ChannelKind::word);
    const auto sizes = g.channel(name + ".size", ChannelKind::word);
    c.give(addresses, c.integer(static_cast<std::int32_t>(address)));
    c.give(sizes, c.integer(static_cast<std::int32_t>(count * word_bytes)));
    return std::pair(addresses, sizes);
  };
  const auto data = g.channel("data", ChannelKind::vector);
  const auto done = g.channel("done", ChannelKind::bit);
  const auto [load_at, load_size] = command("load", from + first * word_bytes);
  const auto [store_at, store_size] = command("store", to);
  g.transfer("load", dram, Transfer::Kind::load, load_at, load_size, data);
  g.transfer("store", dram, Transfer::Kind::store, store_at, store_size, data, done);
  auto end = g.context("end", g.unit("host", UnitKind::host));
  end.input(done);
  return g.take();
}

TEST(RduOracle, LoadsAndStoresAreUnalignedAtBothEnds) {
  std::vector<std::uint32_t> words(200);
  std::iota(words.begin(), words.end(), 1U);
  for (const std::uint32_t first : {0U, 5U, 16U, 31U}) {
    for (const std::uint32_t count : {0U, 1U, 11U, 12U, 16U, 100U}) {
      const oracle::Result result = run_graph(copy_graph(first, count, 200), {{"from", words}});
      std::vector<std::uint32_t> expected(200, 0);
      std::copy_n(words.begin() + first, count, expected.begin());
      EXPECT_EQ(result.arrays.at("to"), expected) << first << " " << count;
      EXPECT_TRUE(result.waits.empty());
    }
  }
}

TEST(RduOracle, WordsBeyondMemoryAndDramAreRefusedWithTheirCycle) {
  Program program = copy_graph(390, 32, 200);
  program.file = "copy.rdu";
  program.transfers[0].line = 12;
  const oracle::Result result = run_graph(program);
  ASSERT_TRUE(result.fault.has_value());
  EXPECT_EQ(describe(program, *result.fault),
            "copy.rdu:12: cycle 1, unit 'dram', transfer 'load': byte 1687 is beyond the arrays of "
            "the DRAM")
      << "arrays end at 832 + 800";
}

}  // namespace
}  // namespace weft::program::rdu
