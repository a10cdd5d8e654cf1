// SPDX-License-Identifier: Apache-2.0
// Tasks of a TSP's schedule: whole where they can be, split where what they take comes later.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_random.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_builder.hpp"
#include "tsp_task_run.hpp"

namespace weft::program::tsp {
namespace {

using test::Builder;
using test::east;
using test::fault_text;
using test::of;
using test::west;

/// Counts of an instruction's tasks, in order.
std::vector<std::uint32_t> counts_of(const Builder& b, std::uint32_t instruction) {
  EXPECT_EQ(fault_text(b), "");
  const Checked checked = check(b.program, test::default_timing());
  std::vector<std::uint32_t> out;
  for (const Task& task : checked.schedules[0].tasks) {
    if (task.instruction == instruction) out.push_back(task.count);
  }
  return out;
}
using Counts = std::vector<std::uint32_t>;

bool words_equal(const oracle::Memory& a, const oracle::Memory& b) {
  for (const auto& [word, value] : a) {
    const auto other = b.find(word);
    if ((other == b.end() ? oracle::Vector{} : other->second) != value) return false;
  }
  return true;
}

/// Tasks in their order and the naive TSP leave the same memory.
bool runs_alike(const Schedule& schedule, const Timing& timing, const Checked& checked,
                const oracle::Memory& before) {
  const oracle::Memory naive = oracle::run(schedule, timing, before).memory;
  const oracle::Memory tasks = test::run_tasks(schedule, checked.schedules[0], before);
  return words_equal(naive, tasks) && words_equal(tasks, naive);
}

/// Memory in which every word differs.
oracle::Memory numbered(const Builder& b) {
  oracle::Memory out;
  for (const Instruction& i : b.program.schedules[0].instructions) {
    if (i.opcode != Opcode::read) continue;
    const Queue queue = queue_of(i.queue);
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto address = static_cast<std::uint32_t>(i.address_of(k));
      oracle::Vector value;
      value.fill(static_cast<std::uint8_t>(7 * address + 3 * i.queue + 1));
      out[oracle::word_number(queue.hemisphere, queue.index, i.bank, address)] = value;
    }
  }
  return out;
}

bool runs_alike(const Builder& b) {
  const Timing timing = test::default_timing();
  return runs_alike(b.program.schedules[0], timing, check(b.program, timing), numbered(b));
}

TEST(TspTasks, AProducerThatBeginsLaterSplitsTheRun) {
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 10);
  b.read("mem.w0", 10, east(0), 100, 10);
  const auto moved = b.write("mem.e0", 3, east(0), 0, 20);
  EXPECT_EQ(counts_of(b, moved), (Counts{10, 10}));
  EXPECT_TRUE(runs_alike(b));
  // One that begins before is waited for: whole.
  Builder one;
  one.read("mem.w0", 0, east(0), 0, 20);
  EXPECT_EQ(counts_of(one, one.write("mem.e0", 3, east(0), 0, 20)), (Counts{20}));
}

TEST(TspTasks, ARunThatFeedsItselfIsSplitByItsPeriod) {
  // A word goes from mem.w0 to mem.e0 and, three cycles on, is read there again, to be moved on.
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 1);
  const auto moved = b.write("mem.e0", 3, east(0), 1, 40);
  b[moved].interval_cycles = 10;
  const auto again = b.read("mem.e0", 8, west(0), 1, 40);
  b[again].interval_cycles = 10;
  const auto back =
      b.alu(0, VectorOperation::negate, 10, {of(west(0))}, east(0), VectorType::i8, 39);
  b[back].interval_cycles = 10;
  // From the ALU, seven cycles later, to mem.e0: 18 + 10 k, while it writes in 3 + 10 k.
  EXPECT_EQ(fault_text(b), "undriven operand of mem.e0[1] in cycle 13");
  b[moved].interval_cycles = b[again].interval_cycles = b[back].interval_cycles = 15;
  EXPECT_EQ(counts_of(b, moved), Counts(40, 1));
  EXPECT_TRUE(runs_alike(b));
}

TEST(TspTasks, ReadersAndWritersOfOneWordKeepTheirOrder) {
  // In place: words are read in even cycles, negated twice, and written back in odd ones.
  Builder b;
  const auto read = b.read("mem.w0", 0, east(0), 0, 20);
  const auto first = b.alu(0, VectorOperation::negate, 2, {of(east(0))}, {}, VectorType::i8, 20);
  const auto second =
      b.alu(4, VectorOperation::bit_not, 5, {test::chain(0)}, west(1), VectorType::i8, 20);
  const auto write = b.write("mem.w0", 13, west(1), 0, 20);
  for (const std::uint32_t run : {read, first, second, write}) b[run].interval_cycles = 2;
  EXPECT_EQ(counts_of(b, read), (Counts{20}));
  EXPECT_EQ(counts_of(b, write), (Counts{20}));
  EXPECT_TRUE(runs_alike(b));
  // Written seven words on, a word is there a cycle before it is read; six on, a cycle after.
  b[write].address = 7;
  EXPECT_EQ(counts_of(b, read), (Counts{7, 7, 6}));
  EXPECT_EQ(counts_of(b, write), (Counts{7, 7, 6}));
  EXPECT_TRUE(runs_alike(b));
  b[write].address = 6;
  EXPECT_EQ(counts_of(b, read), (Counts{20}));
  EXPECT_TRUE(runs_alike(b));
}

TEST(TspTasks, AReaderThatFollowsAWriterThroughMemoryIsSplit) {
  // Words arrive in odd cycles; the reader in even ones is behind, then ahead of the writer.
  Builder b;
  b.read("mem.w4", 0, east(0), 0, 20);
  const auto write = b.write("mem.w0", 3, east(0), 0, 20);
  b[0].cycle = 1;
  b[0].interval_cycles = b[write].interval_cycles = 2;
  const auto read = b.read("mem.w0", 0, east(5), 12, 30);
  b[read].stride = -1;
  b[read].count = 13;
  b[read].interval_cycles = 2;
  b.write("mem.e0", 3, east(5), 0, 13);
  b[3].interval_cycles = 2;
  EXPECT_EQ(counts_of(b, read).size() + counts_of(b, write).size(), 3U);
  EXPECT_TRUE(runs_alike(b));
}

TEST(TspTasks, WordsThatAreWrittenTwiceAreWrittenInOrder) {
  Builder b;
  b.read("mem.w4", 1, east(0), 0, 20);
  const auto write = b.write("mem.w0", 3, east(0), 0, 20);
  const auto expect_whole = [&](std::int32_t stride, std::uint32_t inner, std::int32_t outer) {
    b[write].stride = stride;
    b[write].inner = inner;
    b[write].outer_stride = outer;
    EXPECT_EQ(counts_of(b, write), (Counts{20})) << stride << " " << inner << " " << outer;
    EXPECT_TRUE(runs_alike(b));
  };
  expect_whole(1, 6, 0);
  expect_whole(1, 6, 3);
  expect_whole(0, none, 0);
  // A reader between two writes of a word takes the first: cut on both sides of it.
  const auto read = b.read("mem.w0", 8, east(5), 0, 1);
  b[write].stride = 0;
  b[write].cycle = 3;
  b[write].bank = b[read].bank = 0;
  b[0].interval_cycles = b[write].interval_cycles = 2;
  b.write("mem.e0", 11, east(5), 40, 1);
  EXPECT_EQ(counts_of(b, write), (Counts{3, 17}));
  EXPECT_TRUE(runs_alike(b));
}

TEST(TspTasks, LongRunsAreCutToWhatATaskMayHold) {
  Builder b;
  const auto read = b.read("mem.w0", 0, east(0), 0, 20);
  const auto sum =
      b.alu(0, VectorOperation::convert, 2, {of(east(0))}, east(4, 4), VectorType::i8, 20);
  b[sum].result_type = VectorType::i32;
  const auto write = b.write("mem.e0", 10, east(4), 0, 20);
  ASSERT_EQ(fault_text(b), "");
  const Timing timing = test::default_timing();
  const auto counts = [&](std::uint64_t task_bytes, std::uint32_t instruction) {
    const Checked checked = check(b.program, timing, {}, task_bytes);
    EXPECT_TRUE(runs_alike(b.program.schedules[0], timing, checked, numbered(b)));
    Counts out;
    for (const Task& task : checked.schedules[0].tasks) {
      if (task.instruction == instruction) out.push_back(task.count);
    }
    return out;
  };
  EXPECT_EQ(counts(std::uint64_t{20} * 4 * lanes, sum), Counts{20});
  EXPECT_EQ(counts(std::uint64_t{12} * lanes, read), (Counts{12, 8}));
  EXPECT_EQ(counts(std::uint64_t{12} * lanes, sum), (Counts{3, 3, 3, 3, 3, 3, 2}));
  EXPECT_EQ(counts(std::uint64_t{12} * lanes, write), (Counts{3, 3, 3, 3, 3, 3, 2}));
  EXPECT_EQ(counts(1, read), Counts(20, 1));
}

/// How often the check looks at something, of a program of that size.
template <typename Make>
std::uint64_t examined(std::uint32_t size, const Make& make) {
  const Builder b = make(size);
  const Checked checked = check(b.program, test::default_timing());
  EXPECT_FALSE(checked.fault) << fault_text(b);
  return checked.schedules[0].examined;
}

/// Twice the size is at most a little more than twice the work.
template <typename Make>
void expect_linear(std::uint32_t size, const Make& make) {
  const std::uint64_t once = examined(size, make);
  const std::uint64_t twice = examined(2 * size, make);
  EXPECT_GT(once, size);
  EXPECT_LT(twice, 2 * once + once / 10);
}

TEST(TspTasks, WorkGrowsWithTheTasksOfAChain) {
  // One word a read: what takes them is cut in as many tasks, and so is what takes that.
  expect_linear(1000, [](std::uint32_t size) {
    Builder b;
    for (std::uint32_t k = 0; k < size; ++k) b.read("mem.w0", k, east(0), k, 1);
    b.alu(0, VectorOperation::negate, 2, {of(east(0))}, {}, VectorType::i8, size);
    b.alu(4, VectorOperation::negate, 5, {test::chain(0)}, east(1), VectorType::i8, size);
    b.write("mem.e0", 13, east(1), 0, size);
    return b;
  });
}

TEST(TspTasks, WorkGrowsWithTheGapsOfAnOperand) {
  // An operand that takes by turns from a near stop and a far one.
  expect_linear(1000, [](std::uint32_t size) {
    Builder b;
    for (std::uint32_t k = 0; k < size; ++k) {
      b.read(k % 2 == 0 ? "mem.w0" : "mem.w4", k % 2 == 0 ? k + 1 : k, east(0), k, 1);
    }
    b.write("mem.e0", 4, east(0), 0, size);
    return b;
  });
}

TEST(TspTasks, WorkGrowsWithTheHazardsOfABank) {
  // A long run reads a bank that single words are written to, elsewhere.
  expect_linear(500, [](std::uint32_t size) {
    Builder b;
    const auto read = b.read("mem.w0", 10, east(1), 0, size);
    b[read].interval_cycles = 4;
    const auto moved = b.write("mem.e0", 13, east(1), 0, size);
    b[moved].interval_cycles = 4;
    for (std::uint32_t k = 0; k < size; ++k) {
      b.read("mem.w8", 4 * k + 10, east(2), k, 1);
      b.write("mem.w0", 4 * k + 13, east(2), k / 2 * 2, 1);
    }
    return b;
  });
}

TEST(TspTasks, WorkGrowsWithTheRunsOfAProduct) {
  for (const std::uint64_t rows : {1'000U, 40'000U}) {
    TensorProgram program;
    const TensorId a = program.input("a", VectorType::i8, {rows, 64});
    const TensorId w = program.pattern("w", VectorType::i8, {64, 64}, 1);
    program.output(program.matmul(a, w, "y"));
    const Timing timing = test::default_timing();
    const ScheduledProgram scheduled = schedule(program, timing);
    const Checked checked = check(scheduled.program, timing);
    EXPECT_FALSE(checked.fault);
    EXPECT_EQ(checked.cycles, scheduled.cycles);
    const std::size_t runs = scheduled.program.schedules[0].instructions.size();
    EXPECT_LT(checked.schedules[0].tasks.size(), 2 * runs) << rows << " rows";
    EXPECT_LT(checked.schedules[0].examined, 10 * runs) << rows << " rows";
  }
}

TEST(TspTasks, RandomSchedulesRunAlikeTaskByTask) {
  std::size_t split = 0;
  int stopped = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const random::Case c = random::legal(seed);
    const Checked checked = check(c.program, c.timing);
    ASSERT_FALSE(checked.fault) << seed;
    try {
      EXPECT_TRUE(runs_alike(c.schedule(), c.timing, checked, c.memory)) << seed;
    } catch (const Error& error) {  // data may lead a gather out of its bank
      EXPECT_EQ(error.category(), Category::program) << error.what();
      ++stopped;
    }
    split += checked.schedules[0].tasks.size() - c.schedule().instructions.size();
  }
  EXPECT_GT(split, 0U);
  EXPECT_LT(stopped, 15);
}

TEST(TspTasks, OutputsAreThereWhenTheirLastWordIs) {
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 8);
  b.write("mem.e0", 3, east(0), 100, 8);
  Tensor y;
  y.name = "y";
  y.role = Tensor::Role::output;
  y.shape = {4, lanes};
  y.pieces.emplace_back();
  y.pieces[0].hemisphere = Hemisphere::east;
  y.pieces[0].address = 98;
  y.pieces[0].words = 4;  // 98 .. 101, of which the run writes 100 and 101
  b.program.tensors = {y};
  const Timing timing = test::default_timing();
  validate(b.program);
  auto times = output_times(b.program, timing);
  ASSERT_EQ(times.size(), 1U);
  EXPECT_EQ(times[0].cycle, 4U + 1 + 1 + 19);
  b.program.tensors[0].pieces[0].address = 104;
  EXPECT_EQ(output_times(b.program, timing)[0].cycle, 10U + 1 + 1 + 19);
  EXPECT_EQ(output_times(b.program, timing)[0].cycle, check(b.program, timing).cycles);
  b.program.tensors[0].pieces[0].bank = 1;
  EXPECT_EQ(output_times(b.program, timing)[0].cycle, 0U);
}

}  // namespace
}  // namespace weft::program::tsp
