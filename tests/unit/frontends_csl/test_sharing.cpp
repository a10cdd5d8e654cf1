// SPDX-License-Identifier: Apache-2.0
// Tiles whose code is the same share it; numbers that only reach data are tile constants.
#include <gtest/gtest.h>

#include "unit/frontends_csl/compile_text.hpp"

namespace weft::csl {
namespace {

using test::compile_files;
using test::Files;

Files grid(const std::string& program) {
  return {{"layout.csl", R"(
layout {
  @set_rectangle(20, 10);
  for (@range(i16, 20)) |x| {
    for (@range(i16, 10)) |y| {
      @set_tile_code(x, y, "pe.csl", .{ .px = x, .py = y, .width = 20 });
    }
  }
  @export_name("a", [*]i16, true);
})"},
          {"pe.csl", "param px: i16; param py: i16; param width: i16;\n" + program +
                         "\ncomptime { @bind_local_task(go, @get_local_task_id(9)); "
                         "@activate(@get_local_task_id(9)); }"}};
}

/// The constants of one tile.
std::vector<std::uint64_t> constants_of(const program::wse::Program& program, std::size_t tile) {
  const auto first = program.tile_constants.begin() + program.tile_constants_begin[tile];
  return {first, first + program.codes[program.code_of_tile[tile]].tile_constant_count};
}

TEST(CslSharing, CoordinatesThatOnlyReachDataAreConstants) {
  const auto program = compile_files(grid("var a: i16 = 0; task go() void { a = px * 100 + py; }"));
  ASSERT_EQ(program.codes.size(), 1U);
  EXPECT_EQ(constants_of(program, 0), std::vector<std::uint64_t>{0});
  EXPECT_EQ(constants_of(program, 3 * 20 + 7), std::vector<std::uint64_t>{703});
}

TEST(CslSharing, InitialDataDiffersByPatches) {
  const auto program = compile_files(
      grid("var a = [2]i16{ px, 5 }; var p: [*]i16 = &a; comptime { @export_symbol(p, \"a\"); }\n"
           "task go() void {}"));
  ASSERT_EQ(program.codes.size(), 1U);
  ASSERT_EQ(program.codes[0].patches.size(), 1U);
  EXPECT_EQ(constants_of(program, 19), std::vector<std::uint64_t>{19});
}

TEST(CslSharing, ConditionsMakeVariants) {
  const auto program = compile_files(grid(R"(
var a: i16 = 0;
task go() void {
  if (px == 0) { a = 1; } else if (px == width - 1) { a = 2; } else { a = py; }
})"));
  EXPECT_EQ(program.codes.size(), 3U);
  EXPECT_EQ(program.code_of_tile[0], program.code_of_tile[20]);
  EXPECT_NE(program.code_of_tile[0], program.code_of_tile[1]);
  EXPECT_EQ(program.code_of_tile[1], program.code_of_tile[18]);
  EXPECT_EQ(constants_of(program, 5 * 20 + 4), std::vector<std::uint64_t>{5});
}

TEST(CslSharing, SizesMakeVariants) {
  const auto program =
      compile_files(grid("var a = @zeros([px % 2 + 1]i16); task go() void { a[0] = 1; }"));
  EXPECT_EQ(program.codes.size(), 2U);
}

TEST(CslSharing, CoordinatesAtRunTimeAreConstantsToo) {
  const auto program = compile_files(grid(R"(
const where = @import_module("<layout>");
var a: u16 = 0;
task go() void { if (where.get_x_coord() == 3) { a = where.get_y_coord(); } })"));
  ASSERT_EQ(program.codes.size(), 1U);
  EXPECT_EQ(constants_of(program, 3 * 20 + 7), (std::vector<std::uint64_t>{7, 3}));
}

TEST(CslSharing, ANumberThatOneTileCannotHaveIsItsError) {
  const Files files = grid("var a: i16 = 0; task go() void { a = 100 / (px - 7); }");
  EXPECT_NE(test::error_of(files).find("division by zero (on tile 7,0)"), std::string::npos);
}

}  // namespace
}  // namespace weft::csl
