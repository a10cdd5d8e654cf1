// SPDX-License-Identifier: Apache-2.0
// A file to a graph: extents, names, functions, branches, folding, and what weft does not know.
#include "frontends/onnx/import.hpp"
#include "support.hpp"

namespace weft::onnx {
namespace {

using test::attribute;
using test::OnnxModel;
using test::Proto;
namespace type = test::onnx_type;

std::vector<std::string> operators(const graph::Graph& graph) {
  std::vector<std::string> names;
  for (const graph::Node& node : graph.nodes) names.emplace_back(name_of(node.what));
  return names;
}

OnnxModel open_model() {
  OnnxModel model;
  model.input("x", {std::string("N"), 3}).input("y", {std::string("N"), std::string("")});
  return std::move(model.node("Add", {"x", "x"}, {"z"}).output("z"));
}

TEST(OnnxImport, FreezesOpenExtents) {
  Options options;
  add_dim_option(options, "N=2");
  add_input_option(options, "y=2x5");
  const graph::Graph graph = imported(open_model(), options);
  EXPECT_EQ(graph[graph.inputs[0]].type.shape, (graph::Shape{2, 3}));
  EXPECT_EQ(graph[graph.inputs[1]].type.shape, (graph::Shape{2, 5}));
  Options one;
  add_input_option(one, "y=4x5");
  const graph::Graph other = imported(open_model(), one);
  EXPECT_EQ(other[other.inputs[0]].type.shape, (graph::Shape{4, 3})) << "N is known by y";
}

TEST(OnnxImport, SaysAllExtentsThatAreOpen) {
  expect_refusal(refusal(open_model()), {"'x' f32[N, 3]", "'y' f32[N, ?]", "--input", "--dim"});
  Options both;
  both.dims["N"] = 2;
  both.inputs["y"] = {3, 5};
  expect_refusal(refusal(open_model(), both), {"'N'", "2 and 3"});
  Options unknown;
  unknown.dims["M"] = 1;
  expect_refusal(refusal(open_model(), unknown), {"'M'", "'N'"});
  Options other;
  other.inputs["q"] = {1};
  expect_refusal(refusal(open_model(), other), {"'q'", "'x', 'y'"});
  Options wrong;
  wrong.inputs["x"] = {2, 4};
  expect_refusal(refusal(open_model(), wrong), {"'x'", "f32[N, 3]", "[2, 4]"});
}

TEST(OnnxImport, RefusesOptionsOfAnotherForm) {
  Options options;
  for (const char* text : {"x", "=1", "x=", "x=1x", "x=x1", "x=0", "x=-1", "x=1x2x", "x=9e9"}) {
    EXPECT_THROW(add_input_option(options, text), Error) << text;
  }
  EXPECT_THROW(add_dim_option(options, "N=one"), Error);
  add_dim_option(options, "a=b=3");
  EXPECT_EQ(options.dims.at("a=b"), 3);
  EXPECT_THROW(add_dim_option(options, "a=b=3"), Error) << "twice";
}

TEST(OnnxImport, FoldsChainsOfShapes) {
  OnnxModel model(11);
  model.input("x", {2, 3, 4}).node("Shape", {"x"}, {"s"});
  model.initializer(test::wholes("zero", {}, {0})).initializer(test::wholes("m", {1}, {-1}));
  model.node("Gather", {"s", "zero"}, {"n"}, {attribute("axis", 0)});
  model.node("Unsqueeze", {"n"}, {"n1"}, {attribute("axes", std::vector<std::int64_t>{0})});
  model.node("Concat", {"n1", "m"}, {"shape"}, {attribute("axis", 0)});
  model.node("Reshape", {"x", "shape"}, {"y"}).output("y", {2, 12});
  const graph::Graph graph = imported(model);
  EXPECT_EQ(operators(graph), (std::vector<std::string>{"reshape"}));
  EXPECT_EQ(graph[graph.outputs[0]].type.shape, (graph::Shape{2, 12}));
  EXPECT_EQ(graph.values.size(), 2U) << "the chain leaves nothing behind";
}

TEST(OnnxImport, LeavesLargeConstantsToTheGraph) {
  OnnxModel model;
  model.initializer(test::wholes("shape", {2}, {1000, 1000}));
  model.node("ConstantOfShape", {"shape"}, {"c"}).input("x", {1000});
  model.node("Add", {"c", "x"}, {"y"}).output("y");
  Options few;
  few.most_folded = 1000;
  EXPECT_EQ(operators(imported(model, few)), (std::vector<std::string>{"expand", "add"}));
  EXPECT_EQ(operators(imported(model)), (std::vector<std::string>{"add"}));
}

TEST(OnnxImport, OutputsHaveTheirNames) {
  OnnxModel model;
  model.input("x", {2}).node("Relu", {"x"}, {"a"}).node("Identity", {"a"}, {"b"});
  model.node("Identity", {"x"}, {"c"}).node("Identity", {"a"}, {"d"});
  model.initializer(test::floats("e", {1}, {3}));
  model.output("b").output("c").output("d").output("e");
  const graph::Graph graph = imported(model);
  std::vector<std::string> names;
  for (const graph::ValueId id : graph.outputs) names.push_back(graph[id].name);
  EXPECT_EQ(names, (std::vector<std::string>{"b", "c", "d", "e"}));
  const auto given = answers(graph, {floats_of({2}, {-1, 2})});
  EXPECT_EQ(given[0].floats, (std::vector<double>{0, 2}));
  EXPECT_EQ(given[1].floats, (std::vector<double>{-1, 2}));
  EXPECT_EQ(given[2].floats, (std::vector<double>{0, 2}));
  EXPECT_EQ(given[3].floats, (std::vector<double>{3}));
}

/// "scaled": a x + b, with a by attribute.
Proto scaled_function() {
  Proto function;
  function.text(1, "scaled").text(4, "x").text(4, "b").text(5, "y").text(6, "a");
  Proto constant = test::node_proto("Constant", {}, {"c"});
  constant.message(5, Proto().text(1, "value_float").text(21, "a").whole(20, 1));
  function.message(7, constant).message(7, test::node_proto("Mul", {"x", "c"}, {"m"}));
  function.message(7, test::node_proto("Add", {"m", "b"}, {"y"}));
  return std::move(function.text(10, "own").message(9, Proto().text(1, "").whole(2, 18)));
}

TEST(OnnxImport, InlinesFunctions) {
  OnnxModel model;
  model.opset("own", 1).function(scaled_function()).input("x", {2});
  model.initializer(test::floats("b", {1}, {1}));
  model.node("scaled", {"x", "b"}, {"u"}, {attribute("a", 2.0F)}, "first", "own");
  model.node("scaled", {"u", "b"}, {"v"}, {attribute("a", 3.0F)}, "second", "own").output("v");
  const graph::Graph graph = imported(model);
  EXPECT_EQ(answers(graph, {floats_of({2}, {1, 2})})[0].floats, (std::vector<double>{10, 16}));
  EXPECT_EQ(graph.nodes.front().origins.front().node, "first/Mul");
}

/// As PyTorch 2.5 to 2.8 write a softmax: a function of the exporter's library that asks another
/// one whether its operand is a scalar, in a branch for each answer, and has an attribute of the
/// call's.
TEST(OnnxImport, InlinesTheExportersLibrary) {
  const std::string library = "pkg.onnxscript.torch_lib";
  const std::string common = "pkg.onnxscript.torch_lib.common";
  Proto is_scalar;
  is_scalar.text(1, "IsScalar").text(4, "input").text(5, "answer").text(10, common);
  is_scalar.message(7, test::node_proto("Shape", {"input"}, {"shape"}));
  is_scalar.message(7, test::node_proto("Size", {"shape"}, {"rank"}));
  is_scalar.message(7, test::node_proto("Constant", {}, {"zero"}, {attribute("value_int", 0)}));
  is_scalar.message(7, test::node_proto("Equal", {"rank", "zero"}, {"answer"}));
  is_scalar.message(9, Proto().text(1, "").whole(2, 18));

  Proto scalar;  // in a branch: one more axis, which is taken off again
  scalar.message(1, test::node_proto("Constant", {}, {"axes"},
                                     {attribute("value_ints", std::vector<std::int64_t>{0})}));
  scalar.message(1, test::node_proto("Unsqueeze", {"self", "axes"}, {"one"}));
  scalar.message(12, Proto().text(1, "one"));
  Proto as_it_is;
  as_it_is.message(1, test::node_proto("Identity", {"self"}, {"same"}));
  as_it_is.message(12, Proto().text(1, "same"));
  Proto softmax;
  softmax.text(1, "aten_softmax").text(13, "no_dtype").text(4, "self").text(5, "result");
  softmax.text(6, "dim").text(10, library);
  softmax.message(7, test::node_proto("IsScalar", {"self"}, {"is_scalar"}, {}, "", common));
  softmax.message(7, test::node_proto("If", {"is_scalar"}, {"ranked"},
                                      {test::graph_attribute("then_branch", scalar),
                                       test::graph_attribute("else_branch", as_it_is)}));
  Proto rows = test::node_proto("Softmax", {"ranked"}, {"result"});
  softmax.message(7, rows.message(5, Proto().text(1, "axis").text(21, "dim").whole(20, 2)));
  softmax.message(9, Proto().text(1, "").whole(2, 18));
  softmax.message(9, Proto().text(1, common).whole(2, 1));

  OnnxModel model(18);
  model.opset(library, 1).opset(common, 1).function(is_scalar).function(softmax);
  model.input("x", {2, 2});
  Proto call =
      test::node_proto("aten_softmax", {"x"}, {"y"}, {attribute("dim", 0)}, "soft", library);
  model.node(call.text(8, "no_dtype")).output("y");
  const graph::Graph graph = imported(model);
  ASSERT_EQ(operators(graph), (std::vector<std::string>{"softmax"}));
  EXPECT_EQ(graph.nodes.front().origins.front().node, "soft/Softmax");
  EXPECT_EQ(answers(graph, {floats_of({2, 2}, {0, 0, 0, 0})})[0].floats,
            (std::vector<double>{0.5, 0.5, 0.5, 0.5}));
}

TEST(OnnxImport, RefusesFunctionsWithoutAnEnd) {
  Proto function;
  function.text(1, "f").text(4, "x").text(5, "y").text(10, "own");
  function.message(7, test::node_proto("f", {"x"}, {"y"}, {}, "", "own"));
  function.message(9, Proto().text(1, "own").whole(2, 1));
  OnnxModel model;
  model.opset("own", 1).function(function).input("x", {2});
  model.node("f", {"x"}, {"y"}, {}, "", "own").output("y");
  expect_refusal(refusal(model), {"'f'", "calls itself"});
  // Thirty functions that each call the next one twice: 2^30 nodes.
  OnnxModel tree;
  tree.opset("own", 1).input("x", {2});
  for (int i = 0; i < 30; ++i) {
    const std::string next = "f" + std::to_string(i + 1);
    Proto one;
    one.text(1, "f" + std::to_string(i)).text(4, "x").text(5, "y").text(10, "own");
    one.message(7, test::node_proto(next, {"x"}, {"z"}, {}, "", "own"));
    one.message(7, test::node_proto(next, {"z"}, {"y"}, {}, "", "own"));
    one.message(9, Proto().text(1, "own").whole(2, 1)).message(9, Proto().whole(2, 20));
    tree.function(one);
  }
  Proto last;
  last.text(1, "f30").text(4, "x").text(5, "y").text(10, "own");
  last.message(7, test::node_proto("Identity", {"x"}, {"y"}));
  tree.function(last.message(9, Proto().whole(2, 20)));
  tree.node("f0", {"x"}, {"y"}, {}, "", "own").output("y");
  expect_refusal(refusal(tree), {"nodes when inlined"});
}

Proto branch(const std::string& operation, const Proto& inside = Proto()) {
  Proto graph;
  graph.message(1, test::node_proto(operation, {"x"}, {"r"}));
  return std::move(graph.raw(inside.bytes()).message(12, Proto().text(1, "r")));
}

OnnxModel branch_model(const test::Names& condition) {
  OnnxModel model;
  model.input("x", {2}).input("c", {}, type::boolean);
  model.initializer(test::tensor_proto("yes", type::boolean, {}, std::vector<char>{1}));
  model.node("If", condition, {"y"},
             {test::graph_attribute("then_branch", branch("Neg")),
              test::graph_attribute("else_branch", branch("Unheard"))});
  return std::move(model.output("y"));
}

TEST(OnnxImport, InlinesTheBranchThatIsTaken) {
  const graph::Graph graph = imported(branch_model({"yes"}));
  EXPECT_EQ(operators(graph), (std::vector<std::string>{"negate"}));
  EXPECT_EQ(graph[graph.outputs[0]].name, "y");
  expect_refusal(refusal(branch_model({"c"})), {"'If'", "depends on the model's inputs"});
  expect_refusal(refusal(branch_model({"x"})), {"If"});
}

Proto with_line(const std::string& operation, const std::string& input, const std::string& output,
                int line) {
  Proto node = test::node_proto(operation, {input}, {output}, {}, "n_" + output);
  return std::move(node.message(
      9,
      test::stack_entry("File \"/m.py\", line " + std::to_string(line) + ", in forward\n  y\n")));
}

TEST(OnnxImport, SaysAllThatItDoesNotKnow) {
  OnnxModel unknown;
  unknown.opset("com.microsoft", 1).input("x", {4}).node(with_line("Unheard", "x", "a", 7));
  unknown.node(with_line("Unheard", "a", "b", 9)).node("Relu", {"b"}, {"c"});
  unknown.node("FastGelu", {"x"}, {"d"}, {}, "g", "com.microsoft");
  unknown.node("Loop", {"d"}, {"e"});
  for (const char* output : {"c", "e", "h", "i"}) unknown.output(output);
  unknown.node("Cast", {"x"}, {"h"}, {attribute("to", 8)}, "text");
  expect_refusal(
      refusal(unknown),
      {"'Unheard'", "2 nodes, the first node 'n_a' (Unheard) of /m.py:7, in forward",
       "'FastGelu' of the domain 'com.microsoft'", "'Loop'", "no loops", "'Cast'", "node 'text'"});
}

/// partly(x): what weft does not know stands beside what is asked for.
Proto function_with_a_dead_node() {
  Proto function;
  function.text(1, "partly").text(4, "x").text(5, "y").text(5, "z");
  function.message(7, test::node_proto("Unheard", {"x"}, {"z"}));
  function.message(7, test::node_proto("Relu", {"x"}, {"y"}));
  return std::move(function.text(10, "own").message(9, Proto().text(1, "").whole(2, 20)));
}

TEST(OnnxImport, WhatNoOutputHangsOnMayBeUnknown) {
  OnnxModel model;
  model.opset("com.microsoft", 1).opset("own", 1).input("x", {1, 1, 4, 4});
  model.node("Relu", {"x"}, {"r"}).node("FastGelu", {"r"}, {"a"}, {}, "dead", "com.microsoft");
  model.node("Unheard", {"a"}, {"c"}).node("Abs", {"c"}, {"d"});
  model.node("Cast", {"d"}, {"e"}, {attribute("to", 8)});
  const std::vector<std::int64_t> two{2, 2};
  model.node("MaxPool", {"r"}, {"pool", "places"}, {attribute("kernel_shape", two)});
  model.function(function_with_a_dead_node());
  model.node("partly", {"pool"}, {"y", "z"}, {}, "call", "own").output("y");
  EXPECT_EQ(operators(imported(model)), (std::vector<std::string>{"relu", "maximum_pool", "relu"}));
  expect_refusal(refusal(model.output("z")), {"'Unheard'"});
  expect_refusal(refusal(model.output("places")), {"'MaxPool'", "indices"});
}

TEST(OnnxImport, WhatNoOutputHangsOnMustBeWhole) {
  OnnxModel model;
  model.input("x", {2}).node("Relu", {"x"}, {"y"}).node("Unheard", {"nobody"}, {"z"}).output("y");
  expect_refusal(refusal(model), {"nothing makes 'nobody'"});
}

TEST(OnnxImport, AnOutputThatIsAnInputKeepsItsName) {
  OnnxModel model;
  model.input("x", {2}).node("Relu", {"x"}, {"y"}).output("x").output("y");
  const graph::Graph graph = imported(model);
  ASSERT_EQ(graph.outputs.size(), 2U);
  EXPECT_EQ(graph[graph.inputs[0]].name, "x");
  EXPECT_EQ(graph[graph.outputs[0]].name, "x");
}

TEST(OnnxImport, SaysInWhichVersionsAnOperatorIsKnown) {
  OnnxModel old(9);
  old.input("x", {4}).node("HardSwish", {"x"}, {"y"}).output("y");
  expect_refusal(refusal(old), {"'HardSwish'", "operator set 9", "14 to 23"});
  for (const int version : {5, 24, 0, -1}) {
    OnnxModel model(version);
    model.input("x", {4}).node("Relu", {"x"}, {"y"}).output("y");
    expect_refusal(refusal(model), {"operator set " + std::to_string(version), "6 to 23"});
  }
}

TEST(OnnxImport, HoldsWhatIsDeclaredAgainstWhatIs) {
  OnnxModel model;
  model.input("x", {2, 3}).node("Transpose", {"x"}, {"y"}, {}, "turn").value("y", {2, 3});
  expect_refusal(refusal(model.output("y")), {"'turn'", "'y'", "f32[2, 3]", "f32[3, 2]"});
  OnnxModel output;
  output.input("x", {2}).node("Relu", {"x"}, {"y"}).output("y", {2}, type::i64);
  expect_refusal(refusal(output), {"'y'", "i64[2]", "f32[2]"});
}

TEST(OnnxImport, TakesInitializersThatAreInputsAsConstants) {
  OnnxModel model;
  model.input("x", {2}).input("w", {2}).initializer(test::floats("w", {2}, {1, 2}));
  model.node("Add", {"x", "w"}, {"y"}).output("y");
  const graph::Graph graph = imported(model);
  EXPECT_EQ(graph.inputs.size(), 1U);
  EXPECT_EQ(answers(graph, {floats_of({2}, {1, 1})})[0].floats, (std::vector<double>{2, 3}));
}

}  // namespace
}  // namespace weft::onnx
