// SPDX-License-Identifier: Apache-2.0
// Exceptions to exit codes, and one outcome on all ranks whichever of them failed.
#include <gtest/gtest.h>

#include <new>

#include "base/error.hpp"
#include "cli/outcome.hpp"
#include "support/world.hpp"

namespace weft {
namespace {

using cli::Outcome;

TEST(Outcome, ExceptionsBecomeExitCodesAndMessages) {
  EXPECT_EQ(cli::outcome_of([] { return 75; }).code, 75);
  const Outcome input = cli::outcome_of([]() -> int { fail(Category::input, "a.toml:3: no"); });
  EXPECT_EQ(input.code, 2);
  EXPECT_EQ(input.message, "a.toml:3: no");
  EXPECT_EQ(cli::outcome_of([]() -> int { fail(Category::check, "c"); }).code, 3);
  EXPECT_EQ(cli::outcome_of([]() -> int { fail(Category::interrupted, "i"); }).code, 130);
  EXPECT_EQ(cli::outcome_of([]() -> int { throw std::bad_alloc(); }).message, "out of memory");
  const Outcome defect = cli::outcome_of([]() -> int { throw std::logic_error("x"); });
  EXPECT_EQ(defect.code, 1);
  EXPECT_EQ(defect.message, "internal error: x");
}

TEST(Outcome, AllRanksAgreeOnTheLeastFailedRank) {
  const auto& world = test::world();
  for (int failing = 0; failing < world.size(); ++failing) {
    const bool mine = world.rank() >= failing;
    const Outcome outcome = cli::agree(
        world, mine ? Outcome{2, "rank " + std::to_string(world.rank())} : Outcome{0, ""});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.message, "rank " + std::to_string(failing));
  }
}

TEST(Outcome, WithoutFailuresTheCodeStands) {
  const Outcome outcome = cli::agree(test::world(), Outcome{3, ""});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_TRUE(outcome.message.empty());
}

}  // namespace
}  // namespace weft
