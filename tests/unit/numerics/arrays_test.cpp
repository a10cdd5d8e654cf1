// SPDX-License-Identifier: Apache-2.0
// Array operations: every operation, layout and overlap against one element at a time.
#include "numerics/arrays.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "numerics/array_loop.hpp"
#include "numerics/math.hpp"
#include "unit/numerics/random_bits.hpp"

namespace weft::numerics {
namespace {

using Memory = std::vector<std::byte>;

Memory random_memory(unsigned seed) {
  RandomBits random(seed);
  Memory out(4096);
  for (std::size_t i = 0; i < out.size(); i += 4) {
    // mostly numbers of moderate size, sometimes any bits at all, NaN and subnormals among them
    const auto any = static_cast<std::uint32_t>(random());
    const std::uint32_t bits = random() % 8 == 0 ? any : (any & 0x83ff83ffU) | 0x3c003c00U;
    store(out.data() + i, bits);
  }
  return out;
}

struct Placed {
  std::size_t offset;
  std::ptrdiff_t stride;
};

// One element at a time, each by a call of its own: what order and overlap must come out as.
void apply_slowly(ArrayOperation op, FloatRules rules, Memory& m, Placed d,
                  const std::array<Placed, 3>& s, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto step = static_cast<std::ptrdiff_t>(i);
    std::array<Source, 3> sources{};
    for (std::size_t k = 0; k < 3; ++k)
      sources[k] = {m.data() + s[k].offset + step * s[k].stride, 0};
    apply(op, rules, {m.data() + d.offset + step * d.stride, 4}, sources, 1);
  }
}

void check(ArrayOperation op, FloatRules rules, unsigned seed, Placed d,
           const std::array<Placed, 3>& s, std::size_t count) {
  Memory expected = random_memory(seed);
  Memory got = expected;
  apply_slowly(op, rules, expected, d, s, count);
  std::array<Source, 3> sources{};
  for (std::size_t k = 0; k < 3; ++k) sources[k] = {got.data() + s[k].offset, s[k].stride};
  apply(op, rules, {got.data() + d.offset, d.stride}, sources, count);
  ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size()), 0)
      << name_of(op) << " d " << d.offset << "/" << d.stride << " s0 " << s[0].offset << "/"
      << s[0].stride << " s1 " << s[1].offset << "/" << s[1].stride << " n " << count;
}

std::vector<ArrayOperation> all_operations() {
  std::vector<ArrayOperation> out;
  for (unsigned i = 0; i < static_cast<unsigned>(ArrayOperation::count_); ++i) {
    out.push_back(static_cast<ArrayOperation>(i));
  }
  return out;
}

TEST(Arrays, EveryOperationInEveryLayout) {
  RandomBits random(4);
  const FloatRules sets[] = {{},
                             {.flush_subnormals = true},
                             {.canonical_nan = false},
                             {.fused_f32 = false, .fused_f16 = false},
                             {.exact_mixed_product = false}};
  for (const ArrayOperation op : all_operations()) {
    const ArrayShape shape = shape_of(op);
    for (unsigned round = 0; round < 60; ++round) {
      const auto stride = [&](std::uint8_t bytes, bool scalar) -> std::ptrdiff_t {
        const unsigned choice = random() % 8;
        if (choice == 0) return scalar ? 0 : bytes;
        if (choice == 1) return 2 * bytes;
        if (choice == 2) return -bytes;
        return bytes;
      };
      const auto offset = [&] { return 1000U + 2U * (random() % 1000U); };
      Placed d{offset(), stride(shape.destination_bytes, round % 8 == 0)};
      std::array<Placed, 3> s{};
      for (std::size_t k = 0; k < 3; ++k) s[k] = {offset(), stride(shape.source_bytes[k], true)};
      if (round % 3 == 0) s[0] = {d.offset, shape.source_bytes[0]};  // in place
      if (round % 7 == 0) s[0].offset = d.offset - 4;                // the last result is read
      check(op, sets[round % 5], round, d, s, random() % 100U);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Arrays, ReductionsAndPrefixSumsSeeEveryElement) {
  Memory m(64);
  const float values[] = {1, 2, 3, 4, 5};
  std::memcpy(m.data(), values, sizeof(values));
  const Source accumulator{m.data() + 32, 0};
  apply(ArrayOperation::fadds, {}, {m.data() + 32, 0}, {accumulator, Source{m.data(), 4}, {}}, 5);
  EXPECT_EQ(load<float>(m.data() + 32), 15.0F);
  // a[i + 1] = a[i] + a[i + 1]
  apply(ArrayOperation::fadds, {}, {m.data() + 4, 4},
        {Source{m.data(), 4}, Source{m.data() + 4, 4}, {}}, 4);
  EXPECT_EQ(load<float>(m.data() + 16), 15.0F);
  EXPECT_EQ(load<float>(m.data() + 8), 6.0F);
}

TEST(Arrays, ValuesOfTheLessUsualOnes) {
  Memory m(64);
  const auto run = [&m](ArrayOperation op, auto a, auto b, auto result) {
    store(m.data(), a);
    store(m.data() + 8, b);
    apply(op, {}, {m.data() + 16, 4}, {Source{m.data(), 4}, Source{m.data() + 8, 4}, {}}, 1);
    return load<decltype(result)>(m.data() + 16);
  };
  using U = std::uint16_t;
  EXPECT_EQ(run(ArrayOperation::clz, U{1}, U{0}, U{0}), 15);
  EXPECT_EQ(run(ArrayOperation::ctz, U{8}, U{0}, U{0}), 3);
  EXPECT_EQ(run(ArrayOperation::popcnt, U{0xf0f0}, U{0}, U{0}), 8);
  EXPECT_EQ(run(ArrayOperation::sar16, U{0x8000}, U{3}, U{0}), 0xf000);
  EXPECT_EQ(run(ArrayOperation::fs2xp16, -2.7F, U{0}, std::int16_t{0}), -2);
  EXPECT_EQ(run(ArrayOperation::xp162fs, std::int16_t{-7}, U{0}, 0.0F), -7.0F);
  EXPECT_EQ(run(ArrayOperation::fscales, 3.0F, std::int16_t{-1}, 0.0F), 1.5F);
  EXPECT_EQ(run(ArrayOperation::faddhs, Half{0x3c00}, 0.25F, 0.0F), 1.25F);
  EXPECT_EQ(run(ArrayOperation::fs2h, 65520.0F, U{0}, Half{0}), half_infinity);
}

TEST(Arrays, NothingIsTouchedForNoElements) {
  apply(ArrayOperation::fadds, {}, {nullptr, 4}, {Source{nullptr, 0}, Source{nullptr, 4}, {}}, 0);
}

TEST(Arrays, NamesAreThoseOfCsl) {
  EXPECT_STREQ(name_of(ArrayOperation::add16), "add16");
  EXPECT_STREQ(name_of(ArrayOperation::fmachs), "fmachs");
  EXPECT_STREQ(name_of(ArrayOperation::xp162fs), "xp162fs");
  EXPECT_EQ(shape_of(ArrayOperation::fmachs).source_bytes[0], 4);
  EXPECT_EQ(shape_of(ArrayOperation::fmachs).source_bytes[1], 2);
}

}  // namespace
}  // namespace weft::numerics
