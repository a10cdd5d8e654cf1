// SPDX-License-Identifier: Apache-2.0
// The NaN that a processor makes has one sign in what a vertex has written; other bits stay.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "machine/ipu/not_a_number.hpp"

namespace weft::machine::ipu {
namespace {

using namespace program::ipu;

constexpr std::uint32_t of_x86 = 0xffc00000U;
constexpr std::uint32_t settled = 0x7fc00000U;
constexpr std::uint16_t half_of_x86 = 0xfe00U;
constexpr std::uint16_t half_settled = 0x7e00U;

struct Vertex {
  VectorReference in, out, halves, rows, whole;
  void* scalar = nullptr;
  std::uint32_t state = of_x86;
};

FieldInfo field(FieldRole role, FieldShape shape, ElementType type, std::size_t offset) {
  FieldInfo out;
  out.role = role;
  out.shape = shape;
  out.type = type;
  out.offset = static_cast<std::uint32_t>(offset);
  return out;
}

const std::vector<FieldInfo> fields{
    field(FieldRole::input, FieldShape::vector, ElementType::single, offsetof(Vertex, in)),
    field(FieldRole::output, FieldShape::vector, ElementType::single, offsetof(Vertex, out)),
    field(FieldRole::in_out, FieldShape::vector, ElementType::half, offsetof(Vertex, halves)),
    field(FieldRole::output, FieldShape::vector_list, ElementType::single, offsetof(Vertex, rows)),
    field(FieldRole::output, FieldShape::vector, ElementType::unsigned_int,
          offsetof(Vertex, whole)),
    field(FieldRole::output, FieldShape::scalar_edge, ElementType::single,
          offsetof(Vertex, scalar)),
    field(FieldRole::state, FieldShape::state, ElementType::single, offsetof(Vertex, state))};

TEST(NotANumber, IsSettledInWhatAVertexWrites) {
  using Words = std::vector<std::uint32_t>;
  Words in{of_x86};
  Words out{of_x86, settled, 0xffc00001U, 0x7f800001U, 0xff800000U, of_x86};
  std::vector<std::uint16_t> halves{half_of_x86, 0xfe01U, half_settled, 0xfc00U};
  Words first{1, of_x86};
  Words second{of_x86};
  Words whole{of_x86};
  std::uint32_t scalar = of_x86;
  std::vector<VectorReference> rows{{first.data(), 2, 0}, {second.data(), 1, 0}};
  Vertex vertex{{in.data(), 1, 0},
                {out.data(), 6, 0},
                {halves.data(), 4, 0},
                {rows.data(), 2, 0},
                {whole.data(), 1, 0},
                &scalar,
                of_x86};
  CodeletInfo info;
  info.fields = fields.data();
  info.field_count = static_cast<std::uint32_t>(fields.size());
  settle_not_a_number(info, &vertex);
  EXPECT_EQ(in, (Words{of_x86}));
  EXPECT_EQ(out, (Words{settled, settled, 0xffc00001U, 0x7f800001U, 0xff800000U, settled}));
  EXPECT_EQ(halves, (std::vector<std::uint16_t>{half_settled, 0xfe01U, half_settled, 0xfc00U}));
  EXPECT_EQ(first, (Words{1, settled}));
  EXPECT_EQ(second, (Words{settled}));
  EXPECT_EQ(whole, (Words{of_x86}));  // of integers it is a number
  EXPECT_EQ(scalar, settled);
  EXPECT_EQ(vertex.state, settled);
}

TEST(NotANumber, IsNoticedOnceAndOnlyWhenMadeOfNumbers) {
  made_not_a_number();
  volatile float zero = 0;
  volatile float out = 1 / (zero + 1);
  EXPECT_FALSE(made_not_a_number());
  out = zero / zero;
  EXPECT_TRUE(made_not_a_number());
  EXPECT_FALSE(made_not_a_number());
  out = out + 1;  // one NaN more, but of a NaN
  EXPECT_FALSE(made_not_a_number());
}

}  // namespace
}  // namespace weft::machine::ipu
