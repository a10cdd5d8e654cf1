// SPDX-License-Identifier: Apache-2.0
// Kokkos takes its own arguments and no one else's.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/build_info.hpp"
#include "base/kernel_runtime.hpp"

namespace weft {
namespace {

TEST(KernelRuntime, TakesOnlyKokkosArguments) {
  std::string words[] = {"weft", "--help", "--kokkos-disable-warnings", "--threads", "2"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int argc = 5;
  const KernelRuntime runtime(argc, argv.data());
  ASSERT_EQ(argc, 4);
  EXPECT_STREQ(argv[1], "--help");
  EXPECT_STREQ(argv[2], "--threads");
  EXPECT_STREQ(argv[3], "2");
  EXPECT_EQ(argv[4], nullptr);
}

TEST(BuildInfo, VersionsAreThreeNumbers) {
  for (const std::string& text : {version(), kokkos_version()}) {
    EXPECT_EQ(std::count(text.begin(), text.end(), '.'), 2) << text;
  }
  EXPECT_FALSE(kokkos_backend().empty());
}

}  // namespace
}  // namespace weft
