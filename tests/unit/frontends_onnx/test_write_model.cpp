// SPDX-License-Identifier: Apache-2.0
// Models written and read again: the same graph, the same numbers, the same lines; what is refused.
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/write_model.hpp"
#include "golden.hpp"
#include "graph/tensor.hpp"

namespace weft::onnx {
namespace {

using namespace weft::test;
namespace fs = std::filesystem;

/// All extents that the model leaves open are 4.
Options closed(const std::string& path) {
  const Model model = read_model(path);
  Options options;
  for (const FileValue& input : model.graph.inputs) {
    if (!input.dims) continue;
    for (const FileDimension& one : *input.dims) {
      if (!one.extent) options.dims[std::string(one.parameter)] = 4;
    }
  }
  return options;
}

graph::Numbers some_numbers(const graph::TensorType& type) {
  graph::Numbers out{type, {}, {}};
  for (std::int64_t i = 0; i < out.count(); ++i) {
    if (is_floating(type.element)) {
      out.floats.push_back(static_cast<double>(i * 37 % 101) / 50 - 1);
    } else {
      out.whole.push_back(i % 2);
    }
  }
  return out;
}

std::vector<graph::Numbers> answer(const graph::Graph& graph) {
  std::vector<graph::Numbers> inputs;
  for (const graph::ValueId id : graph.inputs) inputs.push_back(some_numbers(graph[id].type));
  return outputs_of(graph, evaluate(graph, inputs));
}

void expect_same_constants(const graph::Graph& a, const graph::Graph& b) {
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    ASSERT_EQ(a.values[i].constant.has_value(), b.values[i].constant.has_value());
    if (!a.values[i].constant) continue;
    const auto one = a.values[i].constant->bytes();
    const auto two = b.values[i].constant->bytes();
    ASSERT_TRUE(std::equal(one.begin(), one.end(), two.begin(), two.end())) << a.values[i].name;
  }
}

void expect_same_origins(const graph::Graph& a, const graph::Graph& b) {
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    const graph::Origin& one = a.nodes[i].origins.at(0);
    const graph::Origin& two = b.nodes[i].origins.at(0);
    ASSERT_EQ(text_of(one), text_of(two));
    ASSERT_EQ(one.module, two.module);
    ASSERT_EQ(one.stack.size(), two.stack.size());
  }
}

TEST(WriteModel, GivesTheSameGraphNumbersAndLines) {
  const Folder folder;
  int models = 0;
  for (const auto& entry :
       fs::directory_iterator(std::string(WEFT_SOURCE_DIR) + "/jobs/data/onnx")) {
    if (entry.path().extension() != ".onnx") continue;
    const std::string name = entry.path().stem();
    SCOPED_TRACE(name);
    const Options options = closed(entry.path());
    const graph::SourceModel model = list_model(entry.path(), options);
    const graph::Graph graph = import_model(entry.path(), options);
    for (const std::int64_t most_inline : {std::int64_t{1} << 30, std::int64_t{0}}) {
      const std::string path = folder.path(name + ".onnx");
      write_model(model, path, {most_inline});
      EXPECT_EQ(fs::exists(path + ".data"), most_inline == 0);
      const graph::Graph again = import_model(path);
      EXPECT_EQ(text_of(graph), text_of(again));
      expect_same_constants(graph, again);
      expect_same_origins(graph, again);
    }
    const auto was = answer(graph);
    const auto is = answer(import_model(folder.path(name + ".onnx")));
    ASSERT_EQ(was.size(), is.size());
    for (std::size_t i = 0; i < was.size(); ++i) {
      EXPECT_EQ(was[i].type, is[i].type);
      EXPECT_EQ(was[i].floats, is[i].floats);
      EXPECT_EQ(was[i].whole, is[i].whole);
    }
    const graph::SourceModel listed = list_model(folder.path(name + ".onnx"));
    ASSERT_EQ(listed.nodes.size(), model.nodes.size());
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
      ASSERT_EQ(listed.nodes[i].module_class, model.nodes[i].module_class);
      ASSERT_EQ(listed.nodes[i].attributes.size(), model.nodes[i].attributes.size());
    }
    ++models;
  }
  EXPECT_GE(models, 15);
}

/// Two calls of a function, whose values have the same names, one of them an output.
OnnxModel with_calls() {
  OnnxModel model(13);
  model.opset("mine", 1).input("x", {2});
  Proto function;
  function.text(1, "Fourfold").text(4, "v").text(5, "w");
  function.message(7, node_proto("Add", {"v", "v"}, {"twice"}, {}, "first"));
  function.message(7, node_proto("Add", {"twice", "twice"}, {"w"}, {}, "second"));
  function.message(9, Proto().text(1, "").whole(2, 13)).text(10, "mine");
  model.function(function);
  model.node("Fourfold", {"x"}, {"t"}, {}, "call", "mine");
  model.node("Fourfold", {"t"}, {"y"}, {}, "again", "mine");
  return std::move(model.output("y", {2}));
}

TEST(WriteModel, NamesInlinedValuesApartAndOutputsAsTheModelDoes) {
  const Folder folder;
  const std::string path = folder.write("model.onnx", with_calls().bytes());
  write_model(list_model(path), folder.path("out.onnx"));
  const graph::Graph out = import_model(folder.path("out.onnx"));
  ASSERT_EQ(out.nodes.size(), 4U);
  EXPECT_EQ(out[out.outputs.at(0)].name, "y");
  const graph::Numbers x{out[out.inputs[0]].type, {1, -2}, {}};
  EXPECT_EQ(outputs_of(out, evaluate(out, {x})).at(0).floats, (std::vector<double>{16, -32}));
}

/// The first of a name keeps it, and no number behind one makes it another's.
TEST(WriteModel, NamesNodesApart) {
  const Folder folder;
  OnnxModel model(13);
  model.input("x", {2}).node("Neg", {"x"}, {"a"}, {}, "n").node("Abs", {"a"}, {"b"}, {}, "n");
  model.node("Neg", {"b"}, {"c"}, {}, "n_1").node("Abs", {"c"}, {"d"}, {}, "n");
  model.node("Exp", {"d"}, {"e"}).node("Neg", {"e"}, {"y"}).output("y", {2});
  write_model(list_model(folder.write("model.onnx", model.bytes())), folder.path("out.onnx"));
  std::vector<std::string> names;
  for (const graph::SourceNode& node : list_model(folder.path("out.onnx")).nodes) {
    names.push_back(node.origin.node);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"n", "n_2", "n_1", "n_3", "", ""}));
}

TEST(WriteModel, KeepsAttributesOfEachKind) {
  OnnxModel model(13);
  Proto reals = Proto().text(1, "activation_alpha");
  const float values[] = {0.5F, 0.25F};
  reals.text(7, std::string_view(reinterpret_cast<const char*>(values), sizeof values))
      .whole(20, 6);
  Proto texts = Proto().text(1, "activations").text(9, "Tanh").text(9, "It's").whole(20, 8);
  const Proto tensor = tensor_attribute("value", floats("", {2}, {1, 2}));
  model.input("x", {2}).node("Mine", {"x", "", "x"}, {"", "y"},
                             {reals, texts, tensor, attribute("to", 7), attribute("text", "t")});
  model.value("y", {2}).node("Relu", {"y"}, {"z"}).output("z");
  const Folder folder;
  write_model(list_model(folder.write("m.onnx", model.bytes())), folder.path("out.onnx"));
  const graph::SourceModel out = list_model(folder.path("out.onnx"));
  const graph::SourceNode& node = out.nodes.at(0);
  using Reals = std::vector<double>;
  using Texts = std::vector<std::string>;
  EXPECT_EQ(std::get<Reals>(node.attribute("activation_alpha")->value), (Reals{0.5, 0.25}));
  EXPECT_EQ(std::get<Texts>(node.attribute("activations")->value), (Texts{"Tanh", "It's"}));
  EXPECT_EQ(numbers_of(std::get<graph::Tensor>(node.attribute("value")->value)).floats,
            (Reals{1, 2}));
  EXPECT_EQ(std::get<std::int64_t>(node.attribute("to")->value), 7);
  EXPECT_FALSE(node.has_input(1));
  EXPECT_EQ(text_of(*out[node.outputs.at(1)].type), "f32[2]");
}

std::string refusal_to_write(const graph::SourceModel& model, const std::string& path) {
  try {
    write_model(model, path);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(WriteModel, RefusesBranchesOtherSetsAndItsOwnSource) {
  const Folder folder;
  OnnxModel branches(13);
  branches.input("x", {2}).input("yes", {}, onnx_type::boolean);
  Proto branch;
  branch.message(1, node_proto("Neg", {"x"}, {"b"})).text(2, "branch");
  branch.message(12, value_proto("b", onnx_type::f32, {2}));
  branches.node("If", {"yes"}, {"y"},
                {graph_attribute("then_branch", branch), graph_attribute("else_branch", branch)},
                "choice");
  branches.output("y", {2});
  const std::string path = folder.write("if.onnx", branches.bytes());
  const std::string out = folder.path("out.onnx");
  expect_refusal(refusal_to_write(list_model(path), out), {"'choice'", "a graph", "'then_branch'"});
  EXPECT_FALSE(fs::exists(out));

  graph::SourceModel calls = list_model(folder.write("calls.onnx", with_calls().bytes()));
  expect_refusal(refusal_to_write(calls, folder.path("calls.onnx")), {"would be replaced"});
  calls.nodes[0].version = 11;
  expect_refusal(refusal_to_write(calls, out), {"operator set 11", "13"});
  EXPECT_FALSE(fs::exists(out));
  EXPECT_NE(refusal_to_write(calls, folder.path("no/out.onnx")), "");
}

TEST(WriteModel, LeavesTheDataOfItsSourceAlone) {
  const Folder folder;
  write_model(list_model(model_path("cnn_8")), folder.path("a.onnx"), {0});
  fs::rename(folder.path("a.onnx"), folder.path("b.onnx"));
  const graph::SourceModel model = list_model(folder.path("b.onnx"));
  expect_refusal(refusal_to_write(model, folder.path("a.onnx")), {"a.onnx.data", "replaced"});
}

}  // namespace
}  // namespace weft::onnx
