// SPDX-License-Identifier: Apache-2.0
// What <memcpy/memcpy> owns is refused beside it, and free without it.
#include <gtest/gtest.h>

#include "compile_text.hpp"

namespace weft::csl {
namespace {

using program::wse::Generation;
using test::error_of;
using test::Files;

constexpr Generation wse2 = Generation::wse2;
constexpr Generation wse3 = Generation::wse3;

/// A tile that runs `body` as a comptime block beside memcpy; `route` stands in the layout.
Files beside_memcpy(const std::string& body, const std::string& route = "",
                    const std::string& streams = "") {
  return {{"layout.csl",
           "const memcpy = @import_module(\"<memcpy/get_params>\", .{ .width = 1, .height = 1" +
               streams +
               " });\n"
               "layout { @set_rectangle(1, 1);\n"
               "@set_tile_code(0, 0, \"pe.csl\", .{ .memcpy_params = memcpy.get_params(0) });\n" +
               route + "\n}"},
          {"pe.csl",
           "param memcpy_params: comptime_struct;\n"
           "const sys = @import_module(\"<memcpy/memcpy>\", memcpy_params);\n"
           "task t() void {}\ntask d(x: u32) void {}\n"
           "comptime {\n" +
               body + "\n}"}};
}

struct Case {
  std::string body;
  std::string says;  ///< on both generations, unless one of the next is set
  bool on_wse2 = true;
  bool on_wse3 = true;
};

std::string data_task(const std::string& number) {
  return "@bind_data_task(d, if (@is_arch(\"wse2\")) @get_data_task_id(@get_color(" + number +
         ")) else @get_data_task_id(@get_input_queue(2)));";
}

std::string initialize(const std::string& queue, int number, int color) {
  return "@initialize_queue(@get_" + queue + "_queue(" + std::to_string(number) +
         "), .{ .color = @get_color(" + std::to_string(color) + ") });";
}

std::string descriptor(const std::string& kind, const std::string& queue, int number, int color) {
  return "const x = @get_dsd(" + kind + "_dsd, .{ .extent = 1, .fabric_color = @get_color(" +
         std::to_string(color) + "), ." + queue + "_queue = @get_" + queue + "_queue(" +
         std::to_string(number) + ") });";
}

std::string local_task(int id) {
  return "@bind_local_task(t, @get_local_task_id(" + std::to_string(id) + "));";
}

const std::vector<Case> cases = {
    {local_task(27), "local task id 27 belongs to <memcpy/memcpy>, which this program imports"},
    {local_task(28), "local task id 28 belongs to <memcpy/memcpy>"},
    {local_task(29), "(only @set_teardown_handler binds a task to it)"},
    {local_task(30), "local task id 30 belongs to <memcpy/memcpy>"},
    {local_task(26), ""},
    {"@activate(@get_local_task_id(30));", "local task id 30 belongs to"},
    {"@block(@get_local_task_id(27));", "local task id 27 belongs to"},
    {data_task("21"), "color 21 belongs to", true, false},
    {data_task("20"), ""},
    {"@set_local_color_config(@get_color(22), .{ .routes = .{ .rx = .{RAMP}, .tx = .{EAST} } });",
     "color 22 belongs to <memcpy/memcpy>, which this program imports; free for a program: 0 to "
     "20"},
    {initialize("input", 2, 23), "color 23 belongs to"},
    {initialize("output", 2, 20), ""},
    {initialize("input", 1, 3), "input queue 1 belongs to", false, true},
    {initialize("output", 0, 3), "output queue 0 belongs to", false, true},
    {descriptor("fabout", "output", 1, 3), "output queue 1 belongs to", false, true},
    {descriptor("fabin", "input", 0, 3), "input queue 0 belongs to", false, true},
    {descriptor("fabin", "input", 3, 21), "color 21 belongs to"},
    {descriptor("fabout", "output", 3, 4), ""},
};

TEST(CslOwned, WhatMemcpyOwnsIsRefusedWithItsPlace) {
  for (const Case& c : cases) {
    for (const Generation generation : {wse2, wse3}) {
      const std::string error = error_of(beside_memcpy(c.body), generation);
      const bool refused = !c.says.empty() && (generation == wse2 ? c.on_wse2 : c.on_wse3);
      if (!refused) {
        EXPECT_EQ(error, "") << c.body;
        continue;
      }
      EXPECT_EQ(error.find("pe.csl:6:"), 0U) << c.body << "\n" << error;
      EXPECT_NE(error.find(c.says), std::string::npos) << c.body << "\n" << error;
    }
  }
}

TEST(CslOwned, FreeNumbersAreThoseOfTheMachine) {
  EXPECT_NE(error_of(beside_memcpy(initialize("output", 0, 3)), wse3).find("program: 2 to 7"),
            std::string::npos);
  EXPECT_NE(error_of(beside_memcpy(local_task(30)), wse2).find("program: 0 to 26"),
            std::string::npos);
  EXPECT_NE(error_of(beside_memcpy(local_task(30)), wse3).find("program: 8 to 26"),
            std::string::npos);
}

TEST(CslOwned, LayoutsAndHostStreamsAreHeldToIt) {
  const std::string route =
      "@set_color_config(0, 0, @get_color(21), .{ .routes = .{ .rx = .{RAMP}, .tx = .{EAST} } });";
  EXPECT_NE(error_of(beside_memcpy("", route)).find("layout.csl:4:1: color 21 belongs to"),
            std::string::npos);
  EXPECT_NE(error_of(beside_memcpy("", "", ", .MEMCPYH2D_1 = @get_color(22)"))
                .find("color 22 belongs to"),
            std::string::npos);
  EXPECT_EQ(error_of(beside_memcpy("", "", ", .MEMCPYH2D_1 = @get_color(20)")), "");
}

TEST(CslOwned, WithoutMemcpyAllIsFree) {
  const std::string all = "task t() void {}\ncomptime { " + local_task(30) +
                          initialize("output", 0, 21) + initialize("input", 1, 22) + " }";
  for (const Generation generation : {wse2, wse3}) {
    EXPECT_EQ(error_of(test::one_tile(all), generation), "");
  }
  // A use before the import is found with it.
  const std::string late = all + "\ncomptime { const m = @import_module(\"<memcpy/memcpy>\"); }";
  EXPECT_NE(error_of(test::one_tile(late)).find("pe.csl:2:"), std::string::npos)
      << error_of(test::one_tile(late));
}

}  // namespace
}  // namespace weft::csl
