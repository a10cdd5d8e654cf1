// SPDX-License-Identifier: Apache-2.0
// Registers of routes, teardown handlers, and settings that loads give to DSRs.
#include <gtest/gtest.h>

#include <algorithm>

#include "compile_text.hpp"

namespace weft::csl {
namespace {

using test::compile_files;
using test::error_of;
using test::one_tile;
namespace wse = program::wse;

const std::string go = "comptime { @export_symbol(go); }";
const std::string names_go = "@export_name(\"go\", fn()void);";

wse::Program compiled(const std::string& program, test::Generation generation = {}) {
  return compile_files(one_tile(program, names_go), generation);
}
std::string refusal(const std::string& program) { return error_of(one_tile(program, names_go)); }

/// Colors whose route the tile's code may rewrite, ascending.
std::vector<unsigned> reconfigurable(const wse::Program& program) {
  std::vector<unsigned> colors;
  for (const wse::ColorRoute& route : program.route_sets.at(program.route_set_of_tile.at(0))) {
    if (route.reconfigurable) colors.push_back(route.color);
  }
  return colors;
}

std::size_t count(const wse::Program& program, wse::Operation operation) {
  const auto& code = program.codes[0].instructions;
  return static_cast<std::size_t>(std::count_if(
      code.begin(), code.end(), [&](const auto& i) { return i.operation == operation; }));
}

TEST(CslConfiguration, MarksTheRoutesThatCodeRewrites) {
  const std::string config = "const config = @import_module(\"<tile_config>\");\n";
  const auto exits =
      compiled(config + "fn go() void { config.teardown.exit(@get_color(5)); }" + go);
  EXPECT_EQ(reconfigurable(exits), std::vector<unsigned>{5});
  const auto wse3 = compiled(config + "fn go() void { config.teardown.exit(@get_color(5)); }" + go,
                             test::Generation::wse3);
  EXPECT_EQ(reconfigurable(wse3), std::vector<unsigned>{5});
  const auto by_address =
      compiled("fn go() void { @bitcast(*u16, @as(u16, 0x7f43 * 2)).* = 7; }" + go);
  EXPECT_EQ(reconfigurable(by_address), std::vector<unsigned>{3});
  const auto unknown = compiled("var at: u16 = 0x7f20; fn go() void { @set_config(at, 7); }" + go);
  EXPECT_EQ(reconfigurable(unknown).size(), std::size_t{wse::color_count});
  const auto other = compiled("var x: u16; fn go() void { x = 1; }" + go);
  EXPECT_TRUE(reconfigurable(other).empty());
}

TEST(CslConfiguration, KeepsTheRouteThatIsThere) {
  const auto program = compiled(
      "const c = @get_color(6); const config = @import_module(\"<tile_config>\");\n"
      "fn go() void { config.color_config.reset_routes(c, .{ .rx = WEST, .tx = RAMP }); }\n"
      "comptime { @set_local_color_config(c, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST } },\n"
      "  .switches = .{ .pos1 = .{ .rx = WEST }, .pos2 = .{ .invalid = true } },\n"
      "  .teardown = true }); }" +
      go);
  const auto& set = program.route_sets.at(0);
  ASSERT_EQ(set.size(), 1U);
  EXPECT_TRUE(set[0].reconfigurable);
  EXPECT_TRUE(set[0].teardown);
  EXPECT_EQ(set[0].position_count, 2);
  EXPECT_EQ(set[0].positions[0].transmit, wse::bit(wse::Port::east));
}

TEST(CslConfiguration, ReadsAndWritesRegistersEachTime) {
  const auto program = compiled(
      "var a: u16; var b: u16; fn go() void { a = @get_config(0x7f20); b = @get_config(0x7f20); "
      "@set_config(0x7f20, a); @set_config(0x7f20, a); }" +
      go);
  EXPECT_EQ(count(program, wse::Operation::load), 2U);
  EXPECT_EQ(count(program, wse::Operation::store), 4U);
}

TEST(CslConfiguration, RefusesWhatIsNoRegister) {
  EXPECT_NE(refusal("fn go() void { @set_config(12, 7); }" + go)
                .find("word address 12 is none of a register"),
            std::string::npos);
  EXPECT_NE(refusal("comptime { @set_config(0x7f20, 7); } fn go() void {}" + go)
                .find("is for code that runs"),
            std::string::npos);
  EXPECT_NE(
      refusal("fn go() void { @bitcast(*u16, @as(u32, 4)).* = 7; }" + go).find("@bitcast between"),
      std::string::npos);
}

TEST(CslTeardown, OneTaskCallsTheHandlers) {
  const auto program = compiled(
      "var n: u16; fn first() void { n += 1; } fn second() void { n += 2; } fn go() void {}\n"
      "comptime { @set_teardown_handler(first, @get_color(2));\n"
      "  @set_teardown_handler(second, @get_color(20)); }" +
      go);
  const auto& tasks = program.codes[0].tasks;
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].kind, wse::TaskKind::local);
  EXPECT_EQ(tasks[0].id, 29);
  EXPECT_TRUE(tasks[0].bound);
}

TEST(CslTeardown, RefusesWrongHandlers) {
  const std::string f = "fn f() void {} fn go() void {}";
  const auto with = [&](const std::string& block) {
    return refusal(f + "comptime { " + block + " }" + go);
  };
  EXPECT_NE(
      with("@set_teardown_handler(f, @get_color(2)); @set_teardown_handler(f, @get_color(2));")
          .find("color 2 has two teardown handlers"),
      std::string::npos);
  EXPECT_NE(with("@set_teardown_handler(f, 2);").find("expected a color"), std::string::npos);
  EXPECT_NE(refusal("fn f(x: u16) void {} fn go() void {} comptime { @set_teardown_handler(f, "
                    "@get_color(2)); }" +
                    go)
                .find("a function without parameters"),
            std::string::npos);
  EXPECT_NE(refusal("task t() void {} fn f() void {} fn go() void {}\n"
                    "comptime { @bind_local_task(t, @get_local_task_id(29));\n"
                    "@set_teardown_handler(f, @get_color(2)); }" +
                    go)
                .find("task id 29 is bound twice"),
            std::string::npos);
}

TEST(CslDataRegisters, ALoadGivesItsSettings) {
  const std::string program =
      "const c = @get_color(2); const q = @get_output_queue(2); var x: [4]u32;\n"
      "const mem = @get_dsd(mem1d_dsd, .{ .base_address = &x, .extent = 4 });\n"
      "const out = @get_dsd(fabout_dsd, .{ .fabric_color = c, .extent = 4, .output_queue = q });\n"
      "const to = @get_dsr(dsr_dest, 1); const from = @get_dsr(dsr_src1, 1);\n"
      "task a() void {} task b() void {}\n"
      "fn go() void {\n"
      "  @load_to_dsr(to, out, .{ .async = true, .activate = b }); @load_to_dsr(from, mem);\n"
      "  @mov32(to, from, .{ .async = true });\n"
      "  @load_to_dsr(to, out, .{ .async = true, .activate = a });\n"
      "  @mov32(to, from, .{ .async = true }); }\n"
      "comptime { @bind_local_task(a, @get_local_task_id(8));\n"
      "  @bind_local_task(b, @get_local_task_id(9)); }\n";
  const auto built = compiled(program + go);
  const wse::TileCode& code = built.codes[0];
  ASSERT_EQ(code.stream_settings.size(), 2U);
  EXPECT_EQ(code.tasks.at(static_cast<std::size_t>(code.stream_settings[0].activate)).id, 9);
  EXPECT_EQ(code.tasks.at(static_cast<std::size_t>(code.stream_settings[1].activate)).id, 8);
  std::vector<int> given;
  for (const wse::Instruction& i : code.instructions) {
    if (i.operation != wse::Operation::descriptor_load_register) continue;
    given.push_back(i.immediate >> wse::load_settings_shift);
  }
  EXPECT_EQ(given, (std::vector<int>{1, 0, 2}));
  EXPECT_EQ(wse::deserialize(wse::serialize(built)), built);
}

}  // namespace
}  // namespace weft::csl
