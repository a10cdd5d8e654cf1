// SPDX-License-Identifier: Apache-2.0
// Patterns as text: there and back, and what is refused with line and column.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "frontends/rdu/patterns.hpp"
#include "program/rdu_pattern_text.hpp"
#include "support/rdu_patterns.hpp"

namespace weft::rdu {
namespace {

namespace form = program::rdu;

/// The graph that a machine would run: it has all that patterns say.
std::vector<std::byte> graph_of(const form::Patterns& patterns,
                                const form::PatternOptions& options) {
  return content(make_patterns(patterns, test::pattern_timing(), options));
}

TEST(RduPatternText, ThereAndBackIsTheSame) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const test::PatternCase c = test::random_patterns(seed);
    const std::string text = text_of(c.patterns);
    form::Patterns again;
    ASSERT_NO_THROW(again = parse_patterns(text, "p", false)) << text;
    EXPECT_EQ(text_of(again), text) << seed;
    EXPECT_EQ(graph_of(again, c.options), graph_of(c.patterns, c.options)) << seed << "\n" << text;
  }
}

constexpr const char* good = R"(# one layer
input x 2 x 40
input w 40 x 33   # [inputs][outputs]
input b 1 x 33
y = product(x, w,
            b) par 2 then scale 0.5 then clip -1 inf
z = view(y) columns 2 axis 33 by 1 axis 2 by 0
cut
s = softmax(z) causal
output s
node y
)";

TEST(RduPatternText, APersonsTextIsRead) {
  const form::Patterns patterns = parse_patterns(good, "p", false);
  EXPECT_EQ(text_of(patterns), R"(input x 2 x 40
input w 40 x 33
input b 1 x 33
y = product(x, w, b) par 2 then scale 0.5 then clip -1 inf
z = view(y) columns 2 axis 33 by 1 axis 2 by 0
cut
s = softmax(z) causal
output s
)");
  EXPECT_FALSE(patterns.list()[3].is_output);
  EXPECT_TRUE(parse_patterns(good, "p", true).list()[3].is_output);
}

TEST(RduPatternText, LayersAreNamed) {
  const std::string text =
      "input x 2 x 40\nlayer \"in/front of all\"\ny = map(x)\nz = softmax(y)\n"
      "layer \"\"\nw = map(z)\nlayer \"in/front of all\"\ns = map(w)\n"
      "output s\n";
  const form::Patterns patterns = parse_patterns(text, "p", false);
  EXPECT_EQ(patterns.layers(), std::vector<std::string>{"in/front of all"});
  EXPECT_EQ(patterns.list()[2].layer, 0U);
  EXPECT_EQ(patterns.list()[3].layer, form::none);
  EXPECT_EQ(text_of(patterns), text);
  const form::Program named = make_patterns(patterns, test::pattern_timing(), {});
  EXPECT_EQ(named.layers, patterns.layers());
  std::size_t of_none = 0;
  for (const form::Context& context : named.contexts) {
    const std::string& unit = named.units[context.unit].name;
    const bool is_w = unit.starts_with("w") || unit == "host" || unit == "launch";
    EXPECT_EQ(context.layer, is_w ? form::none : 0U) << unit;
    of_none += is_w ? 1 : 0;
  }
  EXPECT_GT(of_none, 3U);
  EXPECT_EQ(form::deserialize(serialize(named)).contexts.back().layer, named.contexts.back().layer);
  EXPECT_EQ(form::deserialize(serialize(named)).layers, named.layers);
  // Where no layer has a name each pattern is one; names are in no hash.
  form::Patterns plain = parse_patterns(
      "input x 2 x 40\ny = map(x)\nz = softmax(y)\nw = map(z)\n"
      "s = map(w)\noutput s\n",
      "p", false);
  const form::Program program = make_patterns(plain, test::pattern_timing(), {});
  EXPECT_EQ(program.layers, (std::vector<std::string>{"y", "z", "w", "s"}));
  EXPECT_EQ(content(program), content(named));
}

struct Wrong {
  const char* text;
  const char* says;
};

TEST(RduPatternText, WhatIsWrongIsToldWithItsPlace) {
  const std::string head = "input x 4 x 8\ninput w 8 x 8\ninput b 1 x 8\n";
  const Wrong cases[] = {
      {"y : map(x)",
       "p:4:1: 'y' begins no statement: there are NAME = ..., input, indices, output, "
       "node, cut, chip, layer"},
      {"y = mop(x)", "p:4:5: 'mop' is no pattern: there are product, convolution, map, "},
      {"y = map(z)", "p:4:9: pattern 'z' does not stand before this"},
      {"y = map(x, x)", "p:4:5: map takes 1 operand, 2 are given"},
      {"y = join()", "p:4:10: expected a pattern's name, not ')'"},
      {"y = map(x) then bend", "p:4:17: 'bend' is no step: there are scale, relu, "},
      {"y = map(x) then clip 0", "p:4:23: expected a step's second number, not the end of"},
      {"y = map(x) then scale 1e60", "p:4:23: a step's number is a number that fp32 holds"},
      {"y = map(x) causal", "p:4:12: 'causal' is no option of map"},
      {"y = softmax(x) causal causal", "p:4:23: 'causal' is there twice"},
      {"y = largest(x) window 2 x 2", "p:4:5: largest says 'image', which is missing"},
      {"y = largest(x) image 2 x 2 window 3 x 1",
       "p:4:1: pattern 'y' has windows of 3 x 1 on images of 2 x 2 in 4 pixels"},
      {"y = largest(x) image 2 x 2 window 1 x 1 stride 0",
       "p:4:1: pattern 'y' has stride of 0: it is 1 to 2^20"},
      {"y = largest(x) image 2 x 2 window 2 x 2 padding 9",
       "p:4:1: pattern 'y' has padding of 9 pixels, and windows that span 2: the outermost would "
       "see no image"},
      {"y = product(x, b)", "p:4:1: pattern 'y' multiplies [4, 8] by [1, 8]"},
      {"x = map(x)", "p:4:1: pattern 'x' is there twice"},
      {"y = view(x) columns 4 axis 33 by 1",
       "p:4:1: pattern 'y' has extents and strides that are no rows of 4"},
      {"y = view(x) columns 4 from 1 axis 32 by 1",
       "p:4:1: pattern 'y' reaches from element 1 to 32 of [4, 8]"},
      {"y = gather(x, w)",
       "p:4:1: pattern 'y' takes rows by 'w', which is no column of whole numbers"},
      {"indices n 3\ny = map(n)",
       "p:5:1: pattern 'y' takes 'n', whole numbers, which only gather and pick do"},
      {"y = select(x, x, w)", "p:4:1: pattern 'y' chooses [8, 8] for conditions of [4, 8]"},
      {"y = pick(x, w) columns 4 axis 4 by 1 of 1 number 4 by 8",
       "p:4:1: pattern 'y' picks by 'w', which is no column of whole numbers"},
      {"indices n 3\ny = pick(x, n) columns 4 axis 4 by 1 of 1 number 4 by 8",
       "p:5:1: pattern 'y' takes numbers 0 to 3 of 3"},
      {"indices n 4\ny = pick(x, n) columns 4 axis 4 by 8 of 1 number 2 by 8",
       "p:5:1: pattern 'y' reaches from element 0 to 32 of [4, 8]"},
      {"indices n 4\ny = pick(x, n) columns 4 axis 4 by 1 number 4 by 8", "p:5:38: expected 'of'"},
      {"y = lstm(x, w, b, x, x) steps 2", "p:4:1: pattern 'y' has 8 units: 32 divides them"},
      {"input r 32 x 96\ny = gru(x, r, b, x) steps 3", "p:5:1: pattern 'y' has 3 steps in 4 rows"},
      {"input r 32 x 96\ny = gru(x, r, b, x) steps 2",
       "p:5:1: pattern 'y' takes [4, 8] where [4, 96] is due"},
      {"y = product(x, w) groups 3",
       "p:4:1: pattern 'y' has 3 groups of the rows of [4, 8] and [8, 8]"},
      {"y = product(x, w) add b", "p:4:1: pattern 'y' adds [1, 8] to [4, 8]"},
      {"layer y", "p:4:7: expected the layer's name between quotes, not 'y'"},
      {"layer \"y\ny = map(x)", "p:4:7: the text has no end on its line"},
      {"input z 0 x 1", "p:4:7: pattern 'z' is [0, 1]: extents are 1 to 2^20"},
      {"y = map(x)\nnode y\n", "p:6:1: no line names an output"},
  };
  for (const Wrong& one : cases) {
    try {
      parse_patterns(head + one.text, "p", false);
      ADD_FAILURE() << one.text << " was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::input);
      EXPECT_EQ(std::string(error.what()).find(one.says), 0U) << one.text << "\n"
                                                              << error.what() << "\nnot\n"
                                                              << one.says;
    }
  }
}

}  // namespace
}  // namespace weft::rdu
