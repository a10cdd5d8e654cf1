// SPDX-License-Identifier: Apache-2.0
// Compile-time evaluation: each case asserts inside of a layout block.
#include <gtest/gtest.h>

#include "unit/frontends_csl/compile_text.hpp"

namespace weft::csl {
namespace {

using test::computation;
using test::error_of;
using test::Generation;

std::string assert_all(const std::string& globals, const std::string& body) {
  return error_of(computation(globals, body));
}

TEST(CslComptime, ArithmeticOnNumbersThatFit) {
  EXPECT_EQ(assert_all("const a: u16 = 65534; const b: i16 = -7; const c: i8 = -128;", R"(
@comptime_assert(a + 1 == 65535);
@comptime_assert(b / 2 == -3);
@comptime_assert(b % 4 == -3);
@comptime_assert((b >> 1) == -4);
@comptime_assert(c / 1 == -128 and c % -1 == 0 and -(c + 1) == 127);
@comptime_assert(~a == 1);
@comptime_assert((a << 1) == 65532);
@comptime_assert(@as(u64, 4294967295) * 4294967297 > 0);
@comptime_assert(@as(u8, @as(u16, 300)) == 44);
@comptime_assert(@as(i16, 3.9) == 3);
@comptime_assert(@bitcast(u32, @as(f32, 1.0)) == 0x3f800000);
@comptime_assert(@bitcast(u16, @as(f16, 0.333251953125)) == 0x3555);
@comptime_assert(1 << 40 == 1099511627776);)"),
            "");
  EXPECT_NE(assert_all("const a = 9223372036854775807;", "@comptime_assert(a + 1 > 0);"), "");
  EXPECT_NE(assert_all("", "const a: i16 = 40000;"), "");
  EXPECT_NE(assert_all("", "const a = 1 / 0;"), "");
  EXPECT_NE(assert_all("", "const a: u16 = 1 << 20;"), "");
}

/// The error of computing `expression` of a sized `type`, from its place in the file on.
std::string overflow_of(const std::string& type, const std::string& value,
                        const std::string& expression) {
  return assert_all("const a: " + type + " = " + value + ";", "const b = " + expression + ";");
}

TEST(CslComptime, OverflowOfASizedIntegerIsAnError) {
  const char* const cases[][4] = {
      {"i16", "256", "a * a", "256 * 256 does not fit i16"},
      {"u16", "65535", "a + 1", "65535 + 1 does not fit u16"},
      {"u16", "0", "a - 1", "0 - 1 does not fit u16"},
      {"i8", "-128", "a - 1", "-128 - 1 does not fit i8"},
      {"u8", "16", "a * 16", "16 * 16 does not fit u8"},
      {"i8", "-128", "a / -1", "-128 / -1 does not fit i8"},
      {"i32", "-2147483648", "a / -1", "-2147483648 / -1 does not fit i32"},
      {"i16", "-32768", "-a", "-(-32768) does not fit i16"},
      {"u32", "3", "-a", "-(3) does not fit u32"},
      {"i32", "65536", "a * 32768", "65536 * 32768 does not fit i32"},
      {"u32", "65536", "a * 65536", "65536 * 65536 does not fit u32"},
      {"i64", "9223372036854775807", "a + 1", "9223372036854775807 + 1 does not fit i64"},
      {"u64", "4294967296", "a * a", "4294967296 * 4294967296 does not fit u64"},
      {"u64", "1", "a - 2", "1 - 2 does not fit u64"},
      {"i16", "1", "a << 16", "the shift distance is outside of the type"},
      {"i16", "1", "a / 0", "division by zero"},
      {"i16", "1", "a % 0", "division by zero"},
  };
  for (const auto& [type, value, expression, message] : cases) {
    const std::string error = overflow_of(type, value, expression);
    EXPECT_NE(error.find(message), std::string::npos) << expression << ": " << error;
    EXPECT_EQ(error.rfind("layout.csl:3:", 0), 0U) << error;
  }
  // A variable that changes at compile time, and a function that runs there.
  EXPECT_NE(assert_all("", "var n: i16 = 30000; n += n;").find("30000 + 30000 does not fit i16"),
            std::string::npos);
  EXPECT_NE(assert_all("fn square(x: i16) i16 { return x * x; }", "const a = square(200);")
                .find("layout.csl:1:34: 200 * 200 does not fit i16"),
            std::string::npos);
}

TEST(CslComptime, RealNumbersThatDoNotFitAreAnError) {
  EXPECT_NE(assert_all("", "const a: f16 = 70000.0;"), "");
  EXPECT_NE(assert_all("", "const a: f32 = 1.0e39;"), "");
  EXPECT_NE(assert_all("", "const a = 1.0e308 * 10.0;"), "");
  EXPECT_EQ(assert_all("", "const a: f16 = 65504.0; const b: f32 = 3.4028235e38;"), "");
}

TEST(CslComptime, UntakenBranchesAreNotLookedAt) {
  EXPECT_EQ(assert_all("fn broken() i16 { return nothing_of_that_name; }", R"(
const a = if (@is_arch("wse2")) 1 else broken() + @no_such_builtin();
if (false) { broken(); }
@comptime_assert(false and broken() == 1 or true);
switch (a) { 1 => {}, else => { broken(); } }
@comptime_assert(a == 1);)"),
            "");
  EXPECT_NE(assert_all("fn broken() i16 { return nothing_of_that_name; }", "const a = broken();"),
            "");
}

TEST(CslComptime, LoopsBlocksAndSwitches) {
  EXPECT_EQ(assert_all("", R"(
var sum: i16 = 0;
for (@range(i16, 2, 10, 3)) |i| { sum += i; }
@comptime_assert(sum == 2 + 5 + 8);
const primes = [4]u16{ 2, 3, 5, 7 };
var last: u16 = 0;
for (primes) |p, i| { if (p == 5) continue; last = p * 10 + i; }
@comptime_assert(last == 73);
var n: i16 = 0;
outer: while (true) : (n += 1) { while (n > 3) { break :outer; } }
@comptime_assert(n == 4);
const v = found: { if (n == 4) { break :found @as(i16, 40); } break :found @as(i16, 0); };
@comptime_assert(v == 40);
const w = switch (n) { 0, 1 => 10, 4 => 44, else => 0 };
@comptime_assert(w == 44);)"),
            "");
  EXPECT_NE(assert_all("", "const w = switch (3) { 1 => 1, 2 => 2 };"), "");
}

TEST(CslComptime, StructsArraysAndEnums) {
  EXPECT_EQ(assert_all(R"(
const point = struct { x: i16, y: i16 = 9 };
const level = enum(u16) { low, high = 5, higher };
fn swapped(p: point) point { return point{ .x = p.y, .y = p.x }; })",
                       R"(
const p = swapped(point{ .x = 1 });
@comptime_assert(p.x == 9 and p.y == 1);
const s = @concat_structs(.{ .a = 1 }, .{ .b = p });
@comptime_assert(s.b.x == 9 and @has_field(s, "a") and !@has_field(s, "c"));
@comptime_assert(@get_int(level.higher) == 6);
var grid = @zeros([2, 3]i16);
grid[1, 2] = 7;
grid[0, 0] += 2;
@comptime_assert(grid[1, 2] == 7 and grid[0, 0] == 2 and grid[0, 1] == 0);
@comptime_assert(@rank([2, 3]f32) == 2);
const all = @constants([3]f32, 2.5);
@comptime_assert(all[2] == 2.5);)"),
            "");
  EXPECT_NE(assert_all("", "const s = @concat_structs(.{ .a = 1 }, .{ .a = 2 });"), "");
  EXPECT_NE(assert_all("", "const a = [2]i16{ 1, 2 }; const b = a[2];"), "");
  EXPECT_NE(assert_all("", "const s = .{ .a = 1 }; const b = s.b;"), "");
}

TEST(CslComptime, GenericFunctionsSpecialise) {
  EXPECT_EQ(assert_all(R"(
fn twice(x: anytype) @type_of(x) { return x + x; }
fn zero(comptime T: type) T { return @as(T, 0); }
fn larger(comptime T: type, a: T, b: T) T { return if (a > b) a else b; })",
                       R"(
@comptime_assert(twice(@as(f32, 1.5)) == 3.0);
@comptime_assert(@is_same_type(@type_of(twice(@as(u16, 1))), u16));
@comptime_assert(@is_same_type(@type_of(zero(f16)), f16));
@comptime_assert(larger(i16, 3, -4) == 3);)"),
            "");
}

TEST(CslComptime, GlobalsInAnyOrderButNotInACircle) {
  EXPECT_EQ(
      assert_all("const a = b * 2; const b = c + 1; const c = 4;", "@comptime_assert(a == 10);"),
      "");
  EXPECT_NE(assert_all("const a = b; const b = a;", "@comptime_assert(a == 1);")
                .find("depends on itself"),
            std::string::npos);
}

TEST(CslComptime, ModulesAreInstancesOfTheirParameters) {
  auto files = computation(R"(
const two = @import_module("scale.csl", .{ .factor = 2 });
const three = @import_module("scale.csl", .{ .factor = 3 });)",
                           "@comptime_assert(two.of(10) == 20 and three.of(10) == 30);");
  files["scale.csl"] = "param factor: i16; fn of(x: i16) i16 { return x * factor; }";
  EXPECT_EQ(error_of(files), "");
  files["scale.csl"] = "param other: i16;";
  EXPECT_NE(error_of(files).find("has no param 'factor'"), std::string::npos);
}

TEST(CslComptime, ArchitectureDecides) {
  const auto files = computation("", "@comptime_assert(@is_arch(\"wse3\"));");
  EXPECT_EQ(error_of(files, Generation::wse3), "");
  EXPECT_NE(error_of(files, Generation::wse2), "");
}

TEST(CslComptime, EndlessEvaluationEnds) {
  EXPECT_NE(assert_all("", "while (true) {}").find("steps"), std::string::npos);
  EXPECT_NE(assert_all("fn f(x: i16) i16 { return f(x + 1); }", "const a = f(0);"), "");
}

}  // namespace
}  // namespace weft::csl
