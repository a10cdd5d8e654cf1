// SPDX-License-Identifier: Apache-2.0
// Progress: nothing of what has just begun, and a file is told little.
#include <gtest/gtest.h>

#include "base/log.hpp"

namespace weft::log {
namespace {

std::string said_by(void (*say)()) {
  testing::internal::CaptureStderr();
  say();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, ProgressWaitsForWhoeverWaits) {
  EXPECT_GE(pace(true).first.count(), 1000);
  EXPECT_GT(pace(false).first, pace(true).first);
  EXPECT_GT(pace(false).period, pace(false).first);
  EXPECT_LT(pace(true).period, pace(true).first);
}

TEST(Log, StepsAreSaidWhenDue) {
  configure(true, false);
  EXPECT_EQ(said_by([] {
              progress("cycle 1");  // due or not; the next is not
              step("cycle 2");
              note("kept");
            }),
            "cycle 1\nkept\n");
  EXPECT_FALSE(progress_due());
  configure(true, true);
  EXPECT_EQ(said_by([] {
              progress("cycle 3");
              note("not kept");
            }),
            "");
  configure(true, false);
}

}  // namespace
}  // namespace weft::log
