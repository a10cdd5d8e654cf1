// SPDX-License-Identifier: Apache-2.0
// Machines with another value of a constant, for a while.
#include "topology/vary.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"

namespace weft::topology {
namespace {

Constant integer_constant(std::int64_t value) {
  Constant constant;
  constant.value.kind = Kind::integer;
  constant.value.integer = value;
  return constant;
}

Constant text_constant(const std::string& text) {
  Constant constant;
  constant.value.kind = Kind::text;
  constant.value.text = text;
  return constant;
}

constexpr Rational half{1, 2};
constexpr Rational half_more{3, 2};

TEST(TopologyVary, HalvesGoAwayFromTheValue) {
  const std::pair<std::int64_t, std::pair<std::string, std::string>> cases[] = {
      {1, {"0", "2"}},   {2, {"1", "3"}},   {3, {"1", "5"}},
      {4, {"2", "6"}},   {19, {"9", "29"}}, {900'000'000, {"450000000", "1350000000"}},
      {-3, {"-1", "-5"}}};
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(scaled(integer_constant(value), half), expected.first) << value;
    EXPECT_EQ(scaled(integer_constant(value), half_more), expected.second) << value;
  }
  EXPECT_EQ(scaled(integer_constant(10), Rational{1, 3}), "3");
}

TEST(TopologyVary, RatiosAreExactAndOtherThingsAreNoNumbers) {
  EXPECT_EQ(scaled(text_constant("3/2"), half), "\"3/4\"");
  EXPECT_EQ(scaled(text_constant("0.25"), half_more), "\"3/8\"");
  EXPECT_FALSE(scaled(text_constant("rotating"), half));
  EXPECT_FALSE(scaled(integer_constant(0), half));
  Constant list;
  list.value.kind = Kind::array;
  EXPECT_FALSE(scaled(list, half));
}

TEST(TopologyVary, AVariationIsOfOneMachineAndEnds) {
  const char* key = "mem.write_cycles";
  {
    const Variation variation("groq-tsp", {"mem.write_cycles=2"});
    const Topology varied = load_topology("groq-tsp");
    EXPECT_EQ(varied.integer(key), 2);
    EXPECT_EQ(varied.constant(key).origin, Origin::assumed);
    EXPECT_EQ(load_topology("groq-node8").integer(key), 1);
    EXPECT_EQ(load_topology("groq-tsp", {{"mem.write_cycles=3"}}).integer(key), 3);
  }
  EXPECT_EQ(load_topology("groq-tsp").integer(key), 1);
  const Variation wrong("groq-tsp", {"mem.write=2"});
  EXPECT_THROW(load_topology("groq-tsp"), Error);
}

}  // namespace
}  // namespace weft::topology
