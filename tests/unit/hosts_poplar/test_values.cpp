// SPDX-License-Identifier: Apache-2.0
// Types, options, names, profile values: what a program passes around before it has a graph.
#include <gtest/gtest.h>

#include <cstdlib>
#include <popfloat/experimental/CastToHalf.hpp>
#include <poplar/DebugContext.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Type.hpp>
#include <poplar/exceptions.hpp>
#include <sstream>

#include "hosts/poplar/api/elements.hpp"

using namespace poplar;

namespace {

TEST(Type, NamesAndHostTypes) {
  EXPECT_EQ(FLOAT.toString(), "float");
  EXPECT_EQ(UNSIGNED_INT.toString(), "unsigned int");
  EXPECT_TRUE(HALF.isFloatingPoint());
  EXPECT_FALSE(INT.isFloatingPoint());
  EXPECT_EQ(Type(equivalent_device_type<int>().value), INT);
  EXPECT_EQ(Type(equivalent_device_type<double>().value), FLOAT);
  EXPECT_NE(CHAR, SIGNED_CHAR);
}

TEST(Elements, HostValuesAreConverted) {
  const double values[] = {1.5, -2.0, 70000.0};
  const auto half =
      core::to_elements(values, TypeTraits::make<double>(), 3, false, core::ElementType::half);
  float back[3];
  core::from_elements(half.data(), core::ElementType::half, 3, back, TypeTraits::make<float>());
  EXPECT_EQ(back[0], 1.5F);
  EXPECT_EQ(back[1], -2.0F);
  EXPECT_GT(back[2], 1e30F);  // beyond the range of fp16: infinity
  const int negative = -1;
  const auto bytes = core::to_elements(&negative, TypeTraits::make<int>(), 2, true,
                                       core::ElementType::unsigned_char);
  EXPECT_EQ(bytes, (std::vector<std::byte>{std::byte{255}, std::byte{255}}));
  const float two = 2.0F;
  EXPECT_EQ(
      core::to_elements(&two, TypeTraits::make<float>(), 1, false, core::ElementType::boolean)[0],
      std::byte{1});
  EXPECT_THROW(core::element_type(QUARTER), type_error);
}

TEST(OptionFlags, LaterValuesReplaceEarlierOnes) {
  OptionFlags options{{"a", "1"}, {"b", "2"}};
  options.set("a", "3");
  EXPECT_EQ(options.at("a"), "3");
  EXPECT_EQ(options.size(), 2U);
  EXPECT_THROW(options.at("c"), invalid_option);
  readJSON(R"({"b": "x", "n": 12, "t": true})", options);
  EXPECT_EQ(options.at("b"), "x");
  EXPECT_EQ(options.at("n"), "12");
  EXPECT_EQ(options.at("t"), "true");
  EXPECT_THROW(readJSON("{\"b\"", options), parse_error);
  EXPECT_THROW(readJSON("[1]", options), parse_error);
}

TEST(DebugContext, PathsGrow) {
  const DebugNameAndId outer("outer");
  EXPECT_EQ(DebugContext(outer, "inner").getPathName(), "outer/inner");
  EXPECT_EQ(DebugContext("x").getPathName(), "x");
  EXPECT_EQ(DebugContext().getPathName(), "");
  const DebugInfo info(DebugContext("call"), "popops");
  EXPECT_EQ(DebugContext(info, "part").getPathName(), "call/part");
}

TEST(ProfileValue, WritesJson) {
  ProfileValue::Map map;
  map["n"] = ProfileValue(3);
  map["q"] = ProfileValue("a\"b");
  map["list"] = ProfileValue(ProfileValue::Vector{ProfileValue(0.5), ProfileValue(true)});
  std::ostringstream out;
  serializeToJSON(out, ProfileValue(map));
  EXPECT_EQ(out.str(), R"({"list":[0.5,true],"n":3,"q":"a\"b"})");
  EXPECT_EQ(ProfileValue(map)["n"].asUint(), 3U);
  const ProfileValue value(map);
  EXPECT_THROW(value["x"], index_error);
  EXPECT_THROW(ProfileValue(map).asVector(), poplar_error);
}

TEST(CastToHalf, RoundsToNearestEven) {
  using namespace popfloat::experimental;
  EXPECT_EQ(singleToHalf(1.0F), 0x3c00);
  EXPECT_EQ(singleToHalf(1.0F + 0x1p-11F), 0x3c00);
  EXPECT_EQ(singleToHalf(1.0F + 0x3p-11F), 0x3c02);
  EXPECT_EQ(singleToHalf(65536.0F), 0x7c00);
  EXPECT_EQ(singleToHalf(65536.0F, true) & 0x7e00, 0x7e00);
  EXPECT_EQ(halfToSingle(0xc000), -2.0F);
}

TEST(Exceptions, HaveTheirNames) {
  EXPECT_EQ(graph_cycle_error("x").type, "graph_cycle_error");
  EXPECT_EQ(application_runtime_error("x").type, "application_runtime_error");
  EXPECT_THROW(throw application_runtime_error("x"), poplar::runtime_error);
  EXPECT_THROW(throw graph_memory_allocation_error("x"), memory_allocation_error);
  EXPECT_STREQ(index_error("row", 3).what(), "row: 3");
}

}  // namespace
