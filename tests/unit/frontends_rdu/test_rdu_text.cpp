// SPDX-License-Identifier: Apache-2.0
// Unit graphs as text: there and back, and what is refused with line and column.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "frontends/rdu/rdu.hpp"
#include "program/rdu_random.hpp"

namespace weft::rdu {
namespace {

namespace form = program::rdu;

TEST(RduText, ThereAndBackIsTheSameGraph) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const form::Program program = form::random::graph(seed).program;
    const std::string text = print(program);
    form::Program again;
    ASSERT_NO_THROW(again = parse(text, "", form::Timing{})) << text;
    ASSERT_NO_THROW(validate(again)) << seed;
    EXPECT_EQ(print(again), text) << seed;
    EXPECT_EQ(content(again), content(program)) << seed << "\n" << text;
  }
}

constexpr const char* good = R"(unit host: host
unit pcu: compute at (3, 4)
memory word in host: 1 words
array r: output i32[1] in memory word
channel c: word latency 2 capacity 5
context count in pcu once {
  for i = 0 to 10 step 2  # five of them
  let twice = mul(i, 2)
  give c = accumulate(add, twice, i) at i when eq(last(i), last(i))
}
context keep in host {
  take c
  store word[0] = c
})";

constexpr const char* with_body = R"(section one
unit host: host
unit hbm: hbm
unit ag: address section one
unit pcu: compute section one
array x: input f32[3, 40] as pairs in hbm
array y: output f32[3, 40] as pairs in hbm
channel at: word
channel size: word
channel data: vector
channel out.at: word
channel out.size: word
channel out: vector
channel done: bit
transfer load_x in hbm: load address at size size data data
transfer store_y in hbm: store address out.at size out.size data out done done
context commands in ag once {
  for go = 0 to 1
  give at = address(x)
  give size = 384
  give out.at = address(y)
  give out.size = 384
}
context sums in pcu lanes 16 {
  take data: u32
  for i = 0 to 6
  for l = 0 to 16
  let one = const(bit, 1)
  let b = body(low(data), data, each when one)
  let s = row(b, 1, 0)
  give out = packr(s, row(b, i, 1), i)
}
context stored in host {
  take done
})";

TEST(RduText, LayersThereAndBack) {
  std::string text = with_body;
  text.insert(text.find("context stored in host"), "layer \"\"\n");
  text.insert(text.find("context sums"), "layer \"of nobody\"\nlayer \"a sum's\"\n");
  const form::Program program = parse(text, "", form::Timing{});
  EXPECT_EQ(program.layers, (std::vector<std::string>{"of nobody", "a sum's"}));
  const form::Program again = parse(print(program), "", form::Timing{});
  EXPECT_EQ(again.layers, program.layers);
  for (std::size_t c = 0; c < program.contexts.size(); ++c) {
    const bool sums = program.contexts[c].name == "sums";
    EXPECT_EQ(program.contexts[c].layer, sums ? 1U : form::none) << program.contexts[c].name;
    EXPECT_EQ(again.contexts[c].layer, program.contexts[c].layer);
  }
  EXPECT_EQ(print(again), print(program));
}

TEST(RduText, SectionsPairsAndBodiesThereAndBack) {
  const form::Program program = parse(with_body, "", form::Timing{});
  validate(program);
  EXPECT_EQ(program.units[3].section, 0U);
  EXPECT_TRUE(program.arrays[0].as_pairs);
  EXPECT_EQ(program.arrays[0].words(), 3U * 32U);
  EXPECT_EQ(program.arrays[1].address_bytes, 3U * 32U * 4U);
  const std::string text = print(program);
  const form::Program again = parse(text, "", form::Timing{});
  validate(again);
  EXPECT_EQ(print(again), text);
  EXPECT_EQ(content(again), content(program)) << text;
}

std::string refusal(const std::string& from, const std::string& to) {
  std::string text = good;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  try {
    validate(parse(text, "g.rdu", form::Timing{}));
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
}

TEST(RduText, ReadsWhatIsWritten) {
  const form::Program program = parse(good, "g.rdu", form::Timing{});
  validate(program);
  EXPECT_EQ(program.units[1].x, 3U);
  EXPECT_EQ(program.channels[0].latency_cycles, 2U);
  EXPECT_EQ(program.contexts[0].line, 6U);
  EXPECT_EQ(program.contexts[0].nodes.size(), 7U);
  const auto result = form::oracle::run(program, form::Timing{});
  EXPECT_EQ(result.arrays.at("r").at(0), 40U);
}

TEST(RduText, RefusesWithLineAndColumn) {
  struct Row {
    const char* from;
    const char* to;
    const char* message;
  };
  const Row rows[] = {
      {"unit pcu", "unot pcu",
       "g.rdu:2:1: 'unot' begins no statement: there are section, unit, channel, memory, array, "
       "transfer, context, layer"},
      {"pcu: compute", "pcu: computer",
       "g.rdu:2:11: 'computer' is no kind of unit: there are compute, memory, address, dram, hbm, "
       "host"},
      {"unit pcu", "unit host", "g.rdu:2:6: unit 'host' is there twice"},
      {"latency 2", "latency x", "g.rdu:5:25: expected a latency, not 'x'"},
      {"i32[1]", "i33[1]",
       "g.rdu:4:17: 'i33' is no type: i32, u8, q16.16, uq8.24, f32, f16 and bit are some"},
      {"i32[1]", "i32[0]", "g.rdu:4:21: an array has 1 to 2^31 words"},
      {"in memory word", "in memory words", "g.rdu:4:34: there is no memory 'words'"},
      {"mul(i, 2)", "mull(i, 2)", "g.rdu:8:15: there is no operation 'mull'"},
      {"mul(i, 2)", "mul(j, 2)",
       "g.rdu:8:19: there is no value, counter, channel taken or register 'j' above"},
      {"mul(i, 2)", "mul(i)", "g.rdu:8:20: expected ',', not ')'"},
      {"mul(i, 2)", "mul(i, 2.5)",
       "g.rdu:8: context 'count' 'twice' takes i32, and node 1 (const) is f32"},
      {"accumulate(add", "accumulate(sub",
       "g.rdu:9:23: 'sub' adds nothing up: add, mul, min, max, and, or, xor do"},
      {"at i when", "at j when", "g.rdu:9:41: there is no counter 'j' above"},
      {"to 10", "to 3000000000",
       "g.rdu:7:16: expected a whole number of 32 bits or a channel that was taken, not "
       "'3000000000'"},
      {"to 10", "to n", "g.rdu:7:16: channel 'n' is not taken above"},
      {"step 2", "until x", "g.rdu:7:25: there is no value 'x' in the context"},
      {"take c", "take c when x", "g.rdu:12:15: there is no value 'x' in the context"},
      {"take c", "take c pop i", "g.rdu:12:14: there is no counter 'i' in the context"},
      {"give c =", "give d =", "g.rdu:9:8: there is no channel 'd'"},
      {"  store", "  stone",
       "g.rdu:13:3: 'stone' begins no line of a context: there are for, forever, take, let, reg, "
       "leave, store, give"},
      {"= c\n}", "= c\n",
       "g.rdu:14:1: expected a line of the context, or '}', not the end of the text"},
      {"capacity 5", "capacity 5 latency 1", "g.rdu:5:38: 'latency' is there twice"},
      {"once {", "once once {", "g.rdu:6:27: 'once' is there twice"},
      {"mul(i, 2)", "mul(i, 0x)", "g.rdu:8:22: '0x' is no word of 32 bits"},
      {"mul(i, 2)", "const(f32, 1e39)", "g.rdu:8:26: '1e39' is beyond f32"},
      {"let twice", "let i",
       "g.rdu:8:7: 'i' is the name of a counter, channel taken or register already"},
      {"take c\n", "take c\n  reg c: i32 = 0\n  leave c = 1\n",
       "g.rdu:15:19: 'c' names two things here: a counter, a channel taken, a register"},
      {"take c\n", "take c\n  reg r: i32 = 0\n  leave r = 1\n  leave r = 2\n",
       "g.rdu:15:9: register 'r' is left twice"},
      {"take c\n", "take c: f32\n", "g.rdu:13:19: channel 'c' is taken as f32, and given i32"},
      {"1 words", "1 words buffers 2",
       "g.rdu:13:20: memory 'word' has 2 buffers: expected 'turn' and the level behind which this "
       "access goes on to the next, not the end of the line"},
      {"at i when", "at never when",
       "g.rdu:6: context 'count' channel 'c' is never given anything"},
      {"take c\n", "take c pop never\n",
       "g.rdu:11: context 'keep' pops none of its inputs and would never rest: make it 'once'"},
      {"once {", "once", "g.rdu:6:26: expected '{', not the end of the line"},
  };
  for (const Row& row : rows) EXPECT_EQ(refusal(row.from, row.to), row.message) << row.to;
}

TEST(RduText, AConditionMayBeAChannelTaken) {
  std::string text = good;
  text.replace(text.find("  take c\n"), 9, "  take go\n  take c when go\n");
  text.replace(text.find("channel c"), 0, "channel go: bit\n");
  text.replace(text.find("  give c"), 0, "  give go at i\n");
  const form::Program program = parse(text, "g.rdu", form::Timing{});
  validate(program);
  EXPECT_EQ(form::oracle::run(program, form::Timing{}).arrays.at("r").at(0), 40U);
}

TEST(RduText, ACounterEndsWhereAValueSays) {
  std::string text = good;
  const std::string loop = "for i = 0 to 10 step 2  # five of them\n";
  text.replace(text.find(loop), loop.size(),
               "forever i step 2 until over\n  let over = eq(i, 10)\n");
  const form::Program program = parse(text, "g.rdu", form::Timing{});
  validate(program);
  EXPECT_EQ(form::oracle::run(program, form::Timing{}).arrays.at("r").at(0), 40U);
}

TEST(RduText, AWordInHexadecimalAloneIsAnI32) {
  std::string text = good;
  text.replace(text.find("mul(i, 2)"), 9, "mul(i, 0x1e)");
  const form::Program program = parse(text, "g.rdu", form::Timing{});
  validate(program);
  EXPECT_EQ(form::oracle::run(program, form::Timing{}).arrays.at("r").at(0), 600U);
}

TEST(RduText, DeepNestingIsRefused) {
  std::string deep = "i";
  for (int d = 0; d < 100; ++d) deep = "neg(" + deep + ")";
  EXPECT_NE(refusal("mul(i, 2)", deep).find("nested too deep"), std::string::npos);
}

}  // namespace
}  // namespace weft::rdu
