// SPDX-License-Identifier: Apache-2.0
// Scopes that may not come back, as another thread sees them.
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "base/busy.hpp"

namespace weft {
namespace {

std::string text_of(const void* object) { return *static_cast<const std::string*>(object); }

TEST(Busy, TheInnermostScopeIsSeenWithItsWordsOfNow) {
  EXPECT_FALSE(busy_now());
  std::string outer_text = "a superstep";
  const std::string inner_text = "a vertex";
  {
    const Busy outer(text_of, &outer_text);
    const auto first = busy_now();
    ASSERT_TRUE(first);
    EXPECT_EQ("a superstep", first->what);
    {
      const Busy inner(text_of, &inner_text);
      EXPECT_EQ("a vertex", busy_now()->what);
    }
    EXPECT_EQ(first, busy_now());
    outer_text = "another superstep";
    EXPECT_EQ("another superstep", busy_now()->what);
  }
  EXPECT_FALSE(busy_now());
}

TEST(Busy, ScopesOfThreadsMayEndInAnyOrder) {
  const std::string here = "here";
  const std::string there = "there";
  std::promise<void> entered;
  std::promise<void> leave;
  std::thread other([&] {
    const Busy busy(text_of, &there);
    entered.set_value();
    leave.get_future().wait();
  });
  entered.get_future().wait();
  {
    const Busy busy(text_of, &here);
    leave.set_value();
    other.join();
    EXPECT_EQ("here", busy_now()->what);
  }
  EXPECT_FALSE(busy_now());
}

}  // namespace
}  // namespace weft
