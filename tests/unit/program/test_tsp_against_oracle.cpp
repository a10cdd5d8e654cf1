// SPDX-License-Identifier: Apache-2.0
// check() against the naive TSP on random schedules: the same verdict, the same first fault, the
// same cycles, and every operand from where the naive one took it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "program/tsp_check.hpp"
#include "program/tsp_random.hpp"

namespace weft::program::tsp {
namespace {

std::string text_of(const std::optional<Fault>& fault) {
  if (!fault) return "legal";
  return std::string(name_of(fault->code)) + ", cycle " + std::to_string(fault->cycle) +
         ", queue " + name_of(queue_of(fault->queue)) + ", element " +
         std::to_string(fault->element) + ", instruction " + std::to_string(fault->instruction) +
         ", other " + std::to_string(fault->other) + ", operand " + std::to_string(fault->operand) +
         ", stream " + std::to_string(fault->stream);
}

/// Edges, element by element and stream by stream.
std::vector<oracle::Take> takes_of(const CheckedSchedule& checked) {
  std::vector<oracle::Take> takes;
  for (const Edge& edge : checked.edges) {
    for (std::uint32_t k = 0; k < edge.count; ++k) {
      const auto producer =
          static_cast<std::uint32_t>(edge.producer_first + std::int64_t{k} * edge.producer_step);
      oracle::Take take{edge.consumer, edge.first + k, edge.operand, edge.stream,
                        edge.producer, producer,       edge.byte};
      if (edge.width == 0) takes.push_back(take);
      for (std::uint32_t s = 0; s < edge.width; ++s) {
        takes.push_back(take);
        ++take.stream;
        ++take.byte;
      }
    }
  }
  std::sort(takes.begin(), takes.end());
  return takes;
}

/// Tasks are whole: every element once, in ascending order of cycles.
void expect_all_elements(const Schedule& schedule, const CheckedSchedule& checked) {
  std::vector<std::vector<bool>> seen;
  for (const Instruction& run : schedule.instructions) seen.emplace_back(run.count, false);
  for (const Task& task : checked.tasks) {
    for (std::uint32_t k = task.first; k < task.first + task.count; ++k) {
      ASSERT_LT(k, seen.at(task.instruction).size());
      EXPECT_FALSE(seen[task.instruction][k]);
      seen[task.instruction][k] = true;
    }
  }
}

/// True when the two say the same.
bool compare(const random::Case& c, std::map<std::string, int>& verdicts) {
  const Checked checked = check(c.program, c.timing);
  const oracle::Result naive = oracle::run(c.schedule(), c.timing, {}, {false, true});
  ++verdicts[naive.fault ? std::string(name_of(naive.fault->code)) : "legal"];
  const bool same = checked.fault.has_value() == naive.fault.has_value() &&
                    (!naive.fault || first_of(*checked.fault, *naive.fault) == 0);
  EXPECT_TRUE(same) << "check: " << text_of(checked.fault) << "\noracle: " << text_of(naive.fault);
  if (!same || naive.fault) return same;
  EXPECT_EQ(checked.cycles, naive.cycles);
  EXPECT_EQ(checked.schedules.front().cycles, naive.cycles);
  const bool edges = takes_of(checked.schedules.front()) == naive.takes;
  EXPECT_TRUE(edges) << "operands come from elsewhere";
  expect_all_elements(c.schedule(), checked.schedules.front());
  return edges && checked.cycles == naive.cycles;
}

/// `count` schedules, a third of them illegal; what they were is printed.
void compare_many(std::uint64_t first_seed, std::uint64_t count) {
  std::map<std::string, int> verdicts;
  int different = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + count && different < 20; ++seed) {
    const bool illegal = seed % 3 == 0;
    SCOPED_TRACE((illegal ? "illegal, seed " : "legal, seed ") + std::to_string(seed));
    if (!compare(illegal ? random::illegal(seed) : random::legal(seed), verdicts)) ++different;
  }
  for (const auto& [verdict, times] : verdicts) {
    std::printf("%8d %s\n", times, verdict.c_str());
  }
  EXPECT_EQ(different, 0);
  // Those that need more than one chip come last.
  const auto codes = static_cast<std::size_t>(FaultCode::clocks_without_deskew);
  if (count >= 10'000) {
    EXPECT_EQ(verdicts.size(), codes + 1) << "a fault did not occur";
  }
}

TEST(TspAgainstOracle, TwoHundredSchedules) { compare_many(1, 200); }
// In tiers full and long, by CMake.
TEST(TspAgainstOracle, DISABLED_Thousand) { compare_many(1000, 1000); }
TEST(TspAgainstOracle, DISABLED_HundredThousand) { compare_many(100'000, 100'000); }

/// One instruction of each of 500 schedules a cycle earlier or later: refused, or the same.
TEST(TspAgainstOracle, AnInstructionMovedByACycle) {
  std::map<std::string, int> verdicts;
  int different = 0;
  for (std::uint64_t seed = 0; seed < 500 && different < 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random::Case c = random::legal(5'000'000 + seed);
    random::Numbers numbers(seed);
    auto& all = c.schedule().instructions;
    Instruction& moved = all[numbers.below(static_cast<std::uint32_t>(all.size()))];
    moved.cycle = numbers.once_in(2) && moved.cycle > 0 ? moved.cycle - 1 : moved.cycle + 1;
    if (!compare(c, verdicts)) ++different;
  }
  for (const auto& [verdict, times] : verdicts) std::printf("%8d %s\n", times, verdict.c_str());
  EXPECT_EQ(different, 0);
}

}  // namespace
}  // namespace weft::program::tsp
