// SPDX-License-Identifier: Apache-2.0
// What inputs and outputs are called, and what nobody needs, on every target alike.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "lower/names.hpp"
#include "support/lowered_model.hpp"

namespace weft::lower {
namespace {

using graph::Element;
using graph::Graph;
using graph::ValueId;
using test::constant;
using test::lowered_for;
using test::origin;
using Texts = std::vector<std::string>;

const char* const machines[] = {"cerebras-wse2", "graphcore-gc200", "sambanova-sn40l", "groq-tsp"};

Lowered lowered_usually(const std::string& machine, const Graph& model) {
  const topology::Topology topology = topology::load_topology(machine);
  return lowered_for(machine, model, lowering_for(topology).precisions.front());
}

Texts outputs_of(const Lowered& program) {
  Texts names;
  for (const Result& result : program.results) {
    if (result.output) names.push_back(result.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Texts inputs_of(const Lowered& program) {
  Texts names;
  for (const Lowered::Input& input : program.inputs) names.push_back(input.name);
  return names;
}

ValueId relu(Graph& model, ValueId x, const std::string& name) {
  return model.add_node(graph::Unary{graph::UnaryFunction::relu}, {x}, origin("n", "Relu"),
                        {name})[0];
}

/// Two outputs and an inner value whose names are alike in files, an output that is a constant, one
/// that is an input, and an input that nothing reads.
Graph model_of_names() {
  Graph model;
  const ValueId x = model.add_input("in:0", {Element::f32, {4, 8}});
  model.add_input("unread-one", {Element::f32, {3}});
  const ValueId given = model.add_input("given", {Element::f32, {4, 8}});
  const ValueId inner = relu(model, x, "y.0");
  const ValueId slash = model.add_node(graph::Unary{graph::UnaryFunction::absolute}, {inner},
                                       origin("a", "Abs"), {"y/0"})[0];
  const ValueId colon =
      model.add_node(graph::Binary{graph::BinaryFunction::add},
                     {inner, constant(model, "k", {8}, 1)}, origin("b", "Add"), {"y:0"})[0];
  model.outputs = {colon, slash, constant(model, "k/1", {4, 8}, 2), given};
  return model;
}

TEST(ValueNames, AreTheSameOnEveryTarget) {
  for (const char* machine : machines) {
    SCOPED_TRACE(machine);
    const Lowered program = lowered_usually(machine, model_of_names());
    EXPECT_EQ(outputs_of(program), (Texts{"given", "k.1", "y.0", "y.0_2"}));
    EXPECT_EQ(inputs_of(program), (Texts{"in.0", "unread-one", "given"}));
    const std::map<std::string, std::string> operators{
        {"y.0", "Add"}, {"y.0_2", "Abs"}, {"y.0_3", "Relu"}};
    for (const Result& result : program.results) {
      const auto found = operators.find(result.name);
      if (found == operators.end()) continue;
      const std::string name = result.node.substr(result.node.find('('));
      EXPECT_EQ(name.substr(0, found->second.size() + 2), "(" + found->second + ")");
    }
  }
}

TEST(ValueNames, OutputsComeFirstAndThenInputs) {
  Graph model;
  const ValueId x = model.add_input("a/b", {Element::f32, {2}});
  model.outputs = {relu(model, relu(model, x, "a.b_2"), "a.b")};
  ValueNames names(model);
  EXPECT_EQ(names.of("a.b"), "a.b");
  EXPECT_EQ(names.of("a/b"), "a.b_2");
  EXPECT_EQ(names.of("a.b_2"), "a.b_2_2");
  EXPECT_EQ(names.weight("a/b"), "a.b_2");
  EXPECT_EQ(names.weight("a/b"), "a.b_2_2") << "another array of it in the weights' file";
  EXPECT_EQ(names.further("a.b"), "a.b_3");
}

TEST(ValueNames, AnInputThatNothingReadsStaysOne) {
  for (const Element element : {Element::f32, Element::i64}) {
    Graph model;
    const ValueId x = model.add_input("x", {Element::f32, {4}});
    model.add_input("unread", {element, {3}});
    model.outputs = {relu(model, x, "y")};
    for (const char* machine : machines) {
      SCOPED_TRACE(machine);
      const Lowered program = lowered_usually(machine, model);
      ASSERT_EQ(inputs_of(program), (Texts{"x", "unread"}));
      const bool copied = program.job(1, false).find("\"inputs.h5:unread\"") != std::string::npos;
      const bool told =
          program.job(1, false).find("# Nothing reads the input \"unread\"") != std::string::npos;
      EXPECT_NE(copied, told);
    }
  }
}

TEST(Lacks, AreToldOnce) {
  Lacks lacks;
  graph::Node node;
  node.origins = {origin("lstm", "LSTM")};
  lacks.add(node, "gives too much");  // forward
  lacks.add(node, "gives too much");  // and backward
  lacks.add(node, "is too large");
  try {
    lacks.raise("a machine");
    ADD_FAILURE() << "nothing is refused";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  }
}

}  // namespace
}  // namespace weft::lower
