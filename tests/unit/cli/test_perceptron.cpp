// SPDX-License-Identifier: Apache-2.0
// The host's perceptron: known values, and that its order and rounding are what they say.
#include <gtest/gtest.h>

#include "cli/job/perceptron.hpp"

namespace weft::cli {
namespace {

TEST(Perceptron, TwoLayersByHand) {
  const std::vector<DenseLayer> layers{{2, 2, {1, 2, -3, 4}, {0.5F, -10}}, {2, 1, {2, 7}, {1}}};
  // Hidden: 0.5 + 1 + 4 = 5.5 and -10 - 3 + 8 = -5, clipped. Score: 1 + 11.
  EXPECT_EQ(perceptron(layers, {1, 2}, 1, {}), (std::vector<float>{12}));
}

TEST(Perceptron, SlicesAreSummedApart) {
  // 2^24 + 1 + 1 in one go loses both ones; the second slice keeps its own.
  const std::vector<DenseLayer> layer{{4, 1, {16777216, 0, 1, 1}, {0}}};
  EXPECT_EQ(perceptron(layer, {1, 1, 1, 1}, 1, {}).at(0), 16777216.0F);
  EXPECT_EQ(perceptron(layer, {1, 1, 1, 1}, 2, {}).at(0), 16777218.0F);
}

TEST(Perceptron, FusedRoundsOnce) {
  const float x = 1.0F + 0x1p-12F;
  const std::vector<DenseLayer> layer{{1, 1, {x}, {-1.0F - 0x1p-11F}}};
  EXPECT_EQ(perceptron(layer, {x}, 1, {true, false}).at(0), 0x1p-24F);
  EXPECT_EQ(perceptron(layer, {x}, 1, {false, false}).at(0), 0.0F);
}

}  // namespace
}  // namespace weft::cli
