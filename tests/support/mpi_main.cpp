// SPDX-License-Identifier: Apache-2.0
// main() of tests that communicate: MPI and Kokkos up, one report, one exit code for all ranks.
#include <gtest/gtest.h>

#include <cstdio>

#include "base/kokkos.hpp"
#include "comm/environment.hpp"
#include "support/world.hpp"

namespace weft::test {

namespace {

const comm::Communicator* current_world = nullptr;

/// Speaks only when a test fails: ranks other than 0 have nothing else to say.
class FailurePrinter : public testing::EmptyTestEventListener {
 public:
  explicit FailurePrinter(int rank) : rank_(rank) {}

 private:
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    const char* file = result.file_name() != nullptr ? result.file_name() : "?";
    std::fprintf(stderr, "[rank %d] %s:%d: %s\n", rank_, file, result.line_number(),
                 result.message());
  }
  int rank_;
};

}  // namespace

const comm::Communicator& world() { return *current_world; }

}  // namespace weft::test

int main(int argc, char** argv) {
  const weft::comm::Environment mpi(argc, argv);
  const Kokkos::ScopeGuard kokkos(argc, argv);
  const weft::comm::Communicator world = weft::comm::Communicator::world();
  weft::test::current_world = &world;
  testing::InitGoogleTest(&argc, argv);
  if (!world.is_root()) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new weft::test::FailurePrinter(world.rank()));
  }
  const int failed = RUN_ALL_TESTS();
  return world.max(failed != 0 ? 1U : 0U) != 0 ? 1 : 0;
}
