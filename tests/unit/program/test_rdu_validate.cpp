// SPDX-License-Identifier: Apache-2.0
// What a unit graph is refused for, and with which words.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.hpp"
#include "program/rdu_make.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {
namespace {

using numerics::word_bit;
using numerics::word_f32;
using numerics::word_i32;
using Op = WordOperation;

/// Unit "pcu" with context "twice" (input 0 "in", node 0 its value, 1 the double), unit "pmu" with
/// memory "words" and context "read", unit "host" that sends "in" and takes "out".
Program small_graph() {
  GraphMaker g;
  const auto pcu = g.unit("pcu", Unit::Kind::compute);
  const auto pmu = g.unit("pmu", Unit::Kind::memory);
  const auto host = g.unit("host", Unit::Kind::host);
  const auto in = g.channel("in", Channel::Kind::word);
  const auto out = g.channel("out", Channel::Kind::word);
  const auto at = g.channel("at", Channel::Kind::word);
  auto twice = g.context("twice", pcu);
  const auto value = twice.take(in, word_i32);
  twice.give(at, twice.operation(Op::add, value, value));
  auto read = g.context("read", pmu);
  const auto words = g.memory("words", pmu, 64);
  g.program().memories[words].initial = {1, 2, 3};
  read.give(out, read.load(words, word_i32, read.take(at, word_i32)));
  g.argument("n", word_i32, host, in);
  g.result("r", word_i32, host, out);
  Program program = g.take();
  program.file = "g.rdu";
  program.contexts[0].line = 4;
  program.contexts[1].line = 5;
  return program;
}

std::string refusal(const std::function<void(Program&)>& change) {
  Program program = small_graph();
  change(program);
  try {
    validate(program);
    check_fit(program, Timing{});
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
}

TEST(RduValidate, TakesWhatIsGood) {
  EXPECT_EQ(refusal([](Program&) {}), "");
}

TEST(RduValidate, ACounterEndsByWhatIsKnownBefore) {
  EXPECT_EQ(refusal([](Program& p) {
              p.contexts[0].counters.push_back({"i", {}, {4, none}, {1, none}, false, 0});
            }),
            "g.rdu:4: context 'twice' counter 'i' depends on node 0 ('in'), no bit");
  EXPECT_EQ(refusal([](Program& p) {
              p.contexts[1].nodes[1].type = word_bit;
              p.contexts[1].counters.push_back({"i", {}, {4, none}, {1, none}, false, 1});
            }),
            "g.rdu:5: context 'read' counter 'i' ends by node 1 (load), which is known only when "
            "the end is");
}

TEST(RduValidate, RefusesWithFileLineAndName) {
  struct Row {
    const char* message;
    std::function<void(Program&)> change;
  };
  const Row rows[] = {
      {"unit graph: unit 'pcu' is there twice", [](Program& p) { p.units[1].name = "pcu"; }},
      {"unit graph: channel 'in': its latency is 1 cycle at least, 2^20 at most",
       [](Program& p) { p.channels[0].latency_cycles = 0; }},
      {"unit graph: channel 'in': its capacity is 1 at least, 2^20 at most",
       [](Program& p) { p.channels[0].capacity = 0; }},
      {"unit graph: channel 'in': more tokens lie there at the start than it holds",
       [](Program& p) { p.channels[0].initial = 65; }},
      {"g.rdu:5: channel 'in' has two consumers",
       [](Program& p) { p.contexts[1].inputs[0].channel = 0; }},
      {"unit graph: channel 'more' has no producer",
       [](Program& p) {
         p.channels.push_back({"more", Channel::Kind::bit, 1, 1, 0, 0});
       }},
      {"g.rdu:4: context 'twice' has no inputs and would never rest: make it 'once'",
       [](Program& p) { p.contexts[0].inputs.clear(); }},
      {"g.rdu:4: context 'twice' is 'once' and has no counters",
       [](Program& p) { p.contexts[0].once = true; }},
      {"g.rdu:4: context 'twice' node 1 (add) takes f32, and node 0 ('in') is i32",
       [](Program& p) { p.contexts[0].nodes[1].type = word_f32; }},
      {"g.rdu:4: context 'twice' node 1 (and): there is no and of f32",
       [](Program& p) {
         p.contexts[0].nodes[1].operation = Op::bit_and;
         p.contexts[0].nodes[1].type = word_f32;
       }},
      {"g.rdu:4: context 'twice' node 1 (add) takes a value that does not stand before it",
       [](Program& p) { p.contexts[0].nodes[1].operands[0] = 1; }},
      {"g.rdu:4: context 'twice' channel 'in' depends on node 0 ('in'), no bit",
       [](Program& p) { p.contexts[0].inputs[0].pop_when = 0; }},
      {"g.rdu:4: context 'twice' channel 'in': there is no level 3",
       [](Program& p) { p.contexts[0].inputs[0].level = 3; }},
      {"g.rdu:4: context 'twice' counter 'i' steps by 0",
       [](Program& p) {
         p.contexts[0].counters.push_back({"i", {}, {4, none}, {0, none}, false});
       }},
      {"g.rdu:4: context 'twice' counter 'i' is bound by channel 'in', which is not held until the "
       "counter is done",
       [](Program& p) {
         p.contexts[0].counters.push_back({"i", {}, {0, 0}, {1, none}, false});
       }},
      {"g.rdu:5: context 'read' node 1 (load) is of a memory of another unit",
       [](Program& p) { p.memories[0].unit = 2; }},
      {"g.rdu:5: context 'read' reads memory 'words', which nothing ever writes",
       [](Program& p) { p.memories[0].initial.clear(); }},
      {"unit graph: memory 'words' is in unit 'pcu', which is neither a memory unit nor the host's",
       [](Program& p) { p.memories[0].unit = 0; }},
      {"unit graph: array 'n' is larger than memory 'n'",
       [](Program& p) { p.arrays[0].shape = {2}; }},
      {"unit graph: unit 'pmu' has 65536 words, 70064 are asked for; the largest users: 'big' "
       "70000, 'words' 64",
       [](Program& p) {
         p.memories.push_back(p.memories[0]);
         p.memories.back().name = "big";
         p.memories.back().words = 70000;
       }},
      {"unit graph: chip 0 has 200 compute units, 201 are asked for",
       [](Program& p) {
         for (int i = 0; i < 200; ++i) {
           p.units.push_back(p.units[0]);
           p.units.back().name = "pcu" + std::to_string(i);
         }
       }},
  };
  for (const Row& row : rows) EXPECT_EQ(refusal(row.change), row.message);
}

TEST(RduValidate, UnitsThatRunOutNameTheLinesThatHaveMost) {
  const std::string said = refusal([](Program& p) {
    for (std::uint32_t i = 0; i < 200; ++i) {
      p.units.push_back(p.units[0]);
      p.units.back().name = "pcu" + std::to_string(i);
      p.units.back().line = i < 10 ? 8 : i < 50 ? 9 : 72;
    }
  });
  EXPECT_EQ(said,
            "g.rdu:72: chip 0 has 200 compute units, 201 are asked for; the largest users: line 72 "
            "with 150, line 9 with 40, line 8 with 10");
}

}  // namespace
}  // namespace weft::program::rdu
