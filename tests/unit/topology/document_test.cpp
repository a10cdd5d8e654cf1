// SPDX-License-Identifier: Apache-2.0
// Documents: positions in messages, strictness, overrides, canonical text.
#include "topology/document.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/error.hpp"

namespace weft::topology {
namespace {

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "(no error)";
}

std::string parse_error(const std::string& text) {
  return message_of([&] { Document::parse_text(text, "f.toml"); });
}

TEST(Document, ReadsEveryKind) {
  const Document d = Document::parse_text(
      "b = true\ni = -7\nr = 2.5\ns = \"x\"\nn = [1, 2]\nq = [1, 2.5]\nw = [\"a\"]\n"
      "[t]\nk = 1\n[[l]]\nv = 1\n[[l]]\nv = 2\n",
      "f.toml");
  Table root = d.root();
  EXPECT_TRUE(root.boolean("b"));
  EXPECT_EQ(root.integer("i"), -7);
  EXPECT_EQ(root.real("r"), 2.5);
  EXPECT_EQ(root.real("i"), -7.0);
  EXPECT_EQ(root.text("s"), "x");
  EXPECT_EQ(root.integers("n"), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(root.reals("q"), (std::vector<double>{1, 2.5}));
  EXPECT_EQ(root.texts("w"), std::vector<std::string>{"a"});
  EXPECT_EQ(root.table("t").integer("k"), 1);
  auto list = root.tables("l");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].integer("v"), 1);
  EXPECT_EQ(list[1].integer("v"), 2);
  EXPECT_TRUE(root.tables("absent").empty());
  EXPECT_EQ(root.integer_or("absent", 5), 5);
  root.finish();
}

TEST(Document, ErrorsNamePlaceAndKey) {
  const Document d = Document::parse_text("[a]\n  b = \"x\"\nn = [1, true]\nv = 99\n", "f.toml");
  Table a = d.root().table("a");
  EXPECT_EQ(message_of([&] { a.integer("b"); }),
            "f.toml:2:7: key 'a.b' must be an integer, is a string");
  EXPECT_EQ(message_of([&] { a.integers("n"); }),
            "f.toml:3:9: key 'a.n.1' must be an integer, is a boolean");
  EXPECT_EQ(message_of([&] {
              a.integer("v", {0, 98});
            }),
            "f.toml:4:5: key 'a.v' must be at most 98, is 99");
  EXPECT_EQ(message_of([&] {
              a.integer("v", {100, 200});
            }),
            "f.toml:4:5: key 'a.v' must be at least 100, is 99");
  EXPECT_EQ(message_of([&] { a.integer("gone"); }), "f.toml:1:1: key 'a.gone' is missing");
}

TEST(Document, MissingKeyNamesALookalike) {
  const Document d = Document::parse_text("[a]\nwdith = 3\n", "f.toml");
  EXPECT_EQ(message_of([&] { d.root().table("a").integer("width"); }),
            "f.toml:1:1: key 'a.width' is missing; there is a key 'a.wdith'");
}

TEST(Document, UnknownKeysAreRefusedAtAnyDepth) {
  const Document d = Document::parse_text("[a]\nwidth = 3\nhieght = 4\n", "f.toml");
  Table root = d.root();
  Table a = root.table("a");
  a.integer("width");
  a.integer_or("height", 1);
  EXPECT_EQ(message_of([&] { root.finish(); }),
            "f.toml:3:10: key 'a.hieght' is not known (did you mean 'height'?)");
}

TEST(Document, ChoicesAreListed) {
  const Document d = Document::parse_text("level = \"rnus\"\n", "f.toml");
  EXPECT_EQ(message_of([&] {
              d.root().choice("level", {"off", "runs"});
            }),
            "f.toml:1:9: key 'level' must be one of 'off', 'runs', is 'rnus' (did you mean "
            "'runs'?)");
}

TEST(Document, SyntaxErrorsCarryLineAndColumn) {
  EXPECT_EQ(parse_error("a = 1\nb = \n").rfind("f.toml:2:5: ", 0), 0U)
      << parse_error("a = 1\nb = ");
  EXPECT_EQ(parse_error("a = 1\na = 2\n").rfind("f.toml:2:", 0), 0U);
  EXPECT_EQ(parse_error("[a\n").rfind("f.toml:1:", 0), 0U);
  EXPECT_NE(parse_error("a = 1979-05-27\n").find("a date or time"), std::string::npos);
}

TEST(Document, HeadersWithoutAKeyAreErrorsOfTheirLine) {
  for (const char* header : {"[.a]", "[\\a]", "[#", "[[ .", "[="}) {
    EXPECT_EQ(parse_error(std::string("a = 1\n[t]\nb = 2\n") + header + "\nc = 3\n"),
              "f.toml:4:1: this line cannot be read as TOML")
        << header;
  }
}

TEST(Document, DeepNestingIsRefusedNotFatal) {
  std::string key = "a";
  for (int i = 0; i < 200000; ++i) key += ".a";
  EXPECT_NE(parse_error(key + " = 1").find("a key of more than 32 parts"), std::string::npos);
  EXPECT_NE(parse_error("\n[" + key + "]").find("f.toml:2:1: a key of more than 32"),
            std::string::npos);
  EXPECT_NE(parse_error("a = " + std::string(100000, '[')).find("f.toml:1:"), std::string::npos);
  std::string tables = "x = 1";
  for (int i = 0; i < 20; ++i) tables = "a.b.c = { " + tables + " }";
  EXPECT_NE(parse_error(tables).find("deeper than 32 levels"), std::string::npos);
  const std::string dots = "s = \"" + std::string(500, '.') + "\" # " + std::string(500, '.');
  EXPECT_EQ(Document::parse_text(dots, "f").root().text("s").size(), 500U);
}

TEST(Document, RealsMustBeFinite) {
  const Document d = Document::parse_text("a = inf\nb = nan\n", "f.toml");
  EXPECT_EQ(message_of([&] { d.root().real("a"); }), "f.toml:1:5: key 'a' must be finite");
  EXPECT_EQ(message_of([&] { d.root().real("b"); }), "f.toml:2:5: key 'b' must be finite");
}

TEST(Document, CanonicalTextIsOneFormAndReadsBack) {
  const std::string text =
      "z = 1\na = \"q\\\"\\\\\\n\\u0001é\"\n[t.u]\nk = 1e20\nm = -0.0\n[t]\nb = 3.0\n"
      "[[l]]\nv = 1\n[[l]]\n[e]\n\"odd key\" = [[1], [], [{ x = 1 }]]\n";
  const Document d = Document::parse_text(text, "f.toml");
  const std::string once = d.canonical();
  EXPECT_EQ(once,
            "a = \"q\\\"\\\\\\n\\u0001é\"\nz = 1\n\n[e]\n\"odd key\" = [[1], [], [{ x = 1 }]]\n"
            "\n[[l]]\nv = 1\n\n[[l]]\n\n[t]\nb = 3.0\n\n[t.u]\nk = 1e+20\nm = -0.0\n");
  EXPECT_EQ(Document::parse_text(once, "g.toml").canonical(), once);
}

TEST(Document, OverridesSetAndAdd) {
  Document d = Document::parse_text("a = 1\n[t]\nb = 2\n[[l]]\nv = 1\n", "f.toml");
  for (const char* s : {"a=5", "t.b=\"x\"", "t.new.deep=[1, 2]", "l.0.v=7", "word=plain-word"}) {
    d.set(s);
  }
  EXPECT_EQ(d.canonical(),
            "a = 5\nword = \"plain-word\"\n\n[[l]]\nv = 7\n\n[t]\nb = \"x\"\n\n[t.new]\n"
            "deep = [1, 2]\n");
  EXPECT_EQ(message_of([&] { d.root().table("t").integer("b"); }),
            "--set t.b=\"x\": key 't.b' must be an integer, is a string");
}

TEST(Document, BadOverridesAreRefused) {
  Document d = Document::parse_text("a = 1\n[[l]]\nv = 1\n", "f.toml");
  for (const char* s : {"a", "=1", "a..b=1", "a.b=1", "l.1.v=2", "l.x=2", "a=[1,", "a=1\nb=2"}) {
    EXPECT_EQ(message_of([&] { d.set(s); }).rfind(std::string("--set ") + s + ": ", 0), 0U) << s;
  }
}

TEST(Document, UnreadableFilesAreInputErrors) {
  EXPECT_NE(message_of([] { Document::parse_file("/no/such/file.toml"); }).find("/no/such/file"),
            std::string::npos);
  EXPECT_NE(message_of([] { Document::parse_file("/"); }).find("is a directory"),
            std::string::npos);
}

}  // namespace
}  // namespace weft::topology
