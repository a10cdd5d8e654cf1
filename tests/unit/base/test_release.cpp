// SPDX-License-Identifier: Apache-2.0
// What a list held before it was released is the system's again.
#include <gtest/gtest.h>

#include <vector>

#include "base/release.hpp"

namespace weft {
namespace {

TEST(Release, LeavesNoCapacity) {
  std::vector<int> list(1000);
  release(list);
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.capacity(), 0U);
}

}  // namespace
}  // namespace weft
