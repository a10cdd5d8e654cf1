// SPDX-License-Identifier: Apache-2.0
// What PrintTensor writes.
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "hosts/poplar/engine/print_tensor.hpp"

using namespace poplar;

namespace {

template <typename T>
std::string print(const std::string& title, const Type& type, const std::vector<T>& values,
                  const std::vector<std::uint64_t>& shape,
                  const PrintTensorFmt& format = PrintTensorFmt()) {
  const core::PrintJob job = core::decode(core::encode({title, type, format}));
  return core::printed(job, shape, std::as_bytes(std::span(values)));
}

TEST(PrintTensor, OneLineForAVector) {
  EXPECT_EQ(print<float>("v", FLOAT, {1.0F, 1.5F, 2.5F}, {3}),
            "v: [1.0000000 1.5000000 2.5000000]\n");
  EXPECT_EQ(print<int>("w", INT, {9, 10, -1}, {3}), "w: [ 9 10 -1]\n");
  EXPECT_EQ(print<float>("s", FLOAT, {0.25F}, {}), "s: 0.2500000\n");
  EXPECT_EQ(print<int>("none", INT, {}, {0}), "none: []\n");
}

TEST(PrintTensor, RowsNest) {
  EXPECT_EQ(print<int>("m", INT, {1, 2, 3, 4}, {2, 2}), "m: [\n [1 2]\n [3 4]\n]\n");
}

TEST(PrintTensor, FarFromOneWithExponents) {
  EXPECT_EQ(print<float>("x", FLOAT, {1e9F, 0.0F}, {2}), "x: [1.0000000e+09 0.0000000e+00]\n");
}

TEST(PrintTensor, LongVectorsAreAbridgedAndWrapped) {
  std::vector<int> many(2000);
  std::iota(many.begin(), many.end(), 0);
  EXPECT_EQ(print<int>("m", INT, many, {2000}), "m: [   0    1    2  ... 1997 1998 1999]\n");
  const std::vector<int> forty(40, 1234);
  const std::string text = print<int>("f", INT, forty, {40});
  EXPECT_NE(text.find("1234\n 1234"), std::string::npos);
}

TEST(PrintTensor, AFormatOfOnesOwn) {
  EXPECT_EQ(print<float>("x", FLOAT, {1.5F, 2.0F}, {2}, PrintTensorFmt::disableFormatting()),
            "x: {1.5,2}\n");
}

}  // namespace
