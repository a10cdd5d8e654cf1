// SPDX-License-Identifier: Apache-2.0
// ONNX's messages as structs: every kind of field, merged and repeated as protobuf says.
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/origin.hpp"
#include "frontends/onnx/tensors.hpp"
#include "support.hpp"

namespace weft::onnx {
namespace {

using test::OnnxModel;
using test::Proto;
namespace type = test::onnx_type;

/// A tensor of a file as the graph has it.
graph::Numbers read_numbers(const Proto& proto) {
  const Folder folder;
  const std::string path = folder.write("tensor.pb", proto.bytes());
  const auto file = MappedFile::open(path);
  return numbers_of(Tensors(path, file).read(read_tensor_file(*file, path)));
}

std::string tensor_refusal(const Proto& proto) {
  try {
    (void)read_numbers(proto);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(OnnxFile, ReadsAModelsParts) {
  OnnxModel model(17);
  model.opset("custom", 3).input("x", {1, std::string("N"), std::string("")});
  model.node("Conv", {"x", "", "w"}, {"y"}, {test::attribute("group", 2)}, "first", "ai.onnx");
  model.initializer(test::floats("w", {2}, {1, 2})).output("y").value("y", {4}, type::f16);
  const Folder folder;
  const Model read = read_model(folder.write("m.onnx", model.bytes()));
  EXPECT_EQ(read.ir_version, 10);
  EXPECT_EQ(read.producer, "weft");
  ASSERT_EQ(read.opsets.size(), 2U);
  EXPECT_EQ(read.opsets[0].version, 17);
  EXPECT_EQ(read.opsets[1].domain, "custom");
  ASSERT_EQ(read.graph.nodes.size(), 1U);
  const FileNode& node = read.graph.nodes[0];
  EXPECT_EQ(node.operation, "Conv");
  EXPECT_EQ(node.name, "first");
  EXPECT_EQ(node.domain, "");
  EXPECT_EQ(node.inputs, (std::vector<std::string_view>{"x", "", "w"}));
  ASSERT_EQ(node.attributes.size(), 1U);
  EXPECT_EQ(node.attributes[0].kind, AttributeKind::whole);
  EXPECT_EQ(node.attributes[0].whole, 2);
  const FileValue& input = read.graph.inputs.at(0);
  ASSERT_TRUE(input.dims);
  ASSERT_EQ(input.dims->size(), 3U);
  EXPECT_EQ((*input.dims)[0].extent, 1);
  EXPECT_EQ((*input.dims)[1].parameter, "N");
  EXPECT_FALSE((*input.dims)[2].extent);
  EXPECT_EQ(read.graph.values.at(0).type, type::f16);
  EXPECT_EQ(read.graph.initializers.at(0).name, "w");
}

TEST(OnnxFile, MergesAMessageThatComesTwice) {
  OnnxModel one;
  one.node("Relu", {"x"}, {"y"});
  OnnxModel two;
  two.node("Neg", {"y"}, {"z"}).output("z");
  const Folder folder;
  const std::string bytes = one.bytes() + two.bytes() + Proto().whole(1, 8).bytes();
  const Model read = read_model(folder.write("m.onnx", bytes));
  EXPECT_EQ(read.graph.nodes.size(), 2U);
  EXPECT_EQ(read.ir_version, 8) << "the last counts";
}

TEST(OnnxFile, ReadsAttributesWithoutTheirKind) {
  const auto kind_of_only = [](const Proto& content) {
    OnnxModel model;
    model.node("A", {}, {"y"}, {Proto().text(1, "a").raw(content.bytes())});
    const Folder folder;
    const Model read = read_model(folder.write("m.onnx", model.bytes()));
    return read.graph.nodes.at(0).attributes.at(0).kind;
  };
  EXPECT_EQ(kind_of_only(Proto().single(2, 1)), AttributeKind::real);
  EXPECT_EQ(kind_of_only(Proto().whole(3, 0)), AttributeKind::whole);
  EXPECT_EQ(kind_of_only(Proto().text(4, "")), AttributeKind::text);
  EXPECT_EQ(kind_of_only(Proto().single(7, 1)), AttributeKind::reals);
  EXPECT_EQ(kind_of_only(Proto().wholes(8, {1, 2})), AttributeKind::wholes);
  EXPECT_EQ(kind_of_only(Proto().text(9, "a")), AttributeKind::texts);
  EXPECT_EQ(kind_of_only(Proto().message(5, test::floats("", {0}, {}))), AttributeKind::tensor);
  EXPECT_EQ(kind_of_only(Proto().message(6, Proto())), AttributeKind::graph);
}

TEST(OnnxTensors, ReadEveryPlaceOfTheirData) {
  const auto typed = [](std::int64_t kind, const Proto& data) {
    return Proto().wholes(1, {3}).whole(2, kind).raw(data.bytes());
  };
  const std::vector<double> reals{1, 2, -3};
  const std::vector<std::int64_t> wholes{1, 2, 3};
  const Proto singles = Proto().single(4, 1).single(4, 2).single(4, -3);
  EXPECT_EQ(read_numbers(typed(type::f32, singles)).floats, reals);
  const float packed[] = {1, 2, -3};
  const std::string_view raw(reinterpret_cast<const char*>(packed), sizeof packed);
  EXPECT_EQ(read_numbers(typed(type::f32, Proto().text(4, raw))).floats, reals);
  EXPECT_EQ(read_numbers(typed(type::f32, Proto().text(9, raw))).floats, reals);
  const double doubles[] = {1, 2, -3};
  const std::string_view raw_doubles(reinterpret_cast<const char*>(doubles), sizeof doubles);
  EXPECT_EQ(read_numbers(typed(type::f64, Proto().text(10, raw_doubles))).floats, reals);
  const Proto halves = Proto().wholes(5, {0x3c00, 0x4000, 0xc200});
  EXPECT_EQ(read_numbers(typed(type::f16, halves)).floats, reals);
  const Proto brains = Proto().wholes(5, {0x3f80, 0x4000, 0xc040});
  EXPECT_EQ(read_numbers(typed(type::bf16, brains)).floats, reals);
  for (const std::int64_t kind : {type::u8, type::i8, type::i32}) {
    EXPECT_EQ(read_numbers(typed(kind, Proto().wholes(5, wholes))).whole, wholes);
  }
  EXPECT_EQ(read_numbers(typed(type::i64, Proto().wholes(7, {1, 2, -3}))).whole,
            (std::vector<std::int64_t>{1, 2, -3}));
  for (const std::int64_t kind : {std::int64_t{12}, std::int64_t{13}}) {
    EXPECT_EQ(read_numbers(typed(kind, Proto().wholes(11, wholes))).whole, wholes);
  }
  EXPECT_EQ(read_numbers(typed(type::boolean, Proto().wholes(5, {1, 0, 1}))).whole,
            (std::vector<std::int64_t>{1, 0, 1}));
  EXPECT_EQ(
      read_numbers(typed(type::boolean, Proto().text(9, std::string("\x02\x00\x01", 3)))).whole,
      (std::vector<std::int64_t>{1, 0, 1}));
}

TEST(OnnxTensors, RefuseDataThatDoNotFit) {
  const auto refused = [](std::int64_t kind, const std::vector<std::int64_t>& dims,
                          const Proto& data) {
    return tensor_refusal(Proto().wholes(1, dims).whole(2, kind).text(8, "w").raw(data.bytes()));
  };
  expect_refusal(refused(type::f32, {3}, Proto().text(9, "12345678")),
                 {"'w'", "f32[3]", "8 bytes"});
  expect_refusal(refused(type::f32, {3}, Proto().single(4, 1)), {"'w'", "1 element"});
  expect_refusal(refused(type::i64, {3}, Proto()), {"'w'", "0 elements"});
  expect_refusal(refused(type::i8, {1}, Proto().wholes(5, {128})), {"holds 128"});
  expect_refusal(refused(type::boolean, {1}, Proto().wholes(5, {2})), {"holds 2"});
  expect_refusal(refused(type::f32, {-1}, Proto()), {"below 0"});
  expect_refusal(refused(type::f32, {1 << 30, 1 << 30, 1 << 30}, Proto()), {"2^40"});
  expect_refusal(refused(type::f32, {std::int64_t{1} << 31}, Proto().text(9, "1234")),
                 {"2147483648", "4 bytes"});
  expect_refusal(refused(type::text, {1}, Proto().text(6, "a")), {"STRING"});
  expect_refusal(refused(17, {1}, Proto().text(9, "a")), {"FLOAT8E4M3FN"});
  expect_refusal(refused(99, {1}, Proto().text(9, "a")), {"data type 99"});
  expect_refusal(refused(type::f32, {1}, Proto().message(3, Proto()).text(9, "1234")), {"segment"});
}

TEST(OnnxOrigin, ReadsPythonsText) {
  const auto stack = stack_of(
      "File \"/home/me/model.py\", line 12, in forward\n    return self.conv(x)\n"
      "  File \"/usr/lib/python3/dist-packages/torch/nn/modules/conv.py\", line 548, in forward\n"
      "    return self._conv_forward(input)\nnoise\nFile \"a\", line x, in f\n");
  ASSERT_EQ(stack.size(), 2U);
  EXPECT_EQ(stack[0].file, "/home/me/model.py");
  EXPECT_EQ(stack[0].line, 12U);
  EXPECT_EQ(stack[0].function, "forward");
  EXPECT_EQ(stack[0].code, "return self.conv(x)");
  EXPECT_EQ(stack[1].line, 548U);
  EXPECT_EQ(texts_of(R"(['', 'conv1', "it's", 'a\'b'])"),
            (std::vector<std::string>{"", "conv1", "it's", "a'b"}));
  EXPECT_TRUE(texts_of("['open").size() == 1U);
}

TEST(OnnxOrigin, EndsAtTheUsersLine) {
  FileNode node;
  node.name = "conv";
  node.operation = "Conv";
  node.stack_trace =
      "File \"/home/me/model.py\", line 12, in forward\n    y\n"
      "  File \"/usr/lib/python3/dist-packages/torch/nn/modules/conv.py\", line 5, in forward\n";
  node.name_scopes = "['', 'encoder', 'encoder.0', 'conv2d']";
  node.class_hierarchy = "['model.Net', 'x.Encoder', 'torch.nn.Conv2d', 'aten.conv2d.default']";
  const graph::Origin origin = origin_of(node);
  ASSERT_EQ(origin.stack.size(), 1U);
  EXPECT_EQ(origin.stack[0].line, 12U);
  EXPECT_EQ(origin.module, "Net.encoder.0");
  FileNode inner;
  inner.operation = "Relu";
  const graph::Origin called = origin_of(inner, &origin);
  EXPECT_EQ(called.node, "conv/Relu");
  EXPECT_EQ(called.stack.size(), 1U);
}

}  // namespace
}  // namespace weft::onnx
