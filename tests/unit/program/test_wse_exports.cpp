// SPDX-License-Identifier: Apache-2.0
// What the host can name: each name once, in its largest size.
#include <gtest/gtest.h>

#include "program/wse_exports.hpp"

namespace weft::program::wse {
namespace {

TileCode code_with(std::uint32_t elements) {
  TileCode code;
  Symbol own;
  own.name = "hidden";
  own.elements = 100;
  Symbol shared;
  shared.name = shared.exported = "shared";
  shared.type = Type::f32;
  shared.elements = elements;
  code.symbols = {own, shared};
  Function function;
  function.parameters = {Type::f32, Type::u16};
  code.functions = {function};
  code.entry_points = {{"go", 0}};
  return code;
}

TEST(WseExports, EachNameOnceAndAVariableInItsLargestSize) {
  for (const bool largest_first : {true, false}) {
    Program program;
    program.codes = {code_with(largest_first ? 7 : 3), code_with(largest_first ? 3 : 7)};
    const Exports exports = exports_of(program);
    ASSERT_EQ(exports.variables.size(), 1U);
    EXPECT_EQ(exports.variables[0].name, "shared");
    EXPECT_EQ(exports.variables[0].elements, 7U);
    ASSERT_EQ(exports.functions.size(), 1U);
    EXPECT_EQ(names_of(exports.functions[0].parameters), "f32,u16");
  }
}

}  // namespace
}  // namespace weft::program::wse
