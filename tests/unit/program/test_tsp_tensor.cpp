// SPDX-License-Identifier: Apache-2.0
// Types and shapes that tensor programs infer, and what they refuse.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_tensor.hpp"
#include "topology/topology.hpp"

namespace weft::program::tsp {
namespace {

using Type = VectorType;

std::string refusal(const std::function<void(TensorProgram&)>& build) {
  TensorProgram program;
  program.file = "a.tensors";
  program.line = 7;
  try {
    build(program);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(TspTensor, ProductsWidenAndKeepLeadingAxes) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i8, {3, 5, 64});
  const TensorId w = program.pattern("w", Type::i8, {64, 10}, 1);
  const TensorId y = program.matmul(a, w, "y");
  EXPECT_EQ(describe(program.at(y)), "i32 [3, 5, 10]");
  const TensorId v = program.matmul(program.input("v", Type::f16, {64}),
                                    program.pattern("u", Type::f16, {64, 9}, 1));
  EXPECT_EQ(describe(program.at(v)), "f32 [9]");
}

TEST(TspTensor, WindowsFollowStrideAndPadding) {
  TensorProgram program;
  const TensorId image = program.input("image", Type::i8, {1, 224, 224, 3});
  TensorWindow window;
  window.stride_y = window.stride_x = 2;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 3;
  const TensorId y =
      program.convolution(image, program.pattern("w", Type::i8, {7, 7, 3, 64}, 1), window);
  EXPECT_EQ(describe(program.at(y)), "i32 [1, 112, 112, 64]");
  TensorWindow pool;
  pool.height = pool.width = 3;
  pool.stride_y = pool.stride_x = 2;
  pool.pad_top = pool.pad_bottom = pool.pad_left = pool.pad_right = 1;
  EXPECT_EQ(describe(program.at(program.maximum_pool(image, pool))), "i8 [1, 112, 112, 3]");
  EXPECT_EQ(describe(program.at(program.sum_pool(image, pool))), "i32 [1, 112, 112, 3]");
}

TEST(TspTensor, GroupsCutChannels) {
  TensorProgram program;
  const TensorId image = program.input("image", Type::f16, {1, 8, 8, 12});
  const TensorId w = program.pattern("w", Type::f16, {3, 3, 3, 20}, 1);
  TensorWindow window;
  window.groups = 4;
  EXPECT_EQ(describe(program.at(program.convolution(image, w, window))), "f32 [1, 6, 6, 20]");
  EXPECT_FALSE(program.filters_channels(program.nodes.back()));
  const auto sentence = [&](std::uint32_t groups) {
    window.groups = groups;
    try {
      program.convolution(image, w, window, "y");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(sentence(1),
            "tensor 'y': conv takes [b, h, w, c] and [kh, kw, c, n], not f16 [1, 8, 8, 12] and f16 "
            "[3, 3, 3, 20]");
  EXPECT_EQ(sentence(3),
            "tensor 'y': conv takes [b, h, w, c] and [kh, kw, c / 3, n], not f16 [1, 8, 8, 12] and "
            "f16 [3, 3, 3, 20]");
  const TensorId other = program.pattern("other", Type::f16, {3, 3, 3, 6}, 1);
  window.groups = 4;
  EXPECT_THROW(program.convolution(image, other, window), Error);
}

TEST(TspTensor, ElementwiseBroadcastsAsNumPyDoes) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i32, {4, 1, 6});
  const TensorId s = program.scalar("s", Type::f32, 0.5);
  const TensorId b = program.pattern("b", Type::f32, {3, 6}, 2);
  const TensorId wide = program.binary(VectorOperation::multiply, program.convert(a, Type::f32), b);
  EXPECT_EQ(describe(program.at(wide)), "f32 [4, 3, 6]");
  EXPECT_EQ(describe(program.at(program.requantise(a, s, s, Type::i8, "q"))), "i8 [4, 1, 6]");
  program.output(wide);
  validate(program);
}

TEST(TspTensor, RefusalsNameFileLineAndTensors) {
  const auto mixed = refusal([](TensorProgram& p) {
    p.matmul(p.input("a", Type::i8, {2, 3}), p.input("b", Type::f16, {3, 4}), "y");
  });
  EXPECT_EQ(mixed,
            "a.tensors:7: tensor 'y': matmul takes i8 and i8 or f16 and f16, not i8 [2, 3] and "
            "f16 [3, 4]");
  EXPECT_NE(refusal([](TensorProgram& p) { p.input("n", VectorType::i8, {}); }).find("no axes"),
            std::string::npos);
  EXPECT_NE(refusal([](TensorProgram& p) {
              p.matmul(p.input("a", Type::i8, {2, 3}), p.input("b", Type::i8, {4, 4}), "y");
            }).find("[k, n]"),
            std::string::npos);
  EXPECT_NE(refusal([](TensorProgram& p) {
              p.input("a", Type::i8, {2});
              p.input("a", Type::i8, {2});
            }).find("is there already"),
            std::string::npos);
  EXPECT_NE(refusal([](TensorProgram& p) {
              p.binary(VectorOperation::add, p.input("a", Type::i8, {2}),
                       p.input("b", Type::i8, {3}), "y");
            }).find("shapes [2] and [3] do not broadcast"),
            std::string::npos);
  EXPECT_NE(refusal([](TensorProgram& p) {
              p.unary(VectorOperation::exponential, p.input("a", Type::i8, {2}), "y");
            }).find("exp does not take i8 [2]"),
            std::string::npos);
  EXPECT_NE(refusal([](TensorProgram& p) {
              p.reshape(p.input("a", Type::i8, {2, 3}), {5}, "y");
            }).find("other elements"),
            std::string::npos);
}

TEST(TspTensor, MadeUpNamesStandBackForTheUsers) {
  TensorProgram program;
  const TensorId a = program.input("t1", Type::f32, {2, 64});
  const TensorId b = program.unary(VectorOperation::exponential, a);  // t1 is taken
  const TensorId c = program.unary(VectorOperation::exponential, b);
  const std::string of_c = program.at(c).name;
  EXPECT_NE(program.at(b).name, "t1");
  const TensorId user = program.unary(VectorOperation::exponential, c, of_c);
  EXPECT_EQ(program.at(user).name, of_c);
  EXPECT_NE(program.at(c).name, of_c);
  EXPECT_EQ(program.at(a).name, "t1");
  // An output's name was told already.
  program.output(b);
  const std::string of_b = program.at(b).name;
  EXPECT_THROW(program.unary(VectorOperation::exponential, c, of_b), Error);
  validate(program);
}

TEST(TspTensor, AnInputThatNothingReadsIsRefused) {
  EXPECT_EQ(refusal([](TensorProgram& p) {
              const TensorId a = p.input("a", Type::f32, {2, 64});
              p.input("lonely", Type::f32, {2, 64});
              p.output(p.unary(VectorOperation::exponential, a, "y"));
              schedule(p, read_timing(topology::load_topology("groq-tsp")), {});
            }),
            "a.tensors:7: tensor 'lonely': nothing reads this input, and a host that gives it "
            "would find no such "
            "tensor");
}

TEST(TspTensor, AScalarIsWhatItsTypeHolds) {
  for (const auto& [type, number] : std::vector<std::pair<Type, double>>{{Type::i8, 300},
                                                                         {Type::i8, 0.5},
                                                                         {Type::i16, -32769},
                                                                         {Type::i32, 3e9},
                                                                         {Type::f16, 65520},
                                                                         {Type::f32, 1e39},
                                                                         {Type::f32, 16777217},
                                                                         {Type::f16, 1e-9}}) {
    TensorProgram program;
    EXPECT_THROW(program.scalar("s", type, number), Error) << number;
  }
  TensorProgram program;
  program.scalar("a", Type::i8, -128);
  program.scalar("b", Type::f16, 0.1);
  program.scalar("c", Type::f32, std::numeric_limits<double>::infinity());
}

TEST(TspTensor, ValidateFindsAWrongResult) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i8, {2, 64});
  const TensorId y = program.matmul(a, program.pattern("w", Type::i8, {64, 10}, 1), "y");
  validate(program);
  program.tensors[y].shape = {2, 11};
  EXPECT_THROW(validate(program), Error);
}

TEST(TspTensor, PatternsAreFunctionsOfTheirSeed) {
  TensorProgram program;
  const TensorId a = program.pattern("a", Type::i8, {1000}, 1);
  const TensorId b = program.pattern("b", Type::i8, {1000}, 2);
  EXPECT_EQ(bytes_of(program.at(a)), bytes_of(program.at(a)));
  EXPECT_NE(bytes_of(program.at(a)), bytes_of(program.at(b)));
}

}  // namespace
}  // namespace weft::program::tsp
