// SPDX-License-Identifier: Apache-2.0
// What the mapper's unit graphs compute is what the tree interpreter computes, bit for bit.
#include "unit/frontends_spatial/on_units.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "unit/frontends_spatial/random_program.hpp"

namespace weft::spatial::test {
namespace {

void hold_random_programs(std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t seed = first; seed < first + count; ++seed) {
    const std::string text = RandomProgram(seed).text();
    const std::string fault = fault_on_units(text);
    ASSERT_EQ(fault, "") << "seed " << seed << "\n" << text;
  }
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

TEST(SpatialOnUnits, LanesOfACounterWithAComputedStep) {
  EXPECT_EQ(fault_of_accel(
                "val b = SRAM[T](6)\nForeach(6 by 1) { i => b(i) = 0 }\n"
                "Foreach(6 by n.value - 1 par 2) { i =>\n"
                "Foreach(2 by 1) { j => b(i) = i * 10 + j } }\n"
                "sum := Reduce(Reg[T])(40 by n.value par 3) { i => i } { (x, y) => x + 2 * y }\n"
                "out store b"),
            "");
}

TEST(SpatialOnUnits, AMemoryThatIsWrittenInPartHasOneCopy) {
  for (const char* part :
       {"Foreach(2 by 1) { j => kept(j + 1) = i * 10 + j }\n", "kept load out(0 :: 4)\n"}) {
    EXPECT_EQ(fault_of_accel("Foreach(6 by 1) { i =>\nval kept = SRAM[T](6)\n"
                             "val more = SRAM[T](6)\n" +
                             std::string(part) +
                             "Foreach(6 by 1) { j => more(j) = kept(j) + 1 }\nout store more\n}"),
              "")
        << part;
  }
  EXPECT_EQ(fault_of_accel("Foreach(6 by 1) { i =>\nval kept = SRAM[T](6)\n"
                           "Foreach(1 by 1) { j => kept(i) = i }\nout store kept\n}"),
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

TEST(SpatialOnUnits, ARegisterChasesAddresses) {
  const std::string begin =
      "val a = SRAM[T](6)\nForeach(6 by 1) { i => a(i) = (i + 2) % 6 }\nval r = Reg[T](1)\n";
  const std::string chase = "Foreach(4 by 1) { i => r := a(r.value) }\n";
  EXPECT_EQ(fault_of_accel(begin + chase + "sum := r.value"), "");
  EXPECT_EQ(fault_of_accel(begin + "val b = SRAM[T](6)\nForeach(6 by 1) { k =>\nPipe { r := k }\n" +
                           chase + "Pipe { b(k) = r.value }\n}\nout store b"),
            "");
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

TEST(SpatialOnUnits, WhatALeafWritesItMayReadBehind) {
  EXPECT_EQ(fault_of_accel("val a = SRAM[T](6)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i =>\na(i) = i + 1\nb(i) = a(i) * 2 }\nout store b"),
            "");
}

TEST(SpatialOnUnits, FifosWithSeveralEnds) {
  const std::string rest =
      "Foreach(12 by 1) { i =>\nval x = f.deq()\nb(i % 6) = b(i % 6) * 5 + x }\n"
      "out store b";
  const char* writers[] = {
      "Foreach(6 by 1) { i => f.enq(i) }\nForeach(6 by 1) { i => f.enq(i * 10) }\n",
      "Foreach(3 by 1) { k =>\nForeach(k by 1) { i => f.enq(i + k) }\n"
      "Foreach(6 - k by 1) { i => f.enq(i * 10, i < 3) } }\n",
      "Foreach(4 by 1 par 2) { k => Foreach(3 by 1) { i => f.enq(i + k * 10) } }\n",
      "Foreach(4 by 1) { k =>\nif (k % 2 == 0) {\nForeach(4 by 1) { i => f.enq(i + k) }\n} else {\n"
      "Foreach(2 by 1) { i => f.enq(50 + i) }\n} }\n",
  };
  for (const char* writer : writers) {
    EXPECT_EQ(fault_of_accel("val f = FIFO[T](16)\nval b = SRAM[T](6)\n"
                             "Foreach(6 by 1) { i => b(i) = 0 }\n" +
                             std::string(writer) + rest),
              "")
        << writer;
  }
  EXPECT_EQ(
      fault_of_accel(
          "val f = FIFO[T](16)\nval b = SRAM[T](6)\n"
          "Foreach(9 by 1) { i => f.enq(i) }\n"
          "Foreach(3 by 1 par 2) { k => Foreach(4 by 1) { i =>\n"
          "val x = f.deq(i < 3)\nif (i < 3) { b(k * 2 + i % 2) = x * 3 + k } } }\nout store b"),
      "");
}

TEST(SpatialOnUnits, ARegisterChasesAddressesBehindItsWrite) {
  EXPECT_EQ(fault_of_accel("val a = SRAM[T](6)\nval b = SRAM[T](6)\nval r = Reg[T](1)\n"
                           "Foreach(6 by 1) { i => a(i) = (i + 2) % 6 }\n"
                           "Foreach(6 by 1) { i =>\nr := a(r.value)\nb(i) = r.value\n"
                           "if (i % 2 == 1) { r := a((r.value + 1) % 6) }\n"
                           "b(i) = b(i) * 10 + a(r.value) }\nout store b"),
            "");
}

TEST(SpatialOnUnits, AReadIsBeforeTheWriteBehindItAndFindsZerosWhereThereIsNone) {
  EXPECT_EQ(fault_of_accel("val a = SRAM[T](6)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i => b(i) = a(i) + i }\nout store b"),
            "");
  EXPECT_EQ(fault_of_accel("val a = SRAM[T](6)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i => a(i) = i + 1 }\n"
                           "Foreach(6 by 1) { i => b(i) = a(i) * 3 / 2\na(i) = 7 }\n"
                           "Foreach(6 by 1) { i => b(i) = b(i) * 10 + a(i) }\nout store b"),
            "");
}

TEST(SpatialOnUnits, AStateMachineGoesOnAsItsStateSays) {
  const std::string begin =
      "val a = SRAM[T](6)\nval b = SRAM[T](6)\n"
      "Foreach(6 by 1) { i => a(i) = 10 * i\nb(i) = 0 }\n";
  const char* machines[] = {
      "FSM(0)(s => s < 6) { s => b(s) = a(5 - s) + s } { s => s + 1 }",
      "FSM(0)(s => s < 6) { s =>\nForeach(2 by 1) { i => b(s + i) = a(s) + i } } { s => s + 2 }",
      "FSM(5)(s => s > 9) { s => b(0) = 7 } { s => s - 1 }",
      "val r = Reg[T](0)\nFSM(1)(s => s != 0) { s => r := r.value + 1\nb(r.value % 6) = s }"
      " { s => mux(r.value > 3, 0.to[T], s + r.value) }",
      "val r = Reg[T](4)\nFSM(0)(s => s < 3 && r.value > 1) { s =>\nPipe { r := r.value - 1 }\n"
      "Pipe { b(s) = r.value } } { s => s + 1 }",
  };
  for (const char* machine : machines) {
    EXPECT_EQ(fault_of_accel(begin + machine + "\nout store b"), "") << machine;
    EXPECT_EQ(fault_of_accel(begin + "Foreach(3 by 1) { k =>\n" + machine + "\nout store b\n}"), "")
        << machine;
    EXPECT_EQ(fault_of_accel(begin + "Foreach(4 by 1) { k =>\nif (k % 2 == 1) {\n" + machine +
                             "\nout store b\n} }"),
              "")
        << machine;
  }
  const std::string kept = fault_of_accel(
      begin +
      "val r = Reg[T](4)\nFSM(0)(s => r.value > 1) { s => r := r.value - 1 } { s => s + 1 }"
      "\nout store b");
  EXPECT_NE(kept.find("reads a register that its own leaf writes"), std::string::npos) << kept;
}

TEST(SpatialOnUnits, RegisterFilesShiftAndBeginAnew) {
  EXPECT_EQ(fault_of_accel("val w = RegFile[T](2, 3)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i =>\nw(i % 2, *) <<= i + 1\n"
                           "b(i) = w(0, 0) * 100 + w(0, 1) * 10 + w(1, 2) }\nout store b"),
            "");
  EXPECT_EQ(fault_of_accel("val w = RegFile[T](2, 3)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i =>\nPipe { w.reset(i == 3) }\n"
                           "Foreach(2 by 1 par 2) { j => w(j, *) <<= i * 3 + j }\n"
                           "b(i) = Reduce(Reg[T])(2 by 1, 3 by 1 par 3) { (r, c) => w(r, c) *"
                           " (c + 1) } { _ + _ } }\nout store b"),
            "");
}

TEST(SpatialOnUnits, AStackGivesTheLastFirst) {
  EXPECT_EQ(fault_of_accel("val s = LIFO[T](6)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i => s.push(i * i, i != 2) }\n"
                           "Foreach(5 by 1) { i =>\nb(i) = s.peek * 100 + s.numel\n"
                           "val x = s.pop()\nb(5) = x }\nout store b"),
            "");
}

TEST(SpatialOnUnits, TilesWithSteps) {
  EXPECT_EQ(fault_of_accel("val a = SRAM[T](3)\nval b = SRAM[T](6)\n"
                           "Foreach(6 by 1) { i => b(i) = i + 1 }\nout store b\n"
                           "a load out(0 until 6 by 2)\nForeach(3 by 1) { i => a(i) = a(i) * 10 }\n"
                           "out(1 until 6 by 2) store a"),
            "");
}

TEST(SpatialOnUnits, MergeBuffersSortAndMerge) {
  for (const char* parts : {"2, 1", "2, 3", "3, 2"}) {
    const std::string ways(1, parts[0]);
    const std::string width(1, parts[3]);
    EXPECT_EQ(fault_of_accel("Foreach(2 by 1) { k =>\nval m = MergeBuffer[T](" +
                             std::string(parts) + ")\nm.init(k == 0)\nval n = 6 / " + ways +
                             "\n"
                             "scala.List.tabulate(" +
                             ways +
                             ") { w => w }.foreach { w =>\n"
                             "m.bound(w, n)\nForeach(n by 1 par " +
                             width +
                             ") { i => m.enq(w,"
                             " mux(k == 0, (i + w) * 7 % 5, i * 2 + w)) } }\n"
                             "val f = FIFO[T](6)\nForeach(6 by 1 par " +
                             width + ") { i => f.enq(m.deq()) }\nout store f\n}"),
              "")
        << parts;
  }
}

TEST(SpatialOnUnits, ScansGoThroughTheOnes) {
  EXPECT_EQ(fault_of_accel("val f = FIFO[U32](16)\nval b = SRAM[T](6)\n"
                           "Foreach(4 by 1) { r => Foreach(16 by 1 par 16) { i =>"
                           " f.enq(((i + r) * (i - 3) * r).to[U32]) } }\n"
                           "Foreach(6 by 1) { i => b(i) = 0 }\n"
                           "Foreach(4 by 1) { r =>\n"
                           "b(r) = Reduce(Reg[T])(Scan(f.deq)) { j => j.to[T] + r } { _ + _ } }\n"
                           "out store b"),
            "");
  EXPECT_EQ(fault_of_accel("val f = FIFO[U32](16)\nval b = SRAM[T](6)\n"
                           "Foreach(16 by 1 par 16) { i => f.enq((i * i).to[U32]) }\n"
                           "Foreach(Scan(f.deq)) { j =>\nForeach(2 by 1) { k =>"
                           " b(k) = b(k) * 3 + j.to[T] } }\nout store b"),
            "");
}

TEST(SpatialOnUnits, ParallelLoopsDoNotAddToAMemoryOfTheChip) {
  const std::string fault = fault_of_accel(
      "val m = SparseSRAM[T](6)\nForeach(4 by 1 par 2) { k =>\nForeach(6 by 1) { i =>"
      " m.RMW(i, k, op = \"add\", order = \"unordered\", bs = Seq()) } }\n"
      "sum := Reduce(Reg[T])(6 by 1) { i => m.barrierRead(i, Seq()) } { _ + _ }");
  EXPECT_NE(fault.find("to whose words parallel loops add"), std::string::npos) << fault;
}

TEST(SpatialOnUnits, SparseMemoriesAddUp) {
  for (const char* memory : {"SparseSRAM[T](6)", "SparseDRAM[T](1)(6)"}) {
    for (const char* lanes : {"1", "4"}) {
      const std::string p = lanes;
      EXPECT_EQ(fault_of_accel("val m = " + std::string(memory) +
                               "\nval b = SRAM[T](6)\n"
                               "val done = Barrier[Token](0)\nForeach(2 by 1) { k =>\n"
                               "Foreach(6 by 1 par " +
                               p +
                               ") { i => m.barrierWrite(i, i + k,"
                               " Seq(done.push)) }\n"
                               "Foreach(12 by 1 par " +
                               p +
                               ") { i => m.RMW(i * i % 6, i, op = \"add\","
                               " order = \"unordered\", bs = Seq()) }\n"
                               "Foreach(6 by 1 par " +
                               p +
                               ") { i => b(i) = m.barrierRead(5 - i,"
                               " Seq(done.pop)) }\nout store b\n}"),
                "")
          << memory << lanes;
      EXPECT_EQ(
          fault_of_accel("val m = " + std::string(memory) +
                         "\nval b = SRAM[T](6)\n"
                         "Foreach(6 by 1 par " +
                         p +
                         ") { i => b(i) = m.RMW(i / 2, i + 1,"
                         " op = \"add\", order = \"unordered\", bs = Seq()) * 2 }\nout store b"),
          "")
          << memory << lanes;
    }
  }
}

TEST(SpatialOnUnits, ALoopThatBreaksEndsBehindTheIteration) {
  const char* loops[] = {
      "Sequential(breakWhen = stop).Foreach(6 by 1) { i => a(i) = i + 1\nstop := i == n.value }",
      "Sequential(breakWhen = stop).Foreach(*) { i => a(i) = i + 1\nif (i == 4) { stop := true } }",
      "Pipe(breakWhen = stop).Foreach(2 by 1, 6 by 1 par 3) { (j, i) => a(i) = i + j\n"
      "if (j == 1) { stop := true } }",
      // What a stage of several does; its bound is computed; never
      "Pipe(breakWhen = stop).Foreach(n.value by 1) { i =>\n"
      "val part = SRAM[T](6)\nForeach(6 by 1 par 2) { j => part(j) = i * 7 + j }\n"
      "Foreach(6 by 1) { j => a(j) = a(j) + part(j)\nif (i == 1 && j == 2) { stop := true } } }",
      "Sequential(breakWhen = stop).Foreach(6 by 1) { i => a(i) = i\nstop := i == 9 }",
      // Sums
      "sum := Pipe(breakWhen = stop).Reduce(Reg[T])(6 by 1) { i =>\nstop := i == 3\ni + 1 }"
      " { _ + _ }",
      "sum := Pipe(breakWhen = stop).Reduce(Reg[T])(6 by 1) { i =>\nstop := i == 3\ni + 1 }"
      " { (x, y) => x * 2 + y }",
  };
  for (const char* loop : loops) {
    const std::string once = std::string("val stop = Reg[Bit](false)\n") + loop + "\n";
    const std::string begin = "val a = SRAM[T](6)\nForeach(6 by 1) { i => a(i) = 50 + i }\n";
    EXPECT_EQ(fault_of_accel(begin + once + "out store a"), "") << loop;
    // It breaks anew each time around
    EXPECT_EQ(fault_of_accel(begin + "Foreach(3 by 1) { k =>\n" + once + "out store a\n}"), "")
        << loop;
  }
}

TEST(SpatialOnUnits, WhatBreaksALoopIsOneLeafOfIt) {
  const std::string parallel = fault_of_accel(
      "val stop = Reg[Bit](false)\nval a = SRAM[T](6)\n"
      "Pipe(breakWhen = stop).Foreach(6 by 1 par 2) { i =>\n"
      "Foreach(1 by 1) { j => a(i) = j }\nPipe { stop := i == 3 } }\nout store a");
  EXPECT_NE(parallel.find("a parallel loop that breaks"), std::string::npos) << parallel;
  const std::string outside = fault_of_accel(
      "val stop = Reg[Bit](false)\nval a = SRAM[T](6)\nstop := true\n"
      "Pipe(breakWhen = stop).Foreach(6 by 1) { i => a(i) = i }\nout store a");
  EXPECT_NE(outside.find("breaks by what nothing in it writes"), std::string::npos) << outside;
}

TEST(SpatialOnUnits, AMemoryLargerThanAUnitLiesInSeveral) {
  units::rdu_timing().memory_words = 5;
  units::checks_fit() = true;
  EXPECT_EQ(fault_of_accel("val a = SRAM[T](2, 11)\nval b = SRAM[T](22)\n"
                           "Foreach(2 by 1, 11 by 1 par 4) { (j, i) => a(j, i) = j * 20 + i }\n"
                           "Foreach(22 by 1 par 16) { i => b(i) = a(1 - i % 2, i / 2) }\n"
                           "MemReduce(b)(3 by 1) { k =>\nval c = SRAM[T](22)\n"
                           "Foreach(22 by 1 par 2) { i => c(i) = b(21 - i) + k }\nc } { _ + _ }\n"
                           "sum := Reduce(Reg[T])(22 by 1 par 8) { i => b(i) } { _ + _ }\n"
                           "val d = SRAM[T](6)\nd load out\n"
                           "Foreach(6 by 1) { i => d(i) = d(i) + b(i * 3) }\nout store d"),
            "");
  units::checks_fit() = false;  // rows of queues' lanes are not split
  hold_random_programs(300, 40);
  units::rdu_timing() = {};
}

TEST(SpatialOnUnits, RandomPrograms) { hold_random_programs(0, 200); }

TEST(SpatialOnUnits, DISABLED_TwentyThousandRandomPrograms) { hold_random_programs(1000, 20'000); }

}  // namespace
}  // namespace weft::spatial::test
