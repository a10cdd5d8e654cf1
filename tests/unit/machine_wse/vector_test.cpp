// SPDX-License-Identifier: Apache-2.0
// Vector instructions in memory: values, shapes, FIFOs, refusals.
#include <gtest/gtest.h>

#include <array>
#include <bit>

#include "unit/machine_wse/one_tile.hpp"

namespace weft::machine::wse {
namespace {

std::uint16_t floats(CodeBuilder& code, const std::string& name, const std::vector<float>& values) {
  const std::uint16_t at =
      code.allocate(name, Type::f32, static_cast<std::uint32_t>(values.size()), 8);
  code.initialise_values(at, std::span<const float>(values));
  return at;
}

std::uint32_t word(float value) { return std::bit_cast<std::uint32_t>(value); }

TEST(Vector, MultiplyAddWithAScalar) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const auto a = code.descriptor(mem1d(floats(code, "a", {1, 2, 3, 4}), 4));
    const auto to = code.descriptor(mem1d(t.out(), 4));
    code.vector(vector_instruction(
        VectorOperation::fmacs, descriptor_operand(to),
        {descriptor_operand(a), descriptor_operand(a), scalar_operand(code.constant_f32(10))}));
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  EXPECT_EQ(out[0], word(11));
  EXPECT_EQ(out[3], word(44));
}

TEST(Vector, RowsOfAMatrixAndNegativeStrides) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const std::uint16_t matrix = floats(code, "m", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    const std::array<std::uint16_t, 2> extents{3, 2};
    const std::array<std::int16_t, 2> strides{4, 1};
    const auto block =
        code.descriptor(mem4d(static_cast<std::uint16_t>(matrix + 4), extents, strides));
    const auto to = code.descriptor(mem1d(static_cast<std::uint16_t>(t.out() + 20), 6, -1));
    code.vector(vector_instruction(VectorOperation::fmovs, register_operand(to),
                                   {register_operand(block)}));
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  const std::vector<float> expected{10, 9, 6, 5, 2, 1};
  for (std::size_t k = 0; k < 6; ++k) EXPECT_EQ(out[k], word(expected[k])) << k;
}

TEST(Vector, AReductionThroughAnAddress) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const auto a = code.descriptor(mem1d(floats(code, "a", {1, 2, 3, 4}), 4));
    code.store(Type::f32, code.constant_f32(100), no_register, t.out());
    const Register at = code.constant(Type::u16, t.out());
    code.vector(vector_instruction(VectorOperation::fadds, scalar_address(at),
                                   {scalar_address(at), register_operand(a)}));
  });
  EXPECT_EQ(tile.run()[0], word(110));
}

TEST(Vector, DescriptorsMove) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const std::uint16_t a = floats(code, "a", {1, 2, 3, 4, 5, 6});
    const auto from = code.descriptor(mem1d(a, 6));
    const auto to = code.descriptor(mem1d(t.out(), 2));
    code.emit({.operation = Operation::descriptor_increment_offset,
               .type = Type::f32,
               .d = from,
               .b = use_immediate,
               .immediate = 3});
    code.emit({.operation = Operation::descriptor_set_stride,
               .d = from,
               .b = use_immediate,
               .immediate = 2});
    code.emit({.operation = Operation::descriptor_set_length,
               .d = from,
               .a = code.constant(Type::u16, 2)});
    code.vector(
        vector_instruction(VectorOperation::fmovs, register_operand(to), {register_operand(from)}));
    const Register second = code.make_register();
    code.emit({.operation = Operation::element_load,
               .type = Type::f32,
               .d = second,
               .a = from,
               .b = use_immediate,
               .immediate = 1});
    t.result(4, second);
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  EXPECT_EQ(out[0], word(4));
  EXPECT_EQ(out[1], word(6));
  EXPECT_EQ(out[4], word(6));
}

TEST(Vector, AFifoGivesBackInOrderAndSaysWhenItIsFull) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const auto a = code.descriptor(mem1d(floats(code, "a", {1, 2, 3, 4, 5, 6}), 6));
    Fifo ring;
    ring.base = code.allocate("ring", Type::f32, 4);
    ring.capacity = 4;
    ring.element_bytes = 4;
    const auto fifo = code.descriptor(fifo_descriptor(code.fifo(ring), 0));
    const Register all = code.make_register();
    code.vector(
        vector_instruction(VectorOperation::fmovs, register_operand(fifo), {register_operand(a)}),
        all);
    t.result(8, all);
    const auto three = code.descriptor(mem1d(t.out(), 3));
    code.vector(vector_instruction(VectorOperation::fnegs, register_operand(three),
                                   {register_operand(fifo)}),
                all);
    t.result(9, all);
    const auto rest = code.descriptor(mem1d(static_cast<std::uint16_t>(t.out() + 16), 3));
    code.vector(vector_instruction(VectorOperation::fmovs, register_operand(rest),
                                   {register_operand(fifo)}),
                all);
    t.result(10, all);
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  EXPECT_EQ(out[8], 0U);  // 4 of 6 fitted
  EXPECT_EQ(out[9], 1U);
  EXPECT_EQ(out[0], word(-1));
  EXPECT_EQ(out[2], word(-3));
  EXPECT_EQ(out[10], 0U);  // one was left
  EXPECT_EQ(out[4], word(4));
  EXPECT_EQ(out[5], 0U);
}

TEST(Vector, HalfPrecisionAndMixed) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const std::uint16_t at = code.allocate("h", Type::f16, 4, 8);
    const std::array<std::uint16_t, 4> halves{0x3c00, 0x4000, 0x4200, 0x4400};  // 1 2 3 4
    code.initialise_values(at, std::span<const std::uint16_t>(halves));
    const auto h = code.descriptor(mem1d(at, 4));
    const auto wide = code.descriptor(mem1d(t.out(), 4));
    code.vector(
        vector_instruction(VectorOperation::fh2s, register_operand(wide), {register_operand(h)}));
    code.vector(vector_instruction(VectorOperation::fmachs, register_operand(wide),
                                   {register_operand(wide), register_operand(h),
                                    scalar_operand(code.constant(Type::f16, 0x4000))}));
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  EXPECT_EQ(out[3], word(4 + 4 * 2));
}

TEST(Vector, Refusals) {
  const auto reads = [](std::uint32_t length) {
    return refusal([&](CodeBuilder& code, OneTile& t) {
      const auto a = code.descriptor(mem1d(code.allocate("a", Type::f32, 4, 8), length));
      const auto to = code.descriptor(mem1d(t.out(), length));
      code.vector(
          vector_instruction(VectorOperation::fmovs, register_operand(to), {register_operand(a)}));
    });
  };
  EXPECT_NE(reads(4).find("(a[0]) that were never written"), std::string::npos) << reads(4);
  EXPECT_NE(reads(40).find("outside the 80 bytes"), std::string::npos) << reads(40);
  const std::string async = refusal([](CodeBuilder& code, OneTile& t) {
    const auto d = code.descriptor(mem1d(t.out(), 4));
    VectorInstruction v =
        vector_instruction(VectorOperation::fmovs, register_operand(d), {register_operand(d)});
    v.asynchronous = true;
    code.vector(v);
  });
  EXPECT_NE(async.find("asynchronous ones need a fabric operand"), std::string::npos) << async;
}

}  // namespace
}  // namespace weft::machine::wse
