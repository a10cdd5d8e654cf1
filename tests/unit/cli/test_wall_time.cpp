// SPDX-License-Identifier: Apache-2.0
// Wall times as people and batch systems write them.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/job/wall_time.hpp"

namespace {

using weft::cli::read_wall_time;

TEST(WallTime, IsReadInTheFormsOfBatchSystems) {
  EXPECT_DOUBLE_EQ(90, read_wall_time("90"));
  EXPECT_DOUBLE_EQ(0.25, read_wall_time("0.25"));
  EXPECT_DOUBLE_EQ(1.5, read_wall_time("1.5s"));
  EXPECT_DOUBLE_EQ(1800, read_wall_time("30m"));
  EXPECT_DOUBLE_EQ(7200, read_wall_time("2h"));
  EXPECT_DOUBLE_EQ(5430, read_wall_time("90:30"));
  EXPECT_DOUBLE_EQ(3723, read_wall_time("01:02:03"));
  EXPECT_DOUBLE_EQ(86400 + 2 * 3600, read_wall_time("1-02:00:00"));
}

TEST(WallTime, RefusesWhatIsNone) {
  for (const char* text : {"", "0", "-1", "h", "1d", "1:99", "1:2:", "2h30", "nan", "inf", "1e3",
                           "0:00", "99999999999999999999"}) {
    EXPECT_THROW(read_wall_time(text), weft::Error) << text;
  }
}

}  // namespace
