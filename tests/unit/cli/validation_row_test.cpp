// SPDX-License-Identifier: Apache-2.0
// Verdicts of validation rows, at and just past their bounds.
#include <gtest/gtest.h>

#include "cli/validation/row.hpp"

namespace weft::cli::validation {
namespace {

Row row(double published, double ours, double relative, double absolute) {
  Row r;
  r.name = "case";
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

TEST(ValidationRow, OnlyFitsAndPredictionsNeverFail) {
  Row r = row(100, 200, 0.05, 0);
  EXPECT_TRUE(r.failed());
  EXPECT_EQ(r.verdict(), "FAILED");
  r.claim = Claim::consistency;
  EXPECT_TRUE(r.failed());
  r.claim = Claim::fit;
  EXPECT_FALSE(r.failed());
  EXPECT_EQ(r.verdict(), "fit");
  r.claim = Claim::prediction;
  EXPECT_FALSE(r.failed());
}

TEST(ValidationRow, TablesHoldFiguresErrorAndSource) {
  Row r = row(10055, 9983, 0.03, 0);
  r.source = "results.txt";
  const std::string text = text_table({r});
  EXPECT_NE(text.find("-72 (-0.7 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("passed"), std::string::npos);
  EXPECT_NE(markdown_table({r}).find("| 10055 | 9983 |"), std::string::npos) << markdown_table({r});
}

}  // namespace
}  // namespace weft::cli::validation
