// SPDX-License-Identifier: Apache-2.0
// Functions that are called more than once: lowered once, called, and right.
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/csl/csl.hpp"
#include "support/wse_machine.hpp"
#include "topology/topology.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using program::wse::Operation;
using test::WseRun;
using Integers = std::vector<std::int32_t>;

class CslCalls : public testing::TestWithParam<Generation> {
 protected:
  /// One tile with "a", 16 numbers, that runs `program`; its function `go` is launched.
  static program::wse::Program compile(const std::string& program) {
    const std::string layout = R"(
const memcpy = @import_module("<memcpy/get_params>", .{ .width = 1, .height = 1 });
layout {
  @set_rectangle(1, 1);
  @set_tile_code(0, 0, "pe.csl", .{ .memcpy_params = memcpy.get_params(0) });
  @export_name("a", [*]i32, true);
  @export_name("go", fn()void);
})";
    const std::string head = R"(
param memcpy_params: comptime_struct;
const sys = @import_module("<memcpy/memcpy>", memcpy_params);
var a = @zeros([16]i32); var p: [*]i32 = &a;
comptime { @export_symbol(p, "a"); @export_symbol(go); }
)";
    csl::Options options;
    options.limits = program::wse::read_limits(topology::load_topology(
        GetParam() == Generation::wse2 ? "cerebras-wse2" : "cerebras-wse3"));
    options.step_limit = 10'000'000;
    const std::map<std::string, std::string> files = {{"layout.csl", layout},
                                                      {"pe.csl", head + program}};
    options.read_file = [files](const std::string& path) -> std::optional<std::string> {
      const auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
    return csl::compile("layout.csl", options);
  }

  static std::size_t count(const program::wse::Program& program, Operation operation) {
    std::size_t n = 0;
    for (const auto& i : program.codes.at(0).instructions) n += i.operation == operation ? 1 : 0;
    return n;
  }
  /// Functions beside `go` and the tasks.
  static std::size_t functions(const program::wse::Program& program) {
    return program.codes.at(0).functions.size();
  }

  static Integers results(const program::wse::Program& program, const Integers& given) {
    WseRun run(program);
    run.write("a", 0, 0, given);
    run.machine().launch("go", {});
    run.run();
    EXPECT_EQ(run.error(), "");
    EXPECT_FALSE(run.machine().work_left());
    return run.read<std::int32_t>("a", 0, 0, 16);
  }
};

Integers upwards() {
  Integers values(16);
  std::iota(values.begin(), values.end(), 1);
  return values;
}

/// Statements that make a function long.
std::string many(const std::string& statement, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += statement + "\n";
  return out;
}

TEST_P(CslCalls, FortyCallsOfALongFunctionFitATile) {
  // 120 turns of s * 3 + 1 modulo 2^32: some 500 instructions, 80 KB when inlined 40 times.
  const std::string body = many("s = s * 3 + v; s = s ^ (s >> 7);", 120);
  const auto program = compile("fn mix(v: i32) i32 { var s: i32 = v; " + body + " return s; }\n" +
                               "fn go() void { var s: i32 = 0;\n" + many("s += mix(s);", 39) +
                               "a[0] = s + mix(1); sys.unblock_cmd_stream(); }");
  const auto mix = [](std::int32_t v) {
    std::int32_t s = v;
    for (int i = 0; i < 120; ++i) {
      s = static_cast<std::int32_t>(static_cast<std::uint32_t>(s) * 3U +
                                    static_cast<std::uint32_t>(v));
      s ^= s >> 7;
    }
    return s;
  };
  std::uint32_t s = 0;
  for (int i = 0; i < 39; ++i) s += static_cast<std::uint32_t>(mix(static_cast<std::int32_t>(s)));
  s += static_cast<std::uint32_t>(mix(1));
  EXPECT_EQ(count(program, Operation::call), 40U);
  EXPECT_LT(program.codes.at(0).instructions.size() * 4, 4096U);
  EXPECT_EQ(results(program, Integers(16, 0))[0], static_cast<std::int32_t>(s));
}

TEST_P(CslCalls, NestedInLoopsAndFromTwoTasks) {
  const auto program = compile(R"(
const next = @get_local_task_id(9);
fn square(x: i32) i32 {
  var s: i32 = 0; var k = x;
  while (k > 0) : (k -= 1) { if (k % 2 == 0) { s += x + 1; } else { s += x - 1; } }
  return if (x % 2 == 0) s else s + 1;
}
fn both(x: i32, y: i32) i32 {
  const first = square(x);
  if (x == y) return 2 * first;
  for (@range(i16, 2)) |i| { a[i + 8] += first; }
  return first * 1000 + square(y);
}
task again() void { a[2] = both(a[4], a[5]); a[3] = square(square(2)); sys.unblock_cmd_stream(); }
fn go() void {
  a[0] = both(a[0], a[1]);
  a[1] = both(a[2], a[2]);
  @activate(next);
}
comptime { @bind_local_task(again, next); }
)");
  EXPECT_EQ(functions(program), 4U);  // square, both, go, again
  EXPECT_EQ(count(program, Operation::call), 7U);
  const auto square = [](std::int32_t x) {
    std::int32_t s = 0;
    for (std::int32_t k = x; k > 0; --k) s += k % 2 == 0 ? x + 1 : x - 1;
    return x % 2 == 0 ? s : s + 1;
  };
  const Integers out = results(program, upwards());
  EXPECT_EQ(out[0], square(1) * 1000 + square(2));
  EXPECT_EQ(out[1], 2 * square(3));
  EXPECT_EQ(out[2], square(5) * 1000 + square(6));
  EXPECT_EQ(out[3], square(square(2)));
  EXPECT_EQ(out[8], 9 + square(1) + square(5));
  EXPECT_EQ(out[9], 10 + square(1) + square(5));
}

TEST_P(CslCalls, PassesPointersStructsArraysAndDescriptors) {
  const auto program = compile(R"(
const pair = struct { low: i32, high: i32 };
var w = @zeros([4]f32);
var d = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> w[i] });
fn exchange(x: *i32, y: *i32, times: i16) void {
  for (@range(i16, times)) |_| { const t = x.*; x.* = y.*; y.* = t + 1; }
  if (x.* > y.*) { x.* += 100; } else { y.* += 100; }
}
fn sorted(q: pair) pair {
  var out = pair{ .low = q.high, .high = q.low };
  if (q.low < q.high) { out.low = q.low; out.high = q.high; }
  out.low *= 2; out.high *= 2;
  return out;
}
fn sum(v: [3]i32, scale: i32) i32 {
  var s: i32 = 0;
  for (v) |x, i| { s += x * @as(i32, i + 1) * scale; }
  if (s > 1000) { s -= 1000; }
  return s;
}
fn raise(which: mem1d_dsd, by: f32) void {
  @fadds(which, which, by); @fadds(which, which, 1.0); @fmuls(which, which, 2.0);
  @fadds(which, which, by); @fadds(which, which, 1.0); @fmuls(which, which, 2.0);
}
fn go() void {
  exchange(&a[0], &a[1], 3);
  exchange(&a[2], &a[3], 1);
  const first = sorted(pair{ .low = a[4], .high = a[5] });
  const second = sorted(pair{ .low = a[6], .high = 0 });
  a[4] = first.low; a[5] = first.high; a[6] = second.low; a[7] = second.high;
  var v = [3]i32{ a[8], 7, 9 };
  const once = sum(v, 1);
  v[1] = 70;
  a[8] = once; a[9] = sum(v, 10);
  raise(d, 1.0);
  d = @increment_dsd_offset(d, 1, f32);
  raise(d, 3.0);
  for (@range(i16, 4)) |i| { a[10 + i] = @as(i32, w[i]); }
  sys.unblock_cmd_stream();
}
)");
  EXPECT_EQ(count(program, Operation::call), 8U);
  const Integers out = results(program, upwards());
  // 1, 2 -> 2, 2 -> 2, 3 -> 3, 3; 3, 4 -> 4, 4: no longer greater, so the second gets the 100.
  EXPECT_EQ(Integers(out.begin(), out.begin() + 4), (Integers{3, 103, 4, 104}));
  EXPECT_EQ(Integers(out.begin() + 4, out.begin() + 8), (Integers{10, 12, 0, 14}));
  EXPECT_EQ(out[8], 9 + 14 + 27);
  EXPECT_EQ(out[9], 10 * (9 + 140 + 27) - 1000);
  // Two elements from 0 by 1, then two from 1 by 3.
  const auto raised = [](std::int32_t v, std::int32_t by) {
    return ((v + by + 1) * 2 + by + 1) * 2;
  };
  const std::int32_t once = raised(0, 1);
  EXPECT_EQ(Integers(out.begin() + 10, out.begin() + 14),
            (Integers{once, raised(once, 3), raised(0, 3), 0}));
}

TEST_P(CslCalls, ArgumentsAreTakenWhenTheyAreWritten) {
  const auto program = compile(R"(
var counter: i32 = 0;
fn next() i32 {
  counter += 1;
  if (counter > 100) { counter = 0; a[15] = 1; a[14] = 1; a[13] = 1; a[12] = 1; a[11] = 1; }
  return counter;
}
fn digits(x: i32, y: i32, z: i32) i32 {
  var s = x * 100 + y * 10 + z;
  if (s < 0) { s = -s; s += 1; s *= 2; s += 5; s *= 3; }
  return s;
}
fn go() void {
  a[0] = digits(next(), next(), next());
  a[1] = digits(counter, next(), counter);
  a[2] = digits(digits(0, 0, 1), digits(0, 0, 2), next());
  sys.unblock_cmd_stream();
}
)");
  const Integers out = results(program, Integers(16, 0));
  EXPECT_EQ(out[0], 123);
  EXPECT_EQ(out[1], 344);
  EXPECT_EQ(out[2], 125);
  EXPECT_EQ(out[15], 0);
  // Two calls with known arguments are a number, and none.
  EXPECT_EQ(count(program, Operation::call), 8U);
}

TEST_P(CslCalls, ComptimeArgumentsMakeFunctionsOfTheirOwn) {
  const auto program = compile(R"(
fn power(comptime T: type, comptime n: i16, x: T) T {
  var s: T = x;
  inline for (@range(i16, n)) |_| { s = s * x; if (s > @as(T, 1000)) { s = s - @as(T, 1000); } }
  return s;
}
fn go() void {
  a[0] = power(i32, 3, a[0]) + power(i32, 3, a[1]) + power(i32, 3, a[2]);
  a[1] = @as(i32, power(i16, 4, @as(i16, a[1])) + power(i16, 4, @as(i16, a[2])));
  a[2] = power(i32, 5, a[3]);
  sys.unblock_cmd_stream();
}
)");
  EXPECT_EQ(functions(program), 3U);  // i32 and 3, i16 and 4, go: the last power is called once
  EXPECT_EQ(count(program, Operation::call), 5U);
  const Integers out = results(program, Integers{2, 3, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(out[0], 16 + 81 + 256);
  EXPECT_EQ(out[1], 243 + 24);
  EXPECT_EQ(out[2], 64);
}

TEST_P(CslCalls, WhatIsOnlyLookedAtIsNoCall) {
  const auto program = compile(R"(
var table = @zeros([4]i32);
fn total(x: i32) i32 {
  var local = [4]i32{ x, x + 1, x + 2, x + 3 };
  var s: i32 = 0;
  for (local) |v, i| { table[i] += v; s += table[i]; }
  return s;
}
fn go() void {
  const T = @type_of(total(a[0]) + 1);
  var first: T = total(a[0]);
  var other = [4]i32{ 7, 7, 7, 7 };
  const second: @type_of(total(1) + total(2)) = total(a[1]);
  a[0] = first; a[1] = second; a[2] = other[3];
  sys.unblock_cmd_stream();
}
)");
  EXPECT_EQ(count(program, Operation::call), 2U);
  const Integers out = results(program, upwards());
  EXPECT_EQ(out[0], 1 + 2 + 3 + 4);
  EXPECT_EQ(out[1], 10 + 2 + 3 + 4 + 5);
  EXPECT_EQ(out[2], 7);
}

TEST_P(CslCalls, WhatMustBeKnownIsInlined) {
  const auto program = compile(R"(
fn fill(n: i16, by: i32) void {
  var t = @zeros([n]i32);
  for (@range(i16, n)) |i| { t[i] = by * @as(i32, i); }
  for (@range(i16, n)) |i| { a[i] += t[i]; if (a[i] > 100) { a[i] = 0; } }
}
fn go() void {
  fill(3, a[15]); fill(8, 2);
  sys.unblock_cmd_stream();
}
)");
  EXPECT_EQ(count(program, Operation::call), 0U);
  const Integers out = results(program, Integers(16, 1));
  EXPECT_EQ(Integers(out.begin(), out.begin() + 5), (Integers{1, 4, 7, 7, 9}));
}

TEST_P(CslCalls, FramesOfOneFunctionHaveLocalsOfTheirOwn) {
  // Recursion at compile time: each step keeps its array while the next runs; sizes differ.
  const std::string functions = R"(
fn walk(comptime n: i16, x: i32) i32 {
  var t = [2]i32{ x, x + 1 };
  var other = @zeros([n + 1]i32);
  for (@range(i16, n + 1)) |i| { other[i] = x + @as(i32, i); }
  if (n == 0) { return t[1] + other[0]; }
  const below = walk(n - 1, x * 2);
  return t[0] + below + other[n];
}
)";
  const auto walk = [](auto&& self, std::int32_t n, std::int32_t x) -> std::int32_t {
    return n == 0 ? 2 * x + 1 : x + self(self, n - 1, 2 * x) + x + n;
  };
  const auto once =
      compile(functions + "fn go() void { a[0] = walk(3, a[0]); sys.unblock_cmd_stream(); }");
  EXPECT_EQ(count(once, Operation::call), 0U);
  EXPECT_EQ(results(once, upwards())[0], walk(walk, 3, 1));
  const auto twice = compile(functions +
                             "fn go() void { a[1] = walk(1, a[1]); "
                             "a[0] = walk(3, a[0]) + walk(3, a[2]) + walk(2, a[3]);"
                             "sys.unblock_cmd_stream(); }");
  EXPECT_GT(count(twice, Operation::call), 3U);
  const Integers out = results(twice, upwards());
  EXPECT_EQ(out[1], walk(walk, 1, 2));
  EXPECT_EQ(out[0], walk(walk, 3, 1) + walk(walk, 3, 3) + walk(walk, 2, 4));
}

TEST_P(CslCalls, CostWhatTheTableSays) {
  const std::string body = many("s += v; s = s ^ 3;", 8);
  const auto cycles = [&](const std::string& calls) {
    const auto program = compile("fn f(v: i32) i32 { var s: i32 = v; " + body + "return s; }\n" +
                                 "fn go() void { var s: i32 = a[0];\n" + calls +
                                 "a[0] = s; sys.unblock_cmd_stream(); }");
    WseRun run(program);
    run.machine().launch("go", {});
    run.run();
    EXPECT_EQ(run.error(), "");
    return run.last_activity();
  };
  const Cycle jump = GetParam() == Generation::wse2 ? 7 : 11;
  // The argument and the result move, 1 each; 32 cycles and two moves inside; the call and back.
  EXPECT_EQ(cycles(many("s = f(s);", 3)) - cycles(many("s = f(s);", 2)), 1 + 1 + 34 + 2 * jump);
}

TEST_P(CslCalls, RecursionIsRefused) {
  try {
    compile(
        "fn f(v: i32) i32 { if (v < 1) { return 0; } return f(v - 1) + 1; }\n"
        "fn go() void { a[0] = f(a[1]) + f(a[2]); sys.unblock_cmd_stream(); }");
    ADD_FAILURE() << "recursion is taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("CSL functions do not recurse at run time"),
              std::string::npos)
        << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(BothGenerations, CslCalls,
                         testing::Values(Generation::wse2, Generation::wse3));

}  // namespace
}  // namespace weft
