// SPDX-License-Identifier: Apache-2.0
// The page takes nothing of a file for markup, and needs nothing else.
#include "advice/page.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace weft::advice {
namespace {

TEST(Page, ShowsNamesOfTheFileAsTheyAre) {
  test::OnnxModel model(13);
  model.opset("a<i>", 1).input("x", {1, 4});
  model.node("Bad<script>", {"x"}, {"y"}, {}, "node&\"<b>", "a<i>").output("y", {1, 4});
  const Tables tables = load_tables();
  const Report report = advise(tables, listed(model), {target_named("groq-tsp")}, {});
  EXPECT_EQ(report.verdict, Verdict::unknown);
  const std::string page = page_of(report, tables);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("a&lt;i&gt;.Bad&lt;script&gt;"), std::string::npos);
  EXPECT_NE(page.find("node&amp;&quot;&lt;b&gt;"), std::string::npos);
  EXPECT_NE(page.find("the table of support has no row of it"), std::string::npos);
}

}  // namespace
}  // namespace weft::advice
