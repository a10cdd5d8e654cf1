// SPDX-License-Identifier: Apache-2.0
// What a codelet does wrong comes back as words; the process goes on.
#include <gtest/gtest.h>

#include <stdexcept>

#include "machine/ipu/guard.hpp"

namespace weft::machine::ipu {
namespace {

volatile int zero = 0;
volatile int sink = 0;

volatile int deepest = -1;  // never reached

int endless(int depth) {
  if (depth == deepest) return 0;
  volatile char frame[512] = {};
  frame[0] = static_cast<char>(depth);
  return endless(depth + 1) + frame[0];
}

void recurse(void* /*argument*/) { sink = endless(0); }
void write_nowhere(void* /*argument*/) { *static_cast<volatile int*>(nullptr) = 1; }
void divide(void* /*argument*/) { sink = 7 / zero; }
void trap(void* /*argument*/) { __builtin_trap(); }
void complain(void* /*argument*/) { throw std::runtime_error("no such weight"); }
void behave(void* argument) { *static_cast<int*>(argument) = 3; }

#if defined(__SANITIZE_THREAD__)
constexpr bool thread_sanitizer = true;
#elif defined(__has_feature)
constexpr bool thread_sanitizer = __has_feature(thread_sanitizer);
#else
constexpr bool thread_sanitizer = false;
#endif

class Guard : public testing::Test {
 protected:
  void SetUp() override {
    if (thread_sanitizer) GTEST_SKIP() << "its own handling of signals ends the process";
  }
};

TEST_F(Guard, ACodeletThatUsesUpItsStackIsAFaultAndCanBeRunAgain) {
  for (int time = 0; time < 3; ++time) {
    const Fault fault = guarded(recurse, nullptr);
    EXPECT_EQ(IpuError::memory, fault.code);
    EXPECT_EQ("its calls used up the stack", fault.what);
  }
}

TEST_F(Guard, OtherFaultsKeepTheirWords) {
  EXPECT_EQ("an access outside all memory", guarded(write_nowhere, nullptr).what);
  EXPECT_EQ(IpuError::arithmetic, guarded(divide, nullptr).code);
  EXPECT_EQ(guarded(divide, nullptr).what, guarded(trap, nullptr).what);
  EXPECT_EQ("no such weight", guarded(complain, nullptr).what);
  int value = 0;
  EXPECT_FALSE(guarded(behave, &value));
  EXPECT_EQ(3, value);
}

}  // namespace
}  // namespace weft::machine::ipu
