// SPDX-License-Identifier: Apache-2.0
// Lines and columns of whatever names a file has, and the worst that is said of modules.
#include "advice/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "advice/changes.hpp"
#include "advice/columns.hpp"
#include "advice/page.hpp"
#include "support.hpp"

namespace weft::advice {
namespace {

TEST(Columns, CountLettersAndCutNone) {
  EXPECT_EQ(cut_to("\u00fc\u00fc\u00fc\u00fc\u00fc", 5), "\u00fc\u00fc\u00fc\u00fc\u00fc");
  EXPECT_EQ(cut_to("\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc", 5), "\u00fc\u00fc...");
  EXPECT_EQ(columns({{"a", "x"}, {"\u00fc", "y"}}, ""), "a  x\n\u00fc  y\n");
  std::string word;
  for (int i = 0; i < 100; ++i) word += "\u00fc";
  const std::string text = wrapped("- ", word);
  EXPECT_EQ(text.find('\n'), 2 + 2 * 78U);
  EXPECT_EQ(text.size(), 2 + 200 + 1 + 2 + 1U);
}

TEST(Columns, SayThatASmallShareIsThere) {
  EXPECT_EQ(percent_text(0), "0.0 %");
  EXPECT_EQ(percent_text(0.0004), "< 0.1 %");
  EXPECT_EQ(percent_text(0.0005), "0.1 %");
  EXPECT_EQ(percent_text(0.314), "31.4 %");
}

/// A node of a module whose name its file has, without a line.
test::Proto in_module(const std::string& operation, const std::string& from, const std::string& to,
                      const std::string& module) {
  return std::move(test::node_proto(operation, {from}, {to}, {}, "node_" + to)
                       .message(9, test::Proto()
                                       .text(1, "pkg.torch.onnx.class_hierarchy")
                                       .text(2, "['a.Net', 'a." + module + "', 'aten.op']")));
}

// Without lines one finding is about nodes of several modules, and each of them has its verdict.
TEST(Modules, HaveTheWorstThatIsSaidOfTheirNodes) {
  test::OnnxModel model(13);
  model.input("x", {1, 4}).node(in_module("Relu", "x", "a", "Fine"));
  model.node(in_module("Mish", "a", "b", "First")).node(in_module("Mish", "b", "y", "Second"));
  model.output("y", {1, 4});
  const Tables tables = load_tables();
  const Report report = advise(tables, listed(model), {target_named("groq-tsp")}, {});
  ASSERT_EQ(report.targets[0].findings.size(), 1U);
  const Finding& finding = report.targets[0].findings[0];
  EXPECT_EQ(finding.modules, (std::set<std::string>{"First", "Second"}));
  EXPECT_EQ(finding.place.module, "");
  const std::string page = page_of(report, tables);
  const auto row = [&](const std::string& module) {
    const std::size_t at = page.find("<th scope=\"row\">" + module + "</th>");
    return page.substr(at, page.find("</tr>", at) - at);
  };
  EXPECT_NE(row("First").find("UNKNOWN"), std::string::npos) << row("First");
  EXPECT_NE(row("Second").find("UNKNOWN"), std::string::npos) << row("Second");
  EXPECT_NE(row("Fine").find("READY"), std::string::npos) << row("Fine");
}

// Boxes as modules first run, whatever their work; arrows by their rows.
TEST(Modules, AreDrawnInTheirOrderWithTheWorstOfAllTargets) {
  test::OnnxModel model(13);
  model.input("x", {1, 4}).node(in_module("Relu", "x", "a", "Early"));
  model.node(in_module("Mish", "a", "b", "Middle"));
  model.node(in_module("Relu", "b", "c", "Late<b>")).value("b", {1, 4});
  model.node(in_module("Tanh", "c", "y", "Late<b>")).output("y", {1, 4});
  const Tables tables = load_tables();
  const std::vector<Target> targets{target_named("groq-tsp"), target_named("graphcore-gc200")};
  const std::string page = page_of(advise(tables, listed(model), targets, {}), tables);
  const std::size_t graph = page.find("<svg class=\"graph\"");
  ASSERT_NE(graph, std::string::npos);
  const std::string drawn = page.substr(graph, page.find("</svg>", graph) - graph);
  const std::size_t early = drawn.find(">Early</text>");
  const std::size_t middle = drawn.find(">Middle</text>");
  const std::size_t late = drawn.find(">Late&lt;b&gt;</text>");
  ASSERT_NE(late, std::string::npos);
  EXPECT_LT(early, middle);
  EXPECT_LT(middle, late);
  EXPECT_NE(drawn.substr(middle, late - middle).find(">UNKNOWN</text>"), std::string::npos);
  EXPECT_NE(drawn.substr(early, middle - early).find("class=\"tip\" d=\"M401 53 l8"),
            std::string::npos)
      << drawn;  // to the second box
  EXPECT_EQ(drawn.find("class=\"arc\"", late), std::string::npos);
}

// The sum of one target's findings decides, and never more than all of it.
// Two reasons at the same nodes ask for one change of them.
TEST(ProposedChanges, CountNodesOfTwoFindingsOnce) {
  Report report;
  TargetReport& target = report.targets.emplace_back();
  target.target = "graphcore-gc200";
  const auto add = [&](const std::string& reason, const std::vector<std::uint32_t>& nodes) {
    Finding& one = target.findings.emplace_back();
    one.severity = Severity::change;
    one.rewrite = "lstm-layers";
    one.reason = reason;
    one.share = 0.25 * static_cast<double>(nodes.size());
    for (const std::uint32_t node : nodes) one.ids.push_back(graph::SourceNodeId{node});
  };
  add("one layer a module", {1, 2});
  add("no dropout", {1, 2});
  EXPECT_DOUBLE_EQ(proposed_changes(report).at(0).share, 0.5);
  add("no third", {2, 3});
  EXPECT_DOUBLE_EQ(proposed_changes(report).at(0).share, 0.75);
}

// Every verdict of NEEDS CHANGES has a change to make, also where rows name none.
TEST(ProposedChanges, NoneIsAskedForWithoutANameForIt) {
  test::OnnxModel model(13);
  model.input("x", {1, 4}).node("Tanh", {"x"}, {"y"}).output("y");
  const Tables tables = load_tables();
  const Report report = advise(tables, listed(model), {target_named("sambanova-sn40l")}, {});
  EXPECT_EQ(report.verdict, Verdict::needs_changes);
  ASSERT_EQ(proposed_changes(report).size(), 1U);
  EXPECT_EQ(proposed_changes(report)[0].rewrite, "within-limits");
  for (const auto& [family, target] : tables.targets) {
    for (const Rule& rule : target.rules) {
      EXPECT_TRUE(rule.severity != Severity::change || !rule.rewrite.empty()) << rule.reason;
    }
  }
}

TEST(Findings, OfRulesHaveTheShareOfTheirNodes) {
  test::OnnxModel model(13);
  model.input("ids", {1, 6}, test::onnx_type::i64);
  model.initializer(test::floats("table", {50, 8}, std::vector<float>(400)));
  model.node("Gather", {"table", "ids"}, {"rows"})
      .node(
          "ReduceMean", {"rows"}, {"x"},
          {test::attribute("axes", std::vector<std::int64_t>{1}), test::attribute("keepdims", 0)});
  model.node("Gemm", {"x", "table"}, {"y"}, {test::attribute("transB", 1)}).output("y");
  const Report report = advise(load_tables(), listed(model), {target_named("sambanova-sn40l")}, {});
  const auto& findings = report.targets[0].findings;
  const auto tied = std::find_if(findings.begin(), findings.end(),
                                 [](const Finding& one) { return one.rewrite == "untie-weights"; });
  ASSERT_NE(tied, findings.end());
  EXPECT_DOUBLE_EQ(tied->share, 1);
  EXPECT_EQ(tied->share_of, "multiplications");
}

TEST(Findings, AModelWithoutElementsIsNotReady) {
  test::OnnxModel model(13);
  model.input("x", {0, 4}).node("Relu", {"x"}, {"y"}).output("y");
  const Report report = advise(load_tables(), listed(model), {target_named("groq-tsp")}, {});
  EXPECT_EQ(report.verdict, Verdict::unknown);
  for (const Finding& one : report.targets[0].findings) EXPECT_EQ(one.date.size(), 10U);
}

TEST(ProposedChanges, StandByTheirLargestShare) {
  Report report;
  const auto finding = [](const std::string& rewrite, double share, Severity severity) {
    Finding one;
    one.operation = "Relu";
    one.nodes = {"a"};
    one.rewrite = rewrite;
    one.share = share;
    one.share_of = "bytes";
    one.severity = severity;
    return one;
  };
  report.targets.resize(2);
  report.targets[0].target = "first";
  report.targets[1].target = "second";
  report.targets[0].findings = {finding("opset-11", 0.2, Severity::change),
                                finding("cut-tail", 0.3, Severity::blocked),
                                finding("to-bf16", 0.9, Severity::note)};
  report.targets[1].findings = {finding("opset-11", 0.3, Severity::change),
                                finding("opset-11", 0.8, Severity::unknown),
                                finding("", 0.9, Severity::change)};
  const std::vector<ProposedChange> changes = proposed_changes(report);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].rewrite, "opset-11");
  EXPECT_EQ(changes[0].targets, (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(changes[0].share, 1);
  EXPECT_EQ(changes[0].places.size(), 1U);  // the same each time
  EXPECT_TRUE(changes[0].is_automatic);
  EXPECT_EQ(changes[1].rewrite, "cut-tail");
  EXPECT_EQ(changes[1].share, 0.3);
}

}  // namespace
}  // namespace weft::advice
