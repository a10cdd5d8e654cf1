// SPDX-License-Identifier: Apache-2.0
// Members of what a call, an index or a pointer gives, and copies of structs with padding.
#include "conformance/csl_row.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;

constexpr const char* globals = R"(
var n: i16 = 0; var k: i16 = 1;
const Pair = struct { a: i16, b: i16 };
var s = Pair{ .a = 1, .b = 2 };
var list = [4]Pair{ Pair{ .a = 1, .b = 2 }, Pair{ .a = 3, .b = 4 }, Pair{ .a = 5, .b = 6 },
                    Pair{ .a = 7, .b = 8 } };
fn next() i16 { n += 1; return n; }
fn value() Pair { n += 1; return s; }
fn shifted(by: i16) Pair { n += 1; var r = s; r.a += by; return r; }
fn pointer() *Pair { n += 1; return &s; }
fn all() [4]Pair { n += 1; return list; }
inline fn inlined() Pair { n += 1; return s; }
const Padded = struct { a: i16, b: i32 };
fn made(by: i16) Padded { var r = Padded{ .a = by, .b = 5 }; r.a += 1; return r; }
fn sum(p: Padded) i32 { return p.a * 10 + p.b; }
var o = @zeros([4]i32); var p: [*]i32 = &o; comptime { @export_symbol(p, "o"); }
)";

class CslMembers : public test::CslRow {
 protected:
  std::vector<std::int32_t> after(const std::string& body) {
    WseRun run(row(1, "@export_name(\"o\", [*]i32, true);",
                   globals + ("fn go() void { " + body + " sys.unblock_cmd_stream(); }")));
    launch(run);
    return run.read<std::int32_t>("o", 0, 0, 4);
  }
};

using Values = std::vector<std::int32_t>;

TEST_P(CslMembers, TheirBaseIsEvaluatedOnce) {
  EXPECT_EQ(after("o[0] = value().a; o[1] = n; o[2] = inlined().b; o[3] = n;"),
            (Values{1, 1, 2, 2}));
  EXPECT_EQ(after("o[0] = shifted(next()).a; o[1] = n;"), (Values{2, 2, 0, 0}));
  EXPECT_EQ(after("o[0] = list[next()].a; o[1] = n; o[2] = list[next()].b; o[3] = n;"),
            (Values{3, 1, 6, 2}));
  EXPECT_EQ(after("o[0] = pointer().*.a; o[1] = n; o[2] = pointer().b; o[3] = n;"),
            (Values{1, 1, 2, 2}));
  EXPECT_EQ(after("o[0] = all()[k].a; o[1] = n; o[2] = all()[0].b + value().a; o[3] = n;"),
            (Values{3, 1, 3, 3}));
}

TEST_P(CslMembers, PaddingIsNotCopied) {
  EXPECT_EQ(after("var t = Padded{ .a = k, .b = 5 }; var q = t; q.a += 1; o[0] = q.a; o[1] = q.b;"
                  "o[2] = sum(t); t = q; o[3] = sum(t);"),
            (Values{2, 5, 15, 25}));
  EXPECT_EQ(
      after("const t = made(k); var u = made(k + 1); u = t; o[0] = sum(u);"
            "var pairs = [2]Padded{ t, made(k + 2) }; var copy = pairs; o[1] = sum(copy[k]);"),
      (Values{25, 45, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Generations, CslMembers,
                         testing::Values(Generation::wse2, Generation::wse3),
                         [](const auto& tested) {
                           return tested.param == Generation::wse2 ? "wse2" : "wse3";
                         });

}  // namespace
}  // namespace weft
