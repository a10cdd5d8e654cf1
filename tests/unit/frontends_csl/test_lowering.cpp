// SPDX-License-Identifier: Apache-2.0
// From functions to instructions, by their text.
#include <gtest/gtest.h>

#include "unit/frontends_csl/compile_text.hpp"

namespace weft::csl {
namespace {

using test::compile_files;
using test::error_of;
using test::Generation;
using test::one_tile;

/// The lowered task `go`.
std::string code_of(const std::string& globals, const std::string& body,
                    const std::string& exports = "") {
  const auto program =
      compile_files(one_tile(globals + "\ntask go() void {" + body +
                                 "}\ncomptime { @bind_local_task(go, @get_local_task_id(9)); }",
                             exports));
  const std::string text = disassemble(program.codes.at(0));
  return text.substr(text.find('\n') + 1);
}

TEST(CslLowering, FoldsWhatIsKnown) {
  EXPECT_EQ(code_of("const n: i16 = 4; var a: i16 = 0;", "a = n * 2 + 1;"),
            "  0 constant.i16 r0 #9\n  1 store.i16 r0 - #0\n  2 return.u16\n");
}

TEST(CslLowering, AssignsInPlace) {
  EXPECT_EQ(code_of("var a: [8]i16;", "var i: i16 = 0; while (i < 8) : (i += 1) { a[i] = i; }"),
            "  0 constant.i16 r0 #0\n"
            "  1 jump.bool -> 5\n"
            "  2 shift_left.u16 r1 r0 #1\n"
            "  3 store.i16 r0 r1 #0\n"
            "  4 add.i16 r0 r0 #1\n"
            "  5 less.i16 r1 r0 #8\n"
            "  6 branch_if.bool r1 -> 2\n"
            "  7 return.u16\n");
}

TEST(CslLowering, KnownCountsNeedNoFirstTest) {
  EXPECT_EQ(code_of("var a: [8]i16;", "for (@range(i16, 8)) |i| { a[i] = 1; }"),
            "  0 constant.i16 r0 #0\n"
            "  1 shift_left.u16 r1 r0 #1\n"
            "  2 constant.i16 r2 #1\n"
            "  3 store.i16 r2 r1 #0\n"
            "  4 add.i16 r0 r0 #1\n"
            "  5 less.i16 r1 r0 #8\n"
            "  6 branch_if.bool r1 -> 1\n"
            "  7 return.u16\n");
}

TEST(CslLowering, InlinesCallsAndJoinsTheirReturns) {
  EXPECT_EQ(code_of("var a: i16 = 0; fn f(x: i16) i16 { if (x < 0) { return -x; } return x; }",
                    "a = f(a);"),
            "  0 load.i16 r0 - #0\n"
            "  1 less.i16 r1 r0 #0\n"
            "  2 branch_unless.bool r1 -> 5\n"
            "  3 negate.i16 r1 r0\n"
            "  4 jump.bool -> 6\n"
            "  5 move.i16 r1 r0\n"
            "  6 store.i16 r1 - #0\n"
            "  7 return.u16\n");
}

TEST(CslLowering, LoadsNothingTwice) {
  EXPECT_EQ(code_of("var a: i16 = 0;", "a += 1; if (a == 4) { a = 0; }"),
            "  0 load.i16 r0 - #0\n"
            "  1 add.i16 r0 r0 #1\n"
            "  2 store.i16 r0 - #0\n"
            "  3 equal.i16 r0 r0 #4\n"
            "  4 branch_unless.bool r0 -> 7\n"
            "  5 constant.i16 r0 #0\n"
            "  6 store.i16 r0 - #0\n"
            "  7 return.u16\n");
  // Neighbours by one offset, and the values that are compared are those that are exchanged.
  EXPECT_EQ(code_of("var a: [8]i16; var i: i16 = 0;",
                    "const j = i; if (a[j] > a[j + 1]) {"
                    "  const t = a[j]; a[j] = a[j + 1]; a[j + 1] = t; }"),
            "  0 load.i16 r0 - #0\n"
            "  1 shift_left.u16 r1 r0 #1\n"
            "  2 load.i16 r2 r1 #4\n"
            "  3 add.i16 r0 r0 #1\n"
            "  4 shift_left.u16 r0 r0 #1\n"
            "  5 load.i16 r3 r0 #4\n"
            "  6 greater.i16 r4 r2 r3\n"
            "  7 branch_unless.bool r4 -> 10\n"
            "  8 store.i16 r3 r1 #4\n"
            "  9 store.i16 r2 r0 #4\n"
            "  10 return.u16\n");
}

TEST(CslLowering, LoadsAgainWhatMayHaveChanged) {
  const auto loads = [](const std::string& body) {
    const std::string code = code_of(
        "var a: [8]i16; var i: i16 = 0; var s: i16 = 0;"
        "const d = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{8} -> a[i] });",
        body);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = code.find("load.i16", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  EXPECT_EQ(loads("s = a[3]; a[2] = 1; s += a[3];"), 1U);
  // A store somewhere in the array, a vector operation, code that comes from elsewhere.
  EXPECT_EQ(loads("const j = i; s = a[3]; a[j] = 1; s += a[3];"), 4U);  // i; a[3]; s and a[3]
  EXPECT_EQ(loads("s = a[3]; @add16(d, d, 1); s += a[3];"), 3U);
  EXPECT_EQ(loads("s = a[3]; while (s < 9) { s += a[3]; }"), 4U);
  // A name that changed meanwhile stands for something else.
  EXPECT_EQ(code_of("var a: [8]i16; var i: i16 = 0;", "var k = i; a[0] = k; k += 1; a[1] = a[0];"),
            "  0 load.i16 r0 - #0\n"
            "  1 store.i16 r0 - #4\n"
            "  2 add.i16 r0 r0 #1\n"
            "  3 load.i16 r0 - #4\n"
            "  4 store.i16 r0 - #6\n"
            "  5 return.u16\n");
}

TEST(CslLowering, ChangesDescriptorsWhereTheyAre) {
  const std::string code = code_of(
      "var a = @zeros([4]f32); var d = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> a[i] });",
      "d = @increment_dsd_offset(d, 1, f32); @fadds(d, d, 1.0);");
  EXPECT_EQ(code,
            "  0 descriptor_increment_offset.f32 dsd0 #1\n"
            "  1 constant.f32 r0 #1065353216\n"
            "  2 vector.bool - fadds dsd0 dsd0 r0\n"
            "  3 return.u16\n");
}

const char* const two_arrays =
    "var a = @zeros([4]f32); var n: u16 = 2;"
    "const known = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> a[i] });"
    "var variable = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{2} -> a[i + 2] });";

TEST(CslLowering, DescriptorsThatTheCompilerKnowsAreConstants) {
  // A variable stays one though nothing changes it, as in the published reduction (case A1).
  EXPECT_EQ(code_of(two_arrays, "@fmovs(known, variable);"),
            "  0 vector.bool - fmovs constant dsd1 dsd0\n  1 return.u16\n");
  EXPECT_EQ(code_of(two_arrays,
                    "const far = @increment_dsd_offset(known, 1, f32);"
                    "@fmovs(far, @set_dsd_length(known, 1));"),
            "  0 vector.bool - fmovs constant dsd0 constant dsd1\n  1 return.u16\n");
  EXPECT_NE(code_of(two_arrays, "@fmovs(@set_dsd_length(known, n), 0.0);").find("fmovs dsd"),
            std::string::npos);
  EXPECT_NE(code_of(two_arrays, "var own = known; @fmovs(own, 0.0);").find("fmovs dsd"),
            std::string::npos);
  const std::string loads = code_of(two_arrays,
                                    "@load_to_dsr(@get_dsr(dsr_dest, 1), known);"
                                    "@load_to_dsr(@get_dsr(dsr_src1, 1), variable);");
  EXPECT_NE(loads.find("descriptor_load_register.u16 dsd0 dsd1 constant\n"), std::string::npos)
      << loads;
  EXPECT_NE(loads.find("descriptor_load_register.u16 dsd2 dsd3\n"), std::string::npos) << loads;
}

TEST(CslLowering, ATimeStampIsOneOperation) {
  EXPECT_EQ(code_of("const time = @import_module(\"<time>\"); var t = @zeros([3]u16);"
                    "var p: *[3]u16 = &t;",
                    "time.get_timestamp(&t); time.get_timestamp(p);"),
            "  0 timestamp_store.u16 - #0\n"
            "  1 load.u16 r0 - #6\n"
            "  2 timestamp_store.u16 r0 #0\n"
            "  3 return.u16\n");
}

TEST(CslLowering, TensorAccessIsAffine) {
  const auto program = compile_files(one_tile(R"(
var a = @zeros([4, 6]f32);
const column = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> a[i, 2] });
const block = @get_dsd(mem4d_dsd, .{ .tensor_access = |i, j|{2, 3} -> a[i + 1, 2 * j] });
task go() void { @fmovs(column, 0.0); @fmovs(block, 0.0); }
comptime { @bind_local_task(go, @get_local_task_id(9)); })"));
  const auto& descriptors = program.codes[0].descriptors;
  ASSERT_EQ(descriptors.size(), 2U);
  EXPECT_EQ(descriptors[0].base, 8);
  EXPECT_EQ(descriptors[0].stride, 6);
  EXPECT_EQ(descriptors[0].length, 4U);
  EXPECT_EQ(descriptors[1].base, 24);
  EXPECT_EQ(descriptors[1].length, 6U);
  EXPECT_EQ(descriptors[1].strides[0], 6);
  EXPECT_EQ(descriptors[1].strides[1], 2);
  EXPECT_NE(error_of(one_tile(R"(
var a = @zeros([64]f32);
const d = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{4} -> a[i * i] });
task go() void { @fmovs(d, 0.0); }
comptime { @bind_local_task(go, @get_local_task_id(9)); })"))
                .find("affine"),
            std::string::npos);
}

TEST(CslLowering, TypesAreChecked) {
  const auto fails = [](const std::string& globals, const std::string& body) {
    return error_of(one_tile(globals + "\ntask go() void {" + body +
                             "}\ncomptime { @bind_local_task(go, @get_local_task_id(9)); }"));
  };
  EXPECT_NE(fails("var a: i16 = 0; var b: f32 = 0.0;", "a = b;"), "");
  EXPECT_NE(fails("var a: i16 = 0; var b: u16 = 0;", "a = b;"), "");
  EXPECT_NE(fails("var a: i16 = 0;", "a = 1.5;"), "");
  EXPECT_NE(fails("var a: bool = false;", "a = 1;"), "");
  EXPECT_NE(fails("const a: i16 = 0;", "a = 1;"), "");
  EXPECT_NE(fails("var a: i16 = 0; var b: f32 = 1.0;", "a = a + b;"), "");
  EXPECT_NE(fails("fn f(x: i16) void {}", "f(1, 2);"), "");
  EXPECT_NE(fails("var a: i16 = 0; fn f(x: i16) i16 { if (x > 0) { return 1; } }", "a = f(a);"),
            "");
  EXPECT_NE(fails("var a: [3]i16;", "a[3] = 1;"), "");
  EXPECT_NE(fails("task other() void {}", "other();"), "");
  EXPECT_NE(fails("var a: i16 = 0;", "if (a) { a = 1; }"), "");
  EXPECT_NE(fails("", "@activate(3);"), "");
  EXPECT_NE(fails("", "@no_such_builtin();").find("Unsupported"), std::string::npos);
}

TEST(CslLowering, OverflowOfWhatTheLanguageKnowsIsAnError) {
  const auto error = [](const std::string& globals, const std::string& body) {
    return error_of(one_tile(globals + "\ntask go() void {" + body +
                             "}\ncomptime { @bind_local_task(go, @get_local_task_id(8)); "
                             "@activate(@get_local_task_id(8)); }"));
  };
  const std::string square = "var r: i16; fn square(x: i16) i16 { return x * x; }";
  EXPECT_EQ(error(square, "const a: i16 = 256; r = a * a;")
                .rfind("pe.csl:2:43: 256 * 256 does not fit i16", 0),
            0U)
      << error(square, "const a: i16 = 256; r = a * a;");
  EXPECT_NE(error(square, "r = comptime square(256);").find("256 * 256 does not fit i16"),
            std::string::npos);
  // A call is run time in the language, whether or not weft computes it ahead: it wraps.
  EXPECT_EQ(error(square, "r = square(256); r = square(300) * 3; r = -square(181);"), "");
}

TEST(CslLowering, OverflowOnATileOfManyIsAnError) {
  const test::Files files = {{"layout.csl", R"(layout { @set_rectangle(3, 1);
  for (@range(i16, 3)) |x| { @set_tile_code(x, 0, "pe.csl", .{ .n = 8000 * (x + 1) }); } })"},
                             {"pe.csl", R"(param n: i16; var r: i16; const twice = n * 2;
task go() void { r = twice; }
comptime { @bind_local_task(go, @get_local_task_id(8)); @activate(@get_local_task_id(8)); })"}};
  const std::string error = error_of(files);
  EXPECT_EQ(error.rfind("pe.csl:1:43: 24000 * 2 does not fit i16", 0), 0U) << error;
}

TEST(CslLowering, QueuesAndTasksFollowTheGeneration) {
  const std::string program = R"(
const c = @get_color(2);
const iq = @get_input_queue(3);
const id = if (@is_arch("wse2")) @get_data_task_id(c) else @get_data_task_id(iq);
var got: u32 = 0;
task receive(data: u32) void { got = data; @block(id); }
comptime {
  @bind_data_task(receive, id);
  if (@is_arch("wse3")) @initialize_queue(iq, .{ .color = c });
})";
  const auto two = compile_files(one_tile(program));
  ASSERT_EQ(two.codes[0].tasks.size(), 1U);
  EXPECT_EQ(two.codes[0].tasks[0].id, 2);
  const auto three = compile_files(one_tile(program), Generation::wse3);
  EXPECT_EQ(three.codes[0].tasks[0].id, 3);
  ASSERT_EQ(three.codes[0].input_queues.size(), 1U);
  EXPECT_EQ(three.codes[0].input_queues[0].color, 2);
  EXPECT_NE(error_of(one_tile("const id = @get_data_task_id(@get_color(1));\n"
                              "task t(x: u32) void {}\ncomptime { @bind_data_task(t, id); }"),
                     Generation::wse3),
            "");
}

TEST(CslLowering, RefusesATileThatIsFull) {
  EXPECT_NE(error_of(one_tile("var a = @zeros([40000]f32); task go() void { a[0] = 1.0; }\n"
                              "comptime { @bind_local_task(go, @get_local_task_id(9)); }"))
                .find("does not fit"),
            std::string::npos);
}

TEST(CslLowering, PackedRegistersStayApart) {
  // The counter and the sum live through the inner loop: they may share no register with it.
  const auto program = compile_files(one_tile(R"(
var a = @zeros([9]i16);
task go() void {
  var sum: i16 = 0;
  for (@range(i16, 3)) |i| {
    for (@range(i16, 3)) |j| { sum += a[i * 3 + j]; }
  }
  a[0] = sum;
}
comptime { @bind_local_task(go, @get_local_task_id(9)); })"));
  EXPECT_LE(program.codes[0].register_count, 6U);
  EXPECT_GE(program.codes[0].register_count, 4U);
}

}  // namespace
}  // namespace weft::csl
