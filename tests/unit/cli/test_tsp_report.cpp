// SPDX-License-Identifier: Apache-2.0
// The table of a tensor program's operations, as `weft check` prints it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/job/doors/tsp.hpp"

namespace weft::cli {
namespace {

program::tsp::ScheduledOperation operation(const std::string& name, Cycle first, Cycle last,
                                           Cycle least) {
  program::tsp::ScheduledOperation out;
  out.name = name;
  out.first_cycle = first;
  out.last_cycle = last;
  out.bound_cycles = least;
  out.products = 1000;
  return out;
}

TEST(TspReport, OperationsStandBesideWhatTheyNeedAndWhatIsPublished) {
  // The second ends before the first: nothing more.
  const std::vector<program::tsp::ScheduledOperation> two = {operation("a", 0, 1500, 1200),
                                                             operation("b", 900, 1400, 300)};
  EXPECT_EQ(describe_operations(two, 1519, 1000),
            "operations, first dispatch, last result, cycles more, at least, products\n"
            "  a                            0     1,500   1,500   1,200         1,000\n"
            "  b                          900     1,400       0     300         1,000\n"
            "  all                                        1,519   1,500\n"
            "  published                                  1,000, 151.9 % of it here");
  const std::string text = describe_operations(two, 1519, {});
  EXPECT_EQ(text.find("published"), std::string::npos);
  EXPECT_EQ(text.back(), '0');
}

TEST(TspReport, LongProgramsAreCutShort) {
  const std::vector<program::tsp::ScheduledOperation> many(203, operation("a", 0, 10, 1));
  const std::string text = describe_operations(many, 10, {});
  EXPECT_NE(text.find("\n  and 3 more\n"), std::string::npos);
  EXPECT_NE(text.find(" 203"), std::string::npos);
}

}  // namespace
}  // namespace weft::cli
