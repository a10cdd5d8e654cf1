// SPDX-License-Identifier: Apache-2.0
// What is known at compile time has the bits that the tile computes at run time: of NaN, of their
// payloads, of casts, under the rules of the machine that the program is for.
#include <initializer_list>
#include <sstream>

#include "conformance/csl_row.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;
using Words = std::vector<std::uint32_t>;

struct Format {
  const char* type;
  const char* bits;  ///< the integer that holds them
  Words operands;
};

// Zeros, ones, infinities, the largest and smallest numbers; NaN: quiet, negative, signalling, with
// payloads.
const Format f32{
    "f32",
    "u32",
    {0, 0x80000000, 0x3f800000, 0xc0400000, 0x7f800000, 0xff800000, 0x7f7fffff, 0x00000001,
     0x807fffff, 0x7fc00000, 0xffc00000, 0x7f800001, 0xff812345, 0x7fd54321}};
const Format f16{"f16",
                 "u16",
                 {0, 0x8000, 0x3c00, 0xc200, 0x7c00, 0xfc00, 0x7bff, 0x0001, 0x83ff, 0x7e00, 0xfe00,
                  0x7c01, 0xfd23, 0x7eab}};

std::string list_of(const Words& values) {
  std::ostringstream out;
  for (const std::uint32_t value : values) out << (out.tellp() > 0 ? ", " : "") << value;
  return out.str();
}

class CslFolding : public test::CslRow {
 protected:
  /// `body` fills `out` (u32, `count` of them) from `given` (`type`, those of `values`), with i and
  /// j over all pairs of them: at compile time and on a tile.
  void expect_same(const std::string& type, const Words& values, const std::string& body) {
    const auto size = std::to_string(values.size());
    const auto count = static_cast<std::uint32_t>(values.size() * values.size());
    const std::string array = "[" + std::to_string(count) + "]u32";
    const std::string loops = "for (@range(i16, " + size + ")) |i| { for (@range(i16, " + size +
                              ")) |j| { out[i * " + size + " + j] = " + body + "; } }";
    const std::string given = " given = [" + size + "]" + type + "{ " + list_of(values) + " };\n";
    const std::string known = "const" + given + "fn table() " + array + " { var out = @zeros(" +
                              array + "); " + loops + " return out; }\n" +
                              "var known = table(); var p: [*]u32 = &known;\n" +
                              "comptime { @export_symbol(p, \"out\"); } fn go() void {";
    const std::string computed = "var" + given + "var out = @zeros(" + array +
                                 "); var p: [*]u32 = &out;\n" +
                                 "comptime { @export_symbol(p, \"out\"); } fn go() void {" + loops;
    EXPECT_EQ(result_of(known, count), result_of(computed, count)) << body;
  }

  Words result_of(const std::string& program, std::uint32_t count) {
    const std::string math = "const math = @import_module(\"<math>\");\n";
    WseRun run(row(1, "@export_name(\"out\", [*]u32, true);",
                   math + program + " sys.unblock_cmd_stream(); }"),
               1, overrides);
    launch(run);
    return run.read<std::uint32_t>("out", 0, 0, count);
  }

  void expect_arithmetic_same() {
    for (const Format* format : {&f32, &f16}) {
      const std::string as = std::string("@bitcast(") + format->type + ", given[";
      const std::string word = std::string("@as(u32, @bitcast(") + format->bits + ", ";
      for (const char* op : {"+", "-", "*", "/"}) {
        expect_same(format->bits, format->operands, word + as + "i]) " + op + " " + as + "j])))");
      }
    }
  }
};

TEST_P(CslFolding, ArithmeticIsThatOfTheTile) { expect_arithmetic_same(); }

TEST_P(CslFolding, FollowsTheRulesOfTheMachine) {
  overrides = {"pe.float.canonical_nan=false", "pe.float.flush_subnormals=true"};
  expect_arithmetic_same();
}

TEST_P(CslFolding, ComparisonsAndSignsToo) {
  for (const Format* format : {&f32, &f16}) {
    const std::string as = std::string("@bitcast(") + format->type + ", given[";
    for (const char* op : {"==", "!=", "<", "<=", ">", ">="}) {
      expect_same(format->bits, format->operands,
                  "@as(u32, " + as + "i]) " + op + " " + as + "j]))");
    }
    const std::string word = std::string("@as(u32, @bitcast(") + format->bits + ", ";
    expect_same(format->bits, format->operands, word + "-" + as + "i])))");
    expect_same(format->bits, format->operands, word + as + "i])))");  // a NaN keeps its payload
  }
}

TEST_P(CslFolding, ConversionsToo) {
  expect_same("u32", f32.operands, "@as(u32, @bitcast(u16, @as(f16, @bitcast(f32, given[i]))))");
  expect_same("u16", f16.operands, "@bitcast(u32, @as(f32, @bitcast(f16, given[i])))");
  const Words whole{0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000001, 0x01000003, 0xffff0801};
  for (const char* real : {"@bitcast(u32, @as(f32, ", "@as(u32, @bitcast(u16, @as(f16, "}) {
    const std::string ends = real[1] == 'b' ? "))" : ")))";
    expect_same("u32", whole, real + std::string("given[i]") + ends);
    expect_same("u32", whole, real + std::string("@bitcast(i32, given[i])") + ends);
    // 64 bits: by way of fp64 some of these would be rounded twice.
    const std::string wide = "(@as(u64, given[i]) << 32) | @as(u64, given[j])";
    expect_same("u32", whole, real + wide + ends);
    expect_same("u32", whole, real + ("@bitcast(i64, " + wide + ")") + ends);
  }
  expect_same("i16", {0, 1, 255, 32767}, "@as(u32, @as(f32, given[i]) * 0.99)");
}

TEST_P(CslFolding, FunctionsToo) {
  const std::string word = "@bitcast(u32, math.";
  for (const char* function : {"abs", "sign", "floor", "ceil", "tanh"}) {
    expect_same("u32", f32.operands, word + function + "(@bitcast(f32, given[i])))");
    expect_same(
        "u16", f16.operands,
        std::string("@as(u32, @bitcast(u16, math.") + function + "(@bitcast(f16, given[i]))))");
  }
}

TEST_P(CslFolding, ARealNumberOutOfRangeIsNoErrorWhereACallIsComputedAhead) {
  const std::string program =
      "var out = @zeros([4]u32); var p: [*]u32 = &out; var n: f32 = 1e9;\n"
      "comptime { @export_symbol(p, \"out\"); }\n"
      "fn whole(x: f32) u16 { return @as(u16, x); }\n"
      "fn go() void { out[0] = whole(1e9); out[1] = whole(n); "
      "out[2] = whole(@bitcast(f32, @as(u32, 0x7f800001))); "
      "out[3] = whole(-7.0);";
  EXPECT_EQ(result_of(program, 4), (Words{0xffff, 0xffff, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Generations, CslFolding,
                         testing::Values(Generation::wse2, Generation::wse3),
                         [](const auto& tested) {
                           return tested.param == Generation::wse2 ? "wse2" : "wse3";
                         });

}  // namespace
}  // namespace weft
