// SPDX-License-Identifier: Apache-2.0
// Weights, arrays, rows of sums and accumulators of a TSP's MXM, held against a schedule.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tsp_builder.hpp"
#include "tsp_task_run.hpp"

namespace weft::program::tsp {
namespace {

using test::Builder;
using test::east;
using test::fault_text;
using test::implied;
using test::of;
using test::west;

/// Products on the east's inner plane, or on both planes: whatever the cycle from 40 on, there are
/// sixteen streams of weights and a pair of activations.
struct Matrix : Builder {
  explicit Matrix(VectorType of_type = VectorType::i8, std::string on_plane = "mxm.e0.")
      : type(of_type), plane(std::move(on_plane)) {
    // East of the VXM, 16 slices that hold no text feed streams e0..e15, two more e16 and e17.
    std::uint32_t slice = 0;
    for (std::uint32_t stream = 0; stream < 18; ++stream, ++slice) {
      while (slice == 16 || slice == 20) ++slice;
      read("mem.e" + std::to_string(slice), 0, east(stream), 0, 1000);
      (*this)[stream].stride = 0;
    }
  }

  std::uint32_t on(const std::string& queue, Opcode opcode, Cycle cycle, std::uint32_t count) {
    const std::uint32_t index = add(plane + queue, opcode, cycle, count);
    (*this)[index].type = type;
    return index;
  }
  /// Elements of 16 (fp16: 8) rows, from row 0 on.
  std::uint32_t load(Cycle cycle, std::uint32_t count) {
    const std::uint32_t index = on("weights", Opcode::load_weights, cycle, count);
    (*this)[index].operands[0] = of(east(0, 16));
    (*this)[index].stride = type == VectorType::f16 ? 8 : 16;
    return index;
  }
  std::uint32_t install(Cycle cycle, std::uint32_t rows) {
    const std::uint32_t index = on("weights", Opcode::install_weights, cycle, 1);
    (*this)[index].rows = static_cast<std::uint16_t>(rows);
    (*this)[index].operands[2] = implied();
    return index;
  }
  std::uint32_t activate(Cycle cycle, std::uint32_t count) {
    const std::uint32_t index = on("activations", Opcode::activate, cycle, count);
    (*this)[index].operands[0] = of(east(16, type == VectorType::f16 ? 2 : 1));
    (*this)[index].operands[2] = implied();
    return index;
  }
  /// Of the rows that come out 20 cycles after their activations.
  std::uint32_t accumulate(Cycle cycle, std::uint32_t count, bool adds = false) {
    const std::uint32_t index = on("results", Opcode::accumulate, cycle, count);
    (*this)[index].stride = 1;
    (*this)[index].adds = adds ? 1 : 0;
    (*this)[index].operands[2] = implied();
    return index;
  }

  VectorType type;
  std::string plane;
};

/// A product of four vectors by 32 rows: two loads in 50 and 51, landing two cycles later.
struct Product : Matrix {
  explicit Product(VectorType of_type = VectorType::i8, const std::string& on_plane = "mxm.e0.")
      : Matrix(of_type, on_plane) {
    loads = load(50, 2);
    install_ = install(53, of_type == VectorType::f16 ? 16 : 32);
    vectors = activate(54, 4);
    sums = accumulate(74, 4);
    name(install_, 2, loads);
    name(vectors, 2, install_, 0, 0);
    name(sums, 2, vectors);
  }
  std::uint32_t loads, install_, vectors, sums;
};

TEST(TspMatrix, AProductFindsItsWeightsAndRows) {
  for (const VectorType type : {VectorType::i8, VectorType::f16}) {
    const Product p(type);
    EXPECT_EQ(fault_text(p), "");
    const Checked checked = check(p.program, test::default_timing());
    const CheckedSchedule& one = checked.schedules[0];
    const auto edges_of = [&](std::uint32_t index) {
      return std::vector<Edge>(
          one.edges.begin() + static_cast<std::ptrdiff_t>(one.edges_from[index]),
          one.edges.begin() + static_cast<std::ptrdiff_t>(one.edges_from[index + 1]));
    };
    const auto taken = edges_of(p.install_);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[1].producer, p.loads);
    EXPECT_EQ(taken[1].producer_first, 1);
    const auto vectors = edges_of(p.vectors);
    EXPECT_EQ(vectors.back().producer, p.install_);
    EXPECT_EQ(vectors.back().producer_step, 0);
    EXPECT_EQ(vectors.back().operand, 2U);
    const auto sums = edges_of(p.sums);
    ASSERT_EQ(sums.size(), 1U);
    EXPECT_EQ(sums[0].producer, p.vectors);
    EXPECT_EQ(sums[0].count, 4U);
  }
}

TEST(TspMatrix, AnInstallTakesWhatHasLanded) {
  Product early;
  early[early.install_].cycle = 52;
  early[early.vectors].cycle = 53;
  EXPECT_EQ(fault_text(early),
            "install while the buffer is in use of mxm.e0.weights[0] in cycle "
            "52");
  early[early.install_].rows = 16;
  early[early.sums].cycle = 73;
  EXPECT_EQ(fault_text(early), "");
  Product more;
  more[more.install_].rows = 33;
  EXPECT_EQ(fault_text(more),
            "install while the buffer is in use of mxm.e0.weights[0] in cycle "
            "53");
  EXPECT_EQ(describe(more.program, *test::fault_in(more.program)),
            "install while the buffer is in use: element 0 of install_weights (mxm.e0.weights, "
            "instruction 19) in cycle 53 takes rows of the buffer that were not loaded");
  Product again;  // nothing new
  again.install(56, 32);
  EXPECT_EQ(fault_text(again),
            "install while the buffer is in use of mxm.e0.weights[0] in cycle "
            "56");
}

TEST(TspMatrix, ALoadDoesNotOverwriteWhatWaits) {
  Product p;
  const auto next = p.load(52, 1);  // lands in 54, after the install
  EXPECT_EQ(fault_text(p), "");
  p[next].cycle = 51;
  p[p.loads].count = 1;
  p[p.install_].rows = 16;
  EXPECT_EQ(fault_text(p), "install while the buffer is in use of mxm.e0.weights[0] in cycle 51");
  p[next].address = 16;
  EXPECT_EQ(fault_text(p), "");
}

TEST(TspMatrix, AnInstallThatTakesLongKeepsItsBuffer) {
  Timing timing = test::default_timing();
  timing.mxm_install_cycles = 3;
  Product p;
  p[p.vectors].cycle = 56;
  p[p.sums].cycle = 76;
  const auto next = p.load(54, 1);  // lands in 56
  EXPECT_EQ(fault_text(p, timing), "");
  p[next].cycle = 52;
  EXPECT_EQ(fault_text(p, timing),
            "install while the buffer is in use of mxm.e0.weights[0] in cycle 52");
  p[next].cycle = 54;
  p[p.vectors].cycle = 55;
  EXPECT_EQ(fault_text(p, timing), "undriven operand of mxm.e0.activations[0] in cycle 55");
}

TEST(TspMatrix, AnArrayReplacedInsideARunThatNamesIt) {
  Product p;
  p.load(54, 1);
  const auto second = p.install(56, 16);
  EXPECT_EQ(fault_text(p), "install while the buffer is in use of mxm.e0.weights[0] in cycle 56");
  EXPECT_EQ(describe(p.program, *test::fault_in(p.program)),
            "install while the buffer is in use: element 0 of install_weights (mxm.e0.weights, "
            "instruction 23) in cycle 56 replaces the array that element 3 of activate "
            "(mxm.e0.activations, instruction 20) names");
  p[second].cycle = 57;
  EXPECT_EQ(fault_text(p), "");
  p[second].cycle = 56;
  p[p.vectors].operands[2].name_count = 0;  // without a name it is what is meant
  EXPECT_EQ(fault_text(p), "");
  const Checked checked = check(p.program, test::default_timing());
  std::vector<std::uint32_t> counts;
  for (const Task& task : checked.schedules[0].tasks) {
    if (task.instruction == p.vectors) counts.push_back(task.count);
  }
  EXPECT_EQ(counts, (std::vector<std::uint32_t>{3, 1}));
}

TEST(TspMatrix, ActivationsNeedAnArrayOfTheirType) {
  Product p;
  p[p.vectors].cycle = 53;
  EXPECT_EQ(fault_text(p), "undriven operand of mxm.e0.activations[0] in cycle 53");
  Product other;  // the array was replaced before the run
  other.load(54, 2);
  other.install(57, 32);
  other[other.vectors].cycle = 58;
  other[other.sums].cycle = 78;
  EXPECT_EQ(fault_text(other), "other operand than named of mxm.e0.activations[0] in cycle 58");
  Product halves;
  halves[halves.vectors].type = VectorType::f16;
  halves[halves.vectors].operands[0] = of(east(16, 2));
  EXPECT_EQ(fault_text(halves), "undriven operand of mxm.e0.activations[0] in cycle 54");
}

TEST(TspMatrix, RowsOfSumsLastACycle) {
  Product late;
  late[late.sums].cycle = 75;
  EXPECT_EQ(fault_text(late), "other operand than named of mxm.e0.results[0] in cycle 75");
  late[late.sums].operands[2].name_count = 0;
  EXPECT_EQ(fault_text(late), "undriven operand of mxm.e0.results[3] in cycle 78");
  late[late.sums].count = 3;
  EXPECT_EQ(fault_text(late), "");
  Product other;  // another plane's
  other[other.sums].queue = static_cast<std::uint16_t>(number_of(*find_queue("mxm.e1.results")));
  EXPECT_EQ(fault_text(other), "undriven operand of mxm.e1.results[0] in cycle 74");
}

TEST(TspMatrix, SumsAreAddedToRowsThatWereStored) {
  Product p;
  p.activate(58, 4);
  const auto added = p.accumulate(78, 4, true);
  EXPECT_EQ(fault_text(p), "");
  p[added].address = 1;
  EXPECT_EQ(fault_text(p), "undriven operand of mxm.e0.results[3] in cycle 81");
  p[added].address = 100;
  EXPECT_EQ(fault_text(p), "undriven operand of mxm.e0.results[0] in cycle 78");
  p[added].adds = 0;
  EXPECT_EQ(fault_text(p), "");
}

TEST(TspMatrix, AccumulationsThatTakeTurns) {
  Product p;
  p[p.vectors].count = 8;
  p[p.sums].interval_cycles = 2;
  p[p.sums].operands[2].name_count = 0;
  const auto added = p.accumulate(75, 4, true);
  p[added].interval_cycles = 2;
  EXPECT_EQ(fault_text(p), "");
  // Row 0 is stored in 74, so what is added to it comes after, and so on: split row by row.
  const Checked checked = check(p.program, test::default_timing());
  std::vector<std::uint32_t> order;
  for (const Task& task : checked.schedules[0].tasks) {
    if (task.instruction == p.sums || task.instruction == added) order.push_back(task.instruction);
  }
  EXPECT_EQ(order, (std::vector<std::uint32_t>{p.sums, added}));
  p[added].address = 1;
  EXPECT_EQ(fault_text(p), "undriven operand of mxm.e0.results[0] in cycle 75");
}

TEST(TspMatrix, ARunOfLoadsThatInstallsCutIsComputedInParts) {
  Matrix m;
  for (std::uint32_t stream = 0; stream < 18; ++stream) m[stream].stride = 1;
  // Rows 0 and 16, twice, landing in 52, 54, 56 and 58; installs between and after them.
  const auto loads = m.load(50, 4);
  m[loads].interval_cycles = 2;
  m[loads].inner = 2;
  m[loads].outer_stride = 0;
  const auto installs = m.install(55, 32);
  m[installs].count = 2;
  m[installs].interval_cycles = 4;
  const auto vectors = m.activate(56, 5);
  const auto sums = m.accumulate(76, 5);
  m[sums].result = west(0, 4);
  m.write("mem.e40", 80, west(0), 0, 5);
  EXPECT_EQ(fault_text(m), "");
  const Timing timing = test::default_timing();
  const Checked checked = check(m.program, timing);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;  // instruction, count
  for (const Task& task : checked.schedules[0].tasks) {
    if (task.instruction >= loads && task.instruction <= vectors) {
      order.emplace_back(task.instruction, task.count);
    }
  }
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted = {
      {loads, 2}, {installs, 1}, {vectors, 4}, {loads, 2}, {installs, 1}, {vectors, 1}};
  EXPECT_EQ(std::set(order.begin(), order.end()), std::set(wanted.begin(), wanted.end()));
  EXPECT_EQ(order.size(), wanted.size());
  // In that order they leave what the naive TSP leaves.
  oracle::Memory memory;
  for (std::uint32_t stream = 0; stream < 18; ++stream) {
    const Queue queue = queue_of(m[stream].queue);
    for (std::uint32_t word = 0; word < 100; ++word) {
      auto& value = memory[oracle::word_number(queue.hemisphere, queue.index, 0, word)];
      for (std::uint32_t lane = 0; lane < lanes; ++lane) {
        value[lane] = static_cast<std::uint8_t>(word * 31 + stream * 7 + lane * word);
      }
    }
  }
  const Schedule& schedule = m.program.schedules[0];
  const oracle::Memory naive = oracle::run(schedule, timing, memory).memory;
  const oracle::Memory tasks = test::run_tasks(schedule, checked.schedules[0], memory);
  for (std::uint32_t word = 0; word < 5; ++word) {
    const std::uint32_t number = oracle::word_number(Hemisphere::east, 40, 0, word);
    EXPECT_EQ(naive.at(number), tasks.at(number)) << word;
  }
  const std::uint32_t last = oracle::word_number(Hemisphere::east, 40, 0, 4);
  EXPECT_NE(naive.at(last), naive.at(last - 1));
}

TEST(TspMatrix, Fp16TakesTheQueuesOfBothPlanes) {
  for (const std::string other : {"mxm.e1.", "mxm.e0."}) {
    Product p(VectorType::f16);
    const auto more = p.add(other + "activations", Opcode::activate, 57);
    p[more].operands[0] = of(east(16));
    // Of the two the later by queue is blamed: e0 is nearer to the SXM, west of e1.
    EXPECT_EQ(fault_text(p).substr(0, 16), "queue used twice");
    p[more].cycle = 58;
    EXPECT_EQ(fault_text(p), "undriven operand of " + other + "activations[0] in cycle 58");
  }
}

TEST(TspMatrix, Int8PlanesWorkSideBySide) {
  Product inner;
  Product outer(VectorType::i8, "mxm.e1.");
  for (std::uint32_t index = outer.loads; index <= outer.sums; ++index) {
    Instruction i = outer[index];
    i.cycle += 1;  // the streams need one more hop, and are there all the time
    for (Operand& operand : i.operands) operand.name_count = 0;
    inner.schedule().instructions.push_back(i);
  }
  EXPECT_EQ(fault_text(inner), "");
}

}  // namespace
}  // namespace weft::program::tsp
