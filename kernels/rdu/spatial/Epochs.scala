// SPDX-License-Identifier: Apache-2.0
// What a fold begins with takes part: a register's and a memory's contents go through all epochs.
import spatial.dsl._

@spatial class Epochs extends SpatialTest {
  val n: scala.Int = 16
  val epochs: scala.Int = 3

  def main(args: Array[String]): Unit = {
    val data = Array.tabulate(n) { i => i + 1 }
    val in = DRAM[Int](n)
    val out = DRAM[Int](n)
    val total = ArgOut[Int]
    setMem(in, data)
    Accel {
      val x = SRAM[Int](n)
      val state = SRAM[Int](n)
      val sum = Reg[Int](7)
      x load in
      Foreach(n by 1 par 16) { i => state(i) = 1000 * i }
      Sequential.Foreach(epochs by 1) { e =>
        MemFold(state par 4)(2 by 1) { half =>
          val step = SRAM[Int](n)
          Foreach(n by 1) { i => step(i) = x(i) * (e + half) }
          step
        } { _ + _ }
        Fold(sum)(n by 1 par 4) { i => x(i) } { _ + _ }
      }
      out store state
      total := sum
    }
    val weight = List.tabulate(epochs) { e => 2 * e + 1 }.sum
    val expected = Array.tabulate(n) { i => 1000 * i + weight * data(i) }
    assert(checkGold(out, expected) && getArg(total) == 7 + epochs * data.reduce { _ + _ })
  }
}
