// SPDX-License-Identifier: Apache-2.0
// main() of tests that run kernels but do not communicate.
#include <gtest/gtest.h>

#include "base/kokkos.hpp"

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
