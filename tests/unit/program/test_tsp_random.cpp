// SPDX-License-Identifier: Apache-2.0
// Random schedules: the generator's own promises.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.hpp"
#include "program/tsp_random.hpp"

namespace weft::program::tsp {
namespace {

TEST(TspRandom, ASeedGivesOneSchedule) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    EXPECT_EQ(serialize(random::legal(seed).program), serialize(random::legal(seed).program));
    EXPECT_EQ(serialize(random::illegal(seed).program), serialize(random::illegal(seed).program));
    EXPECT_NE(serialize(random::legal(seed).program), serialize(random::legal(seed + 1).program));
  }
}

TEST(TspRandom, LegalOnesRunWithData) {
  std::set<Opcode> met;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const random::Case c = random::legal(seed);
    validate(c.program);
    const oracle::Result with = oracle::run(c.schedule(), c.timing, c.memory);
    EXPECT_FALSE(with.fault) << seed;
    for (const Instruction& run : c.schedule().instructions) met.insert(run.opcode);
  }
  EXPECT_EQ(met.size(), static_cast<std::size_t>(Opcode::send)) << "all of one chip";
}

TEST(TspRandom, IllegalOnesHaveEveryFaultOfAChip) {
  std::map<FaultCode, int> met;
  int turn = 0;
  const auto last = FaultCode::clocks_without_deskew;
  for (; turn < 3000 && met.size() < static_cast<std::size_t>(last); ++turn) {
    const random::Case c = random::illegal(static_cast<std::uint64_t>(turn));
    const auto fault = oracle::run(c.schedule(), c.timing, {}, {false, false}).fault;
    ASSERT_TRUE(fault);
    ++met[fault->code];
  }
  for (const auto& [code, count] : met) {
    std::printf("%-24s %d\n", std::string(name_of(code)).c_str(), count);
  }
  std::printf("in %d schedules\n", turn);
  EXPECT_EQ(met.size(), static_cast<std::size_t>(last));
}

}  // namespace
}  // namespace weft::program::tsp
