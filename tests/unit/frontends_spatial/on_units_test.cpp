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

/// Two tiles that take turns: rounds read one and write the other. `start` is where a tile begins.
std::string turns(const std::string& start, const std::string& length) {
  return program_of(
      "type T = Int\n    val a = DRAM[T](32)\n    val b = DRAM[T](32)\n"
      "    setMem(a, Array.tabulate(32) { i => (i * 7).to[T] })\n"
      "    setMem(b, Array.tabulate(32) { i => (i * 5).to[T] })\n    Accel {\n"
      "Foreach(5 by 1) { r =>\nForeach(32 by 8) { j =>\n"
      "val even = r % 2 == 0\nval odd = !even\nval start = " +
      start +
      "\nval in1 = FIFO[T](8)\nval in2 = FIFO[T](8)\n"
      "val out1 = FIFO[T](8)\nval out2 = FIFO[T](8)\n"
      "if (even) { in1 load a(start :: start + " +
      length + " par 8) } else { in2 load b(start :: start + " + length +
      " par 8) }\n"
      "Foreach(" +
      length +
      " by 1 par 8) { k =>\n"
      "val x = mux(even, in1.deq(even), in2.deq(odd))\n"
      "out1.enq(x * 3 + k, even)\nout2.enq(x * 3 + k, odd) }\n"
      "if (even) { b(start :: start + " +
      length + " par 8) store out1 } else { a(start :: start + " + length +
      " par 8) store out2 }\n}\n}\n    }");
}

TEST(SpatialOnUnits, TilesOfIterationsThatDoNotMeetWaitForTheNextRoundAlone) {
  EXPECT_EQ(fault_on_units(turns("j", "8")), "");
  EXPECT_EQ(fault_on_units(turns("j * 1", "8")), "");
  EXPECT_LT(2 * cycles_on_units(turns("j", "8")), cycles_on_units(turns("j * 1", "8")));
}

TEST(SpatialOnUnits, TilesThatReachIntoTheNextIterationsWait) {
  const std::string accel =
      "val kept = SRAM[T](2)\nForeach(2 by 1) { k => kept(k) = k + 3 }\nout(0 :: 2) store kept\n"
      "Foreach(5 by 1) { i =>\n"
      "val a = SRAM[T](2)\nval b = SRAM[T](2)\na load out(i :: i + 2)\n"
      "Foreach(2 by 1) { k => b(k) = a(1 - k) * 2 + i }\nout(i :: i + 2) store b\n}";
  EXPECT_EQ(fault_of_accel(accel), "");
}

TEST(SpatialOnUnits, ACaseThatIsNotTakenCostsAStepNotItsTiles) {
  const auto text = [](const std::string& words) {
    return program_of(
        "type T = Int\n    val a = DRAM[T](1024)\n    Accel {\n"
        "val x = SRAM[T](1024)\nForeach(4 by 1) { i =>\nif (i == 7) { x load a(0 :: " +
        words + ") }\n}\na(0 :: 8) store x\n    }");
  };
  EXPECT_EQ(cycles_on_units(text("1024")), cycles_on_units(text("16")));
}

TEST(SpatialOnUnits, AMemoryThatTheProgramBuffersDoesNotHoldIterationsUp) {
  const auto text = [](const std::string& how) {
    return program_of(
        "type T = Int\n    val a = DRAM[T](8)\n    Accel {\n"
        "val w = SRAM[T](8)" +
        how +
        "\nForeach(8 by 1) { i => w(i) = i }\nForeach(64 by 1) { r =>\n"
        "val x = SRAM[T](8)\nval y = SRAM[T](8)\n"
        "Foreach(8 by 1 par 8) { i => x(i) = w(i) * 3 }\n"
        "Foreach(8 by 1 par 8) { i => y(i) = x(i) + r }\n"
        "Foreach(8 by 1 par 8) { i => w(i) = w(i) + y(i) }\n}\na(0 :: 8) store w\n    }");
  };
  EXPECT_LT(3 * cycles_on_units(text(".buffer")), 2 * cycles_on_units(text("")));
}

TEST(SpatialOnUnits, WhatTheIterationBeforeLeftTakesAStoreAndARead) {
  const auto text = [](const std::string& rounds) {
    return program_of(
        "type T = Int\n    val sum = ArgOut[T]\n    Accel {\n"
        "val r = Reg[T](1)\nval x = Reg[T]\nForeach(" +
        rounds +
        " by 1) { i =>\nPipe { x := r.value + i }\nPipe { r := x.value * 2 }\n}\n"
        "sum := x.value\n    }");
  };
  const program::rdu::Timing timing;
  const std::uint64_t round = 3 * timing.compute_stages + timing.store_cycles - 1;
  EXPECT_EQ(fault_on_units(text("10")), "");
  EXPECT_EQ(cycles_on_units(text("74")) - cycles_on_units(text("10")), 64 * round);
}

TEST(SpatialOnUnits, WordsOfBanksThatLanesShareTakeAnotherPipe) {
  const auto text = [](const std::string& lanes, const std::string& rounds) {
    return program_of(
        "type T = Int\n    val a = DRAM[T](16)\n    Accel {\nval sum = SRAM[T](16)\n"
        "Foreach(16 by 1 par " +
        lanes + ") { i => sum(i) = i }\nMemFold(sum)(" + rounds +
        " by 1) { r =>\n"
        "val row = SRAM[T](16)\nForeach(16 by 1) { i => row(i) = i + r }\nrow\n"
        "} { _ + _ }\na(0 :: 16) store sum\n    }");
  };
  const auto rounds = [&](const std::string& lanes) {
    return cycles_on_units(text(lanes, "40")) - cycles_on_units(text(lanes, "8"));
  };
  EXPECT_EQ(fault_on_units(text("16", "5")), "");
  EXPECT_EQ(rounds("16") - rounds("1"), 32 * program::rdu::Timing{}.compute_stages);
}

TEST(SpatialOnUnits, LanesThatMayBeMissingTakeNoLongerThanThoseThatAreThere) {
  const auto text = [](const std::string& words) {
    return program_of(
        "type T = Int\n    val a = DRAM[T](1056)\n    val sum = ArgOut[T]\n"
        "    Accel {\nsum := Reduce(Reg[T])(" +
        words +
        " by 32 par 3) { i =>\n"
        "val x = SRAM[T](32)\nx load a(i :: i + 32 par 5)\n"
        "Reduce(Reg[T])(32 by 1 par 5) { k => x(k) } { _ + _ }\n"
        "} { _ + _ }\n    }");
  };
  EXPECT_EQ(fault_on_units(text("1024")), "");
  EXPECT_LE(cycles_on_units(text("1024")), cycles_on_units(text("1056")));
}

TEST(SpatialOnUnits, TokensOfAStreamAreReadAndStored) {
  const std::string text = program_of(
      "type T = Int\n    writeCSV2D(Matrix.tabulate(40, 2) { (i, j) => i.to[T] }, \"in.csv\")\n"
      "    val in = StreamIn[Tup2[T,Bit]](FileEOFBus[Tup2[T,Bit]](\"in.csv\"))\n"
      "    val out = StreamOut[Tup2[T,Bit]](FileEOFBus[Tup2[T,Bit]](\"out.csv\"))\n"
      "    in.count = 40\n    Accel {\nForeach(*) { _ =>\nval x = in.value\n"
      "out := Tup2(x._1 + 3, x._2)\n}\n    }");
  const program::rdu::Timing timing;
  EXPECT_EQ(cycles_on_units(text), 40 + 2 * timing.compute_stages + timing.store_cycles);
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
