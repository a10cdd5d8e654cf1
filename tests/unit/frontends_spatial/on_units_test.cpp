// SPDX-License-Identifier: Apache-2.0
// What the mapper's unit graphs compute is what the tree interpreter computes, bit for bit.
#include "unit/frontends_spatial/on_units.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "unit/frontends_spatial/random_program.hpp"

namespace weft::spatial::test {
namespace {

std::string fault_of_accel(const std::string& accel, const std::string& type = "Int") {
  return fault_on_units(
      program_of("type T = " + type +
                 "\n    val n = ArgIn[Int]\n    setArg(n, 3)\n"
                 "    val out = DRAM[T](6)\n    val sum = ArgOut[T]\n    Accel {\n" +
                 accel + "\n    }"));
}

TEST(SpatialOnUnits, ANumberOfAllLanesCountsOnceForEach) {
  EXPECT_EQ(fault_of_accel("sum := Reduce(Reg[T])(7 by 1 par 16) { i => n.value } { _ + _ }"), "");
  EXPECT_EQ(
      fault_of_accel("sum := Reduce(Reg[T])(3 by 1, 20 by 3 par 4) { (j, i) => j } { _ + _ }"), "");
}

TEST(SpatialOnUnits, AMissingLaneMayBeBeforeOneThatIsThere) {
  EXPECT_EQ(fault_of_accel("sum := Reduce(Reg[T])(3 by 1 par 2, 20 by 1 par 3) { (j, i) => i + j }"
                           " { (a, b) => a + b * 2 }"),
            "");
}

TEST(SpatialOnUnits, SumsOfNumbersThatRoundGoTheSameWay) {
  EXPECT_EQ(fault_of_accel("sum := Reduce(Reg[T])(5 by 1 par 2, 33 by 1 par 5) { (j, i) =>"
                           " 1.to[T] / (i * 3 + j * 5 + 1).to[T] } { _ + _ }",
                           "Float"),
            "");
}

TEST(SpatialOnUnits, AMemoryThatIsFoldedIntoHasOneCopy) {
  EXPECT_EQ(fault_of_accel("Foreach(6 by 1) { i =>\n"
                           "val kept = SRAM[T](1)\n"
                           "MemFold(kept)(2 by 1) { j =>\n"
                           "val part = SRAM[T](1)\nForeach(1 by 1) { k => part(k) = i + j }\npart\n"
                           "} { _ + _ }\n"
                           "out(i :: i + 1) store kept\n}"),
            "");
}

TEST(SpatialOnUnits, AMemoryThatIsReadBeforeItIsWrittenHasOneCopy) {
  EXPECT_EQ(fault_of_accel("Foreach(6 by 1) { i =>\n"
                           "val kept = SRAM[T](1)\n"
                           "Foreach(1 by 1) { k => kept(k) = kept(k) + i }\n"
                           "out(i :: i + 1) store kept\n}"),
            "");
}

TEST(SpatialOnUnits, AMemoryThatOnlySomeIterationsWriteHasOneCopy) {
  EXPECT_EQ(fault_of_accel("Foreach(6 by 1) { i =>\n"
                           "val kept = SRAM[T](1)\n"
                           "if (i % 3 == 0) {\nForeach(1 by 1) { k => kept(k) = i }\n}\n"
                           "out(i :: i + 1) store kept\n}"),
            "");
}

TEST(SpatialOnUnits, ANumberThatIsUsedTwiceIsLookedAtOnce) {
  std::string numbers = "val x0 = i + 1\n";
  for (int k = 0; k < 40; ++k) {
    const std::string x = "x" + std::to_string(k);
    numbers += "val x" + std::to_string(k + 1) + " = " + x + " * " + x + " + " + x + "\n";
  }
  for (const char* loop : {"6 by 1 par 4", "1 by 1"}) {
    EXPECT_EQ(fault_of_accel("val a = SRAM[T](6)\nval b = SRAM[T](6)\n"
                             "Foreach(6 by 1) { i => a(i) = i }\nForeach(" +
                             std::string(loop) + ") { i =>\n" + numbers +
                             "b(i) = a(x40 % 6) + x40 }\nout store b"),
              "");
  }
}

TEST(SpatialOnUnits, ARegisterThatChasesAddressesIsRefused) {
  const std::string fault = fault_of_accel(
      "val a = SRAM[T](6)\nForeach(6 by 1) { i => a(i) = 5 - i }\nval r = Reg[T](1)\n"
      "Foreach(4 by 1) { i => r := a(r.value) }\nsum := r.value");
  EXPECT_NE(fault.find("whose next number lies at an address that is made of it"),
            std::string::npos)
      << fault;
}

void hold_random_programs(std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t seed = first; seed < first + count; ++seed) {
    const std::string text = RandomProgram(seed).text();
    const std::string fault = fault_on_units(text);
    ASSERT_EQ(fault, "") << "seed " << seed << "\n" << text;
  }
}

TEST(SpatialOnUnits, RandomPrograms) { hold_random_programs(0, 200); }

TEST(SpatialOnUnits, DISABLED_TwentyThousandRandomPrograms) { hold_random_programs(1000, 20'000); }

}  // namespace
}  // namespace weft::spatial::test
