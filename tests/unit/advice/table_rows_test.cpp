// SPDX-License-Identifier: Apache-2.0
// Each row of the tables by itself: what it says shows in the verdict of its operator, and nowhere
// else.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValue;
using graph::SourceValueId;

const std::vector<std::string> target_names{"cerebras-wse3", "graphcore-gc200", "groq-tsp",
                                            "sambanova-sn40l"};

/// The first value of a key behind a place of a file.
struct Field {
  std::size_t begin = 0;
  std::string value;
};
Field field_behind(const std::string& text, const std::string& key, std::size_t at) {
  const std::string opening = key + " = \"";
  const std::size_t begin = text.find(opening, at) + opening.size();
  return {begin, text.substr(begin, text.find('"', begin) - begin)};
}

/// The text of a table of operators in which one row says something else.
std::string with_other_row(std::string text, const std::string& row) {
  const std::size_t at = text.find("\n" + row + " = { ");
  EXPECT_NE(at, std::string::npos) << row;
  const Field verdict = field_behind(text, "verdict", at);
  const Field evidence = field_behind(text, "evidence", at);
  EXPECT_LT(verdict.begin, evidence.begin);
  const bool was_unknown = verdict.value == "unknown";
  text.replace(evidence.begin, evidence.value.size(), was_unknown ? "documented" : "none");
  text.replace(verdict.begin, verdict.value.size(), was_unknown ? "full" : "unknown");
  return text;
}

/// The operator that a row is about, or the first of several.
std::string operator_of(const std::string& text, const Row& row) {
  const std::size_t at = text.find("\n" + row.operation + " = { ");
  const std::string opening = "\n" + row.operation + " = { names = [\"";
  if (text.compare(at, opening.size(), opening) != 0) return row.operation;
  const std::size_t begin = at + opening.size();
  return text.substr(begin, text.find('"', begin) - begin);
}

/// A node of each operator that a table is about, in the order of its rows.
SourceModel model_of_rows(const SupportTable& table, const std::string& text) {
  SourceModel model;
  model.opsets[""] = 13;
  const auto value = [&](const std::string& name) {
    SourceValue made;
    made.name = name;
    made.type = graph::TensorType{graph::Element::f32, {1, 4}};
    model.values.push_back(made);
    return SourceValueId{static_cast<std::uint32_t>(model.values.size() - 1)};
  };
  model.inputs.push_back(value("x"));
  for (const Row& row : table.rows()) {
    SourceNode node;
    node.operation = operator_of(text, row);
    node.domain = row.domains.front();
    node.inputs = {model.inputs[0]};
    node.origin.node = row.operation;
    node.outputs = {value(row.operation)};
    model.values.back().producer = SourceNodeId{static_cast<std::uint32_t>(model.nodes.size())};
    model.outputs.push_back(node.outputs[0]);
    model.nodes.push_back(std::move(node));
  }
  return model;
}

/// All that targets say of each operator: "family operator", its worst and its findings.
std::map<std::string, std::string> said(const Tables& tables, const SourceModel& model) {
  std::map<std::string, std::string> out;
  std::vector<Target> targets;
  for (const std::string& name : target_names) targets.push_back(target_named(name));
  for (const TargetReport& target : advise(tables, model, targets, {}).targets) {
    for (const OperatorUse& use : target.operators) {
      out[target.family + " " + use.operation] =
          std::string(name_of(use.support)) + " " + std::string(name_of(use.evidence));
    }
    for (const Finding& one : target.findings) {
      out[target.family + " " + one.operation] +=
          "\n" + std::string(name_of(one.severity)) + " " + std::string(name_of(one.support)) +
          " " + std::string(name_of(one.evidence)) + " " + one.reason + " " + one.rewrite;
    }
  }
  return out;
}

std::set<std::string> differing(const std::map<std::string, std::string>& a,
                                const std::map<std::string, std::string>& b) {
  std::set<std::string> out;
  for (const auto& [key, words] : a) {
    const auto found = b.find(key);
    if (found == b.end() || found->second != words) out.insert(key);
  }
  return out;
}

// The honesty of the table: a verdict rests on its row, on its target, and on no other.
TEST(SupportTables, EachRowDecidesItsOperatorAndNoOther) {
  const OwnTables own;
  const Tables tables = own.load();
  const std::vector<std::string> families{"wse", "ipu", "tsp", "rdu"};
  std::map<std::string, std::string> texts;
  for (const std::string& family : families) {
    texts[family] = text_of_file(own.path("operators/" + family + ".toml"));
  }
  const SupportTable& rows = tables.targets.at("ipu").operators;
  const SourceModel model = model_of_rows(rows, texts.at("ipu"));
  const auto before = said(tables, model);
  ASSERT_GE(before.size(), 4 * rows.rows().size());
  for (const Row& row : rows.rows()) {
    std::set<std::string> expected;
    for (const std::string& family : families) {
      test::write_file(own.path("operators/" + family + ".toml"),
                       with_other_row(texts.at(family), row.operation));
      const std::string name = operator_of(texts.at(family), row);
      expected.insert(family + " " +
                      (row.domains.front().empty() ? "" : row.domains.front() + ".") + name);
    }
    EXPECT_EQ(differing(before, said(own.load(), model)), expected) << row.operation;
  }
}

// No row that is not known prints as one that is.
TEST(SupportTables, UnknownRowsAreUnknownUses) {
  const OwnTables own;
  const Tables tables = own.load();
  const std::string text = text_of_file(own.path("operators/ipu.toml"));
  for (const std::string& name : target_names) {
    const Target target = target_named(name);
    const SupportTable& rows = tables.targets.at(target.machine->family()).operators;
    const SourceModel model = model_of_rows(rows, text);
    const TargetReport report = advise(tables, model, {target}, {}).targets[0];
    std::map<std::string, OperatorUse> uses;
    for (const OperatorUse& use : report.operators) uses[use.operation] = use;
    for (const Row& row : rows.rows()) {
      if (row.support != Support::unknown) continue;
      const std::string domain = row.domains.front().empty() ? "" : row.domains.front() + ".";
      const OperatorUse& use = uses.at(domain + operator_of(text, row));
      EXPECT_EQ(use.support, Support::unknown) << name << " " << row.operation;
      EXPECT_EQ(use.evidence, Evidence::none) << name << " " << row.operation;
    }
  }
}

}  // namespace
}  // namespace weft::advice
