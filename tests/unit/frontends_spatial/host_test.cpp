// SPDX-License-Identifier: Apache-2.0
// What host code of Spatial programs computes: numbers, lists, functions, classes.
#include <gtest/gtest.h>

#include "support.hpp"

namespace weft::spatial::test {
namespace {

TEST(SpatialHost, NumbersFollowTheirTypes) {
  EXPECT_EQ(printed_by("val a: scala.Int = 7; println(a / 2 + \" \" + a % 4 + \" \" + -a / 2)"),
            "3 3 -3\n");
  EXPECT_EQ(printed_by("val big: scala.Int = 2147483647; println(big + 1)"), "-2147483648\n");
  // Remainders of Spatial's own numbers are not negative
  EXPECT_EQ(printed_by("println(-(7.to[Int]) % 4.to[Int])"), "1\n");
  EXPECT_EQ(printed_by("println(-7 % 4)"), "-3\n");
  EXPECT_EQ(printed_by("println(300.to[I8])"), "44\n");
  EXPECT_EQ(printed_by("type T = FixPt[TRUE, _4, _4]; println(-1.03.to[T] * 0.5.to[T])"), "-0.5\n");
  EXPECT_EQ(printed_by("type T = FixPt[TRUE, _8, _8]; println(1.to[T] / 3.to[T])"), "0.33203125\n");
  EXPECT_EQ(printed_by("println(1.5f + 1)"), "2.5\n");
  EXPECT_EQ(printed_by("println(3.7.to[Int] + (-3.7).to[Int])"), "0\n");
  EXPECT_EQ(printed_by("println((1 << 5) | 3)"), "35\n");
}

TEST(SpatialHost, BitsOfNumbers) {
  EXPECT_EQ(printed_by("println(13.to[Int].bit(2) + \" \" + 13.to[Int].bit(1))"), "true false\n");
  EXPECT_EQ(printed_by("println((-1).to[Int].as[U8])"), "255\n");
  EXPECT_EQ(printed_by("println(popcount(List(true, false, true)))"), "2\n");
  EXPECT_EQ(printed_by("println(priorityMux(List(false, true, true), List(1, 2, 3)))"), "2\n");
  EXPECT_EQ(printed_by("println((5 to 1 by -2) { i => i })"), "(5, 3, 1)\n");
}

TEST(SpatialHost, ListsAndArrays) {
  EXPECT_EQ(printed_by("println(List(3, 1, 2).map { _ * 2 }.reduce { _ + _ })"), "12\n");
  EXPECT_EQ(printed_by("println(Array.tabulate(3) { i => i * i }.zip(Array.fill(3)(1)) { _ - _ })"),
            "(-1, 0, 3)\n");
  EXPECT_EQ(printed_by("println((0 :: 2, 0 :: 3) { (i, j) => 10 * i + j }.flatten)"),
            "(0, 1, 2, 10, 11, 12)\n");
  EXPECT_EQ(printed_by("println((2 until 8 by 3) { i => i })"), "(2, 5)\n");
  EXPECT_EQ(printed_by("println(List(1, 2, 3, 4, 5).grouped(2).toList)"),
            "((1, 2), (3, 4), (5))\n");
  EXPECT_EQ(printed_by("println(List(1, 2, 3).sliding(2, 1).map { case List(a, b) => a * b })"),
            "(2, 6)\n");
  EXPECT_EQ(printed_by("val a = Array.empty[Int](2); a(1) = 5; println(a)"), "(0, 5)\n");
  EXPECT_EQ(printed_by("val (a, b) = List((1, 2), (3, 4)).unzip; println(a.sum * b.sum)"), "24\n");
  EXPECT_EQ(printed_by("println(1 :: List(2) ++ List(3))"), "(1, 2, 3)\n");
  EXPECT_EQ(printed_by("println((0 until 0) { i => i }.reduce { _ + _ })"), "0\n");
  EXPECT_EQ(printed_by("println((for (i <- 1 to 3; if i != 2) yield i * i).mkString(\"-\"))"),
            "1-9\n");
}

TEST(SpatialHost, FunctionsAndPatterns) {
  EXPECT_EQ(printed_by("def f(a: scala.Int, b: scala.Int = 2)(c: scala.Int) = a * b + c\n"
                       "println(f(3)(1) + \" \" + f(b = 5, a = 1)(0))"),
            "7 5\n");
  EXPECT_EQ(
      printed_by("def twice[T:Num](x: T) = x + x; println(twice[Float](1) + twice(2.to[Int]))"),
      "6\n");
  EXPECT_EQ(printed_by("def odd(n: scala.Int): scala.Boolean = if (n == 0) false else !odd(n - 1)\n"
                       "println(odd(7))"),
            "true\n");
  EXPECT_EQ(printed_by("val f = (x: scala.Int) => x * 3\nval g = f\nprintln(g(f(2)))"), "18\n");
  EXPECT_EQ(
      printed_by("println(List(0, 1, 5).map { case 0 => \"none\"; case n if n > 3 => \"many\"\n"
                 "case _ => \"few\" }.mkString(\" \"))"),
      "none few many\n");
  EXPECT_EQ(printed_by("var i = 0\nwhile (i < 3) { i += 2 }\nprintln(s\"$i ${i + 1}\")"), "4 5\n");
  EXPECT_EQ(printed_by("def late(x: => scala.Int) = 1; println(late(List[scala.Int]().head))"),
            "1\n");
}

TEST(SpatialHost, ClassesOverrideAndDefaultsSeeEarlierParameters) {
  const std::string text =
      "import spatial.dsl._\n"
      "class Small extends Base(n = 3) { override def name = \"small\" }\n"
      "trait Named { def name = \"base\"; val twice = n * 2; val n: scala.Int }\n"
      "@spatial abstract class Base(val n: scala.Int = 1, m: scala.Int = 5)(val k: scala.Int = m + "
      "n)\n"
      "    extends SpatialTest with Named {\n"
      "  type T = FixPt[TRUE, _16, _0]\n"
      "  def main(args: Array[String]): Unit = println(r\"$name $n $m $k $twice ${70000.to[T]}\")\n"
      "}\n";
  const Ran ran = run_text(text, "Small");
  EXPECT_EQ(ran.error, "");
  EXPECT_EQ(ran.outcome.printed, "small 3 5 8 6 4464\n");
}

TEST(SpatialHost, FilesAreTheRunsOwn) {
  EXPECT_EQ(printed_by("writeCSV2D((0 :: 2, 0 :: 2) { (i, j) => i + j }, \"a.csv\")\n"
                       "println(loadCSV2D[Int](\"a.csv\").rows + loadCSV1D[Int](\"a.csv\").sum)"),
            "6\n");
}

TEST(SpatialHost, RandomNumbersAreThoseOfSpatialsHosts) {
  EXPECT_EQ(printed_by("println(random[Int](1000000000))\nprintln(random[Int](100))"),
            "804289383\n86\n");
}

TEST(SpatialHost, AnotherFileOfTheFolderMayDefineAClass) {
  const std::map<std::string, std::string> files = {
      {"Test.scala", "class Test extends Other(4)"},
      {"broken.scala", "class {"},
      {"other.scala",
       "import spatial.dsl._\n@spatial abstract class Other(n: scala.Int) extends SpatialTest {\n"
       "  def main(args: Array[String]): Unit = println(n)\n}\n"}};
  Options options = options_for(files);
  options.neighbours = {"broken.scala", "other.scala"};
  Outcome outcome;
  run_program("Test.scala", "Test", {}, options, outcome);
  EXPECT_EQ(outcome.printed, "4\n");
}

}  // namespace
}  // namespace weft::spatial::test
