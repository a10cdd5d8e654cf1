// SPDX-License-Identifier: Apache-2.0
// What the hardware forbids, as texts: each kind at least twice, with the whole sentence, which
// names the cycle and both instructions.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "program/tsp_check.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_timing.hpp"
#include "text.hpp"
#include "topology/topology.hpp"

namespace weft::test {
namespace {

namespace form = program::tsp;

/// An int8 product on a plane.
const std::string product = R"(input acts: i8[64, 320] in mem.e0 bank 0 word 0
input weights: i8[320, 320] in mem.e4..15,17..19,21 bank 0 word 0
output sums: i32[64, 320] in mem.e25..27,29 bank 1 word 0
weights: read weights[0 step 1] -> e0..15 @ 10 times 20
load: mxm.e0.weights load_weights i8 weights -> rows[0 step 16] @ arrival(weights) times 20
array: mxm.e0.weights install_weights i8 rows 320 using load[0] @ effect(load, -1)
acts: read acts[0 step 1] -> e16 @ effect(array) at mxm.e0 times 64
pass: mxm.e0.activations activate i8 acts using array[0] @ arrival(acts) times 64
sums: mxm.e0.results accumulate i8 store acc[0 step 1] using pass -> w0..3 @ effect(pass) times 64
write sums -> sums[0 step 1] @ arrival(sums) times 64
)";

/// Eight vectors from chip 0 to chip 1.
const std::string crossing = R"(input x: i8[8, 320] in chip 0 mem.w40 bank 0 word 0
output y: i8[8, 320] in chip 1 mem.e40 bank 0 word 0
schedule on chip 0
c2c.w0 deskew @ 0
x: read x[0 step 1] -> w0 @ 1000 times 8 every 24
s: c2c.w0 send x @ arrival(x) times 8 every 24
schedule on chip 1
c2c.w0 deskew @ 0
y: c2c.w0 receive -> e0 @ 1300 times 8 every 24
write y -> y[0 step 1] @ arrival(y) times 8 every 24
chips 8
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// What weft says of a schedule on that machine.
std::string refusal_on(const std::string& machine, const std::string& text) {
  const topology::Topology topology = topology::load_topology(machine);
  const form::Timing timing = form::read_timing(topology);
  const form::Program program = tsp::parse(text, "a.tsp", timing);
  validate(program);
  std::vector<form::Cable> cables;
  if (program.chips() > 1) cables = form::cables_of(form::read_system(topology));
  const form::Checked checked = form::check(program, timing, cables);
  return checked.fault ? describe(program, *checked.fault) : "";
}

using Refusals = std::vector<std::pair<std::string, std::string>>;

const Refusals of_streams = {
    {"a: mem.e0 read b0[0] -> w0 @ 10\n"
     "b: mem.e1 read b0[0] -> w0 @ 10\n",
     "a.tsp:2: two drivers: element 0 of 'b' (mem.e1) and element 0 of 'a' "
     "(mem.e0, line 1) drive stream w0 at MEM e0..3 in cycle 11"},
    {"a: mem.w4 read b0[0 step 1] -> e7 @ 10 times 8\n"
     "b: mem.w5 read b1[0] -> e7 @ 14\n",
     "a.tsp:1: two drivers: element 4 of 'a' (mem.w4) and element 0 of 'b' "
     "(mem.w5, line 2) drive stream e7 at MEM w4..7 in cycle 15"},
    {"a: mem.w4 read b0[0 step 1] -> e7 @ 10 times 8 every 3\n"
     "b: mem.w5 read b1[0 step 1] -> e7 @ 12 times 8 every 4\n",
     "a.tsp:1: two drivers: element 2 of 'a' (mem.w4) and element 1 of 'b' "
     "(mem.w5, line 2) drive stream e7 at MEM w4..7 in cycle 17"},
    {"y: vxm.0 copy i8 e0 -> e4 @ 9\n",
     "a.tsp:1: undriven operand: operand a of 'y' (vxm.0) in cycle 9: "
     "nothing drives stream e0 at VXM then"},
    {"a: mem.e0 read b0[0] -> w3 @ 4\n"
     "y: mem.w4 write w3 -> b0[1] @ 9\n",
     "a.tsp:2: undriven operand: operand 0 of 'y' (mem.w4) in cycle 9: "
     "nothing drives stream w3 at MEM w4..7 then"},
    {"a: mem.e0 read b0[0] -> w0 @ 10\n"
     "b: mem.e1 read b0[0] -> w1 @ 10\n"
     "y: vxm.0 copy i8 w1 = a -> e0 @ 12\n",
     "a.tsp:3: other operand than named: operand a of 'y' (vxm.0) in cycle "
     "12 takes element 0 of 'b' (mem.e1, line 2), not element 0 of 'a' "
     "(mem.e0, line 1)"},
    {"a: mem.e0 read b0[0 step 1] -> w0 @ 10 times 4\n"
     "y: vxm.0 copy i8 w0 = a[1] -> e0 @ 12\n",
     "a.tsp:2: other operand than named: operand a of 'y' (vxm.0) in cycle "
     "12 takes element 0 of 'a' (mem.e0, line 1), not element 1"},
    {"a: vxm.0 add f32 e0..3, w0..3 @ 9\n",
     "a.tsp:1: ALU fed by both directions: 'a' (vxm.0) in cycle 9 takes "
     "streams of the same four from both directions"},
    {"a: vxm.3 add i8 e1, w2 -> e9 @ 9\n",
     "a.tsp:1: ALU fed by both directions: 'a' (vxm.3) in cycle 9 takes "
     "streams of the same four from both directions"},
    {"a: vxm.3 copy i16 e1..2 -> e4..5 @ 9\n",
     "a.tsp:1: wrong stream group: 'a' (vxm.3) in cycle 9 takes 2 aligned "
     "streams"},
    {"a: sxm.e.transpose0 transpose e0..7 -> w0..7 @ 9\n",
     "a.tsp:1: wrong stream group: 'a' (sxm.e.transpose0) in cycle 9 takes "
     "16 aligned streams"},
};

const Refusals of_queues_and_banks = {
    {"a: mem.e0 read b0[0 step 1] -> w0 @ 10 times 8\n"
     "b: mem.e0 read b0[9] -> w1 @ 13\n",
     "a.tsp:2: bank used twice: 'b' (mem.e0) and 'a' (mem.e0, line 1) use "
     "bank 0 of mem.e0 in cycle 13"},
    {"a: mem.e0 read b0[0] -> w0 @ 3\n"
     "x: mem.w0 write w0 = a -> b1[0] @ 6\n"
     "z: mem.w0 write w0 = a -> b1[1] @ 6\n",
     "a.tsp:3: bank used twice: 'z' (mem.w0) and 'x' (mem.w0, line 2) use "
     "bank 1 of mem.w0 in cycle 6"},
    {"a: mem.e0 read b0[0] -> w0 @ 3\n"
     "x: mem.w0 write w0 = a -> b1[0] @ 6\n"
     "z: mem.w0 read b1[1] -> e0 @ 6\n",
     "a.tsp:3: read and write of one bank: 'z' (mem.w0) and 'x' (mem.w0, "
     "line 2) use bank 1 of mem.w0 in cycle 6"},
    {"a: mem.e0 read b0[0 step 1] -> w0 @ 3 times 9\n"
     "x: mem.w0 write w0 = a -> b1[0 step 1] @ 6 times 9\n"
     "z: mem.w0 read b1[20 step 1] -> e0 @ 10 times 3 every 5\n",
     "a.tsp:3: read and write of one bank: 'z' (mem.w0) and 'x' (mem.w0, "
     "line 2) use bank 1 of mem.w0 in cycle 10"},
    {"a: mem.e0 read b0[0] -> w0 @ 3\n"
     "b: vxm.0 copy i8 w0 = a -> e0 @ 5\n"
     "c: vxm.0 neg i8 w0 = a -> e1 @ 5\n",
     "a.tsp:3: queue used twice: 'c' (vxm.0) and 'b' (vxm.0, line 2) are "
     "both dispatched in cycle 5"},
    {"a: mem.e0 read b0[0] -> w0 @ 3\n"
     "b: mem.e0 read b1[0] -> w1 @ 3\n",
     "a.tsp:2: queue used twice: 'b' (mem.e0) and 'a' (mem.e0, line 1) are "
     "both dispatched in cycle 3"},
    {"a: mem.e0 read b0[4090 step 1] -> w0 @ 1 times 7\n",
     "a.tsp:1: address out of range: 'a' (mem.e0) in cycle 1: element 6 is "
     "at address 4096; a bank has words 0 to 4095"},
    {"a: mem.e0 read b0[3 step -1] -> w0 @ 1 times 7\n",
     "a.tsp:1: address out of range: 'a' (mem.e0) in cycle 1: element 4 is "
     "at address -1; a bank has words 0 to 4095"},
    {"a: mem.e16 read b0[3] -> w0 @ 1\n",
     "a.tsp:1: address out of range: 'a' (mem.e16) in cycle 1: mem.e16 "
     "holds program text, and no other words"},
    {"a: mem.e0 sync @ 3\n"
     "b: mem.e0 read b0[0] -> w0 @ 9\n",
     "a.tsp:1: queue parked: 'a' (mem.e0) in cycle 3 parks mem.e0 for good"},
};

const Refusals of_units = {
    {"a: mxm.e0.weights install_weights i8 rows 321 @ 9\n",
     "a.tsp:1: K or N beyond the plane: 'a' (mxm.e0.weights) in cycle 9 "
     "takes 321 rows of weights; i8 has 320 at most, f16 160"},
    {"a: mxm.e0.weights install_weights f16 rows 161 @ 9\n",
     "a.tsp:1: K or N beyond the plane: 'a' (mxm.e0.weights) in cycle 9 "
     "takes 161 rows of weights; i8 has 320 at most, f16 160"},
    {with(product, "activate i8 acts", "activate i8 half 1 acts"),
     "a.tsp:8: K or N beyond the plane: 'pass' (mxm.e0.activations) in "
     "cycle 44 takes half 1 of the lanes; f16 has halves 0 and 1, i8 takes "
     "all lanes"},
    {"a: mxm.e0.weights install_weights i8 rows 16 @ 9\n",
     "a.tsp:1: install while the buffer is in use: element 0 of 'a' "
     "(mxm.e0.weights) in cycle 9 takes rows of the buffer that were not "
     "loaded"},
    {with(product, "@ effect(load, -1)", "@ effect(load, -1) - 1"),
     "a.tsp:6: install while the buffer is in use: element 0 of 'array' "
     "(mxm.e0.weights) in cycle 42 takes rows of the buffer that were not "
     "loaded"},
    {product + "again: mxm.e0.weights install_weights i8 rows 16 @ cycle(array) + 30\n",
     "a.tsp:11: install while the buffer is in use: element 0 of 'again' "
     "(mxm.e0.weights) in cycle 73 takes rows of the buffer that were not "
     "loaded since element 0 of 'array' (mxm.e0.weights, line 6)"},
    {"a: mxm.e0.results accumulate i8 store acc[512] @ 9\n",
     "a.tsp:1: accumulator overrun: 'a' (mxm.e0.results) in cycle 9: "
     "element 0 is at address 512"},
    {with(product, "acc[0 step 1]", "acc[500 step 1]"),
     "a.tsp:9: accumulator overrun: 'sums' (mxm.e0.results) in cycle 64: "
     "element 12 is at address 512"},
    {"map m = 0..318, 318\n"
     "a: mem.w40 read b0[0] -> w0 @ 1\n"
     "p: sxm.w.permute permute m, a -> e0 @ arrival(a)\n",
     "a.tsp:3: map that is no bijection: 'p' (sxm.w.permute) in cycle 3 has "
     "a map that does not use every lane once"},
    {"map m = 0..9\n"
     "a: mem.w40 read b0[0] -> w0 @ 1\n"
     "p: sxm.w.permute permute m, a -> e0 @ arrival(a)\n",
     "a.tsp:3: map that is no bijection: 'p' (sxm.w.permute) in cycle 3 has "
     "a map that does not use every lane once"},
    {"a: mem.w40 read b0[0] -> w0 @ 1000\n"
     "c2c.w0 deskew @ 0\n"
     "s: c2c.w0 send a @ arrival(a)\n",
     "a.tsp:3: send without receive: element 0 of 's' (c2c.w0) in cycle "
     "1002: no cable is at c2c.w0"},
};

TEST(TspRefusals, OnOneChip) {
  for (const Refusals& some : {of_streams, of_queues_and_banks, of_units}) {
    for (const auto& [text, sentence] : some) {
      EXPECT_EQ(refusal_on("groq-tsp", text), sentence) << text;
    }
  }
}

const Refusals between_chips = {
    {with(with(crossing, "receive -> e0 @ 1300 times 8", "receive -> e0 @ 1300 times 7"),
          "arrival(y) times 8", "arrival(y) times 7"),
     "a.tsp:6: send without receive: chip 0: element 7 of 's' (c2c.w0) in cycle 1170"},
    {with(crossing, "send x @ arrival(x) times 8", "send x @ arrival(x) times 7"),
     "a.tsp:9: receive without send: chip 1: element 7 of 'y' (c2c.w0) in cycle 1468"},
    {with(crossing, "@ 1300", "@ 1100"),
     "a.tsp:9: receive too early: chip 1: element 0 of 'y' (c2c.w0) in cycle 1100"},
    {with(with(crossing, "@ 1300 times 8 every 24", "@ 1239 times 8 every 23"),
          "arrival(y) times 8 every 24", "arrival(y) times 8 every 23"),
     "a.tsp:9: receive too early: chip 1: element 0 of 'y' (c2c.w0) in cycle 1239"},
    {with(crossing,
          "schedule on chip 1\n"
          "c2c.w0 deskew @ 0",
          "schedule on chip 1"),
     "a.tsp:8: two clocks without deskew: chip 1: element 0 of 'y' (c2c.w0) in cycle 1300"},
    {with(crossing,
          "c2c.w0 deskew @ 0\n"
          "x",
          "c2c.w0 deskew @ 3000\n"
          "x"),
     "a.tsp:6: two clocks without deskew: chip 0: element 0 of 's' (c2c.w0) in cycle 1002"},
    {with(crossing, "@ 1000", "@ 100"),
     "a.tsp:6: two clocks without deskew: chip 0: element 0 of 's' (c2c.w0) in cycle 102"},
    {with(with(crossing,
               "times 8 every 24\n"
               "schedule",
               "times 8 every 23\n"
               "schedule"),
          "@ 1000 times 8 every 24", "@ 1000 times 8 every 23"),
     "a.tsp:6: link busy: chip 0: element 2 of 's' (c2c.w0) in cycle 1048"},
};

TEST(TspRefusals, BetweenChips) {
  for (const auto& [text, sentence] : between_chips) {
    EXPECT_EQ(refusal_on("groq-node8", text).substr(0, sentence.size()), sentence) << text;
  }
}

TEST(TspRefusals, AreNoneOfWhatIsRight) {
  EXPECT_EQ(refusal_on("groq-tsp", product), "");
  EXPECT_EQ(refusal_on("groq-node8", crossing), "");
}

}  // namespace
}  // namespace weft::test
