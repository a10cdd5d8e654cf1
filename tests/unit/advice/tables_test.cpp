// SPDX-License-Identifier: Apache-2.0
// The tables: how many rows say what by which evidence, and what the loader refuses.
#include <gtest/gtest.h>

#include <map>

#include "support.hpp"

namespace weft::advice {
namespace {

using Counts = std::map<std::string, int>;

Counts counted(const SupportTable& table) {
  Counts counts;
  for (const Row& row : table.rows()) {
    ++counts[std::string(name_of(row.support))];
    ++counts[std::string("by ") + std::string(name_of(row.evidence))];
  }
  return counts;
}

// 162 operators on each target; the sums are those of the notes that the rows come from.
TEST(SupportTables, HaveTheRowsThatAreKnown) {
  const Tables tables = load_tables();
  ASSERT_EQ(tables.targets.size(), 4U);
  for (const auto& [family, target] : tables.targets) {
    EXPECT_EQ(target.operators.rows().size(), 162U) << family;
  }
  EXPECT_EQ(counted(tables.targets.at("wse").operators), (Counts{{"full", 69},
                                                                 {"partial", 30},
                                                                 {"none", 9},
                                                                 {"unknown", 54},
                                                                 {"by documented", 19},
                                                                 {"by model", 74},
                                                                 {"by inferred", 15},
                                                                 {"by none", 54}}));
  EXPECT_EQ(counted(tables.targets.at("ipu").operators), (Counts{{"full", 92},
                                                                 {"partial", 36},
                                                                 {"none", 34},
                                                                 {"by documented", 117},
                                                                 {"by inferred", 45}}));
  EXPECT_EQ(counted(tables.targets.at("tsp").operators), (Counts{{"full", 40},
                                                                 {"partial", 12},
                                                                 {"none", 8},
                                                                 {"unknown", 102},
                                                                 {"by documented", 3},
                                                                 {"by model", 34},
                                                                 {"by inferred", 23},
                                                                 {"by none", 102}}));
  EXPECT_EQ(counted(tables.targets.at("rdu").operators), (Counts{{"full", 47},
                                                                 {"partial", 27},
                                                                 {"none", 9},
                                                                 {"unknown", 79},
                                                                 {"by documented", 18},
                                                                 {"by model", 45},
                                                                 {"by inferred", 20},
                                                                 {"by none", 79}}));
}

TEST(SupportTables, EveryRowHasASourceADateAndAReason) {
  const Tables tables = load_tables();
  for (const auto& [family, target] : tables.targets) {
    for (const Row& row : target.operators.rows()) {
      EXPECT_FALSE(row.sources.empty()) << family << " " << row.operation;
      EXPECT_EQ(row.date.size(), 10U) << family << " " << row.operation;
      EXPECT_FALSE(row.reason.empty()) << family << " " << row.operation;
      EXPECT_EQ(row.support == Support::unknown, row.evidence == Evidence::none) << row.operation;
    }
  }
}

struct Broken {
  std::string file, was, now;
  std::vector<std::string> words;
};

TEST(SupportTables, BrokenRowsAreRefusedByFileRowAndKey) {
  const std::string ipu = "operators/ipu.toml";
  const std::string relu =
      "Relu = { verdict = \"full\", evidence = \"documented\", "
      "sources = [\"PA\"]";
  const std::vector<Broken> all = {
      {ipu,
       relu,
       "Relu = { verdict = \"full\", evidence = \"documented\", sources = []",
       {"operators/ipu.toml:", "'operators.Relu.sources'", "at least one source"}},
      {ipu,
       relu,
       "Relu = { verdict = \"full\", evidence = \"documented\"",
       {"operators/ipu.toml:", "'operators.Relu.sources'"}},
      {ipu,
       relu,
       "Relu = { verdict = \"full\", evidence = \"documented\", sources = [\"PQ\"]",
       {"'operators.Relu.sources'", "names 'PQ'"}},
      {ipu,
       relu,
       "Relu = { verdict = \"ful\", evidence = \"documented\", sources = [\"PA\"]",
       {"'operators.Relu.verdict'", "full"}},
      {ipu,
       relu,
       "Relu = { verdict = \"full\", evidence = \"none\", sources = [\"PA\"]",
       {"'operators.Relu.evidence'", "unknown"}},
      {ipu, "\nRelu = ", "\nRellu = ", {"'operators.Rellu'", "did you mean 'Relu'"}},
      {ipu, relu, relu + ", names = [\"Relu\", \"Eluu\"]", {"'operators.Relu'", "'Eluu'"}},
      {"rdu.toml", "rewrite = \"untie-weights\"\n", "", {"rdu.toml:", "rewrite"}},
      {ipu, relu, relu + ", colour = 1", {"'operators.Relu.colour'"}},
      {ipu, relu, relu + ", rewrite = \"away\"", {"'operators.Relu.rewrite'", "away"}},
      {ipu, relu, relu + ", names = [\"Elu\"]", {"'operators.Relu'", "has a row"}},
      {ipu, "family = \"ipu\"", "family = \"apu\"", {"'family'", "'apu'"}},
      {"ipu.toml", "rule = \"in_memory\"", "rule = \"in_memry\"", {"ipu.toml:", "'fit.rule'"}},
      {"ipu.toml", "default = \"fp32\"", "default = \"fp31\"", {"'precision.default'"}},
      {"published.toml",
       "model = \"bert-base\"",
       "model = \"bert-bass\"",
       {"published.toml:", "bert-base"}},
      {"rewrites.toml", "values = \"exact\"", "values = \"nearly\"", {"rewrites.toml:", "exact"}},
  };
  for (const Broken& one : all) {
    const OwnTables tables;
    tables.change(one.file, one.was, one.now);
    const std::string said = tables.refusal();
    for (const std::string& word : one.words) {
      EXPECT_NE(said.find(word), std::string::npos) << "'" << word << "' is not in: " << said;
    }
  }
}

TEST(SupportTables, NeedsThatAskForNothingAreRefused) {
  const OwnTables tables;
  tables.change("operators/ipu.toml", "{ input = 0, least_rank = 3, otherwise = \"none\"",
                "{ input = 0, otherwise = \"none\"");
  EXPECT_NE(tables.refusal().find("operators.BatchNormalization.needs"), std::string::npos)
      << tables.refusal();
}

/// Verdict of each target, and of each operator on it.
std::map<std::string, std::string> verdicts(const Tables& tables, const graph::SourceModel& model) {
  std::map<std::string, std::string> out;
  std::vector<Target> targets;
  for (const char* name : {"cerebras-wse3", "graphcore-gc200", "groq-tsp", "sambanova-sn40l"}) {
    targets.push_back(target_named(name));
  }
  for (const TargetReport& target : advise(tables, model, targets, {}).targets) {
    out[target.target] = name_of(target.verdict);
    for (const OperatorUse& use : target.operators) {
      out[target.target + " " + use.operation] = name_of(use.support);
    }
  }
  return out;
}

// The honesty of the table: a verdict rests on its row and on no other.
TEST(SupportTables, ChangingARowChangesWhatRestsOnItAndNothingElse) {
  test::OnnxModel model(13);
  model.input("x", {1, 4}).node("Relu", {"x"}, {"a"}).node("Tanh", {"a"}, {"b"});
  model.node("Sigmoid", {"b"}, {"y"}).output("y");
  const graph::SourceModel source = listed(model);
  const auto before = verdicts(load_tables(), source);
  EXPECT_EQ(before.at("groq-tsp"), "READY");
  const OwnTables tables;
  tables.change("operators/tsp.toml", "Tanh = { verdict = \"full\", evidence = \"model\"",
                "Tanh = { verdict = \"unknown\", evidence = \"none\"");
  auto after = verdicts(tables.load(), source);
  EXPECT_EQ(after.at("groq-tsp"), "UNKNOWN");
  EXPECT_EQ(after.at("groq-tsp Tanh"), "unknown");
  after["groq-tsp"] = "READY";
  after["groq-tsp Tanh"] = "full";
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace weft::advice
