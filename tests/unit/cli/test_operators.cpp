// SPDX-License-Identifier: Apache-2.0
// Operators out of what a lowering said.
#include <gtest/gtest.h>

#include "cli/compile/operators.hpp"
#include "lower/lowered.hpp"

namespace {

using Names = std::vector<std::string>;

weft::graph::Node node_of(const Names& operations) {
  weft::graph::Node node;
  for (const std::string& operation : operations) {
    node.origins.push_back({"n_" + operation, operation, {}, ""});
  }
  return node;
}

TEST(Operators, EachIsNamedOnce) {
  weft::graph::Graph graph;
  graph.nodes = {node_of({"Conv", "Relu"}), node_of({"Gemm"}), node_of({"Conv"})};
  EXPECT_EQ(weft::cli::operators_of(graph), (Names{"Conv", "Relu", "Gemm"}));
}

TEST(Operators, ThoseOfRefusedNodesAreLacking) {
  weft::lower::Lacks lacks;
  lacks.add(node_of({"LSTM"}), "no recurrences");
  lacks.add(node_of({"Conv", "Relu"}), "no dilations");
  std::string said;
  try {
    lacks.raise("a machine");
  } catch (const weft::Error& error) {
    said = error.what();
  }
  const auto found = weft::cli::with_refusal({"Gemm", "Relu", "LSTM", "Conv"}, said);
  EXPECT_EQ(found.lacking, (Names{"LSTM", "Relu", "Conv"}));
  EXPECT_EQ(found.reasons.size(), 2);
  EXPECT_NE(found.reasons[0].find("no recurrences"), std::string::npos);
}

TEST(Operators, AMessageOfNoNodesNamesNone) {
  const auto found = weft::cli::with_refusal({"Gemm"}, "the chip has no room (Gemm)");
  EXPECT_TRUE(found.lacking.empty());
  EXPECT_TRUE(found.reasons.empty());
}

}  // namespace
