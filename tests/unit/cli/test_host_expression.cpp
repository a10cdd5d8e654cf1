// SPDX-License-Identifier: Apache-2.0
// What the host computes for a check: known values, shapes, and what is said of a wrong expression.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "cli/job/host_expression.hpp"

namespace weft::cli {
namespace {

using trace::ElementType;
using trace::Tensor;

template <typename T>
Tensor tensor(ElementType type, std::vector<std::uint64_t> shape, std::vector<T> values) {
  Tensor out{type, std::move(shape), {}};
  out.bytes.resize(values.size() * sizeof(T));
  std::memcpy(out.bytes.data(), values.data(), out.bytes.size());
  return out;
}

template <typename T>
std::vector<T> values(const Tensor& tensor) {
  std::vector<T> out(tensor.bytes.size() / sizeof(T));
  std::memcpy(out.data(), tensor.bytes.data(), tensor.bytes.size());
  return out;
}

JobCheck check_of(const std::string& expression) {
  static std::vector<topology::Document> documents;
  documents.push_back(topology::Document::parse_text("kind = 'computes'", "job.toml"));
  JobCheck check(documents.back().root());
  check.expression = expression;
  return check;
}

const HostArrays& arrays() {
  static const HostArrays all = {
      {"x", tensor<float>(ElementType::f32, {2, 2}, {1, 2, 3, 4})},
      {"b", tensor<float>(ElementType::f32, {2}, {10, 20})},
      {"i", tensor<std::int8_t>(ElementType::i8, {1, 3}, {100, -100, 2})},
      {"w", tensor<std::int8_t>(ElementType::i8, {3, 2}, {100, 1, -100, 2, 3, -128})}};
  return all;
}

Tensor value_of(const std::string& expression) { return computed(check_of(expression), arrays()); }

std::string refusal(const std::string& expression) {
  try {
    value_of(expression);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(HostExpression, RepeatsTheSmallerOperand) {
  EXPECT_EQ(values<float>(value_of("add(mul(x, x), b)")), (std::vector<float>{11, 24, 19, 36}));
  EXPECT_EQ(values<float>(value_of("sub(b, x)")), (std::vector<float>{9, 18, 7, 16}));
  EXPECT_EQ(values<float>(value_of("sub(x, largest(x))")), (std::vector<float>{-1, 0, -1, 0}));
}

TEST(HostExpression, MultipliesMatrices) {
  const Tensor product = value_of("matmul(i, w)");
  EXPECT_EQ(product.type, ElementType::i32);
  EXPECT_EQ(product.shape, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(values<std::int32_t>(product), (std::vector<std::int32_t>{20006, -356}));
  // 2^11 + 2^-11 + ... has no place in fp16 or in a running fp32 sum of it: rounded once.
  const Tensor halves =
      value_of("matmul(fill(0.0009765625, f16, 1, 320), fill(2047, f16, 320, 1))");
  EXPECT_EQ(values<float>(halves), std::vector<float>{320 * 2047.0F / 1024});
  EXPECT_EQ(values<float>(value_of("matmul(fill(5.9604644775390625e-8, f32, 1, 4), "
                                   "fill(1, f32, 4, 1))")),
            std::vector<float>{4 * 0x1p-24F});
  EXPECT_EQ(
      values<std::int32_t>(value_of("matmul(fill(65537, i32, 1, 2), fill(65537, i32, 2, 1))")),
      std::vector<std::int32_t>{262146});
}

TEST(HostExpression, ConvertsAsTheVectorUnitDoes) {
  EXPECT_EQ(values<std::int8_t>(value_of("convert(mul(x, fill(50.5, f32, 1)), i8)")),
            (std::vector<std::int8_t>{50, 101, 127, 127}));
}

TEST(HostExpression, TakesPartsAndTotals) {
  const Tensor column = value_of("part(x, 1, 1, 1)");
  EXPECT_EQ(column.shape, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(values<float>(column), (std::vector<float>{2, 4}));
  EXPECT_EQ(values<std::int8_t>(value_of("part(w, 0, 1, 2)")),
            (std::vector<std::int8_t>{-100, 2, 3, -128}));
  EXPECT_EQ(values<std::int32_t>(value_of("total(convert(w, i32))")),
            (std::vector<std::int32_t>{3, -125, 3, -125, 3, -125}));
}

TEST(HostExpression, FaultsNameTheKey) {
  const std::pair<const char*, const char*> faults[] = {
      {"ad(x, b)", "has no function 'ad' (did you mean 'add'?)"},
      {"add(x, c)", "names 'c', which no command copies in"},
      {"add(x, b", "ends too soon"},
      {"x)", "has ')' behind its end"},
      {"add(x, i)", "has add of f32 [2, 2] and i8 [1, 3]"},
      {"xor(x, x)", "has xor of f32 [2, 2]"},
      {"matmul(x, w)", "has matmul of f32 [2, 2] and i8 [3, 2]"},
      {"fill(300, i8, 2)", "fills with what is no i8"},
      {"part(x, 1, 1, 2)", "has a part of f32 [2, 2] that is not there"},
      {"part(x, y, 0, 1)", "has a part that is told by no numbers"},
      {"total(x)", "has total of f32 [2, 2]"},
      {"convert(x, f8)", "has no type 'f8'"}};
  for (const auto& [expression, words] : faults) {
    EXPECT_NE(refusal(expression).find(words), std::string::npos) << refusal(expression);
    EXPECT_NE(refusal(expression).find("'expression'"), std::string::npos);
  }
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "neg(";
  EXPECT_NE(refusal(deep).find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace weft::cli
