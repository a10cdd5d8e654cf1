// SPDX-License-Identifier: Apache-2.0
// Random schedules, whole and cut anywhere, leave in memory what the naive TSP leaves there.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "chip_slices.hpp"
#include "program/tsp_oracle.hpp"
#include "program/tsp_random.hpp"

namespace weft::machine::tsp {
namespace {

namespace form = program::tsp;
using form::oracle::Memory;

/// A tensor of the words of a memory, one after the other.
form::Tensor tensor_of(const std::string& name, form::Tensor::Role role, const Memory& memory) {
  form::Tensor tensor;
  tensor.name = name;
  tensor.role = role;
  tensor.shape = {memory.size(), form::lanes};
  std::int64_t first = 0;
  for (const auto& [number, word] : memory) {
    const std::uint32_t bank = number / form::words_a_bank;
    const std::uint32_t slice = bank / form::banks_a_slice;
    form::Piece piece;
    const bool west = slice < form::slices_a_hemisphere;
    piece.hemisphere = west ? form::Hemisphere::west : form::Hemisphere::east;
    piece.slices[0] = static_cast<std::uint8_t>(slice % form::slices_a_hemisphere);
    piece.bank = static_cast<std::uint8_t>(bank % form::banks_a_slice);
    piece.address = number % form::words_a_bank;
    piece.first = first;
    tensor.pieces.push_back(piece);
    first += form::lanes;
  }
  return tensor;
}

std::vector<std::byte> bytes_of(const Memory& memory) {
  std::vector<std::byte> out;
  for (const auto& [number, word] : memory) {
    const auto bytes = std::as_bytes(std::span(word));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

std::vector<std::uint32_t> some_cuts(form::random::Numbers& numbers, std::uint32_t most) {
  std::vector<std::uint32_t> cuts;
  for (std::uint32_t stop = 1; stop < form::stops; ++stop) {
    if (numbers.below(form::stops) < most) cuts.push_back(stop);
  }
  return cuts;
}

/// Runs a case on slices: its memory afterwards, and what it told.
struct Outcome {
  std::vector<std::byte> memory;
  std::uint64_t busy = 0, passed = 0;
  Cycle last = 0;
  Digest digest;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome run(const Constants& constants, const form::Program& program, const Memory& before,
            std::size_t after_bytes, const std::vector<std::uint32_t>& cuts, Cycle window,
            std::uint64_t task_bytes = form::most_task_bytes) {
  ChipSlices chip(constants, program, cuts, task_bytes);
  if (!before.empty()) chip.write("before", bytes_of(before));
  chip.launch();
  chip.run(window);
  EXPECT_EQ(chip.error(), "");
  Outcome out{{}, chip.sum("tile_busy"), chip.sum("stream_bytes", 1), 0, chip.digest()};
  out.last = chip.machine(0).last_activity();
  if (!program.timing_only && after_bytes > 0) out.memory = chip.read("after", after_bytes);
  return out;
}

/// The first word that is not what it should be, and how many are not.
std::string difference(const Memory& expected, const std::vector<std::byte>& seen) {
  std::string first;
  std::size_t at = 0;
  std::size_t wrong = 0;
  for (const auto& [number, word] : expected) {
    const auto bytes = std::as_bytes(std::span(word));
    const auto mine = std::span(seen).subspan(at, bytes.size());
    at += bytes.size();
    if (std::equal(bytes.begin(), bytes.end(), mine.begin())) continue;
    if (wrong++ > 0) continue;
    const std::uint32_t bank = number / form::words_a_bank;
    first =
        "bank " + std::to_string(bank) + ", word " + std::to_string(number % form::words_a_bank);
  }
  return wrong == 0 ? "" : first + ": " + std::to_string(wrong) + " words";
}

/// Words that data lead out of a bank are refused where the naive TSP refuses them.
void expect_refused(const form::random::Case& drawn, const std::string& words) {
  form::Program program = drawn.program;
  program.tensors = {tensor_of("before", form::Tensor::Role::input, drawn.memory)};
  Constants constants;
  constants.timing = drawn.timing;
  ChipSlices chip(constants, program, {7, 15});
  chip.write("before", bytes_of(drawn.memory));
  chip.launch();
  chip.run();
  const std::size_t cycle = words.find("cycle ");
  ASSERT_NE(cycle, std::string::npos) << words;
  // That one looks at the dispatch; here a scatter is refused when it would change memory.
  const Cycle dispatch = std::stoull(words.substr(cycle + 6));
  const bool scatters = chip.error().find(": scatter") != std::string::npos;
  const Cycle expected = dispatch + (scatters ? drawn.timing.mem_scatter_cycles : 0);
  EXPECT_EQ(chip.error().find("cycle " + std::to_string(expected) + ","), 0U)
      << words << " / " << chip.error();
  EXPECT_NE(chip.error().find("beyond its bank"), std::string::npos) << chip.error();
}

TEST(TspRandom, LeavesWhatTheNaiveTspLeaves) {
  constexpr std::uint64_t cases = 150;
  std::uint64_t crossed = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const form::random::Case drawn = form::random::legal(seed);
    form::oracle::Result expected;
    try {
      expected = form::oracle::run(drawn.schedule(), drawn.timing, drawn.memory);
    } catch (const Error& error) {
      expect_refused(drawn, error.what());
      ++refused;
      continue;
    }
    ASSERT_FALSE(expected.fault) << seed;
    form::Program program = drawn.program;
    program.tensors.clear();
    if (!drawn.memory.empty()) {
      program.tensors.push_back(tensor_of("before", form::Tensor::Role::input, drawn.memory));
    }
    if (!expected.memory.empty()) {
      form::Tensor after = tensor_of("after", form::Tensor::Role::output, expected.memory);
      if (!program.tensors.empty()) after.over = {0};  // the same memory, later
      program.tensors.push_back(std::move(after));
    }
    Constants constants;
    constants.timing = drawn.timing;
    const std::vector<std::byte> after = bytes_of(expected.memory);
    const Outcome whole = run(constants, program, drawn.memory, after.size(), {}, 1000);
    ASSERT_EQ(difference(expected.memory, whole.memory), "") << "seed " << seed;
    EXPECT_EQ(whole.last + 1, expected.cycles) << "seed " << seed;
    form::random::Numbers numbers(seed + 77);
    const auto cuts = some_cuts(numbers, 1 + numbers.below(6));
    const Cycle window = 1 + numbers.below(200);
    ASSERT_EQ(run(constants, program, drawn.memory, after.size(), cuts, window), whole)
        << "seed " << seed << ", " << cuts.size() << " cuts";
    crossed += cuts.empty() ? 0U : 1U;
    // Runs in parts of a few elements: the same bits, the same trace.
    for (const std::vector<std::uint32_t>& slices : {std::vector<std::uint32_t>{}, {8, 19}}) {
      if (seed >= cases / 2) break;
      const std::uint64_t task_bytes = seed % 2 == 0 ? 1 : std::uint64_t{7} * form::lanes;
      ASSERT_EQ(run(constants, program, drawn.memory, after.size(), slices, 1000, task_bytes),
                whole)
          << "seed " << seed << ", " << slices.size() << " cuts, " << task_bytes << " bytes a task";
    }
    program.timing_only = true;
    Outcome timing = run(constants, program, {}, 0, cuts, window);
    timing.memory = whole.memory;
    ASSERT_EQ(timing, whole) << "seed " << seed << ", without data";
  }
  EXPECT_GT(crossed, cases / 2);
  EXPECT_GT(refused, 0U);
  EXPECT_LT(refused, cases / 4);
}

}  // namespace
}  // namespace weft::machine::tsp
