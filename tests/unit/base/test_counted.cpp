// SPDX-License-Identifier: Apache-2.0
// Numbers of things in words.
#include <gtest/gtest.h>

#include "base/counted.hpp"

namespace weft {
namespace {

TEST(Counted, OneHasNoPlural) {
  EXPECT_EQ(counted(std::size_t{1}, "node"), "1 node");
  EXPECT_EQ(counted(0, "node"), "0 nodes");
  EXPECT_EQ(counted(-1, "step"), "-1 steps");
  EXPECT_EQ(counted(1, "axis", "axes"), "1 axis");
  EXPECT_EQ(counted(1234, "axis", "axes"), "1234 axes");
  EXPECT_EQ(grouped(1, "cycle"), "1 cycle");
  EXPECT_EQ(grouped(12345, "cycle"), "12,345 cycles");
  EXPECT_EQ(grouped(2, "entry", "entries"), "2 entries");
}

}  // namespace
}  // namespace weft
