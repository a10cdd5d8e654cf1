// SPDX-License-Identifier: Apache-2.0
// Tensors: numbers of every format to bytes and back, rounded once.
#include "graph/tensor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "unit/graph/support.hpp"

namespace weft::graph {
namespace {

using test::failure_of;
using test::floats;
using test::whole;

std::uint16_t stored_16(Element element, double value) {
  const Tensor tensor = tensor_of(floats({}, {value}, element));
  std::uint16_t bits = 0;
  std::memcpy(&bits, tensor.bytes().data(), 2);
  return bits;
}

TEST(Tensor, FloatsAreRoundedOnceToTheirFormat) {
  // Just above and below the middle between two neighbours, nearer than fp32 can tell.
  EXPECT_EQ(stored_16(Element::f16, 1 + 0x1p-11), 0x3c00);
  EXPECT_EQ(stored_16(Element::f16, 1 + 0x1p-11 + 0x1p-40), 0x3c01);
  EXPECT_EQ(stored_16(Element::f16, 1 + 3 * 0x1p-11 - 0x1p-40), 0x3c01);
  EXPECT_EQ(stored_16(Element::bf16, 1 + 0x1p-8), 0x3f80);
  EXPECT_EQ(stored_16(Element::bf16, 1 + 0x1p-8 + 0x1p-40), 0x3f81);
  EXPECT_EQ(stored_16(Element::bf16, 1 + 3 * 0x1p-8 - 0x1p-40), 0x3f81);
  EXPECT_EQ(stored_16(Element::bf16, -(1 + 0x1p-8 + 0x1p-40)), 0xbf81);
  EXPECT_EQ(stored_16(Element::bf16, -(1 + 3 * 0x1p-8 - 0x1p-40)), 0xbf81);
}

TEST(Tensor, TheEndsOfBfloat16) {
  EXPECT_EQ(stored_16(Element::bf16, 1e300), 0x7f80);
  EXPECT_EQ(stored_16(Element::bf16, -1e300), 0xff80);
  EXPECT_EQ(stored_16(Element::bf16, 0x1.fep127), 0x7f7f);
  EXPECT_EQ(stored_16(Element::bf16, 0x1.ffp127), 0x7f80);
  EXPECT_EQ(stored_16(Element::bf16, 0x1.feffffffffp127), 0x7f7f);
  EXPECT_EQ(stored_16(Element::bf16, 0x1p-134), 0x0000);  // half of the least: to even
  EXPECT_EQ(stored_16(Element::bf16, 0x1.0000000001p-134), 0x0001);
  EXPECT_EQ(stored_16(Element::bf16, 1e-300), 0x0000);
  EXPECT_EQ(stored_16(Element::bf16, -1e-300), 0x8000);
  EXPECT_EQ(stored_16(Element::bf16, test::nan) & 0x7fc0, 0x7fc0);
  EXPECT_EQ(stored_16(Element::bf16, test::inf), 0x7f80);
}

TEST(Tensor, EveryFormatReadsWhatItHolds) {
  for (const Element element : {Element::f64, Element::f32, Element::f16, Element::bf16}) {
    const Numbers numbers = floats({2, 2}, {0.5, -0.0, -test::inf, 1.5}, element);
    const Numbers back = numbers_of(tensor_of(numbers));
    EXPECT_EQ(back.floats, numbers.floats) << name_of(element);
    EXPECT_TRUE(std::signbit(back.floats[1])) << name_of(element);
    EXPECT_TRUE(std::isnan(numbers_of(tensor_of(floats({}, {test::nan}, element))).floats[0]));
  }
}

TEST(Tensor, WholeNumbersWrapAndKeepTheirSign) {
  struct Row {
    Element element;
    std::int64_t in, out;
  };
  const Row rows[] = {{Element::i64, -1, -1},
                      {Element::u64, -1, -1},
                      {Element::i32, 1LL << 31, -(1LL << 31)},
                      {Element::u32, -1, 0xffffffffLL},
                      {Element::i16, 40000, 40000 - 65536},
                      {Element::u16, -2, 65534},
                      {Element::i8, 200, -56},
                      {Element::u8, 300, 44},
                      {Element::boolean, 7, 1}};
  for (const Row& row : rows) {
    const Numbers back = numbers_of(tensor_of(whole({1}, {row.in}, row.element)));
    EXPECT_EQ(back.whole.at(0), row.out) << name_of(row.element);
    EXPECT_EQ(wrapped_to(row.element, row.in), row.out) << name_of(row.element);
  }
}

TEST(Tensor, BytesThatAreTooFewAreADefect) {
  const std::string message = failure_of(
      [] {
        Tensor({Element::f32, {2, 3}}, std::vector<std::byte>(20));
      },
      Category::internal);
  EXPECT_EQ(message, "a tensor f32[2, 3] was given 20 bytes and takes 24");
}

TEST(Tensor, AReshapedOneSharesItsBytes) {
  const Tensor tensor = tensor_of(floats({2, 3}, {1, 2, 3, 4, 5, 6}));
  const Tensor flat = tensor.reshaped({6});
  EXPECT_EQ(flat.bytes().data(), tensor.bytes().data());
  EXPECT_EQ(numbers_of(flat).floats, (std::vector<double>{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace weft::graph
