// SPDX-License-Identifier: Apache-2.0
// Scalar instructions: values of every type, control flow, cost, and what is refused.
#include <gtest/gtest.h>

#include <bit>

#include "unit/machine_wse/one_tile.hpp"

namespace weft::machine::wse {
namespace {

/// Result of `operation` on two constants, as a u32 register image.
std::uint32_t binary(Operation operation, Type type, std::int64_t a, std::int64_t b) {
  OneTile tile([&](CodeBuilder& code, OneTile& t) {
    t.result(0, code.binary(operation, type, code.constant(type, a), code.constant(type, b)));
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  return out[0];
}

std::int64_t bits(float value) { return std::bit_cast<std::int32_t>(value); }

TEST(Scalar, IntegersWrapToTheirType) {
  using enum Operation;
  EXPECT_EQ(binary(add, Type::u16, 65535, 2), 1U);
  EXPECT_EQ(binary(add, Type::i16, 32767, 1), static_cast<std::uint32_t>(-32768));
  EXPECT_EQ(binary(subtract, Type::u8, 3, 5), 254U);
  EXPECT_EQ(binary(multiply, Type::i32, 65536, 65537), 65536U);
  EXPECT_EQ(binary(divide, Type::i16, -32768, -1), static_cast<std::uint32_t>(-32768));
  EXPECT_EQ(binary(divide, Type::i32, -7, 2), static_cast<std::uint32_t>(-3));
  EXPECT_EQ(binary(remainder, Type::i32, -7, 2), static_cast<std::uint32_t>(-1));
  EXPECT_EQ(binary(remainder, Type::u16, 65535, 10), 5U);
  EXPECT_EQ(binary(shift_right, Type::i16, -8, 1), static_cast<std::uint32_t>(-4));
  EXPECT_EQ(binary(shift_right, Type::u16, 65528, 1), 32764U);
  EXPECT_EQ(binary(shift_left, Type::u8, 255, 4), 240U);
  EXPECT_EQ(binary(maximum, Type::i16, -1, 1), 1U);
  EXPECT_EQ(binary(maximum, Type::u16, 65535, 1), 65535U);
}

TEST(Scalar, ComparisonsKnowTheSign) {
  using enum Operation;
  EXPECT_EQ(binary(less, Type::i16, -1, 1), 1U);
  EXPECT_EQ(binary(less, Type::u16, 65535, 1), 0U);
  EXPECT_EQ(binary(greater_equal, Type::i32, -5, -5), 1U);
  EXPECT_EQ(binary(less_equal, Type::f32, bits(-0.5F), bits(0.25F)), 1U);
  EXPECT_EQ(binary(equal, Type::f32, bits(0.0F), bits(-0.0F)), 1U);
  EXPECT_EQ(binary(not_equal, Type::f32, 0x7fc00000, 0x7fc00000), 1U);
  EXPECT_EQ(binary(less, Type::f16, 0xbc00, 0x3c00), 1U);
}

TEST(Scalar, FloatsRoundAsTheirFormat) {
  using enum Operation;
  EXPECT_EQ(binary(add, Type::f32, bits(16777216.0F), bits(1.0F)), 0x4b800000U);
  EXPECT_EQ(binary(add, Type::f16, 0x6800, 0x3c00), 0x6800U);  // 2048 + 1 ties to even
  EXPECT_EQ(binary(multiply, Type::f16, 0x7bff, 0x4000), 0x7c00U);
  EXPECT_EQ(binary(divide, Type::f32, bits(1.0F), bits(0.0F)), 0x7f800000U);
}

TEST(Scalar, ConvertsAndReadsBits) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const Register minus = code.constant(Type::f32, bits(-2.75F));
    t.result(0, code.convert(Type::f32, Type::i16, minus));
    t.result(1, code.convert(Type::f32, Type::f16, minus));
    t.result(2, code.convert(Type::i32, Type::f32, code.constant(Type::i32, -3)));
    t.result(3, code.convert(Type::i32, Type::u8, code.constant(Type::i32, 258)));
    t.result(4, code.bitcast(Type::i16, Type::u16, code.constant(Type::i16, -1)));
    t.result(5, code.bitcast(Type::f32, Type::u32, minus));
    t.result(6, code.math(MathFunction::sqrt, Type::f32, code.constant_f32(2.25F)));
    t.result(7, code.convert(Type::i64, Type::boolean, code.constant(Type::i64, 1LL << 40)));
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  EXPECT_EQ(out[0], static_cast<std::uint32_t>(-2));
  EXPECT_EQ(out[1], 0xc180U);
  EXPECT_EQ(out[2], std::bit_cast<std::uint32_t>(-3.0F));
  EXPECT_EQ(out[3], 2U);
  EXPECT_EQ(out[4], 65535U);
  EXPECT_EQ(out[5], std::bit_cast<std::uint32_t>(-2.75F));
  EXPECT_EQ(out[6], std::bit_cast<std::uint32_t>(1.5F));
  EXPECT_EQ(out[7], 1U);
}

TEST(Scalar, CallsDirectAndIndirect) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const FunctionId twice = code.declare("twice", {Type::u16});
    const FunctionId square = code.declare("square", {Type::u16});
    code.allow_indirect(twice);
    code.allow_indirect(square);
    code.call(twice, {code.constant(Type::u16, 21)});
    t.result(0, code.result_of(twice, 1));
    const Register argument = code.constant(Type::u16, 9);
    const Register which = code.constant(Type::u16, square.index);
    code.call_indirect(which, std::span(&argument, 1));
    t.result(1, code.result_of_indirect(1));
    code.end();
    for (const auto& [f, operation] :
         {std::pair{twice, Operation::add}, std::pair{square, Operation::multiply}}) {
      code.begin(f);
      code.binary_into(code.make_register(), operation, Type::u16, code.parameter(0),
                       code.parameter(0));
      code.end();
    }
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  EXPECT_EQ(out[0], 42U);
  EXPECT_EQ(out[1], 81U);
}

/// A loop of `turns` turns with one addition; its time stamps' difference goes to out[0].
std::uint32_t loop_cycles(std::int64_t turns) {
  OneTile tile([&](CodeBuilder& code, OneTile& t) {
    code.emit({.operation = Operation::timestamp_enable, .immediate = 1});
    const Register k = code.constant(Type::u16, turns);
    const Register before = code.timestamp();
    const Label again = code.make_label();
    code.bind(again);
    code.binary_into(k, Operation::subtract, Type::u16, k, 1);
    code.branch_if(k, again);
    t.result(0, code.binary(Operation::subtract, Type::u64, code.timestamp(), before));
  });
  return tile.run()[0];
}

TEST(Scalar, ADataRegisterIsLoadedFromAConstantOrAVariable) {
  const auto cycles_of = [](std::int32_t constant) {
    OneTile tile([&](CodeBuilder& code, OneTile& t) {
      const auto d = code.descriptor(mem1d(t.out(), 4));
      const auto r = code.descriptor({});
      code.emit({.operation = Operation::timestamp_enable, .immediate = 1});
      const Register before = code.timestamp();
      code.emit({.operation = Operation::descriptor_load_register,
                 .d = r,
                 .a = d,
                 .immediate = constant});
      t.result(0, code.binary(Operation::subtract, Type::u64, code.timestamp(), before));
    });
    return tile.run({"pe.dsr_load_cycles=9", "pe.dsr_constant_load_cycles=2"})[0];
  };
  EXPECT_EQ(cycles_of(0), 6U + 9U);
  EXPECT_EQ(cycles_of(load_of_constant), 6U + 2U);
}

TEST(Scalar, ATimeStampIsStoredAsThreeWords) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    code.emit({.operation = Operation::timestamp_enable, .immediate = 1});
    const Register before = code.timestamp();
    code.emit({.operation = Operation::timestamp_store, .immediate = t.out() + 8});
    const Register address = code.constant(Type::u16, t.out() + 14);
    code.emit({.operation = Operation::timestamp_store, .a = address});
    t.result(0, before);
  });
  const auto out = tile.run();
  EXPECT_EQ(tile.error, "");
  // 48 bits each: the second begins in the middle of a word.
  EXPECT_EQ(out[2], out[0] + 6);
  EXPECT_EQ(out[3] & 0xffffU, 0U);
  EXPECT_EQ(out[3] >> 16U, out[2] + 7);  // a constant between them
  EXPECT_EQ(out[4], 0U);
}

TEST(Scalar, ATimeStampBeyondTheMemoryIsRefused) {
  const std::string text = refusal([](CodeBuilder& code, OneTile&) {
    code.emit({.operation = Operation::timestamp_enable, .immediate = 1});
    code.emit({.operation = Operation::timestamp_store, .immediate = 0x7ffffffe});
  });
  EXPECT_NE(text.find("outside"), std::string::npos) << text;
}

TEST(Scalar, ALoopCostsWhatItsTableSays) {
  // A turn: 1 for the subtraction, 7 for the jump back; the last one is not taken: 1.
  EXPECT_EQ(loop_cycles(1), 6U + 2U);
  EXPECT_EQ(loop_cycles(100), 6U + 99U * 8U + 2U);
  // Across the quantum in which a tile runs ahead.
  EXPECT_EQ(loop_cycles(5000), 6U + 4999U * 8U + 2U);
}

TEST(Scalar, ALoopThatCostsNothingEnds) {
  const std::vector<std::string> free = {
      "pe.scalar_cost_cycles.branch_far=0", "pe.scalar_cost_cycles.branch_taken=0",
      "pe.scalar_cost_cycles.branch_not_taken=0", "pe.scalar_cost_cycles.random=0",
      "pe.scalar_cost_cycles.constant=0"};
  const auto loop = [](bool rare) {
    return [rare](CodeBuilder& code, OneTile& t) {
      t.result(0, code.constant(Type::u32, 1));
      code.set_line(31);
      const Label again = code.make_label();
      code.bind(again);
      if (rare) code.emit({.operation = Operation::random, .type = Type::u32, .d = 0});
      code.jump(again);
    };
  };
  const std::string message =
      "tile (0, 0) (one tile): executes more than 16777216 instructions without a cycle passing, "
      "line 31";
  for (const bool rare : {false, true}) {
    const std::string error = refusal(loop(rare), Generation::wse2, free);
    EXPECT_NE(error.find(message), std::string::npos) << error;
  }
}

TEST(Scalar, RefusesWithTileAndCycle) {
  const auto divide = [](CodeBuilder& code, OneTile& t) {
    code.set_line(12);
    t.result(0, code.binary(Operation::divide, Type::u16, code.constant(Type::u16, 1), 0));
  };
  EXPECT_EQ(refusal(divide), "cycle 1, tile (0, 0) (one tile): division by zero, line 12");
  EXPECT_NE(refusal([](CodeBuilder& code, OneTile& t) {
              t.result(0, code.load_at(Type::u16, code.allocate("x", Type::u16, 4)));
            }).find("(x[0]) that were never written"),
            std::string::npos);
  EXPECT_NE(refusal([](CodeBuilder& code, OneTile& t) {
              t.result(0, code.load_at(Type::u32, 40000));
            }).find("outside the 64 bytes"),
            std::string::npos);
  EXPECT_NE(refusal([](CodeBuilder& code, OneTile&) {
              code.assert_true(code.constant(Type::boolean, 0), "it is wrong");
            }).find("assertion failed: it is wrong"),
            std::string::npos);
  EXPECT_NE(
      refusal([](CodeBuilder& code, OneTile& t) {
        t.result(0, code.binary(Operation::shift_left, Type::u16, code.constant(Type::u16, 1), 16));
      }).find("shift by 16"),
      std::string::npos);
}

}  // namespace
}  // namespace weft::machine::wse
