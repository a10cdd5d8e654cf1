// SPDX-License-Identifier: Apache-2.0
// Tensors lie where no other lies, unless their text says so.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "text.hpp"

namespace weft::test {
namespace {

/// What weft says of these tensors, above a schedule of one instruction.
std::string refusal_of(const std::string& tensors) {
  try {
    validate(read_text(tensors + "\nmem.e40 read b1[0] -> e0 @ 0\n"));
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "";
}

TEST(TspOverlap, OfTwoTensorsIsRefusedWithBothAndThePlace) {
  const std::string x = "input x: f32[8, 320] in mem.e0..3 bank 0 word 0\n";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"output y: f32[8, 320] in mem.e0..3 bank 0 word 7",
       "a.tsp:2: tensor 'y' lies on tensor 'x' of line 1: both hold word 7 of bank 0 of mem.e0; "
       "where "
       "that is meant, say 'over x' before 'in'"},
      {"constant c: i8[1, 320] in mem.e3 bank 0 word 4 = fill 1",
       "a.tsp:2: tensor 'c' lies on tensor 'x' of line 1: both hold word 4 of bank 0 of mem.e3; "
       "where "
       "that is meant, say 'over x' before 'in'"},
      // Whoever writes a tensor clears the other lanes of its words.
      {"input u: i8[1, 16] in mem.e9 bank 1 word 3 lanes 0..15\n"
       "input v: i8[1, 16] in mem.e9 bank 1 word 3 lanes 16..31",
       "a.tsp:3: tensor 'v' lies on tensor 'u' of line 2: both hold word 3 of bank 1 of mem.e9; "
       "where "
       "that is meant, say 'over u' before 'in'"},
      {"input u: i8[4, 320] in mem.w5 bank 0 word 0 step 2\n"
       "input v: i8[2, 320] in mem.w5 bank 0 word 1 step 3",
       "a.tsp:3: tensor 'v' lies on tensor 'u' of line 2: both hold word 4 of bank 0 of mem.w5; "
       "where "
       "that is meant, say 'over u' before 'in'"},
      // The second place of a tensor.
      {"input u: i8[2, 320] in mem.w5 bank 0 word 0, mem.e1 bank 0 word 2",
       "a.tsp:2: tensor 'u' lies on tensor 'x' of line 1: both hold word 2 of bank 0 of mem.e1; "
       "where "
       "that is meant, say 'over x' before 'in'"},
  };
  for (const auto& [more, sentence] : faults) EXPECT_EQ(refusal_of(x + more), sentence) << more;
  EXPECT_EQ(
      refusal_of("input u: i8[2, 320] in chip 1 mem.w5 bank 0 word 0\n"
                 "input v: i8[2, 320] in chip 1 mem.w5 bank 0 word 1\nchips 2"),
      "a.tsp:2: tensor 'v' lies on tensor 'u' of line 1: both hold word 1 of bank 0 of mem.w5 of "
      "chip 1; where that is meant, say 'over u' before 'in'");
}

TEST(TspOverlap, OfOneTensorsElementsIsRefused) {
  EXPECT_EQ(refusal_of("input u: i8[2, 320] in mem.w5 bank 0 word 0,\n  mem.w5 bank 0 word 1"),
            "a.tsp:1: tensor 'u' puts two elements in one place: word 1 of bank 0 of mem.w5");
  EXPECT_EQ(refusal_of("input u: i8[32] in mem.w5 bank 0 word 0 words 1 lanes 0..15 from 0,\n"
                       "  mem.w5 bank 0 word 0 words 1 lanes 15..30 from 16"),
            "a.tsp:1: tensor 'u' puts two elements in one place: word 0 of bank 0 of mem.w5");
  EXPECT_EQ(refusal_of("input u: i8[4, 320] in mem.w5 bank 0 word 0 step 0"),
            "a.tsp:1: tensor 'u': its 4 words are one word: step 0");
}

TEST(TspOverlap, IsNoneWhereWordsBanksOrChipsDiffer) {
  EXPECT_EQ(refusal_of("input u: i8[4, 320] in mem.w5 bank 0 word 0 step 2\n"
                       "input v: i8[4, 320] in mem.w5 bank 0 word 1 step 2\n"
                       "input w: i8[4, 320] in mem.w5 bank 1 word 0\n"
                       "input x: i8[4, 320] in mem.e5 bank 0 word 0\n"
                       "input y: i8[4, 320] in chip 1 mem.w5 bank 0 word 0\n"
                       "input z: i8[8, 320] in mem.w5 bank 0 word 15 step -1\nchips 2"),
            "");
  EXPECT_EQ(refusal_of("input u: i8[32] in mem.w5 bank 0 word 0 words 1 lanes 0..15 from 0,\n"
                       "  mem.w5 bank 0 word 0 words 1 lanes 16..31 from 16"),
            "");
}

TEST(TspOverlap, MayBeSaid) {
  const std::string x = "input x: i8[8, 320] in mem.e0 bank 0 word 0\n";
  const std::string text = x +
                           "input z: i8[8, 320] in mem.e1 bank 0 word 0\n"
                           "output y: i8[8, 320] over x, z in mem.e0 bank 0 word 4\n";
  EXPECT_EQ(refusal_of(text), "");
  EXPECT_NE(
      tsp::print(read_text(text)).find("output y: i8[8, 320] over x, z in mem.e0 bank 0 word 4"),
      std::string::npos);
  // Of the one that is said, and of no other.
  EXPECT_NE(refusal_of(text + "input u: i8[8, 320] over y in mem.e0 bank 0 word 6")
                .find("tensor 'u' lies on tensor 'x'"),
            std::string::npos);
  EXPECT_EQ(message_of(x + "output y: i8[8, 320] over xx in mem.e0 bank 0 word 4"),
            "a.tsp:2:27: the tensor 'xx' is not known (did you mean 'x'?)");
  EXPECT_EQ(message_of("output y: i8[8, 320] over y in mem.e0 bank 0 word 4"),
            "a.tsp:1:27: the tensor 'y' is not known");
}

}  // namespace
}  // namespace weft::test
