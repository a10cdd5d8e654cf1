// SPDX-License-Identifier: Apache-2.0
// Layout blocks: tiles, routes, exports; and what is wrong with them.
#include <gtest/gtest.h>

#include "program/wse_content.hpp"
#include "unit/frontends_csl/compile_text.hpp"

namespace weft::csl {
namespace {

using program::wse::bit;
using program::wse::PopMode;
using program::wse::Port;
using test::compile_files;
using test::error_of;
using test::Files;
using test::Generation;

Files layout(const std::string& body, const std::string& program = "") {
  return {{"layout.csl", "const c = @get_color(3);\nlayout {\n" + body + "\n}"},
          {"pe.csl", program},
          {"other.csl", ""}};
}

constexpr const char* two_tiles =
    "@set_rectangle(2, 1); @set_tile_code(0, 0, \"pe.csl\", .{}); "
    "@set_tile_code(1, 0, \"pe.csl\", .{}); ";

// Parameter `layer` says of which layer a tile is; names are in no hash.
TEST(CslLayout, LayersOfTiles) {
  const auto with = [](const char* first, const char* second) {
    return compile_files(layout(std::string("@set_rectangle(3, 1);\n") +
                                    "@set_tile_code(0, 0, \"pe.csl\", .{ .layer = \"" + first +
                                    "\" }); @set_tile_code(1, 0, \"pe.csl\", .{ .layer = \"" +
                                    second + "\" }); @set_tile_code(2, 0, \"other.csl\", .{});",
                                "param layer: comptime_string;"));
  };
  auto program = with("a", "b");
  EXPECT_EQ(program.layers, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(program.layer_of_tile, (std::vector<std::uint32_t>{0, 1, program::wse::no_layer}));
  EXPECT_EQ(program.code_of_tile[0], program.code_of_tile[1]);
  const auto again = program::wse::deserialize(serialize(program));
  EXPECT_EQ(again, program);
  EXPECT_EQ(content(program), content(with("a", "a")));
  EXPECT_TRUE(with("", "").layers.empty());
  program.layer_of_tile[0] = 2;
  EXPECT_THROW(validate(program), Error);
}

TEST(CslLayout, RoutesAndSwitches) {
  const auto program = compile_files(layout(std::string(two_tiles) + R"(
@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST, RAMP } } });
@set_color_config(1, 0, c, .{
  .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } },
  .switches = .{ .pos1 = .{ .tx = EAST }, .pos2 = .{ .rx = RAMP }, .current_switch_pos = 1,
                 .ring_mode = true, .pop_mode = .{ .pop_on_advance = true } } });)"));
  ASSERT_EQ(program.route_sets.size(), 2U);
  const auto& first = program.route_sets[program.route_set_of_tile[0]];
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].color, 3);
  EXPECT_EQ(first[0].positions[0].receive, bit(Port::ramp));
  EXPECT_EQ(first[0].positions[0].transmit, bit(Port::east) | bit(Port::ramp));
  const auto& second = program.route_sets[program.route_set_of_tile[1]][0];
  EXPECT_EQ(second.position_count, 3);
  EXPECT_EQ(second.initial_position, 1);
  EXPECT_TRUE(second.ring);
  EXPECT_EQ(second.pop, PopMode::pop_on_advance);
  // Each position changes one side of the one before.
  EXPECT_EQ(second.positions[1].receive, bit(Port::west));
  EXPECT_EQ(second.positions[1].transmit, bit(Port::east));
  EXPECT_EQ(second.positions[2].receive, bit(Port::ramp));
  EXPECT_EQ(second.positions[2].transmit, bit(Port::east));
}

TEST(CslLayout, FiltersAndLocalRoutesJoin) {
  const auto program = compile_files(
      layout(std::string(two_tiles) +
                 "@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } },"
                 " .filter = .{ .kind = .{ .range = true }, .min_idx = 3, .max_idx = 5 } });",
             "const d = @get_color(1);\n"
             "comptime { @set_local_color_config(d, .{ .routes = .{ .rx = .{RAMP}, .tx = .{WEST} } "
             "}); }"));
  const auto& set = program.route_sets[program.route_set_of_tile[0]];
  ASSERT_EQ(set.size(), 2U);
  EXPECT_EQ(set[0].color, 1);
  EXPECT_EQ(set[1].filter.minimum, 3);
  EXPECT_EQ(set[1].filter.maximum, 5);
}

TEST(CslLayout, RefusesWhatDoesNotCoverTheRectangle) {
  EXPECT_NE(error_of(layout("@set_rectangle(2, 2); @set_tile_code(0, 0, \"pe.csl\", .{});"))
                .find("tile 1,0 has no code (@set_tile_code), nor have 2 others"),
            std::string::npos);
  EXPECT_NE(error_of(layout(std::string(two_tiles) + "@set_tile_code(1, 0, \"pe.csl\", .{});"))
                .find("tile 1,0 is given code twice"),
            std::string::npos);
  EXPECT_NE(error_of(layout(std::string(two_tiles) + "@set_tile_code(2, 0, \"pe.csl\", .{});")),
            "");
  EXPECT_NE(error_of(layout("@set_tile_code(0, 0, \"pe.csl\", .{});")), "");
  EXPECT_NE(error_of(layout("")), "");
  EXPECT_NE(error_of(layout("@set_rectangle(0, 4);")), "");
  EXPECT_NE(error_of(layout("@set_rectangle(100000, 100000);")), "");
}

TEST(CslLayout, RefusesTwoConfigurationsOfOneColor) {
  const std::string route = "@set_color_config(1, 0, c, .{ .routes = .{ .rx = .{ RAMP } } });";
  EXPECT_NE(error_of(layout(two_tiles + route + route)).find("layout.csl:3:"), std::string::npos);
  EXPECT_NE(error_of(layout(two_tiles + route,
                            "comptime { @set_local_color_config(@get_color(3), .{ .routes = .{ "
                            ".rx = .{ RAMP } } }); }"))
                .find("color 3 of tile 1,0 is configured twice"),
            std::string::npos);
}

TEST(CslLayout, RefusesBadRoutes) {
  const auto with = [](const std::string& settings, Generation generation = Generation::wse2) {
    return error_of(
        layout(std::string(two_tiles) + "@set_color_config(0, 0, c, " + settings + ");"),
        generation);
  };
  EXPECT_NE(with(".{ .routes = .{ .rx = .{ 3 } } }"), "");
  EXPECT_NE(with(".{ .route = .{} }").find("no field 'route'"), std::string::npos);
  EXPECT_NE(with(".{ .routes = .{}, .switches = .{ .pos1 = .{ .rx = EAST, .tx = EAST } } }"), "");
  EXPECT_NE(with(".{ .routes = .{}, .switches = .{ .pos1 = .{ .tx = EAST }, "
                 ".current_switch_pos = 2 } }"),
            "");
  EXPECT_NE(with(".{ .teardown = 1 }").find("'teardown' must be a bool"), std::string::npos);
  EXPECT_NE(with(".{ .routes = .{}, .switches = .{ .pos1 = .{ .invalid = true, .rx = EAST } } }"),
            "");
  EXPECT_NE(error_of(layout(std::string(two_tiles) +
                            "@set_color_config(0, 0, @get_color(24), .{ .routes = .{} });")),
            "");
}

TEST(CslLayout, ExportsMustBeNamedWithTheirTypes) {
  const std::string program =
      "var a: [4]f32; var p: [*]f32 = &a; fn go(n: u16) void {}\n"
      "comptime { @export_symbol(p, \"a\"); @export_symbol(go); }";
  const std::string names = "@export_name(\"a\", [*]f32, true); @export_name(\"go\", fn(u16)void);";
  const auto built = compile_files(test::one_tile(program, names));
  ASSERT_EQ(built.codes[0].symbols.size(), 1U);
  EXPECT_EQ(built.codes[0].symbols[0].exported, "a");
  EXPECT_EQ(built.codes[0].symbols[0].elements, 4U);
  ASSERT_EQ(built.codes[0].entry_points.size(), 1U);
  EXPECT_EQ(built.codes[0].entry_points[0].name, "go");
  EXPECT_NE(error_of(test::one_tile(program, "@export_name(\"a\", [*]f32, true);")), "");
  EXPECT_NE(error_of(test::one_tile(program,
                                    "@export_name(\"a\", [*]i32, true);"
                                    "@export_name(\"go\", fn(u16)void);")),
            "");
  EXPECT_NE(error_of(test::one_tile(program,
                                    "@export_name(\"a\", [*]f32, true);"
                                    "@export_name(\"go\", fn()void);")),
            "");
}

TEST(CslLayout, ParametersComeFromTheOptions) {
  const Files files = {{"layout.csl", R"(
param width: i16;
param scale: f32;
param fast: bool = false;
layout {
  @set_rectangle(width, 1);
  for (@range(i16, width)) |x| { @set_tile_code(x, 0, "pe.csl", .{}); }
  @comptime_assert(scale == 0.5 and !fast);
})"},
                       {"pe.csl", ""}};
  Options options = test::options_for(files);
  options.parameters = {{"width", std::int64_t{3}}, {"scale", 0.5}};
  EXPECT_EQ(compile("layout.csl", options).width, 3U);
  options.parameters["wide"] = std::int64_t{3};
  EXPECT_THROW(compile("layout.csl", options), Error);
  options.parameters = {{"scale", 0.5}};
  EXPECT_THROW(compile("layout.csl", options), Error);
}

TEST(CslLayout, ImportsAreLookedForBesideTheFileAndInTheImportPaths) {
  Options options = test::options_for({{"a/layout.csl", R"(
const m = @import_module("../b/m.csl");
const n = @import_module("n.csl");
layout { @set_rectangle(1, 1); @set_tile_code(0, 0, "pe.csl", .{});
         @comptime_assert(m.x + n.x == 3); })"},
                                       {"a/pe.csl", ""},
                                       {"b/m.csl", "const x = 1;"},
                                       {"lib/n.csl", "const x = 2;"}});
  options.import_paths = {"lib"};
  EXPECT_EQ(compile("a/layout.csl", options).width, 1U);
  options.import_paths.clear();
  EXPECT_THROW(compile("a/layout.csl", options), Error);
}

}  // namespace
}  // namespace weft::csl
