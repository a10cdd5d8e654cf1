// SPDX-License-Identifier: Apache-2.0
// The parser: what it accepts, and that a message names file, line, column, the line and a caret.
#include <gtest/gtest.h>

#include "frontends/csl/parse/parser.hpp"

namespace weft::csl {
namespace {

std::unique_ptr<File> parse_text(const std::string& text) {
  static Sources sources;
  static NameTable names;
  return parse(sources, sources.add("a.csl", text), names);
}

std::string message_of(const std::string& text) {
  try {
    parse_text(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(CslParser, ReadsEveryKindOfDeclaration) {
  const auto file = parse_text(R"(
param size: i16;
param scale: f32 = 2.0;
const N = size * 2;
export var a: [N]f32;
var b: u16 align(16) = 0;
fn f(x: f32, comptime T: type, y: anytype) f32 { return x; }
inline fn g() void {}
task t(low: u16, high: u16) void {}
comptime { @bind_local_task(t, 8); }
)");
  EXPECT_EQ(file->globals.size(), 8U);
  EXPECT_EQ(file->comptime_blocks.size(), 1U);
  EXPECT_EQ(file->layout, nullptr);
  EXPECT_EQ(file->globals[5].function->parameters.size(), 3U);
  EXPECT_TRUE(file->globals[7].function->is_task);
}

TEST(CslParser, BindsOperatorsAsTheLanguageDoes) {
  const auto file = parse_text("const a = 1 + 2 * 3 == 7 and 1 | 2 << 3 == 17;");
  const Node* root = file->globals[0].value;
  ASSERT_EQ(root->kind, NodeKind::logical_and);
  EXPECT_EQ(root->a->token, TokenKind::equal);
  EXPECT_EQ(root->b->token, TokenKind::equal);
  EXPECT_EQ(root->b->a->token, TokenKind::pipe);
  EXPECT_EQ(root->b->a->b->token, TokenKind::shl);
}

TEST(CslParser, ResolvesLocalsAndGlobalsInAnyOrder) {
  const auto file = parse_text("fn f() i16 { const x = y; return x; } const y: i16 = 3;");
  const Node* body = file->globals[0].function->body;
  EXPECT_EQ(body->list[0]->b->binding, Binding::global);
  EXPECT_EQ(body->list[1]->a->binding, Binding::local);
}

TEST(CslParser, AcceptsStatementsWithoutBraces) {
  EXPECT_EQ(message_of("fn f() void { if (a) g() else h(); if (b) return; while (c) d += 1; }"),
            "");
}

TEST(CslParser, NamesThePlaceOfAnError) {
  EXPECT_EQ(message_of("const a = 1;\nconst b = (2;\n"),
            "a.csl:2:13: expected ')', found ;\n  const b = (2;\n              ^");
}

TEST(CslParser, RefusesWhatIsNoCsl) {
  EXPECT_NE(message_of("const a = $;"), "");
  EXPECT_NE(message_of("const a = 1"), "");
  EXPECT_NE(message_of("const a = 1; const a = 2;"), "");
  EXPECT_NE(message_of("const a = \"x;"), "");
  EXPECT_NE(message_of("const a = 0x1FFFFFFFFFFFFFFFFF;"), "");
  EXPECT_NE(message_of("fn f() void {"), "");
  EXPECT_NE(message_of("const a = 1 < 2 < 3;"), "");
  EXPECT_NE(message_of("layout {} layout {}"), "");
  EXPECT_NE(message_of("const a = .{ .x = 1, .x = 2 };"), "");
}

TEST(CslParser, SaysWhatIsUnsupported) {
  try {
    parse_text("extern fn f() void;");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
  }
}

TEST(CslParser, DoesNotExhaustTheStack) {
  EXPECT_NE(message_of("const a = " + std::string(100000, '(') + ";"), "");
  EXPECT_NE(message_of("const a = " + std::string(100000, '-') + "1;"), "");
}

}  // namespace
}  // namespace weft::csl
