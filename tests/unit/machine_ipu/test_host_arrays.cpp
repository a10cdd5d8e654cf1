// SPDX-License-Identifier: Apache-2.0
// Runs of host arrays, kept as steps: the same bytes in the same places.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "machine/ipu/build.hpp"

namespace weft::machine::ipu {
namespace {

using Run = std::array<std::uint64_t, 3>;  ///< place, offset in the array, bytes

/// The runs that an array stands for, cut into bytes: places and offsets.
std::vector<std::array<std::uint64_t, 2>> bytes_of(const LocalArray& array) {
  std::vector<std::uint64_t> offsets;
  for (const ArrayPart& part : array.parts) {
    for (std::uint64_t b = 0; b < part.bytes; ++b) offsets.push_back(part.offset + b);
  }
  std::vector<std::array<std::uint64_t, 2>> out;
  for (const Pieces& pieces : array.pieces) {
    for (std::uint64_t t = 0; t < pieces.times; ++t) {
      for (std::uint64_t b = 0; b < pieces.bytes; ++b) {
        out.push_back({pieces.place + t * pieces.step + b, offsets.at(out.size())});
      }
    }
  }
  EXPECT_EQ(out.size(), offsets.size());
  return out;
}

std::vector<std::array<std::uint64_t, 2>> bytes_of(const std::vector<Run>& runs) {
  std::vector<std::array<std::uint64_t, 2>> out;
  for (const auto& [place, offset, bytes] : runs) {
    for (std::uint64_t b = 0; b < bytes; ++b) out.push_back({place + b, offset + b});
  }
  return out;
}

LocalArray array_of(const std::vector<Run>& runs) {
  LocalArray array;
  std::size_t entries = 0;
  for (const auto& [place, offset, bytes] : runs) {
    if (append_run(array, place, offset, bytes)) ++entries;
  }
  EXPECT_EQ(entries, array.pieces.size());
  EXPECT_EQ(bytes_of(array), bytes_of(runs));
  return array;
}

TEST(HostArrays, AStepIsOneEntry) {
  const LocalArray array = array_of({{100, 0, 4}, {164, 4, 4}, {228, 8, 4}, {20, 12, 4}});
  EXPECT_EQ(array.pieces.size(), 2U);
  EXPECT_EQ(array.parts, (std::vector<ArrayPart>{{0, 16}}));
}

TEST(HostArrays, AnyRuns) {
  array_of({});
  array_of({{8, 0, 4}});
  array_of({{8, 0, 4}, {8, 4, 4}, {8, 8, 4}});     // an element that occurs three times
  array_of({{64, 0, 4}, {32, 4, 4}, {0, 8, 4}});   // backwards
  array_of({{64, 0, 4}, {32, 4, 8}, {0, 12, 8}});  // of other lengths
  array_of({{0, 0, 4}, {8, 4, 4}, {24, 8, 4}, {32, 12, 4}, {40, 16, 4}});
}

TEST(HostArrays, WhatOtherSlicesHoldIsLeftOut) {
  const LocalArray array = array_of({{0, 4, 4}, {8, 8, 4}, {16, 20, 4}});
  EXPECT_EQ(array.parts, (std::vector<ArrayPart>{{4, 8}, {20, 4}}));
  EXPECT_EQ(array.pieces.size(), 1U);
}

}  // namespace
}  // namespace weft::machine::ipu
