// SPDX-License-Identifier: Apache-2.0
// Who may write a word on units, and what no unit holds: writers at the same time, locks, tables.
#include <gtest/gtest.h>

#include <string>

#include "unit/frontends_spatial/on_units.hpp"

namespace weft::spatial::test {
namespace {

TEST(SpatialWriters, AWordHasOneWriterAtATime) {
  struct Row {
    const char* accel;
    const char* says;  ///< empty: it is right
  };
  const Row rows[] = {
      {"Foreach(4 by 1 par 2) { k =>\nForeach(6 by 1) { i => a(i) = k + i }\n}",
       "Test.scala:12:24: parallel iterations of the loop in line 11 write the same words of 'a' "
       "at "
       "the same time: a word has one writer at a time"},
      {"Foreach(4 by 1 par 2) { k =>\nForeach(1 by 1) { i => a(0) = k }\n}",
       "parallel iterations of the loop in line 11 write the same words of 'a'"},
      {"Foreach(3 by 1 par 3) { k =>\nForeach(2 by 1) { i => a(k * 2 + i) = i }\n}", ""},
      {"Foreach(6 by 1 par 2) { k =>\nForeach(1 by 1) { i => a(k) = i }\n}", ""},
      {"Foreach(4 by 1 par 2) { k =>\nif (k == 3) { Foreach(6 by 1) { i => a(i) = k + i } }\n}",
       ""},
      {"Parallel {\nForeach(4 by 1) { i => a(i) = 1 }\nForeach(4 by 1) { i => a(i + 2) = 2 }\n}",
       "Test.scala:13:24: this and line 12, which stand beside each other, write word (2) of 'a' "
       "at "
       "the same time"},
      {"Parallel {\nForeach(3 by 1) { i => a(i) = 1 }\nForeach(3 by 1) { i => a(i + 3) = 2 }\n}",
       ""},
      {"Parallel {\nForeach(0 until 6 by 2) { i => a(i) = 1 }\n"
       "Foreach(1 until 6 by 2 par 3) { i => a(i) = 2 }\n}",
       ""},
      {"Foreach(6 by 1 par 6) { i => a(0) = i }",
       "Test.scala:11:30: parallel iterations of the loop in line 11 write the same word of 'a'"},
      {"Foreach(6 by 1 par 6) { i => a(i) = 7 }", ""},
  };
  for (const Row& row : rows) {
    const std::string fault =
        fault_of_accel("val a = SRAM[T](6)\n" + std::string(row.accel) + "\nout store a");
    const std::string says = row.says;
    EXPECT_TRUE(says.empty() ? fault.empty() : fault.find(says) != std::string::npos)
        << row.accel << "\n"
        << fault;
  }
}

TEST(SpatialLocks, WhatIsAddedUnderALockIsAddedInTurn) {
  const auto text = [](const std::string& lanes, const std::string& what) {
    return "val a = LockSRAM[T](6)\nval l = Lock[T](" + lanes +
           ")\nSequential.Foreach(3 by 1) { k =>\nForeach(6 by 1) { i => a(i) = k }\n"
           "Foreach(25 by 1 par " +
           lanes +
           ") { i =>\nval at = i * i % 6\nval lock = l.lock(at)\n"
           "val old = a(at, lock)\na(at, lock) = " +
           what + "\n}\n}\nout store a";
  };
  for (const char* lanes : {"1", "3", "16"}) {
    EXPECT_EQ(fault_of_accel(text(lanes, "old + (i + 1)")), "") << lanes;
    EXPECT_EQ(fault_of_accel(text(lanes, "i + old")), "") << lanes;
  }
  const std::string other = fault_of_accel(text("1", "old * 2"));
  EXPECT_NE(other.find("under which something else than a sum"), std::string::npos) << other;
  const std::string used = fault_of_accel(text("1", "old + old"));
  EXPECT_NE(used.find("under which something else than a sum"), std::string::npos) << used;
}

TEST(SpatialTables, ATableAtAKnownAddressIsAConstant) {
  const auto text = [](const std::string& accel) {
    return program_of(
        "type T = Int\n    val sum = ArgOut[T]\n    Accel {\n"
        "val t = LUT[T](8)(5, 3, -8, 1, 9, 2, 6, 4)\n" +
        accel + "\n    }");
  };
  const std::string once =
      text("sum := Reduce(Reg[T])(5 by 1 par 8) { i => t(i + 1) * t(7 - i) } { _ + _ }");
  EXPECT_EQ(fault_on_units(once), "");
  // Times, tree and sum are one context: one pipe.
  EXPECT_LE(cycles_on_units(once), 2 * program::rdu::Timing{}.compute_stages + 3);
  EXPECT_EQ(fault_on_units(text(
                "sum := Reduce(Reg[T])(6 by 3 par 2) { k =>\n"
                "Reduce(Reg[T])(2 by 1 par 2) { i => t(k + i) * t(2) } { _ + _ } } { _ + _ }")),
            "");
  // In a loop that goes round more often it is read.
  EXPECT_EQ(
      fault_on_units(text("sum := Reduce(Reg[T])(8 by 1 par 4) { i => t(i) * t(0) } { _ + _ }")),
      "");
}

}  // namespace
}  // namespace weft::spatial::test
