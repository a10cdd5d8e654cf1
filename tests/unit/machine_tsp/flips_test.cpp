// SPDX-License-Identifier: Apache-2.0
// Bits flipped in memory: one in a word is corrected where it is taken, two are refused there.
#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"
#include "chip_slices.hpp"
#include "support/tsp_schedule.hpp"

namespace weft::machine::tsp {
namespace {

namespace form = program::tsp;

constexpr std::size_t elements = 9 * form::lanes;

/// y = 3 x on a chip cut between x and the vector unit, after `flips` (element, bit) of x.
struct Product {
  explicit Product(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& flips,
                   const std::vector<std::uint32_t>& cuts)
      : chip(constants(), program(), cuts) {
    chip.write("x", std::vector<std::byte>(elements, std::byte{5}));
    chip.write("a", std::vector<std::byte>(elements, std::byte{3}));
    for (std::size_t s = 0; s < chip.size(); ++s) {
      for (const auto& [element, bit] : flips) chip.machine(s).flip_bit("x", element, bit);
    }
    chip.launch();
    chip.run(50);
  }
  static Constants constants() { return read_constants(topology::load_topology("groq-tsp")); }
  static form::Program program() {
    test::TspProgramBuilder builder(constants().timing);
    builder.multiply_add(25, 9);
    return builder.take();
  }
  ChipSlices chip;
};

TEST(TspFlips, OneInAWordIsCorrectedAndCounted) {
  for (const auto& cuts : {std::vector<std::uint32_t>{}, std::vector<std::uint32_t>{13}}) {
    // Two of one word's superlane 0 and 1, and one of another word.
    Product product({{0, 0}, {17, 7}, {5 * form::lanes + 319, 3}}, cuts);
    EXPECT_EQ(product.chip.error(), "");
    EXPECT_EQ(product.chip.read("y", elements), std::vector<std::byte>(elements, std::byte{15}));
    EXPECT_EQ(product.chip.sum("ecc_words", 1), 3U);
    // The host's link corrects too, and what lies in memory stays as it is.
    EXPECT_EQ(product.chip.read("x", elements), std::vector<std::byte>(elements, std::byte{5}));
  }
}

TEST(TspFlips, TwoInAWordAreRefusedWhereTheyAreTaken) {
  for (const auto& cuts : {std::vector<std::uint32_t>{}, std::vector<std::uint32_t>{13}}) {
    Product product({{2 * form::lanes + 16, 0}, {2 * form::lanes + 31, 1}}, cuts);
    EXPECT_NE(product.chip.error().find("cycle 27, chip 0, VXM: mul (vxm.1"), std::string::npos)
        << product.chip.error();
    // x lies from word 10 of mem.w5 on.
    EXPECT_NE(product.chip.error().find("word 12 of bank 0 of mem.w5"), std::string::npos)
        << product.chip.error();
    EXPECT_NE(product.chip.error().find(", superlane 1"), std::string::npos);
    EXPECT_THROW(product.chip.read("x", elements), Error);
  }
}

TEST(TspFlips, AreGoneWhenTheWordIsWritten) {
  Product product({}, {});
  product.chip.machine(0).flip_bit("x", 3, 1);
  product.chip.machine(0).flip_bit("x", 4, 1);
  product.chip.write("x", std::vector<std::byte>(elements, std::byte{6}));
  EXPECT_EQ(product.chip.read("x", elements), std::vector<std::byte>(elements, std::byte{6}));
  EXPECT_THROW(product.chip.machine(0).flip_bit("x", elements, 0), Error);
  EXPECT_THROW(product.chip.machine(0).flip_bit("x", 0, 8), Error);
}

}  // namespace
}  // namespace weft::machine::tsp
