// SPDX-License-Identifier: Apache-2.0
// What the front end refuses: each with file, line, column and a caret.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support.hpp"

namespace weft::spatial::test {
namespace {

struct Refusal {
  std::string text;
  std::string place;  ///< line:column
  std::string says;
  Category category = Category::input;
};

/// In an Accel with a DRAM d of 8 Ints, an ArgOut out and an SRAM s of 4 Ints.
std::string accel(const std::string& body) {
  return program_of(
      "val d = DRAM[Int](8); val out = ArgOut[Int]\n    Accel { val s = SRAM[Int](4)\n" + body +
      "\n    }");
}

void expect_refused(const std::vector<Refusal>& refusals) {
  for (const Refusal& each : refusals) {
    const Ran ran = run_text(each.text);
    EXPECT_EQ(ran.error.find("Test.scala:" + each.place + ": "), 0U) << ran.error << "\n"
                                                                     << each.text;
    EXPECT_NE(ran.error.find(each.says), std::string::npos) << ran.error;
    EXPECT_EQ(ran.category, each.category) << ran.error;
    const std::size_t column = std::stoul(each.place.substr(each.place.find(':') + 1));
    EXPECT_NE(ran.error.find("\n  " + std::string(column - 1, ' ') + "^"), std::string::npos)
        << ran.error;
  }
}

TEST(SpatialRefusals, Text) {
  expect_refused({
      {"class Test {\n  val a = \"open\n}", "2:11", "this string has no end"},
      {"class Test { /* never\n}", "1:14", "this comment has no end"},
      {"class Test {\n  val a = 3 4\n}", "2:13", "expected the end of the statement"},
      {"class Test { def f( = 1 }", "1:21", "expected a parameter, found '='"},
      {"class Test {\n  def f = (1 + )\n}", "2:16", "expected an expression, found ')'"},
      {"class Test { val a = 99999999999 }", "1:22", "does not fit into an Int"},
      {"class Test {\n  val x = List(1, 2\n  val y = 3\n}", "3:3",
       "expected ')' after the arguments, found 'val'"},
      {"class Test { val a = `open }", "1:22", "no closing back quote"},
      {"clas Test", "1:1", "expected a class, trait, object or import"},
      {"class Test { val s = s\"${1 + 2\"", "1:24", "this expression has no closing brace"},
      {program_of("try { 1 }"), "4:5", "try is not there yet", Category::unsupported},
      {program_of("do { 1 } while (true)"), "4:5", "do ... while is not there yet",
       Category::unsupported},
  });
}

TEST(SpatialRefusals, Host) {
  expect_refused({
      {program_of("println(unknown)"), "4:13", "nothing of the name unknown is known here"},
      {program_of("val a: Int = 1.5.to[Float]"), "4:22", "needs a Int, this is a Float"},
      {program_of("val a = 1.5.to[Float] + 1.5.to[FixPt[TRUE, _8, _8]]"), "4:27",
       "needs a Float, this is a FixPt[TRUE,8,8]"},
      {program_of("def f(a: scala.Int) = a; f(1, 2)"), "4:30", "takes these arguments"},
      {program_of("def f(a: scala.Int) = a; f(b = 2)"), "4:32", "there is no parameter b"},
      {program_of("println(List(1, 2)(5))"), "4:13", "index 5 is outside of 2 elements",
       Category::check},
      {program_of("assert(1 == 2)"), "4:5", "the program's assertion does not hold",
       Category::check},
      {program_of("println(List(1).patch)"), "4:21", "a list has no member patch",
       Category::unsupported},
      {program_of("type T = FixPt[TRUE, _60, _10]\n    val a = 1.to[T]"), "4:14",
       "has not 1 to 64 bits", Category::unsupported},
      {program_of("val a = DRAM(4)"), "4:13", "DRAM needs its type"},
      {program_of("val a = SRAM[Int](4)"), "4:13", "SRAM belongs into Accel { }"},
      {program_of("val a = DRAM[Int](2, 2)\n    setMem(a, Array.fill(5)(1))"), "5:5",
       "holds 4 numbers and is given 5"},
      {program_of("val a = ArgIn[Int]\n    println(getArg(a))"), "5:13",
       "this argument was never set"},
      {program_of("println(loadCSV1D[Int](\"none.csv\").size)"), "4:13", "no file none.csv"},
      {program_of("val x = 4 match { case 5 => 1 }"), "4:15", "no case takes 4", Category::check},
      {program_of("return"), "4:5", "return is not there yet", Category::unsupported},
      {"class Test extends Missing", "1:20", "no class Missing is known"},
  });
}

TEST(SpatialRefusals, Accelerator) {
  expect_refused({
      {accel("Foreach(4 by 1 par 0) { i => s(i) = i }"), "6:1", "a parallel factor of 0"},
      {accel("Foreach(4 by 1) { i => s(i, i) = i }"), "6:24",
       "has 1 dimension and is addressed with 2"},
      {accel("Foreach(4 by 1) { i => s(i) = i.to[Float] }"), "6:24",
       "needs a Int, this is a Float"},
      {accel("s load d(0 :: 4, 0 :: 4)"), "6:3", "dram d has 1 dimension, the tile 2"},
      {accel("val f = FIFO[Float](4)\nf load d(0 :: 4)"), "7:3", "holds Float, the dram Int"},
      {accel("val r = Reg[Int]\nr load d(0 :: 4)"), "7:3", "load needs an SRAM or a FIFO"},
      {accel("Accel { }"), "6:1", "an Accel stands in an Accel"},
      {accel("println(getMem(d))"), "6:9", "the host reads memories outside Accel { }"},
      {accel("val n = Reg[Int]\nval t = SRAM[Int](n.value)"), "7:9",
       "must be known before the accelerator runs", Category::unsupported},
      {accel("MemReduce(s)(4 by 1) { i => SRAM[Int](3) } { _ + _ }"), "6:1",
       "another shape or type"},
      {accel("Reduce(s)(4 by 1) { i => i } { _ + _ }"), "6:1", "a Reg"},
      {accel("var t = 0.to[Int]\nForeach(4 by 1) { i => t = i }"), "7:24",
       "a var that holds a staged number is not there yet", Category::unsupported},
      {accel("Foreach(4 by 1) { i => val f = s(i) << 1.5; s(i) = f & 1.5f.to[Float] }"), "6:54",
       "needs a Int, this is a Float"},
      {accel("val f = FIFO(4)\nout := f.deq()"), "7:10", "this FIFO has no type"},
      {accel("Reduce(out)(Scan(4)) { i => i } { _ + _ }"), "6:13",
       "Scan takes what a FIFO of 32-bit words gives"},
      {accel("Foreach(4 by 1) { i => s.deq() }"), "6:26", "sram cannot be dequeued this way"},
  });
}

TEST(SpatialRefusals, StateMachines) {
  expect_refused({
      {accel("FSM(0) { i => i < 4 }"), "6:1", "the action of the FSM is missing"},
      {accel("FSM(0)"), "6:1", "the condition of the FSM is missing"},
      {accel("FSM(0)(4) { i => s(0) = i } { i => i + 1 }"), "6:1",
       "the condition of an FSM is a function of its state, this is"},
      {accel("FSM(0)(i => i < 4) { i => s(0) = i } { i => i.to[Float] }"), "6:1",
       "needs a Int, this is a Float"},
      {accel("FSM(0)(i => i + 1) { i => s(0) = i } { i => i + 1 }"), "6:1",
       "needs a Bit, this is a Int"},
      {accel("FSM(0)(i => i < 4) { i => s(0) = i } { i => Foreach(2 by 1) { j => s(j) = i }; i + 1 "
             "}"),
       "6:1", "controllers in an FSM's condition or next state are not there yet",
       Category::unsupported},
  });
}

TEST(SpatialRefusals, MemoriesWithAnOrder) {
  expect_refused({
      {accel("val r = RegFile(4)"), "6:9", "RegFile needs its type: RegFile[Int]"},
      {accel("val r = RegFile[Int](4, 4, 4, 4)"), "6:9", "RegFile takes 1 to 3 sizes, these are 4"},
      {accel("val r = RegFile[Int](2, 2)\nr <<= 1"), "7:3", "<<= shifts one dimension"},
      {accel("s <<= 1"), "6:3", "sram takes no <<="},
      {accel("s.reset"), "6:3", "sram has no reset"},
      {accel("val l = LineBuffer[Int](3)"), "6:9", "LineBuffer takes 2 sizes, these are 1"},
      {accel("val l = LineBuffer[Int](3, 4)\nl(0, 0) = 1"), "7:1",
       "line_buffer cannot be written this way"},
      {accel("val l = LineBuffer[Int](3, 4)\nl.enqAt(1, 5)"), "7:3",
       "enqAt of a row other than 0 is not there yet", Category::unsupported},
      {accel("val l = LineBuffer[Int](3, 4)\nd(0 :: 4) store l"), "7:11",
       "store needs an SRAM or a FIFO"},
      {accel("val l = LIFO[Int](4)\nl.enq(1)"), "7:3", "lifo cannot be enqueued this way"},
      {accel("val f = FIFO[Int](4)\nf.push(1)"), "7:3", "fifo has no push and no pop"},
      {accel("val f = FIFO[Int](4)\nval b = f.isAlmostFull"), "7:11",
       "isAlmostFull is not there yet", Category::unsupported},
      {accel("val b = s.isEmpty"), "6:11", "sram is no queue"},
      {accel("val f = FIFO[Int](4)\nf := 1"), "7:3", "fifo is not written this way"},
      {accel("val k = s.lock(1)"), "6:11", "lock belongs to a Lock"},
      {accel("val k = Lock[Int](1)\ns(0, k.lock(0)) = 1"), "7:1",
       "has 1 dimension and is addressed with 2"},
      {accel("s load d(0 :: 8 by 0)"), "6:3", "the step of a tile is 0"},
      {accel("val h = HostIO[Int]"), "6:9", "HostIO is made outside Accel { }"},
      {accel("out := 1.5.to[Float].as[Int]"), "6:22",
       "the bits of a Float as a Int are not there yet", Category::unsupported},
      {accel("out := oneHotMux(List(true), List(1, 2))"), "6:8",
       "a choice needs a bit for each value, there are 1 and 2"},
      {accel("val r = ShiftRegister[Int](4)"), "6:9", "ShiftRegister is not there yet",
       Category::unsupported},
      {program_of("val l = LIFO[Int](4)"), "4:13", "LIFO belongs into Accel { }"},
      {program_of("val a = ArgOut[Int]\n    setArg(a, 1)"), "5:5",
       "setArg takes an ArgIn or a HostIO"},
  });
}

TEST(SpatialRefusals, WhileItRuns) {
  expect_refused({
      {accel("val l = LIFO[Int](4)\nout := l.pop()"), "7:10", "lifo l is empty", Category::program},
      {accel("val l = LIFO[Int](4)\nForeach(5 by 1) { i => l.push(i) }"), "7:26",
       "lifo l is full: its depth is 4", Category::program},
      {accel("val l = LineBuffer[Int](3, 4)\nl load d(0 :: 8)"), "7:3",
       "a line of line_buffer l has 4 numbers", Category::program},
      {accel("s load d(0 :: 9 by 3)\ns load d(2 :: 14 by 3)"), "7:3",
       "the tile is [2, 12) in dimension 1 of dram d, which has 8", Category::program},
      {accel("val n = Reg[Int](0)\ns load d(0 :: 4 by n.value)"), "7:3", "the step of a tile is 0",
       Category::program},
      {accel("Foreach(5 by 1) { i => s(i) = i }"), "6:24",
       "index 4 is outside dimension 1 of sram s, which has 4", Category::program},
      {accel("s load d(6 :: 10)"), "6:3",
       "the tile is [6, 10) in dimension 1 of dram d, which has 8", Category::program},
      {accel("val f = FIFO[Int](4)\nout := f.deq()"), "7:10", "fifo f is empty", Category::program},
      {accel("val n = Reg[Int](0)\nForeach(0 until 4 by n.value) { i => s(i) = i }"), "7:1",
       "a counter's step is 0", Category::program},
  });
}

TEST(SpatialRefusals, AClassThatIsNotThere) {
  const Ran ran = run_text(program_of("println(1)"), "Tset");
  EXPECT_EQ(ran.error, "Test.scala: no class Tset (did you mean 'Test'?)");
  EXPECT_EQ(run_file("nowhere.scala", "Test").error, "nowhere.scala: the file cannot be read");
}

}  // namespace
}  // namespace weft::spatial::test
