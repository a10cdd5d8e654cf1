// SPDX-License-Identifier: Apache-2.0
// Verdicts of validation rows, at and just past their bounds.
#include <gtest/gtest.h>

#include "cli/validation/row.hpp"

namespace weft::cli::validation {
namespace {

Row row(double published, double ours, double relative, double absolute) {
  Row r;
  r.name = "case";
  r.case_name = "case";
  r.machine = "machine";
  r.published = published;
  r.ours = ours;
  r.bound_relative = relative;
  r.bound_absolute = absolute;
  return r;
}

TEST(ValidationRow, LargerBoundHolds) {
  EXPECT_TRUE(row(100, 105, 0.05, 1).within());
  EXPECT_FALSE(row(100, 106, 0.05, 1).within());
  EXPECT_TRUE(row(100, 110, 0.05, 10).within());
  EXPECT_FALSE(row(100, 89, 0.05, 10).within());
}

Ground ground(topology::Origin origin, std::vector<std::string> from_cases) {
  return {"g.key", "3", "machine", origin, std::move(from_cases)};
}

TEST(ValidationRow, OutsideUnlessFitted) {
  Row r = row(100, 200, 0.05, 0);
  EXPECT_EQ(r.verdict(), Verdict::outside);
  EXPECT_TRUE(r.failed());
  r.claim = Claim::arithmetic;
  EXPECT_EQ(r.verdict(), Verdict::outside);
  r.claim = Claim::term;
  EXPECT_EQ(r.verdict(), Verdict::fit);
  EXPECT_FALSE(r.failed());
}

TEST(ValidationRow, AnotherScheduleIsNeverAnError) {
  Row r = row(100, 300, 0, 0);
  r.claim = Claim::schedule;
  r.rests_on = {ground(topology::Origin::fitted, {"case"})};
  EXPECT_EQ(r.verdict(), Verdict::another_schedule);
  EXPECT_FALSE(r.failed());
  EXPECT_EQ(counts_text({r}), "1 row: 1 another schedule");
}

TEST(ValidationRow, AFigureThatAConstantCameFromProvesNothing) {
  using topology::Origin;
  Row r = row(100, 101, 0.05, 0);
  EXPECT_EQ(r.verdict(), Verdict::passed);
  r.rests_on = {ground(Origin::assumed, {"other"}), ground(Origin::derived, {})};
  EXPECT_EQ(r.verdict(), Verdict::passed);
  for (const Origin origin : {Origin::derived, Origin::measured, Origin::published}) {
    r.rests_on = {ground(origin, {"other", "case"})};
    EXPECT_EQ(r.verdict(), Verdict::derived);
  }
  // Chosen in sight of the figure, under whatever name.
  for (const Origin origin : {Origin::fitted, Origin::assumed}) {
    r.rests_on = {ground(Origin::derived, {"case"}), ground(origin, {"case"})};
    EXPECT_EQ(r.verdict(), Verdict::fit);
  }
  r.ours = 200;
  EXPECT_EQ(r.verdict(), Verdict::fit);
  r.rests_on = {ground(Origin::derived, {"case"})};
  EXPECT_EQ(r.verdict(), Verdict::outside);
  r.ours = 100;
  r.claim = Claim::arithmetic;
  r.rests_on.clear();
  EXPECT_EQ(r.verdict(), Verdict::arithmetic);
}

TEST(ValidationRow, ReferencesAreARowsNameOrItsBeginning) {
  const auto comes = [](const std::string& reference, const std::string& row_machine = "machine") {
    return ground(topology::Origin::derived, {reference})
        .comes_from("A5", row_machine, "A5 tile 1x1, less 3");
  };
  for (const char* reference : {"A5", "A5 tile", "A5 tile 1x1", "A5 tile 1x1, less 3"}) {
    EXPECT_TRUE(comes(reference)) << reference;
    EXPECT_FALSE(comes(reference, "elsewhere")) << reference;
    EXPECT_TRUE(comes(std::string("elsewhere ") + reference, "elsewhere")) << reference;
  }
  for (const char* reference : {"A", "A5 tile 1", "A5 tile 1x10", "tile 1x1", "elsewhere A5"}) {
    EXPECT_FALSE(comes(reference)) << reference;
  }
}

TEST(ValidationRow, CountsEveryVerdict) {
  Row fit = row(1, 2, 0, 0);
  fit.claim = Claim::term;
  EXPECT_EQ(counts_text({row(1, 1, 0, 0), row(1, 2, 0, 0), fit, row(2, 2, 0, 0)}),
            "4 rows: 2 passed, 1 outside, 1 fit");
}

TEST(ValidationRow, TablesHoldFiguresErrorAndSource) {
  Row r = row(10055, 9983, 0.03, 0);
  r.source = "results.txt";
  r.rests_on = {ground(topology::Origin::assumed, {}), ground(topology::Origin::published, {})};
  EXPECT_NE(text_table({r}).find("1 assumed, 1 published"), std::string::npos);
  r.rests_on.push_back(ground(topology::Origin::derived, {"case"}));
  EXPECT_NE(text_table({r}).find("from it: g.key"), std::string::npos);
  r.rests_on.clear();
  const std::string text = text_table({r});
  EXPECT_NE(text.find("-72 (-0.7 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("passed"), std::string::npos);
  EXPECT_NE(markdown_table({r}).find("| 10055 | 9983 |"), std::string::npos) << markdown_table({r});
}

}  // namespace
}  // namespace weft::cli::validation
