// SPDX-License-Identifier: Apache-2.0
// What a scheduler hands out it gets back: words of banks, and those of a whole schedule.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "program/tsp_bert.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_schedule_memory.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

Timing whole_chip() {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  return timing;
}

TEST(TspBankWords, AreTakenAndGivenBackInAnyOrder) {
  BankWords words;
  words.take(0, 10);
  words.take(10, 20);
  words.take(30, 5);
  EXPECT_EQ(words.taken(), 35U);
  EXPECT_EQ(words.free_from(35, 100), BankWords::fresh);
  EXPECT_EQ(words.free_from(34, 2), never);
  words.give_back(10, 20, 700);
  EXPECT_EQ(words.taken(), 15U);
  EXPECT_EQ(words.free_from(10, 20), 700U);
  EXPECT_EQ(words.free_from(9, 2), never);
  words.give_back(30, 5, 900);
  EXPECT_EQ(words.free_from(12, 30), 900U);  // of all of them, fresh ones too
  words.take(12, 4);
  EXPECT_EQ(words.free_from(10, 2), 700U);
  EXPECT_EQ(words.free_from(12, 1), never);
  std::vector<std::uint32_t> bounds;
  words.add_bounds(bounds);
  EXPECT_EQ(bounds, (std::vector<std::uint32_t>{0, 10, 12, 16, 30, 35}));
  words.give_back(12, 4, 700);
  words.give_back(0, 10, 700);
  bounds.clear();
  words.add_bounds(bounds);
  EXPECT_EQ(bounds, (std::vector<std::uint32_t>{0, 30, 35}));
  words.take(words_a_bank - 1, 1);
  EXPECT_EQ(words.taken(), 1U);
}

TEST(TspScheduleMemory, ComputedWeightsTakeWhatIsGivenBackInTime) {
  Memory memory(whole_chip());
  constexpr Hemisphere side = Hemisphere::east;
  const Memory::WeightStore first = memory.allocate_computed(side, 40, 100, false, "a");
  EXPECT_EQ(first.free_from, BankWords::fresh);
  memory.release(first, 500);
  const Memory::WeightStore early = memory.allocate_computed(side, 40, 499, false, "b");
  EXPECT_NE(std::pair(early.bank, early.address), std::pair(first.bank, first.address));
  const Memory::WeightStore late = memory.allocate_computed(side, 40, 500, true, "c");
  EXPECT_EQ(std::pair(late.bank, late.address), std::pair(first.bank, first.address));
  EXPECT_EQ(late.free_from, 500U);
  // The host's lie where nothing ever lay.
  memory.release(late, 600);
  const Memory::WeightStore given = memory.allocate_weights(side, 40, "d");
  EXPECT_NE(std::pair(given.bank, given.address), std::pair(first.bank, first.address));
  // Far more than there are words, one after the other.
  for (Cycle at = 1000; at < 2000; ++at) {
    memory.release(memory.allocate_computed(side, 400, at, at % 2 == 0, "e"), at);
  }
  EXPECT_EQ(memory.weight_words(side), 80U);
}

TEST(TspScheduleMemory, ReservedWordsAreForWhatTheHostGives) {
  constexpr Hemisphere side = Hemisphere::west;
  SliceWords reserved{};
  const Memory empty(whole_chip());
  for (const std::uint8_t slice : empty.weight_slices(side)) {
    reserved[0].at(slice) = words_a_bank + 100;
  }
  for (const std::uint8_t slice : empty.constant_slices(side, 0)) reserved[0].at(slice) = 10;
  Memory memory(whole_chip(), reserved);
  // Whole banks: of 24 slices for tensors and constants both, but of four one.
  std::size_t stores = 0;
  try {
    for (;; ++stores) memory.allocate(side, 1, words_a_bank, {}, false, 0, "t");
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::limit);
  }
  EXPECT_EQ(stores, 2U * 20 + 4);
  EXPECT_EQ(memory.allocate(side, 4, words_a_bank - 10, {}, false, 0, "t").bank, 0);
  // What is left of the weights' second bank.
  EXPECT_EQ(memory.allocate(side, 4, words_a_bank - 100, {}, false, 0, "t").bank, 1);
  const auto slices = memory.constant_slices(side, 0);
  EXPECT_EQ(memory.allocate_in(side, slices, 4, 10, "c").address, words_a_bank - 10U);
  EXPECT_EQ(memory.allocate_weights(side, words_a_bank, "w").bank, 0);
  EXPECT_EQ(memory.allocate_weights(side, 60, "w").address, words_a_bank - 100U);
  EXPECT_EQ(memory.allocate_weights(side, 40, "w").address, words_a_bank - 40U);
  EXPECT_EQ(memory.given_words()[0].at(slices[0]), 10U);
  EXPECT_EQ(memory.given_by_name().at("w"), 16U * (words_a_bank + 100));
}

TEST(TspScheduleMemory, BenchesAndTensorsBesideWeightsGiveTheirWordsBack) {
  Memory memory(whole_chip());
  constexpr Hemisphere side = Hemisphere::west;
  const std::uint32_t bench = memory.allocate_bench(side, 3000, "bench");
  EXPECT_THROW(memory.allocate_bench(side, 3000, "another"), Error);
  memory.release_bench(side, bench, 3000, 50);
  EXPECT_EQ(memory.weight_words(side), 0U);
  // Tensors that fill all slices, weights' too, and again.
  for (Cycle turn = 0; turn < 2; ++turn) {
    std::vector<Store> stores;
    try {
      for (;;) stores.push_back(memory.allocate(side, 4, words_a_bank, {}, false, 0, "t"));
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::limit);
    }
    EXPECT_EQ(stores.size(), 2U * (slices_a_hemisphere - 4) / 4);
    for (const Store& store : stores) memory.release(store, 100 + turn);
  }
  EXPECT_EQ(memory.weight_words(side), 0U);
}

/// Words of the slices for weights that a program's chip writes by itself.
std::size_t words_written(const TensorProgram& tensors) {
  const Timing timing = whole_chip();
  ScheduleOptions options;
  options.timing_only = true;
  const ScheduledProgram scheduled = schedule(tensors, timing, options);
  const Checked checked = check(scheduled.program, timing);
  EXPECT_FALSE(checked.fault.has_value());
  std::set<std::pair<std::uint16_t, std::uint64_t>> words;
  const Memory memory(timing);
  std::set<std::uint16_t> slices;
  for (const Hemisphere side : {Hemisphere::west, Hemisphere::east}) {
    for (const std::uint8_t slice : memory.weight_slices(side)) {
      slices.insert(static_cast<std::uint16_t>(number_of({Unit::mem, side, slice, 0})));
    }
  }
  for (const Instruction& run : scheduled.program.schedules[0].instructions) {
    if (run.opcode != Opcode::write || slices.count(run.queue) == 0) continue;
    for (std::uint32_t k = 0; k < run.count; ++k) {
      words.insert({run.queue, std::uint64_t{run.bank} * words_a_bank +
                                   static_cast<std::uint64_t>(run.address_of(k))});
    }
  }
  return words.size();
}

TEST(TspScheduleMemory, LayersOfAnEncoderTakeTheWordsOfThoseBefore) {
  BertSizes sizes{2, 64, 4, 64};
  sizes.length = 32;
  const std::size_t of_two = words_written(bert(sizes));
  sizes.layers = 5;
  EXPECT_EQ(words_written(bert(sizes)), of_two);
}

TEST(TspScheduleMemory, WordsThatAreTakenAgainKeepTheHostsBits) {
  BertSizes sizes{3, 48, 3, 40};
  sizes.length = 21;
  const TensorProgram program = bert(sizes);
  test::expect_as_on_host(program, test::pattern_inputs(program));
}

}  // namespace
}  // namespace weft::program::tsp
