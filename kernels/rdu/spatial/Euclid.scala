// SPDX-License-Identifier: Apache-2.0
// State machines: the greatest common divisor of pairs, and bits that are counted one by one.
import spatial.dsl._

@spatial class Euclid extends SpatialTest {
  val n: scala.Int = 12

  def main(args: Array[String]): Unit = {
    val as = Array.tabulate(n) { i => (i + 1) * 18 }
    val bs = Array.tabulate(n) { i => (i % 5 + 1) * 12 }
    val left = DRAM[Int](n)
    val right = DRAM[Int](n)
    val divisors = DRAM[Int](n)
    val steps = ArgOut[Int]
    val ones = ArgOut[Int]
    setMem(left, as)
    setMem(right, bs)
    Accel {
      val x = SRAM[Int](n)
      val y = SRAM[Int](n)
      val found = SRAM[Int](n)
      val count = Reg[Int](0)
      x load left(0 :: n)
      y load right(0 :: n)
      Sequential.Foreach(n by 1) { i =>
        val a = Reg[Int]
        val b = Reg[Int]
        Pipe { a := x(i); b := y(i) }
        // The state: what the division has left
        FSM(1)(rest => rest != 0) { _ =>
          Pipe {
            val rest = a.value % b.value
            a := b.value
            b := rest
          }
          Pipe { count := count.value + 1 }
        } { _ => b.value }
        Pipe { found(i) = a.value }
      }
      divisors(0 :: n) store found
      steps := count.value

      val seen = Reg[Int](0)
      FSM[U16](46261)(word => word != 0) { word =>
        seen := seen.value + (word & 1).to[Int]
      } { word => word >> 1 }
      ones := seen.value
    }
    val divided = List.tabulate(n) { i =>
      var a = (i + 1) * 18
      var b = (i % 5 + 1) * 12
      var made = 0
      while (b != 0) {
        val rest = a % b
        a = b
        b = rest
        made += 1
      }
      (a, made)
    }
    assert(checkGold(divisors, Array.fromSeq[Int](divided.map { _._1.to[Int] })))
    assert(getArg(steps) == divided.map { _._2 }.sum && getArg(ones) == 9)
  }
}
