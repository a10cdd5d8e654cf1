// SPDX-License-Identifier: Apache-2.0
// What of the language and its libraries is accepted, what is refused, and in which words.
#include <gtest/gtest.h>

#include "unit/frontends_csl/compile_text.hpp"

namespace weft::csl {
namespace {

using test::compile_files;
using test::computation;
using test::error_of;
using test::Generation;
using test::one_tile;

std::string assert_all(const std::string& globals, const std::string& body) {
  return error_of(computation(globals, body));
}

/// The error of a tile program whose task go() has this body.
std::string error_in_task(const std::string& globals, const std::string& body,
                          Generation generation = Generation::wse2) {
  return error_of(one_tile(globals + "\ntask go() void {\n" + body +
                           "\n}\ncomptime { @bind_local_task(go, @get_local_task_id(9)); }"),
                  generation);
}

void expect_says(const std::string& error, const std::string& words) {
  EXPECT_NE(error.find(words), std::string::npos) << error << "\nwanted: " << words;
}

constexpr const char* import_math = "const math = @import_module(\"<math>\");\n";

TEST(CslLibraryMath, HasValuesAtCompileTime) {
  EXPECT_EQ(assert_all(import_math, R"(
@comptime_assert(math.floor(2.75) == 2.0 and math.ceil(@as(f16, 2.5)) == 3.0);
@comptime_assert(math.abs(-3) == 3 and math.abs(@as(i16, -7)) == 7 and math.abs(-0.5) == 0.5);
@comptime_assert(math.sign(@as(i32, -9)) == -1 and math.sign(0.0) == 0.0 and math.sign(4) == 1);
@comptime_assert(math.max(3, 4) == 4 and math.min_f16(1.0, 2.0) == 1.0);
@comptime_assert(math.tanh(0.0) == 0.0 and math.floor_f16(-1.5) == -2.0);
@comptime_assert(math.isNaN(math.NaN(f16)) and math.isInf(math.NEGATIVE_INF(f32)));
@comptime_assert(!math.isFinite(math.NaN_f32) and math.isFinite(1.0) and !math.isInf(2.0));
@comptime_assert(math.fscale(@as(f32, 3.0), 4) == 48.0 and math.fscale_f32(1.0, 200) > 1.0e38);
@comptime_assert(math.fscale(@as(f16, 1.0), -24) == @bitcast(f16, 1));
@comptime_assert(math.fscale_f32(@bitcast(f32, 0x7f000000), -276) == @bitcast(f32, 1));
@comptime_assert(math.signbit(-1.0) and !math.signbit(@as(f16, 0.5)));
@comptime_assert(@is_same_type(@type_of(math.PI), comptime_float) and math.E > 2.718);
@comptime_assert(@is_same_type(@type_of(math.POSITIVE_INF(f16)), f16));)"),
            "");
}

TEST(CslLibraryMath, RefusesByNameAndPlace) {
  const std::string at_compile_time = assert_all(import_math, "const a = math.sqrt(2.0);");
  expect_says(at_compile_time, "layout.csl:4:20: math.sqrt has a value at run time only");
  expect_says(assert_all(import_math, "const a = math.pow_f32(2.0, 2.0);"), "math.pow_f32 has");
  expect_says(assert_all(import_math, "const a = math.abs(@as(i16, -32768));"),
              "math.abs of i16 -32768: the result does not fit the type");
  expect_says(assert_all(import_math, "const a = math.NaN(i16);"), "the type f16 or f32");
  const std::string globals = std::string(import_math) + "var i: i32 = 1; var f: f32 = 1.0;";
  expect_says(error_in_task(globals, "const a = math.sqrt(i);"),
              "pe.csl:4:20: math.sqrt takes an f16 or an f32, found a value of type i32");
  expect_says(error_in_task(globals, "const a = math.pow(f, i);"), "expected f32");
  expect_says(error_in_task(globals, "const a = math.sig(f);"), "math.sig, whose meaning");
  expect_says(error_in_task(globals, "const a = math.asin(f);"), "no member 'asin'");
  expect_says(error_in_task(globals, "const a = math.sqr(f);"), "did you mean 'sqrt'?");
}

TEST(CslTypeOf, LooksAndDoesNotRun) {
  // The call and the comptime variable would leave traces.
  const auto program = compile_files(one_tile(R"(
var a: i16 = 0; var f: f32 = 0.0;
fn effect(x: f32) i16 { f = x; a += 1; return 3; }
task go() void { const t: @type_of(effect(f)) = 4; a = t; }
comptime { @bind_local_task(go, @get_local_task_id(9)); })"));
  const std::string text = disassemble(program.codes.at(0));
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "  0 constant.i16 r0 #4\n  1 store.i16 r0 - #0\n  2 return.u16\n");
  EXPECT_EQ(assert_all("fn never(x: i16) u32 { @comptime_error(\"runs\"); }",
                       "@comptime_assert(@is_same_type(@type_of(never(1)), u32));"
                       "@comptime_assert(@is_same_type(@type_of(1.5), comptime_float));"),
            "layout.csl:1:24: runs (in 'never')\n  fn never(x: i16) u32 { "
            "@comptime_error(\"runs\"); }\n                         ^");
}

TEST(CslStructs, ComputedTypesAreApart) {
  EXPECT_EQ(assert_all("fn pair(comptime A: type, comptime B: type) type {\n"
                       "  return struct { a: A, b: B };\n}\n"
                       "const one = pair(i32, f32){ .a = 1, .b = 2.5 };\n"
                       "const two = pair(pair(i16, i16), f32)"
                       "{ .a = pair(i16, i16){ .a = 3, .b = 4 }, .b = 1.0 };\n"
                       "const list = [2]pair(i8, i8){ .{ .a = 1, .b = 2 },"
                       " pair(i8, i8){ .a = 5, .b = 6 } };",
                       R"(
@comptime_assert(!@is_same_type(pair(i32, f32), pair(f32, f32)));
@comptime_assert(@is_same_type(pair(i32, f32), pair(i32, f32)));
@comptime_assert(@is_same_type(@type_of(one), pair(i32, f32)));
@comptime_assert(@is_same_type(@type_of(one.a), i32) and one.b == 2.5);
@comptime_assert(two.a.b == 4 and list[1].a == 5 and @field(list[0], "b") == 2);)"),
            "");
  const std::string wrong = assert_all("fn of(comptime T: type) type { return struct { a: T }; }",
                                       "const x = of(i16){ .b = 1 };");
  expect_says(wrong, "the struct has no field 'b'");
  expect_says(assert_all("fn of(comptime T: type) T { return 1; }", "const x = of(i16){ .b = 1 };"),
              "expected a type, found i16 1");
  // A type is named without the address it has in memory.
  const std::string named =
      assert_all("const t = struct { a: i16 };",
                 "const x = [2]t{ .{ .a = 1 }, .{ .a = 2 } }; const y: i16 = x;");
  expect_says(named, "expected i16, found a value of type [2]struct\n");
}

TEST(CslRpc, AndTheColorLaunchAreWithoutEffect) {
  const test::Files files = {{"layout.csl", R"(
const LAUNCH: color = @get_color(8);
const memcpy = @import_module("<memcpy/get_params>",
                              .{ .width = 1, .height = 1, .LAUNCH = LAUNCH });
layout {
  @set_rectangle(1, 1);
  @set_tile_code(0, 0, "pe.csl", .{ .memcpy_params = memcpy.get_params(0), .launch = LAUNCH });
  @export_name("go", fn()void);
})"},
                             {"pe.csl", R"(
param memcpy_params: comptime_struct; param launch: color;
const sys = @import_module("<memcpy/memcpy>", memcpy_params);
fn go() void { sys.unblock_cmd_stream(); }
comptime {
  @export_symbol(go);
  if (@is_arch("wse2")) @rpc(@get_data_task_id(sys.LAUNCH));
  @rpc(launch);
})"}};
  for (const Generation generation : {Generation::wse2, Generation::wse3}) {
    const auto program = compile_files(files, generation);
    EXPECT_TRUE(program.host_streams.empty());
    ASSERT_EQ(program.codes.size(), 1U);
    EXPECT_TRUE(program.codes[0].tasks.empty());
    ASSERT_EQ(program.codes[0].entry_points.size(), 1U);
    EXPECT_EQ(program.codes[0].entry_points[0].name, "go");
  }
}

TEST(CslRpc, ChecksItsArgument) {
  const std::string globals = "const sys = @import_module(\"<memcpy/memcpy>\", .{});\n";
  const auto error = [&](const std::string& block) {
    return error_of(one_tile(globals + "comptime { " + block + " }"));
  };
  EXPECT_EQ(error("@rpc(@get_data_task_id(@get_color(8)));"), "");
  EXPECT_EQ(error("@rpc(@get_color(8));"), "");
  expect_says(error("@rpc(@get_data_task_id(sys.LAUNCH));"),
              "@rpc: color 31 cannot be routed (0 to 23 can); was LAUNCH given a color?");
  expect_says(error("@rpc(8);"), "@rpc takes a data_task_id or a color, found comptime_int 8");
  expect_says(error_in_task(globals, "@rpc(@get_color(8));"), "@rpc belongs to a comptime block");
}

TEST(CslRegisters, SettingsOfALoad) {
  const std::string globals = R"(
var a = @zeros([2]u32); const r = @get_dsr(dsr_src1, 0); const w = @get_dsr(dsr_dest, 1);
const m = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> a[i] });
const x = @get_dsd(fabout_dsd, .{ .extent = 2, .fabric_color = @get_color(3),
                                  .output_queue = @get_output_queue(3) });)";
  EXPECT_EQ(error_in_task(globals, "@load_to_dsr(r, m, .{ .save_address = true });"), "");
  expect_says(error_in_task(globals, "@load_to_dsr(w, x, .{ .save_address = true });"),
              ".save_address is for a mem1d_dsd or mem4d_dsd");
  expect_says(error_in_task(globals, "@mov32(x, m, .{ .save_address = true });"),
              "there is no setting 'save_address' here");
  expect_says(error_in_task(globals, "@load_to_dsr(r, m, .{ .single_step = true });"),
              "Unsupported: 'single_step' of @load_to_dsr");
}

TEST(CslDescriptors, AxesThatDoNotFit) {
  const std::string globals = "var a = @zeros([4, 4]i16);";
  const auto error = [&](const std::string& settings) {
    return error_in_task(globals, "const d = @get_dsd(mem4d_dsd, .{ .base_address = &a, " +
                                      settings + " }); @mov16(d, d);");
  };
  EXPECT_EQ(error(".extent = .{2, 4}, .stride = .{1, 1}"), "");
  expect_says(error(".extent = .{2, 4}, .stride = .{1}"), "differ in their number of axes");
  expect_says(error(".extent = .{1, 1, 1, 1, 1}"), "one to four extents");
  expect_says(error(".extent = .{2, 4}, .stride = .{20000, 20000}"),
              "a stride does not fit 16 bits");
  expect_says(error(".extent = 4"), "expected a struct, found comptime_int 4");
}

TEST(CslLayout, ColorsAreGivenByNumber) {
  const test::Files files = {{"layout.csl", R"(
param c: color;
layout { @set_rectangle(1, 1); @set_tile_code(0, 0, "pe.csl", .{});
         @set_color_config(0, 0, c, .{ .routes = .{ .rx = .{WEST}, .tx = .{RAMP} } }); })"},
                             {"pe.csl", ""}};
  Options options = test::options_for(files);
  options.parameters = {{"c", std::int64_t{5}}};
  EXPECT_EQ(compile("layout.csl", options).route_sets.at(0).at(0).color, 5);
  options.parameters = {{"c", std::int64_t{24}}};
  EXPECT_THROW(compile("layout.csl", options), Error);
}

TEST(CslSettings, ThatNoDocumentationDescribesOrWeftLacks) {
  const std::string filter =
      "@set_color_config(0, 0, @get_color(2), .{ .routes = .{ .rx = .{WEST}, .tx = .{RAMP} }, "
      ".filter = .{ .kind = .{ .counter = true }, .count_data = true, .limit1 = 3, "
      ".max_counter = 1, .fast_mode = ";
  EXPECT_EQ(assert_all("", filter + "true } });"), "");
  expect_says(assert_all("", filter + "1 } });"), "'fast_mode' must be a bool");
  expect_says(error_of(one_tile("const x = @get_dsd(fabin_dsd, .{ .extent = 2, .fabric_color = "
                                "@get_color(3), .input_queue = @get_input_queue(3), "
                                ".control_transform = true }); comptime { const y = x; }")),
              "Unsupported: .control_transform of a DSD");
  EXPECT_EQ(assert_all("fn where() bool { return @is_comptime(); }",
                       "@comptime_assert(@is_comptime() and where());"),
            "");
  expect_says(assert_all("", "const a = @is_comptime(1);"), "takes 0 arguments");
}

TEST(CslImports, AreFoundFromTheLayoutsFolder) {
  test::Files files =
      computation("const m = @import_module(\"sub/a.csl\");", "@comptime_assert(m.b.value == 5);");
  files["sub/a.csl"] = "const b = @import_module(\"sub/b.csl\");";
  files["sub/b.csl"] = "const value = 5;";
  EXPECT_EQ(error_of(files), "");
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(CslChains, AreLimitedAsNestingIs) {
  EXPECT_EQ(assert_all("", "const a = 1" + repeated(" + 1", 900) + "; @comptime_assert(a == 901);"),
            "");
  for (const char* link : {" + 1", ".a", ".*", "[0]", "()", " and true"}) {
    expect_says(assert_all("", "const a = x" + repeated(link, 20000) + ";"),
                "more than 1000 operators or accesses in a row");
  }
}

}  // namespace
}  // namespace weft::csl
