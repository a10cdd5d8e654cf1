// SPDX-License-Identifier: Apache-2.0
// What programs of others use of CSL and its libraries, run on tiles of both generations.
#include <gtest/gtest.h>

#include "conformance/csl_row.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;

class CslLanguage : public test::CslRow {
 protected:
  /// What go() leaves in `a` on one tile. `body` is the code of go(), `globals` stands before it.
  template <typename Number>
  std::vector<Number> run_alone(const std::string& type, const std::string& globals,
                                const std::string& body, std::uint32_t count) {
    const std::string extent = std::to_string(count);
    WseRun run(row(1, "@export_name(\"a\", [*]" + type + ", true);",
                   "const math = @import_module(\"<math>\");\nvar a = @zeros([" + extent + "]" +
                       type + ");\nvar p: [*]" + type +
                       " = &a; comptime { @export_symbol(p, \"a\"); }\n" + globals +
                       "\nfn go() void {\n" + body + "\nsys.unblock_cmd_stream();\n}"));
    launch(run);
    return run.read<Number>("a", 0, 0, count);
  }
};

TEST_P(CslLanguage, MathOfF32) {
  const std::vector<float> values = run_alone<float>("f32", R"(
var x: f32 = -2.25; var y: f32 = 3.0; var n: i16 = -30;
var quiet = @bitcast(f32, 0x7fc00000); var large = @bitcast(f32, 0x7f800000);
var signaling: u32 = 0x7f800001;
fn given(flag: bool) f32 { return if (flag) 1.0 else 0.0; })",
                                                     R"(
a[0] = math.abs(x); a[1] = math.sign(x); a[2] = math.floor(x); a[3] = math.ceil(x);
a[4] = math.sqrt(2.25); a[5] = math.pow(2.0, 3.0); a[6] = math.pow(y, 2); a[7] = math.sqrt(16);
a[8] = math.max(x, 0.0); a[9] = math.min(x, y); a[10] = math.fscale(y, 4);
a[11] = math.fscale(y, n);
a[12] = given(math.isNaN(quiet)) + given(math.isNaN(x));
a[13] = given(math.isInf(large)) + given(math.isInf(y)) + given(math.isInf(quiet));
a[14] = given(math.isFinite(x)) + given(math.isFinite(large)) + given(math.isFinite(quiet));
a[15] = given(math.signbit(x)) + given(math.signbit(y));
a[16] = given(math.isSignaling(@bitcast(f32, signaling))) + given(math.isSignaling(quiet));
a[17] = math.floor(2.75) + math.abs(-0.5) + math.tanh(0.0); a[18] = math.inv(4.0);
a[19] = given(math.NEGATIVE_INF(f32) < x) + given(math.isNaN(math.NaN(f32)));)",
                                                     20);
  EXPECT_EQ(values, (std::vector<float>{2.25F, -1.0F, -3.0F, -2.0F,  1.5F,  8.0F,
                                        9.0F,  4.0F,  0.0F,  -2.25F, 48.0F, 3.0F / 1073741824.0F,
                                        1.0F,  1.0F,  1.0F,  1.0F,   1.0F,  2.5F,
                                        0.25F, 2.0F}));
}

TEST_P(CslLanguage, MathOfF16AndIntegers) {
  const std::vector<std::int32_t> values = run_alone<std::int32_t>("i32", R"(
var h: f16 = -2.5; var k: f16 = 4.0; var i: i32 = -70000; var j: i16 = -9; var u: u16 = 7;
fn bits(value: f16) i32 { return @as(i32, @bitcast(u16, value)); })",
                                                                   R"(
a[0] = bits(math.abs(h)); a[1] = bits(math.sign(h)); a[2] = bits(math.floor(h));
a[3] = bits(math.max_f16(h, k)); a[4] = bits(math.sqrt(k)); a[5] = bits(math.fscale(k, -26));
a[6] = math.abs(i); a[7] = math.sign(i); a[8] = @as(i32, math.abs(j));
a[9] = @as(i32, math.sign(j)); a[10] = @as(i32, math.abs(u)) + @as(i32, math.sign(u));
a[11] = @as(i32, math.max(j, -3)); a[12] = math.abs(-3) + math.sign(-3);
a[13] = bits(math.POSITIVE_INF(f16)); a[14] = bits(math.pow(k, 0.5));)",
                                                                   15);
  EXPECT_EQ(values, (std::vector<std::int32_t>{0x4100, 0xbc00, 0xc200, 0x4400, 0x4000, 1, 70000, -1,
                                               9, -1, 8, -3, 2, 0x7c00, 0x4000}));
}

TEST_P(CslLanguage, TypeOfWhatRunsIsATypeAnywhere) {
  const std::vector<float> values = run_alone<float>("f32", R"(
var x: f32 = 1.5; var calls: i16 = 0;
const record = struct { low: i16, high: f32 };
var both = record{ .low = 2, .high = 4.0 };
fn twice(comptime T: type, v: T) T { return v + v; }
fn same(v: anytype) @type_of(v) { return v; }
fn counted(v: f32) f32 { calls += 1; return v; })",
                                                     R"(
a[0] = twice(@type_of(x), x);
const n: @type_of(both.low) = 3;
a[1] = @as(@type_of(x), n);
var sum: @type_of(counted(x) * 2.0) = 0.5;
sum += same(x);
a[2] = sum;
a[3] = twice(@type_of(a[n]), both.high);
const list = @zeros([2]@type_of(counted(x)));
a[4] = @as(f32, calls) + list[1];)",
                                                     5);
  EXPECT_EQ(values, (std::vector<float>{3.0F, 3.0F, 2.0F, 8.0F, 0.0F}));
}

TEST_P(CslLanguage, StructLiteralsOfComputedTypes) {
  const std::vector<float> values = run_alone<float>("f32", R"(
fn pair(comptime A: type, comptime B: type) type { return struct { a: A, b: B }; }
const inner = pair(i16, f32);
const fixed = pair(i32, f32){ .a = 1, .b = 2.5 };
var held = pair(i16, f32){ .a = 7, .b = 8.0 };
var nested = pair(inner, f32){ .a = inner{ .a = 3, .b = 4.5 }, .b = 1.0 };
var list = [2]pair(i16, f32){ .{ .a = 1, .b = 2.0 }, pair(i16, f32){ .a = 5, .b = 6.0 } };
var x: f32 = 9.0;)",
                                                     R"(
a[0] = fixed.b; a[1] = held.b + @as(f32, held.a);
held = pair(i16, f32){ .a = 2, .b = x };
a[2] = held.b + @as(f32, held.a);
a[3] = nested.a.b + nested.b; a[4] = list[1].b + @as(f32, list[0].a);
const local = pair(i16, f32){ .a = 3, .b = x };
a[5] = local.b + @as(f32, @field(local, "a"));)",
                                                     6);
  EXPECT_EQ(values, (std::vector<float>{2.5F, 15.0F, 11.0F, 5.5F, 7.0F, 12.0F}));
}

TEST_P(CslLanguage, SaveAddressGoesOnBehindWhatWasTaken) {
  const std::vector<std::int32_t> values = run_alone<std::int32_t>("i32", R"(
const numbers = [12]i32{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
const to = @get_dsr(dsr_dest, 0);
const from = @get_dsr(dsr_src1, 0);
const rows = @get_dsr(dsr_src1, 1);
const to_dsd = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> a[i] });
const from_dsd = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{3} -> numbers[i] });
var grid = [4, 3]i32{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
const grid_dsd = @get_dsd(mem4d_dsd, .{ .tensor_access = |i, j|{1, 2} -> grid[i, j] });
comptime { @load_to_dsr(to, to_dsd, .{ .save_address = true });
           @load_to_dsr(from, from_dsd, .{ .save_address = true }); })",
                                                                   R"(
@mov32(to, from); @mov32(to, from);
@load_to_dsr(from, from_dsd);
@mov32(to, from); @mov32(to, from);
@load_to_dsr(rows, grid_dsd, .{ .save_address = true });
@mov32(to, rows); @mov32(to, rows);)",
                                                                   16);
  EXPECT_EQ(values, (std::vector<std::int32_t>{1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 2, 3, 0, 1, 3, 4}));
}

/// Strides of a mem4d_dsd without tensor_access: innermost first, from the last place further in.
TEST_P(CslLanguage, AxesOfADescriptorByStridesAndExtents) {
  const std::vector<std::int32_t> values = run_alone<std::int32_t>("i32", R"(
var grid = [3, 4]i32{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
var flat: [*]i32 = &grid;
const to = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> a[i] });
const shared = @get_dsd(mem4d_dsd, .{ .tensor_access = |i, j|{2, 2} -> grid[i + j, 2 * j] });
const same = @get_dsd(mem4d_dsd, .{ .base_address = &grid, .extent = .{2, 2},
                                    .stride = .{6, -2} });)",
                                                                   R"(
@mov32(to, shared);
@mov32(@increment_dsd_offset(to, 4, i32), same);
@mov32(@increment_dsd_offset(to, 8, i32),
       @get_dsd(mem4d_dsd, .{ .base_address = &flat[1], .extent = .{2, 2}, .stride = .{2, 2} }));
@mov32(@increment_dsd_offset(to, 12, i32),
       @get_dsd(mem4d_dsd, .{ .base_address = &grid, .extent = .{2, 2}, .offset = 3 }));)",
                                                                   16);
  EXPECT_EQ(values, (std::vector<std::int32_t>{0, 6, 4, 10, 0, 6, 4, 10, 1, 3, 5, 7, 3, 4, 5, 6}));
}

/// Host commands follow an exported pointer that the program moves.
TEST_P(CslLanguage, ExportedPointersMove) {
  WseRun run(row(1, "@export_name(\"now\", [*]i32, true);", R"(
var first = [3]i32{ 1, 2, 3 }; var second = [3]i32{ 4, 5, 6 };
var now: [*]i32 = &first; var next: [*]i32 = &second;
comptime { @export_symbol(now, "now"); }
fn go() void {
  const held = now; now = next; next = held;
  now[0] += 10;
  sys.unblock_cmd_stream();
})"));
  EXPECT_EQ(run.read<std::int32_t>("now", 0, 0, 3), (std::vector<std::int32_t>{1, 2, 3}));
  launch(run);
  EXPECT_EQ(run.read<std::int32_t>("now", 0, 0, 3), (std::vector<std::int32_t>{14, 5, 6}));
  run.write<std::int32_t>("now", 0, 0, {7, 8, 9});
  EXPECT_EQ(run.read<std::int32_t>("now", 0, 0, 3), (std::vector<std::int32_t>{7, 8, 9}));
}

/// .index moves a memory DSD that asks for it by 16-bit words, also by a number known at run time.
TEST_P(CslLanguage, IndexOfAnOperation) {
  const std::vector<std::int32_t> values = run_alone<std::int32_t>("i32", R"(
var grid = [4, 2]i32{ 1, 2, 3, 4, 5, 6, 7, 8 }; var by: u16 = 4;
const to = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> a[i] });
const column = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> grid[i, 0],
                                      .wavelet_index_offset = true });
const fixed = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> grid[i, 0] });)",
                                                                   R"(
@mov32(to, column, .{ .index = 2 });
@mov32(@increment_dsd_offset(to, 2, i32), column, .{ .index = by });
@mov32(@increment_dsd_offset(to, 4, i32), fixed, .{ .index = by });)",
                                                                   6);
  EXPECT_EQ(values, (std::vector<std::int32_t>{2, 4, 3, 5, 1, 3}));
}

/// A host copies an array of structs word by word.
TEST_P(CslLanguage, ExportedArraysOfStructs) {
  WseRun run(row(1, "@export_name(\"list\", [*]struct { at: u16, to: u16, by: f32 }, true);", R"(
const triplet = struct { at: u16, to: u16, by: f32 };
var list: [2]triplet; var first: [*]triplet = &list;
comptime { @export_symbol(first, "list"); }
fn go() void {
  list[1].by += @as(f32, list[0].at) + @as(f32, list[0].to);
  sys.unblock_cmd_stream();
})"));
  run.write<std::uint32_t>("list", 0, 0, {(7U << 16U) | 5U, 0, 0, 0x3f800000});
  launch(run);
  EXPECT_EQ(run.read<float>("list", 0, 0, 4).at(3), 13.0F);
}

TEST_P(CslLanguage, SaveAddressOfAReceivingRegister) {
  WseRun run(row(2, R"(
@export_name("a", [*]i32, true);
@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{RAMP}, .tx = .{EAST} } });
@set_color_config(1, 0, c, .{ .routes = .{ .rx = .{WEST}, .tx = .{RAMP} } });)",
                 R"(
var a = @zeros([6]i32); var p: [*]i32 = &a; comptime { @export_symbol(p, "a"); }
const all = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{6} -> a[i] });
const part = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{3} -> a[i] });
const out = @get_dsd(fabout_dsd, .{ .extent = 6, .fabric_color = c, .output_queue = oq });
const in = @get_dsd(fabin_dsd, .{ .extent = 3, .fabric_color = c, .input_queue = iq });
const to = @get_dsr(dsr_dest, 0);
comptime { if (px == 1) @load_to_dsr(to, part, .{ .save_address = true }); }
fn go() void {
  if (px == 0) {
    for (@range(i16, 6)) |i| { a[i] = @as(i32, i) + 1; }
    @mov32(out, all);
  } else {
    @mov32(to, in); @mov32(to, in);
  }
  sys.unblock_cmd_stream();
})"));
  launch(run);
  EXPECT_EQ(run.read<std::int32_t>("a", 1, 0, 6), (std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}));
}

/// A hook runs when the other side had been stopped by the FIFO, and only then.
TEST_P(CslLanguage, FifoHooksRunAfterAStop) {
  WseRun run(row(1, "@export_name(\"a\", [*]i32, true);", R"(
var a = @zeros([3]i32); var p: [*]i32 = &a; comptime { @export_symbol(p, "a"); }
var store: [4]i32 align(16); var data = @zeros([5]i32); var step: i16 = 0;
task pushed() void { a[0] += 1; }
task popped() void { a[1] += 1; }
const on_push = @get_local_task_id(11); const on_pop = @get_local_task_id(12);
comptime { @bind_local_task(pushed, on_push); @bind_local_task(popped, on_pop); }
const fifo = @allocate_fifo(store, .{ .activate_push = on_push, .activate_pop = on_pop });
const one = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{1} -> data[i] });
const two = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> data[i] });
const five = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{5} -> data[i] });
fn go() void {
  step += 1;
  if (step == 1) @mov32(fifo, two);
  if (step == 2) @mov32(one, fifo);
  if (step == 3) { if (!@mov32(fifo, five)) a[2] += 1; }
  if (step == 4 or step == 5) @mov32(two, fifo);
  if (step == 6) { if (!@mov32(one, fifo)) a[2] += 1; }
  if (step == 7) @mov32(fifo, two);
  sys.unblock_cmd_stream();
})"));
  std::vector<std::vector<std::int32_t>> seen;
  for (Cycle step = 1; step <= 7; ++step) {
    run.machine().launch("go", {});
    run.run(step * 100'000);
    EXPECT_EQ(run.error(), "");
    seen.push_back(run.read<std::int32_t>("a", 0, 0, 3));
  }
  EXPECT_EQ(seen,
            (std::vector<std::vector<std::int32_t>>{
                {0, 0, 0}, {0, 0, 0}, {0, 0, 1}, {0, 1, 1}, {0, 1, 1}, {0, 1, 2}, {1, 1, 2}}));
}

INSTANTIATE_TEST_SUITE_P(Generations, CslLanguage,
                         testing::Values(Generation::wse2, Generation::wse3),
                         [](const auto& tested) {
                           return tested.param == Generation::wse2 ? "wse2" : "wse3";
                         });

}  // namespace
}  // namespace weft
