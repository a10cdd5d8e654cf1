// SPDX-License-Identifier: Apache-2.0
// Multiply-adds of nodes, by hand.
#include <gtest/gtest.h>

#include "graph/products.hpp"

namespace {

using namespace weft::graph;

double products(Operator what, const std::vector<Shape>& inputs) {
  Graph graph;
  std::vector<ValueId> ids;
  for (const Shape& shape : inputs) ids.push_back(graph.add_input("x", {Element::f32, shape}));
  graph.add_node(std::move(what), ids, Origin{});
  return products_of(graph);
}

TEST(Products, OfMatrices) {
  EXPECT_EQ(products(MatMul{}, {{5, 2, 3}, {3, 4}}), 5 * 2 * 3 * 4);
  MatMul turned;
  turned.transpose_a = true;
  EXPECT_EQ(products(turned, {{3, 2}, {3, 4}}), 2 * 3 * 4);
}

// 8 x 8 with pads stays 8 x 8; each group's 2 channels by 3 x 3.
TEST(Products, OfConvolutionsWithGroups) {
  Convolution what{{1, 1}, {1, 1}, {1, 1, 1, 1}, 2, {}};
  EXPECT_EQ(products(what, {{1, 4, 8, 8}, {6, 2, 3, 3}}), 6 * 64 * 2 * 9);
}

TEST(Products, OfAttention) {
  EXPECT_EQ(products(Attention{}, {{2, 5, 8}, {2, 7, 8}, {2, 7, 6}}), 2 * 5 * 7 * (8 + 6));
}

TEST(Products, OfNothingElse) {
  EXPECT_EQ(products(Binary{BinaryFunction::multiply}, {{4}, {4}}), 0);
}

}  // namespace
