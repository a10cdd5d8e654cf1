// SPDX-License-Identifier: Apache-2.0
// Printed schedules read back as the program that they came from.
#include <gtest/gtest.h>

#include "text.hpp"

namespace weft::test {
namespace {

using program::tsp::Program;
namespace form = program::tsp;

/// All of a program but where it was written.
std::vector<std::byte> without_places(Program program) {
  program.file.clear();
  for (auto& tensor : program.tensors) tensor.line = 0;
  for (auto& schedule : program.schedules) {
    for (auto& one : schedule.instructions) one.line = 0;
  }
  return serialize(program);
}

void expect_reads_back(const Program& program) {
  const std::string text = tsp::print(program);
  const Program again = read_text(text);
  EXPECT_EQ(without_places(again), without_places(program)) << text;
  EXPECT_EQ(tsp::print(again), text);
}

TEST(TspPrint, ALineOfSlicesStaysOne) {
  const Program program = read_text(axpb);
  validate(program);
  expect_reads_back(program);
  EXPECT_EQ(tsp::print(program), R"(input x: f32[4096, 320] in mem.e0..3 bank 0 word 0
input a: f32[320] in mem.e4..7 bank 0 word 0
input b: f32[320] in mem.e8..11 bank 0 word 0
output y: f32[4096, 320] in mem.w0..3 bank 0 word 0
x: mem.e0..3 read b0[0 step 1] -> w0..3 @ 18 times 4096
a: mem.e4..7 read b0[0] -> w4..7 @ 17 times 4096
p: vxm.0 mul f32 x, a @ 20 times 4096
b: mem.e8..11 read b0[0] -> w8..11 @ 19 times 4096
y: vxm.4 add f32 chain p, b -> w12..15 @ 23 times 4096
mem.w0..3 write y -> b0[0 step 1] @ 31 times 4096
)");
}

TEST(TspPrint, EveryInstructionReadsBack) {
  const Program program = read_text(R"(
map turned = 319..0
map low = 0..7, zero, zero, 3, 5, 4, 3, 2, 1
constant k: f32[2, 3] in mem.e0..3 bank 1 word 7 = 1.5, -0, 3e-40, 1e30, 0.1, 7
constant n: f16[320] in mem.e0,2 bank 1 word 9, mem.w3..4 bank 0 word 2 step -1 = fill -0.25
constant h: i16[2] in mem.w0..1 bank 0 word 0 words 1 lanes 4..5 = hex "00ff", "7f80"
constant f: f32[1] in mem.w0..3 bank 0 word 0 = nan
input w: i8[320, 320] in mem.e0..14,16 bank 1 word 12
input v: i8[640] in mem.e0 bank 0 word 1
output o: i32[4] in mem.e4..7 bank 0 word 5 words 2 lanes 8..9 from 0 word_step 2 lane_step 1
sync_all: mem.w0 sync @ 0
"a label / with signs": vxm.0 notify @ 3
w: mem.e0..14,16 read b1[12 step 1, per 10 step 40] -> e0..15 @ 70 times 20
"twice": mem.e20 gather b0[4] by w2..3 -> e4 @ 90
"twice": mem.e21 gather b0[4] by w2..3 -> e6 @ 90
mem.w20..21 gather b0[4] by e2..3 -> w4..5 @ 90
sc: mem.w8..9 scatter e6..7 = ($19, $20[3 step 0]) by e8..9 -> b1[4 step -2] @ 91 times 3 every 7
mem.w12..13 write w2..3 = r[4] -> b0[0] @ 400
l: mxm.e0.weights load_weights i8 w -> rows[0 step 16] @ arrival(w) times 20
i: mxm.e0.weights install_weights i8 rows 320 using l[19] @ 110
a: mxm.e0.activations activate f16 half 1 e4..5 = (unnamed, $20) using i[0] @ 120 times 8 every 3
r: mxm.e0.results accumulate i8 add acc[3 step 1] using a -> w0..3 @ 150 times 8 every 3
mxm.e0.results accumulate i8 store acc[3] using unnamed @ 250
sxm.e.transpose1 transpose e0..15 -> w0..15 @ 30
s: sxm.w.shift shift -16, w0 = r[2 step 3] -> e0 @ 30
sxm.w.permute permute turned, s -> e1 @ 60
sxm.w.distribute distribute low, e7 -> e1 @ 60
sxm.w.rotate rotate 3, w1..3 -> e5..13 @ 60
q: vxm.0 convert i32 to f32 w0..3 -> e0..3 @ 300
vxm.5 exp f32 chain q -> w4..7 @ 303
vxm.9 mask f16 chain vxm.5, chain vxm.6 = unnamed -> w4..5 @ 306
vxm.9 max f16 chain vxm.5 = later, e4..5 = later @ 307
later: vxm.10 not i8 e0 -> e4 @ 400 times 1 every 4
c2c.e3 send e5 @ 10
c2c.w7 receive -> e5 @ 300
c2c.w7 deskew @ 1
c2c.w7 runtime_deskew 20 @ 2
)");
  expect_reads_back(program);
}

TEST(TspPrint, ConstantsWithoutBytesAreNothing) {
  form::Program program;
  program.timing_only = true;
  form::Tensor tensor;
  tensor.name = "c";
  tensor.role = form::Tensor::Role::constant;
  tensor.shape = {1, form::lanes};
  tensor.pieces.emplace_back();
  program.tensors = {tensor};
  EXPECT_NE(weft::tsp::print(program).find("= fill 0"), std::string::npos);
}

TEST(TspPrint, LayersReadBack) {
  const form::Program program = read_text(
      "layer \"first\"\nlayer \"no line's\"\nlayer \"first\"\n"
      "a: c2c.e0 send e3 @ 4\n\"both\": c2c.e1 send e4 @ 5\nc2c.e2 send e4 @ 5\n"
      "layer \"last\"\n\"both\": c2c.e1 send e4 @ 9\nlayer \"\"\n\"both\": c2c.e3 send e4 @ 9\n");
  EXPECT_EQ(program.layers, (std::vector<std::string>{"first", "no line's", "last"}));
  std::vector<std::uint32_t> layers;
  for (const form::Instruction& one : program.schedules[0].instructions) {
    layers.push_back(one.label == form::none ? form::none : program.layer_of_text.at(one.label));
  }
  EXPECT_EQ(layers, (std::vector<std::uint32_t>{0, 0, form::none, 2, form::none}));
  expect_reads_back(program);
  const form::Program again = read_text(tsp::print(program));
  EXPECT_EQ(again.layers, program.layers);
  EXPECT_EQ(again.layer_of_text, program.layer_of_text);
}

TEST(TspPrint, ChipsReadBack) {
  expect_reads_back(
      read_text("schedule on chips 1..2, 4\nx: c2c.e0 send e3 @ 4\n"
                "schedule on chips none\nschedule on chip 0\n"
                "x: c2c.w0 receive -> e0 @ 300\nchips 6\nlink_seed 7\ntiming only\n"));
}

}  // namespace
}  // namespace weft::test
