// SPDX-License-Identifier: Apache-2.0
// Tensor programs as text: what a line becomes, what is said of one that is wrong, and the shipped
// ones.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "frontends/tsp/tensor_text.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_tensor_text.hpp"
#include "text.hpp"
#include "topology/topology.hpp"

namespace weft::test {
namespace {

using numerics::VectorOperation;
using numerics::VectorType;
using program::tsp::TensorOperation;
using program::tsp::TensorProgram;

Error refusal(const std::string& text) {
  try {
    tsp::parse_tensors(text, "a.tensors");
  } catch (const Error& error) {
    return error;
  }
  return {Category::internal, "taken"};
}

void expect_same(const TensorProgram& a, const TensorProgram& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    EXPECT_EQ(a.tensors[i].name, b.tensors[i].name);
    EXPECT_EQ(a.tensors[i].role, b.tensors[i].role);
    EXPECT_EQ(describe(a.tensors[i]), describe(b.tensors[i]));
    EXPECT_EQ(a.tensors[i].bytes, b.tensors[i].bytes);
    EXPECT_EQ(a.tensors[i].patterned, b.tensors[i].patterned);
    EXPECT_EQ(a.tensors[i].seed, b.tensors[i].seed);
    EXPECT_EQ(a.tensors[i].output, b.tensors[i].output);
    EXPECT_EQ(a.tensors[i].layer, b.tensors[i].layer);
  }
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    EXPECT_EQ(a.nodes[i].operation, b.nodes[i].operation);
    EXPECT_EQ(a.nodes[i].operands, b.nodes[i].operands);
    EXPECT_EQ(a.nodes[i].result, b.nodes[i].result);
    EXPECT_EQ(a.nodes[i].vector, b.nodes[i].vector);
    EXPECT_EQ(a.nodes[i].epsilon, b.nodes[i].epsilon);
    EXPECT_EQ(a.nodes[i].chip, b.nodes[i].chip);
    const auto numbers = [](const program::tsp::TensorWindow& w) {
      return std::array<std::int64_t, 10>{w.height,    w.width,      w.stride_y, w.stride_x,
                                          w.pad_top,   w.pad_bottom, w.pad_left, w.pad_right,
                                          w.pad_value, w.groups};
    };
    EXPECT_EQ(numbers(a.nodes[i].window), numbers(b.nodes[i].window));
  }
}

TEST(TspTensorText, IsWhatTheMemberFunctionsBuild) {
  const TensorProgram read = tsp::parse_tensors(R"(# every statement
input x: i8[1, 6, 8, 16]
constant w: i8[3, 2, 4, 8] = pattern 7
constant b: i32[8] = 1, 2, 3, 4,
  5, 6, 7, -8
constant half: f32[1] = fill 0.5
c = conv x, w stride 2, 3 pad 1, 2, 3, 4 pad_value -5 groups 4
s = add c, b
f = convert s to f32
g = mul f, half
h = convert g to i8
chip 5
m = max_pool h window 2, 3 stride 1, 2 pad 1, 0, 2, 1
p = sum_pool h window 2, 2
r = reshape m to [1, 12, 8]
n = neg r
t = transpose n by [2, 0, 1]
q = softmax g
l = layer_norm q epsilon 1e-5
constant rows: i32[3] = 1, 0, 1
input table: f16[2, 5]
u = gather table, rows
chip 0
e = gelu u
i = sigmoid e
output t, p, l, i
)",
                                                "a.tensors");
  TensorProgram built;
  const auto x = built.input("x", VectorType::i8, {1, 6, 8, 16});
  const auto w = built.pattern("w", VectorType::i8, {3, 2, 4, 8}, 7);
  const std::array<std::int32_t, 8> values = {1, 2, 3, 4, 5, 6, 7, -8};
  const auto b = built.constant("b", VectorType::i32, {8}, std::as_bytes(std::span(values)));
  const auto half = built.scalar("half", VectorType::f32, 0.5);
  const auto c = built.convolution(x, w, {1, 1, 2, 3, 1, 2, 3, 4, -5, 4}, "c");
  const auto s = built.binary(VectorOperation::add, c, b, "s");
  const auto g =
      built.binary(VectorOperation::multiply, built.convert(s, VectorType::f32, "f"), half, "g");
  const auto h = built.convert(g, VectorType::i8, "h");
  built.chip = 5;
  const auto m = built.maximum_pool(h, {2, 3, 1, 2, 1, 0, 2, 1, 0, 1}, "m");
  const auto p = built.sum_pool(h, {2, 2, 1, 1, 0, 0, 0, 0, 0, 1}, "p");
  const auto n = built.unary(VectorOperation::negate, built.reshape(m, {1, 12, 8}, "r"), "n");
  const auto t = built.transpose(n, {2, 0, 1}, "t");
  const auto l = built.layer_norm(built.softmax(g, "q"), 1e-5F, "l");
  const std::array<std::int32_t, 3> picked = {1, 0, 1};
  const auto rows = built.constant("rows", VectorType::i32, {3}, std::as_bytes(std::span(picked)));
  const auto u = built.gather(built.input("table", VectorType::f16, {2, 5}), rows, "u");
  built.chip = 0;
  const auto i = built.sigmoid(built.gelu(u, "e"), "i");
  for (const auto id : {t, p, l, i}) built.output(id);
  expect_same(read, built);
  EXPECT_EQ(read.file, "a.tensors");
  EXPECT_EQ(read.tensors.at(4).line, 7U);
  expect_same(read, tsp::parse_tensors(text_of(built, {}), "printed"));
}

// `layer` begins no layer where it is a tensor's name.
TEST(TspTensorText, LayersAreNamed) {
  const std::string text =
      "input a: f16[4, 64]\ninput b: f16[64, 32]\nlayer \"a.product\"\nlayer = matmul a, b\n"
      "layer \"\"\nrest = relu layer\noutput rest\n";
  const TensorProgram program = tsp::parse_tensors(text, "a.tensors");
  EXPECT_EQ(program.layers, std::vector<std::string>{"a.product"});
  EXPECT_EQ(program.at(2).layer, 0U);
  EXPECT_EQ(program.at(3).layer, program::tsp::no_layer);
  expect_same(tsp::parse_tensors(text_of(program, {}), "a.tensors"), program);
  const auto timing = program::tsp::read_timing(topology::load_topology("groq-tsp"));
  const auto scheduled = schedule(program, timing).program;
  EXPECT_EQ(scheduled.layers, program.layers);
  // A product and what goes through the ALUs behind it are one operation, of the last one's layer.
  for (const std::uint32_t layer : scheduled.layer_of_text) {
    EXPECT_EQ(layer, program::tsp::none);
  }
  const auto again = program::tsp::deserialize(serialize(scheduled));
  EXPECT_EQ(again.layers, scheduled.layers);
  EXPECT_EQ(again.layer_of_text, scheduled.layer_of_text);
  std::string plain = text;
  for (const char* line : {"layer \"a.product\"\n", "layer \"\"\n"}) {
    plain.erase(plain.find(line), std::string(line).size());
  }
  const auto by_operation = schedule(tsp::parse_tensors(plain, "a.tensors"), timing).program;
  EXPECT_EQ(by_operation.layers, std::vector<std::string>{"rest"});
  EXPECT_EQ(content(by_operation), content(scheduled));
  EXPECT_NE(refusal(text + "layer a\n").what(), std::string("taken"));
}

// What leaves a chip and arrives on another is of the layer that makes it.
TEST(TspTensorText, LayersOfSeveralChipsAreJoined) {
  const auto machine = topology::load_topology(WEFT_SOURCE_DIR "/topologies/groq-node8.toml");
  const auto timing = program::tsp::read_timing(machine);
  program::tsp::ScheduleOptions options;
  options.system = program::tsp::read_system(machine);
  const std::string text =
      "input a: f16[4, 64]\ninput b: f16[64, 32]\nlayer \"first\"\np = matmul a, b\n"
      "chip 1\nlayer \"second\"\nq = relu p\noutput q\n";
  const auto scheduled = schedule(tsp::parse_tensors(text, "a.tensors"), timing, options).program;
  EXPECT_EQ(scheduled.layers, (std::vector<std::string>{"first", "second"}));
  ASSERT_EQ(scheduled.layer_of_text.size(), scheduled.texts.size());
  ASSERT_EQ(scheduled.schedules.size(), 2U);
  for (std::uint32_t chip = 0; chip < 2; ++chip) {
    std::set<std::uint32_t> found;
    for (const auto& one : scheduled.schedules[chip].instructions) {
      if (one.opcode == program::tsp::Opcode::deskew) continue;  // of no layer
      ASSERT_LT(one.label, scheduled.texts.size());
      const std::uint32_t layer = scheduled.layer_of_text[one.label];
      if (one.opcode == program::tsp::Opcode::receive) {
        EXPECT_EQ(layer, 0U);
      }
      found.insert(layer);
    }
    EXPECT_EQ(found, chip == 0 ? std::set<std::uint32_t>{0} : (std::set<std::uint32_t>{0, 1}));
  }
  std::string plain = text;
  for (const char* line : {"layer \"first\"\n", "layer \"second\"\n"}) {
    plain.erase(plain.find(line), std::string(line).size());
  }
  const auto by_operation = schedule(tsp::parse_tensors(plain, "a.tensors"), timing, options);
  EXPECT_EQ(by_operation.program.layers, (std::vector<std::string>{"p", "q"}));
  EXPECT_EQ(by_operation.program.layer_of_text, scheduled.layer_of_text);
  EXPECT_EQ(content(by_operation.program), content(scheduled));
}

TEST(TspTensorText, AFaultIsNamedWithItsPlace) {
  const std::string start = "input a: f16[4, 8]\ninput w: f16[8, 2]\n";
  const std::string of_a_schedule =
      " is of a schedule, for [program] tsp; a tensor program has tensors without places, and "
      "operations without queues and cycles";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"y = matmull a, w", "3:5: the operation 'matmull' is not known (did you mean 'matmul'?)"},
      {"y = matmul a, v", "3:15: the tensor 'v' is not known (did you mean 'a'?)"},
      {"y = matmul w, a",
       "3:5: tensor 'y': matmul takes [..., m, k] and [k, n], or [b, m, k] and [b, k, n], not "
       "f16 [8, 2] and f16 [4, 8]"},
      {"y = transpose a by [1, 1]", "3:5: tensor 'y': no permutation of the axes of f16 [4, 8]"},
      {"y = transpose a by [0, 1, 2]", "3:5: tensor 'y': no permutation of the axes of f16 [4, 8]"},
      {"y = transpose a by [7, 0]", "3:5: tensor 'y': no permutation of the axes of f16 [4, 8]"},
      {"y = transpose a by [8]", "3:21: an axis must be 0 to 7, is 8"},
      {"y = transpose a", "3:16: expected 'by' and the order of the axes, not the end of the line"},
      {"y = add a, w", "3:5: tensor 'y': shapes [4, 8] and [8, 2] do not broadcast"},
      {"y = matmul a w", "3:14: expected ',' and the second operand, not 'w'"},
      {"a = matmul a, w", "3:1: tensor 'a' is there already, from line 1"},
      {"y = convert a to f17", "3:18: the type 'f17' is not known (did you mean 'f16'?)"},
      {"y = reshape a to [4, 9]", "3:5: tensor 'y': f16 [4, 8] has other elements than [4, 9]"},
      {"y = reshape a to [0]", "3:19: a length must be 1 to 4294967295, is 0"},
      {"y = not a", "3:5: tensor 'y': not does not take f16 [4, 8]"},
      {"outputs a", "3:1: 'outputs' begins no line (did you mean 'output'?)"},
      {"chip one", "3:6: expected a chip, not 'one'"},
      {"chip 65536", "3:6: a chip must be 0 to 65535, is 65536"},
      {"output a", "3:8: tensor 'a': an output must be the result of an operation"},
      {"constant c: i8[2] = 1, 300", "3:24: 300 is no i8"},
      {"constant c: i8[2] = 1", "3:21: the tensor has 2 elements; these are 1"},
      {"constant c: i8[65536, 65536] = fill 1", "3:10: the constants are too large"},
      {"constant c: i8[65536, 65536] = pattern 1", "3:10: the constants are too large"},
      {"constant c: i8[2] = pattern x", "3:29: expected a pattern's seed, not 'x'"},
      {"y = max_pool a", "3:15: expected 'window' behind the operand, not the end of the line"},
      {"y = conv a, w stride 0, 1", "3:22: the stride in y must be 1 to 65536, is 0"},
      {"y = conv a, w groups 0", "3:22: the groups must be 1 to 4294967295, is 0"},
      {"y = softmax a", "3:5: tensor 'y': softmax takes f32, not f16 [4, 8]"},
      {"y = layer_norm a", "3:17: expected 'epsilon' behind the operand, not the end of the line"},
      {"y = layer_norm a epsilon -1", "3:5: tensor 'y': layer_norm takes f32, not f16 [4, 8]"},
      {"y = relu a extra", "3:12: expected the end of the line, not 'extra'"},
      {"constant c: f32[1] = 1e60", "3:22: 1e60 is no f32"},
      {"constant c: f32[1] = 1e400", "3:22: 1e400 is no f32"},
      {"constant c: f32[2] = 1, 16777217", "3:25: 16777217 is no f32"},
      {"constant c: f16[4] = fill 70000", "3:27: 70000 is no f16"},
      {"constant c: f16[1] = 1e-9", "3:22: 1e-9 is no f16"},
      {"constant c: i8[1] = nan", "3:21: nan is no i8"},
      {"constant c: i32[1] = 2147483648", "3:22: 2147483648 is no i32"},
      {"y = relu a\noutput y, y", "4:11: 'y' is an output already"},
      {"let first = 20", "3:1: 'let'" + of_a_schedule},
      {"mem.e0 read b0[0] -> w0 @ 1", "3:1: 'mem'" + of_a_schedule},
      {"input z: i8[2, 8] in mem.e0 bank 0 word 0", "3:19: 'in'" + of_a_schedule},
      {"y = matmul a, w", "3:1: nothing uses 'y', and it is no output"},
      {"y = relu a\noutput y", "2:7: nothing uses 'w', and it is no output"},
  };
  for (const auto& [line, sentence] : faults) {
    const Error error = refusal(start + line + "\n");
    EXPECT_EQ(error.what(), "a.tensors:" + sentence) << line;
    EXPECT_EQ(error.category(), Category::input) << line;
  }
  EXPECT_EQ(std::string(refusal("").what()), "a.tensors:1:1: the program has no operation");
}

TEST(TspTensorText, TakesTheFloatsThatAreWords) {
  const TensorProgram read = tsp::parse_tensors(
      "input a: f32[4, 2]\nconstant c: f32[2] = -inf, nan\ny = add a, c\noutput y\n", "a.tensors");
  std::array<float, 2> values{};
  std::memcpy(values.data(), read.tensors.at(1).bytes.data(), sizeof values);
  EXPECT_EQ(values[0], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(values[1]));
}

TEST(TspTensorText, WhatIsNotScheduledIsSaidToBe) {
  const Error erf = refusal("input a: f32[4, 8]\ny = erf a\noutput y\n");
  EXPECT_EQ(erf.what(),
            std::string("a.tensors:2:5: the VXM has no erf; gelu is the form with tanh"));
  EXPECT_EQ(erf.category(), Category::unsupported);
}

TEST(TspTensorText, ShippedProgramsBecomeSoundSchedulesThatReadBack) {
  const auto machine = topology::load_topology(WEFT_SOURCE_DIR "/topologies/groq-node8.toml");
  const auto timing = program::tsp::read_timing(machine);
  program::tsp::ScheduleOptions options;
  options.system = program::tsp::read_system(machine);
  for (const std::string name : {"digits-fp16", "digits"}) {
    const std::string path = std::string(WEFT_SOURCE_DIR) + "/kernels/tsp/" + name + ".tensors";
    const TensorProgram tensors = tsp::read_tensor_file(path);
    const std::string text = text_of(tensors, {"printed"}, {{1, {"the second"}}});
    EXPECT_NE(text.find("\n# the second\n"), std::string::npos) << name;
    expect_same(tensors, tsp::parse_tensors(text, path));
    const auto made = schedule(tensors, timing, options);
    validate(made.program);
    const auto checked = check(made.program, timing, cables_of(options.system));
    EXPECT_EQ(checked.fault ? describe(made.program, *checked.fault) : "", "") << name;
    EXPECT_EQ(content(read_text(tsp::print(made.program))), content(made.program)) << name;
  }
}

TEST(TspTensorText, LayersOnSeveralChipsBecomeASoundScheduleThatPrintsAlike) {
  const auto machine = topology::load_topology(WEFT_SOURCE_DIR "/topologies/groq-node8.toml");
  const auto timing = program::tsp::read_timing(machine);
  program::tsp::ScheduleOptions options;
  options.system = program::tsp::read_system(machine);
  const std::string path = std::string(WEFT_SOURCE_DIR) + "/kernels/tsp/layers.tensors";
  const TensorProgram tensors = tsp::read_tensor_file(path);
  expect_same(tensors, tsp::parse_tensors(text_of(tensors, {}), path));
  const auto made = schedule(tensors, timing, options);
  EXPECT_EQ(made.program.chips(), 4U);
  validate(made.program);
  const auto checked = check(made.program, timing, cables_of(options.system));
  EXPECT_EQ(checked.fault ? describe(made.program, *checked.fault) : "", "");
  const std::string printed = tsp::print(made.program);
  const auto read = read_text(printed);
  EXPECT_EQ(tsp::print(read), printed);
  EXPECT_EQ(content(read), content(made.program));
  EXPECT_FALSE(read.layers.empty());
  EXPECT_EQ(read.layers, made.program.layers);
}

}  // namespace
}  // namespace weft::test
