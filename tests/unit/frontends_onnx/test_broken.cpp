// SPDX-License-Identifier: Apache-2.0
// Broken files: each is refused in one error that names it, with bounded memory and in no time.
#include <fstream>
#include <functional>
#include <set>

#include "support.hpp"

namespace weft::onnx {
namespace {

using test::attribute;
using test::OnnxModel;
using test::Proto;
namespace fs = std::filesystem;
namespace type = test::onnx_type;

OnnxModel good() {
  OnnxModel model(13);
  model.input("x", {1, 4}).initializer(test::floats("w", {4, 2}, std::vector<float>(8, 1)));
  model.node("MatMul", {"x", "w"}, {"m"}, {}, "product").node("Relu", {"m"}, {"y"}, {}, "relu");
  return std::move(model.output("y", {1, 2}));
}

/// What weft does not know, or nobody knows before a run: the list of operators has it, for advice.
const std::set<std::string> listed_all_the_same{
    "a range of 2^40 elements", "a shape that depends on an input", "a conversion to text"};

TEST(OnnxBroken, EveryPrefixIsRefused) {
  const std::string bytes = good().bytes();
  ASSERT_EQ(refusal(bytes), "");
  const Folder folder;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string path = folder.write("m.onnx", std::string_view(bytes).substr(0, size));
    ASSERT_NE(refusal_of_file(path), "") << size << " of " << bytes.size() << " bytes";
    ASSERT_NE(list_refusal_of_file(path), "") << size << " of " << bytes.size() << " bytes";
  }
}

TEST(OnnxBroken, EveryFlippedBitIsReadOrRefused) {
  std::string bytes = good().bytes();
  const Folder folder;
  std::size_t refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    if (!refusal_of_file(folder.write("m.onnx", bytes)).empty()) ++refused;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
  }
  EXPECT_GT(refused, bytes.size() / 3);
}

struct BrokenRow {
  const char* what;
  std::vector<std::string> words;
  std::function<OnnxModel()> model;
};

OnnxModel one_node(const std::string& operation, const test::Names& inputs,
                   const std::vector<Proto>& attributes = {}, int opset = 13) {
  OnnxModel model(opset);
  model.input("x", {2, 3}).input("i", {2}, type::i64);
  model.initializer(test::wholes("two", {2}, {1, 2})).initializer(test::wholes("far", {1}, {9}));
  model.initializer(test::wholes("zero", {1}, {0})).initializer(test::floats("f", {1}, {1}));
  model.initializer(test::wholes("three", {3}, {1, 2, 3}));
  model.initializer(test::wholes("many", {2}, {-1, -1}));
  model.initializer(test::wholes("vast", {3}, {1 << 20, 1 << 20, 1 << 20}));
  return std::move(model.node(operation, inputs, {"y"}, attributes, "n").output("y"));
}

Proto nested(int depth) {
  Proto graph;
  graph.message(1, test::node_proto("Neg", {"x"}, {"r"})).message(12, Proto().text(1, "r"));
  for (int i = 0; i < depth; ++i) {
    Proto outer;
    outer.message(
        1, test::node_proto("If", {"yes"}, {"r"}, {test::graph_attribute("then_branch", graph)}));
    graph = std::move(outer.message(12, Proto().text(1, "r")));
  }
  return graph;
}

OnnxModel nest(int depth) {
  OnnxModel model;
  model.input("x", {2});
  model.initializer(test::tensor_proto("yes", type::boolean, {}, std::vector<char>{1}));
  model.node("If", {"yes"}, {"y"}, {test::graph_attribute("then_branch", nested(depth))});
  return std::move(model.output("y"));
}

std::vector<BrokenRow> names_and_order() {
  return {
      {"a dangling input",
       {"'relu'", "nothing makes 'q'"},
       [] { return std::move(OnnxModel().node("Relu", {"q"}, {"y"}, {}, "relu").output("y")); }},
      {"a dangling output", {"nothing makes 'q'"}, [] { return std::move(good().output("q")); }},
      {"a cycle",
       {"'a'", "before the node that makes it"},
       [] {
         OnnxModel model;
         model.node("Relu", {"b"}, {"a"}, {}, "a").node("Relu", {"a"}, {"b"});
         return std::move(model.output("b"));
       }},
      {"a node of itself",
       {"by itself"},
       [] { return std::move(OnnxModel().node("Relu", {"a"}, {"a"}).output("a")); }},
      {"a value twice",
       {"'m'", "made twice"},
       [] { return std::move(good().node("Relu", {"y"}, {"m"})); }},
      {"two outputs of a node with one name",
       {"'y'", "made twice"},
       [] {
         return std::move(OnnxModel().input("x", {4}).node("Split", {"x"}, {"y", "y"}).output("y"));
       }},
      {"an initializer twice",
       {"two initializers are 'w'"},
       [] { return std::move(good().initializer(test::floats("w", {1}, {1}))); }},
      {"an initializer without a name",
       {"no name"},
       [] { return std::move(good().initializer(test::floats("", {1}, {1}))); }},
  };
}

std::vector<BrokenRow> names_of_the_model() {
  return {
      {"an input twice", {"two inputs are 'x'"}, [] { return std::move(good().input("x", {1})); }},
      {"an input without a name", {"no name"}, [] { return std::move(good().input("", {1})); }},
      {"an output twice", {"two outputs are 'y'"}, [] { return std::move(good().output("y")); }},
      {"a node that makes an initializer",
       {"'w'", "made twice"},
       [] { return std::move(good().node("Relu", {"y"}, {"w"})); }},
      {"no outputs", {"no outputs"}, [] { return OnnxModel(); }},
      {"a node without an operator",
       {"''"},
       [] { return std::move(good().node("", {"y"}, {"z"})); }},
      {"a domain that nobody imports",
       {"'own'", "not imported"},
       [] { return std::move(good().node("F", {"y"}, {"z"}, {}, "", "own")); }},
      {"two functions of one name",
       {"two functions"},
       [] {
         return std::move(good().function(Proto().text(1, "f")).function(Proto().text(1, "f")));
       }},
      {"an attribute of a function outside of one",
       {"outside of a function"},
       [] {
         return std::move(good().node("Elu", {"y"}, {"z"}, {Proto().text(1, "a").text(21, "b")}));
       }},
      {"a nest of ten branches", {"nest more than 8 deep"}, [] { return nest(10); }},
      {"a nest of forty branches", {"nest more than 64 deep"}, [] { return nest(40); }},
  };
}

std::vector<BrokenRow> types_and_shapes() {
  return {
      {"an input of sequences",
       {"'s'", "sequence"},
       [] {
         OnnxModel model = good();
         model.graph().message(11, Proto().text(1, "s").message(2, Proto().message(4, Proto())));
         return model;
       }},
      {"an input without a type",
       {"'s'", "nothing"},
       [] {
         OnnxModel model = good();
         model.graph().message(11, Proto().text(1, "s"));
         return model;
       }},
      {"an input of texts",
       {"'s'", "STRING"},
       [] { return std::move(good().input("s", {1}, type::text)); }},
      {"an input of 2^62 elements",
       {"2^40"},
       [] {
         return std::move(good().input("s", {std::int64_t{1} << 31, std::int64_t{1} << 31}));
       }},
      {"an input without elements and with an extent of 2^62",
       {"'s'", "2^40"},
       [] {
         return std::move(good().input("s", {0, std::int64_t{1} << 62}));
       }},
      {"an initializer of 2^31 elements without data",
       {"'big'", "2147483648"},
       [] {
         return std::move(good().initializer(test::floats("big", {std::int64_t{1} << 31}, {})));
       }},
      {"an initializer of 2^62 elements",
       {"'big'", "2^40"},
       [] {
         const std::int64_t side = std::int64_t{1} << 31;
         return std::move(good().initializer(test::floats("big", {side, side}, {})));
       }},
      {"an initializer with a negative extent",
       {"'big'", "below 0"},
       [] { return std::move(good().initializer(test::floats("big", {-1}, {}))); }},
      {"an initializer with too few data",
       {"'big'", "f32[4]", "12 bytes"},
       [] {
         return std::move(good().initializer(test::floats("big", {4}, {1, 2, 3})));
       }},
      {"an initializer of another declared type",
       {"'w'", "i64[4, 2]", "f32[4, 2]"},
       [] {
         return std::move(good().value("w", {4, 2}, type::i64));
       }},
  };
}

std::vector<BrokenRow> operands() {
  return {
      {"a sparse initializer",
       {"'s'", "sparse"},
       [] {
         OnnxModel model = good();
         model.graph().message(15, Proto().message(1, test::floats("s", {1}, {1})));
         return model;
       }},
      {"factors that do not fit",
       {"'product'", "MatMul"},
       [] {
         OnnxModel model;
         model.input("x", {1, 4})
             .input("w", {5, 2})
             .node("MatMul", {"x", "w"}, {"y"}, {}, "product");
         return std::move(model.output("y"));
       }},
      {"a sum of types that differ",
       {"'n'"},
       [] {
         return one_node("Add", {"x", "i"});
       }},
      {"a sum of shapes that do not broadcast",
       {"'n'", "broadcast"},
       [] {
         return one_node("Equal", {"i", "three"});
       }},
      {"an absent input", {"'n'", "lacks its input 2"}, [] { return one_node("Add", {"x"}); }},
      {"an empty input", {"'n'", "lacks its input 1"}, [] { return one_node("Relu", {""}); }},
      {"a constant of 2^60 elements",
       {"2^40"},
       [] { return one_node("ConstantOfShape", {"vast"}); }},
      {"a range of 2^40 elements",
       {"2^24"},
       [] {
         OnnxModel model;
         model.initializer(test::wholes("a", {}, {0})).initializer(test::wholes("c", {}, {1}));
         model.initializer(test::wholes("b", {}, {std::int64_t{1} << 40}));
         return std::move(model.node("Range", {"a", "b", "c"}, {"y"}).output("y"));
       }},
      {"tiles of 2^60 elements",
       {"2^40"},
       [] {
         OnnxModel model;
         const std::int64_t much = std::int64_t{1} << 60;
         model.input("x", {2, 3}).initializer(test::wholes("r", {2}, {much, 1}));
         return std::move(model.node("Tile", {"x", "r"}, {"y"}).output("y"));
       }},
  };
}

std::vector<BrokenRow> attributes_and_parameters() {
  using Wholes = std::vector<std::int64_t>;
  return {
      {"an axis outside",
       {"axis 7"},
       [] { return one_node("Softmax", {"x"}, {attribute("axis", 7)}); }},
      {"an axis twice",
       {"twice"},
       [] {
         return one_node("ReduceMax", {"x"}, {attribute("axes", Wholes{0, -2})});
       }},
      {"an attribute of another kind",
       {"'axis'", "another kind"},
       [] { return one_node("Softmax", {"x"}, {attribute("axis", 1.0F)}); }},
      {"no axis where one has to be",
       {"no axis"},
       [] {
         return one_node("Concat", {"x", "x"});
       }},
      {"a permutation with an axis twice",
       {"'n'", "twice"},
       [] {
         return one_node("Transpose", {"x"}, {attribute("perm", Wholes{0, 0})});
       }},
      {"a permutation too short",
       {"'n'"},
       [] { return one_node("Transpose", {"x"}, {attribute("perm", Wholes{0})}); }},
      {"a shape of other elements",
       {"'n'"},
       [] {
         return one_node("Reshape", {"x", "two"});
       }},
      {"a shape with two open extents",
       {"two extents"},
       [] {
         return one_node("Reshape", {"x", "many"});
       }},
      {"a shape of floats",
       {"no whole numbers"},
       [] {
         return one_node("Reshape", {"x", "f"});
       }},
      {"a shape that depends on an input",
       {"'i'", "depends on the model's inputs"},
       [] {
         return one_node("Reshape", {"x", "i"});
       }},
      {"a squeezed axis that is not 1",
       {"not 1"},
       [] {
         return one_node("Squeeze", {"x", "zero"});
       }},
  };
}

std::vector<BrokenRow> lengths_and_windows() {
  return {
      {"lengths that are not all",
       {"'n'"},
       [] {
         return one_node("Split", {"x", "far"});
       }},
      {"a step of 0",
       {"step of 0"},
       [] {
         return one_node("Slice", {"x", "zero", "far", "zero", "zero"});
       }},
      {"starts and ends of different lengths",
       {"different lengths"},
       [] {
         return one_node("Slice", {"x", "zero", "two"});
       }},
      {"pads for other axes",
       {"pads for"},
       [] {
         return one_node("Pad", {"x", "two"});
       }},
      {"a mode that is none",
       {"'mirror'"},
       [] {
         return one_node("Pad", {"x", "two"}, {attribute("mode", "mirror")});
       }},
      {"indices outside",
       {"'n'"},
       [] {
         OnnxModel model;
         model.initializer(test::floats("w", {2}, {1, 2})).initializer(test::wholes("i", {1}, {5}));
         return std::move(model.node("Gather", {"w", "i"}, {"y"}, {}, "n").output("y"));
       }},
  };
}

std::vector<BrokenRow> values_and_kernels() {
  using Wholes = std::vector<std::int64_t>;
  return {
      {"a conversion to nothing", {"convert to"}, [] { return one_node("Cast", {"x"}); }},
      {"a conversion to text",
       {"STRING"},
       [] { return one_node("Cast", {"x"}, {attribute("to", 8)}); }},
      {"a constant without a value", {"no value"}, [] { return one_node("Constant", {}); }},
      {"a window on a matrix",
       {"'n'"},
       [] { return one_node("MaxPool", {"x"}, {attribute("kernel_shape", Wholes{2})}); }},
      {"a stride of 0",
       {"strides out of range"},
       [] {
         OnnxModel model;
         model.input("x", {1, 1, 4, 4}).initializer(test::floats("w", {1, 1, 1, 1}, {1}));
         model.node("Conv", {"x", "w"}, {"y"}, {attribute("strides", Wholes{0, 1})}, "n");
         return std::move(model.output("y"));
       }},
      {"a kernel of another shape",
       {"another kernel"},
       [] {
         OnnxModel model;
         model.input("x", {1, 1, 4, 4}).initializer(test::floats("w", {1, 1, 1, 1}, {1}));
         model.node("Conv", {"x", "w"}, {"y"}, {attribute("kernel_shape", Wholes{2, 2})}, "n");
         return std::move(model.output("y"));
       }},
      {"more outputs than there are",
       {"output 2", "its operator has not"},
       [] {
         return std::move(OnnxModel().input("x", {2}).node("Relu", {"x"}, {"y", "z"}).output("y"));
       }},
      {"an attribute that its operator has not",
       {"'n'", "'axes'", "its operator has not"},
       [] { return one_node("Softmax", {"x"}, {attribute("axes", Wholes{0})}); }},
      {"an attribute twice",
       {"'n'", "'axis'", "twice"},
       [] {
         return one_node("Softmax", {"x"}, {attribute("axis", 0), attribute("axis", 1)});
       }},
      {"a direction that is none",
       {"'sideways'"},
       [] {
         OnnxModel model;
         model.input("x", {1, 1, 1}).input("w", {1, 4, 1}).input("r", {1, 4, 1});
         model.node("LSTM", {"x", "w", "r"}, {"y"}, {attribute("direction", "sideways")});
         return std::move(model.output("y"));
       }},
  };
}

/// The most memory that this process has had so far, in bytes.
std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::uint64_t kibibytes = 0;
  while (status >> word) {
    if (word == "VmHWM:" && status >> kibibytes) break;
  }
  return kibibytes * 1024;
}

TEST(OnnxBroken, EveryFaultIsSaid) {
  std::size_t count = 0;
  const std::uint64_t before = peak_bytes();
  for (const auto& rows :
       {names_and_order(), names_of_the_model(), types_and_shapes(), operands(),
        attributes_and_parameters(), lengths_and_windows(), values_and_kernels()}) {
    for (const BrokenRow& row : rows) {
      SCOPED_TRACE(row.what);
      expect_refusal(refusal(row.model()), row.words);
      if (!listed_all_the_same.contains(row.what))
        expect_refusal(list_refusal(row.model()), row.words);
      ++count;
    }
  }
  EXPECT_GE(count, 60U);
  EXPECT_LT(peak_bytes() - before, std::uint64_t{32} << 20U) << "none of them has a kilobyte";
}

TEST(OnnxBroken, WhatIsNoModelIsNotListedEither) {
  const Folder folder;
  for (const std::string& bytes :
       {std::string(), std::string("<html>"), Proto().whole(1, 8).bytes(),
        Proto().whole(1, 8).message(7, Proto()).bytes()}) {
    EXPECT_NE(list_refusal_of_file(folder.write("m.onnx", bytes)), "");
  }
  EXPECT_NE(list_refusal_of_file(folder.path("absent.onnx")), "");
  EXPECT_NE(list_refusal_of_file(folder.path(".")), "");
}

TEST(OnnxBroken, WhatIsNoModelIsSaid) {
  expect_refusal(refusal(""), {"no IR version"});
  expect_refusal(refusal("<html>"), {"byte"});
  expect_refusal(refusal(Proto().whole(1, 8).bytes()), {"no graph"});
  expect_refusal(refusal(Proto().whole(1, 8).message(7, Proto()).bytes()), {"operator set"});
  const Folder folder;
  expect_refusal(refusal_of_file(folder.path("absent.onnx")), {"No such file"});
  expect_refusal(refusal_of_file(folder.path(".")), {"regular file"});
}

}  // namespace
}  // namespace weft::onnx
