// SPDX-License-Identifier: Apache-2.0
// The timing core against published cycles, through sessions on any number of ranks: quick subsets
// of the cases of `weft validate`.
#include <gtest/gtest.h>

#include "cli/validation/cases.hpp"
#include "comm/communicator.hpp"
#include "support/world.hpp"

namespace weft::cli::validation {
namespace {

void expect_within(std::vector<Row> (*run)(Context&)) {
  Context context{test::world(), true};
  const auto rows = run(context);
  EXPECT_FALSE(rows.empty());
  for (const Row& row : rows) {
    EXPECT_FALSE(row.rests_on.empty()) << row.name << " names nothing that it rests on";
    if (row.claim == Claim::term) continue;
    EXPECT_FALSE(row.failed()) << row.name << ": " << row.ours << ", published " << row.published
                               << " within " << row.bound();
    EXPECT_GT(row.bound(), 0) << row.name;
  }
}

TEST(GateB, A1) {
  // Minutes on oversubscribed ranks; A2 runs the same program there.
  if (test::world().size() > 1) GTEST_SKIP();
  expect_within(a1);
}
TEST(GateB, A2) { expect_within(a2); }
TEST(GateB, A3) { expect_within(a3); }
TEST(GateB, ClosedForms) { expect_within(closed_forms); }

}  // namespace
}  // namespace weft::cli::validation
