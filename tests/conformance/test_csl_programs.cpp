// SPDX-License-Identifier: Apache-2.0
// CSL programs compiled and run on emulated tiles of both generations: what they compute.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "conformance/csl_row.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;

using CslPrograms = test::CslRow;

constexpr const char* a_is_exported = "@export_name(\"a\", [*]i32, true);";

TEST_P(CslPrograms, SortsAnArray) {
  WseRun run(row(1, a_is_exported, R"(
var a: [12]i32; var p: [*]i32 = &a; comptime { @export_symbol(p, "a"); }
fn swap(x: *i32, y: *i32) void { const t = x.*; x.* = y.*; y.* = t; }
fn go() void {
  var i: i16 = 0;
  while (i < 12) : (i += 1) {
    var j: i16 = 0;
    while (j < 11 - i) : (j += 1) {
      if (a[j] > a[j + 1]) swap(&a[j], &a[j + 1]);
    }
  }
  sys.unblock_cmd_stream();
})"));
  std::vector<std::int32_t> values = {5, -3, 100000, 7, 0, -70000, 2, 2, 9, 1, -1, 8};
  run.write("a", 0, 0, values);
  launch(run);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(run.read<std::int32_t>("a", 0, 0, 12), values);
}

TEST_P(CslPrograms, ControlFlowOfEveryKind) {
  WseRun run(row(1, a_is_exported, R"(
const pair = struct { low: i32, high: i32 };
var a = @zeros([8]i32); var p: [*]i32 = &a; comptime { @export_symbol(p, "a"); }
const odd = [4]i32{ 1, 3, 5, 7 };
fn collatz(start: i32) i32 {
  var n = start; var steps: i32 = 0;
  while (n != 1) : (steps += 1) { n = if (n % 2 == 0) n / 2 else 3 * n + 1; }
  return steps;
}
fn classify(x: i32) i32 {
  switch (x) { 0 => { return 10; }, 1, 2 => { return 20; }, else => {} }
  return 30;
}
fn go() void {
  a[0] = collatz(27);
  for (odd) |v, i| { if (v == 5) continue; a[1] += v * @as(i32, i + 1); }
  a[2] = classify(a[7]) + classify(a[7] + 2) + classify(a[7] + 9);
  var both = pair{ .low = a[0], .high = 2 };
  both.high += both.low;
  a[3] = both.high;
  outer: for (@range(i16, 9)) |i| {
    for (@range(i16, 9)) |j| {
      if (i * j == 42) { a[4] = @as(i32, i * 10 + j); break :outer; }
    }
  }
  var local = [3]i32{ 4, 5, 6 };
  local[1] = a[0];
  for (local) |v| { a[5] += v; }
  const big = a[0] > 100 and a[3] > 100 or a[1] == 0;
  a[6] = if (big) 1 else -1;
  sys.unblock_cmd_stream();
})"));
  launch(run);
  EXPECT_EQ(run.read<std::int32_t>("a", 0, 0, 8),
            (std::vector<std::int32_t>{111, 1 + 6 + 28, 60, 113, 67, 4 + 111 + 6, 1, 0}));
}

TEST_P(CslPrograms, ChainAddsAcrossTiles) {
  WseRun run(row(5, R"(
@export_name("a", [*]f32, true);
for (@range(i16, width)) |x| {
  const colors = .{ c, d };
  if (x < width - 1) {
    @set_color_config(x, 0, colors[x % 2], .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST } } });
    @set_color_config(x + 1, 0, colors[x % 2],
                      .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } } });
  }
}
}
const d = @get_color(4);
comptime {)",
                 R"(
const d = @get_color(4);
const colors = .{ c, d };
const in_color = colors[(px + 1) % 2]; const out_color = colors[px % 2];
const in_queue = @get_input_queue(4); const out_queue = @get_output_queue(5);
const done = @get_local_task_id(10);
var a = @zeros([6]f32); var p: [*]f32 = &a; comptime { @export_symbol(p, "a"); }
const mine = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{6} -> a[i] });
const in = @get_dsd(fabin_dsd, .{ .extent = 6, .fabric_color = in_color, .input_queue = in_queue });
const out = @get_dsd(fabout_dsd,
                     .{ .extent = 6, .fabric_color = out_color, .output_queue = out_queue });
fn go() void {
  if (px == 0) { @fmovs(out, mine, .{ .async = true, .activate = done }); }
  else if (px == 4) { @fadds(mine, mine, in, .{ .async = true, .activate = done }); }
  else { @fadds(out, mine, in, .{ .async = true, .activate = done }); }
}
task finish() void { sys.unblock_cmd_stream(); }
comptime {
  @bind_local_task(finish, done);
  if (@is_arch("wse3")) { @initialize_queue(in_queue, .{ .color = in_color });
                          @initialize_queue(out_queue, .{ .color = out_color }); }
})"));
  for (std::uint32_t x = 0; x < 5; ++x) {
    run.write("a", x, 0, std::vector<float>(6, static_cast<float>(x + 1)));
  }
  launch(run);
  EXPECT_EQ(run.read<float>("a", 4, 0, 6), std::vector<float>(6, 15.0F));
}

TEST_P(CslPrograms, DataTasksTakeWaveletsAndFiltersDropThem) {
  WseRun run(row(2, R"(
@export_name("a", [*]f32, true);
@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST } } });
@set_color_config(1, 0, c, .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } },
                  .filter = .{ .kind = .{ .range = true }, .min_idx = 2, .max_idx = 4 } });)",
                 R"(
const id = if (@is_arch("wse2")) @get_data_task_id(c) else @get_data_task_id(iq);
fn pack(index: u16, data: f16) u32 {
  return (@as(u32, index) << 16) | @as(u32, @bitcast(u16, data));
}
const words = [6]u32{ pack(0, 1.0), pack(1, 2.0), pack(2, 3.0), pack(3, 4.0), pack(4, 5.0),
                      pack(5, 6.0) };
const source = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{6} -> words[i] });
const out = @get_dsd(fabout_dsd, .{ .extent = 6, .fabric_color = c, .output_queue = oq });
var a = @zeros([8]f32); var p: [*]f32 = &a; comptime { @export_symbol(p, "a"); }
var count: u16 = 0;
task receive(data: f16, index: u16) void {
  a[index] = @as(f32, data / 2.0);
  count += 1;
  if (count == 3) sys.unblock_cmd_stream();
}
fn go() void { if (px == 0) { @mov32(out, source); sys.unblock_cmd_stream(); } }
comptime { if (px == 1) { @bind_data_task(receive, id); } })"));
  launch(run);
  EXPECT_EQ(run.read<float>("a", 1, 0, 8), (std::vector<float>{0, 0, 1.5F, 2, 2.5F, 0, 0, 0}));
}

TEST_P(CslPrograms, FifosCarryAStream) {
  WseRun run(row(1, "@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{RAMP}, .tx = .{RAMP} } });",
                 R"(
const h2d = @get_input_queue(4); const d2h = @get_output_queue(5);
var buffer = @zeros([64]i16);
const fifo = @allocate_fifo(buffer);
const endless: u16 = 0x7fff;
const in = @get_dsd(fabin_dsd, .{ .extent = endless, .fabric_color = sys.MEMCPYH2D_1,
                                  .input_queue = h2d });
const loop_out = @get_dsd(fabout_dsd, .{ .extent = endless, .fabric_color = c,
                                         .output_queue = oq });
const loop_in = @get_dsd(fabin_dsd, .{ .extent = 20, .fabric_color = c, .input_queue = iq });
const out = @get_dsd(fabout_dsd, .{ .extent = 20, .fabric_color = sys.MEMCPYD2H_1,
                                    .output_queue = d2h });
const ten = [1]i16{ 10 };
const tens = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{20} -> ten[0] });
task main() void {
  @mov16(fifo, in, .{ .async = true });
  @mov16(loop_out, fifo, .{ .async = true });
  @add16(out, loop_in, tens, .{ .async = true });
}
fn go() void { sys.unblock_cmd_stream(); }
comptime {
  @bind_local_task(main, @get_local_task_id(9)); @activate(@get_local_task_id(9));
  if (@is_arch("wse3")) { @initialize_queue(h2d, .{ .color = sys.MEMCPYH2D_1 });
                          @initialize_queue(d2h, .{ .color = sys.MEMCPYD2H_1 }); }
})"));
  std::vector<std::uint32_t> words(20);
  std::iota(words.begin(), words.end(), 0U);
  run.machine().stream_in("MEMCPYH2D_DATA_1", {0, 0, 1, 1}, 20, words);
  run.run();
  ASSERT_EQ(run.error(), "");
  std::vector<std::uint32_t> taken(1);
  auto got = run.machine().stream_out("MEMCPYD2H_DATA_1", {0, 0, 1, 1}, 20, taken);
  ASSERT_EQ(taken[0], 20U);
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_EQ(got[i] & 0xffffU, i + 10);
}

TEST_P(CslPrograms, ControlWaveletsMoveSwitches) {
  WseRun run(row(3, R"(
@export_name("a", [*]u32, true);
@set_color_config(1, 0, c, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ WEST } },
                              .switches = .{ .pos1 = .{ .tx = EAST } } });
@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{ EAST }, .tx = .{ RAMP } } });
@set_color_config(2, 0, c, .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } } });)",
                 R"(
const ctrl = @import_module("<control>");
const id = if (@is_arch("wse2")) @get_data_task_id(c) else @get_data_task_id(iq);
const data = @get_dsd(fabout_dsd, .{ .extent = 1, .fabric_color = c, .output_queue = oq });
const control = @get_dsd(fabout_dsd, .{ .extent = 1, .fabric_color = c, .output_queue = oq,
                                        .control = true });
var a = @zeros([1]u32); var p: [*]u32 = &a; comptime { @export_symbol(p, "a"); }
task receive(word: u32) void { a[0] = word; }
fn go() void {
  if (px == 1) {
    @mov32(data, 7);
    @mov32(control, ctrl.encode_single_payload(ctrl.opcode.SWITCH_ADV, true, {}, 0));
    @mov32(data, 8);
  }
  sys.unblock_cmd_stream();
}
comptime { if (px != 1) { @bind_data_task(receive, id); } })"));
  launch(run);
  EXPECT_EQ(run.read<std::uint32_t>("a", 0, 0, 1)[0], 7U);
  EXPECT_EQ(run.read<std::uint32_t>("a", 2, 0, 1)[0], 8U);
}

TEST_P(CslPrograms, MapsScalarsReductionsAndHalves) {
  WseRun run(row(1, "@export_name(\"a\", [*]f32, true); @export_name(\"h\", [*]f16, true);", R"(
const math = @import_module("<math>");
var a = @zeros([4]f32); var p: [*]f32 = &a;
var h = [4]f16{ 1.5, 2.5, -3.0, 4.0 }; var hp: [*]f16 = &h;
comptime { @export_symbol(p, "a"); @export_symbol(hp, "h"); }
const all = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> a[i] });
const halves = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> h[i] });
var total: f32 = 0.0;
fn scaled(x: f32, by: f32) f32 { return math.sqrt_f32(x) * by; }
fn go() void {
  @map(scaled, all, 2.0, all);
  @fadds(&total, total, all);
  a[3] = total;
  @faddh(halves, halves, @as(f16, 0.25));
  @fnegh(halves, halves);
  sys.unblock_cmd_stream();
})"));
  run.write("a", 0, 0, std::vector<float>{1, 4, 9, 16});
  launch(run);
  EXPECT_EQ(run.read<float>("a", 0, 0, 4), (std::vector<float>{2, 4, 6, 20}));
  EXPECT_EQ(run.read<std::uint16_t>("h", 0, 0, 4),
            (std::vector<std::uint16_t>{0xbf00, 0xc180, 0x4180, 0xc440}));
}

INSTANTIATE_TEST_SUITE_P(Generations, CslPrograms,
                         testing::Values(Generation::wse2, Generation::wse3),
                         [](const auto& tested) {
                           return tested.param == Generation::wse2 ? "wse2" : "wse3";
                         });

}  // namespace
}  // namespace weft
