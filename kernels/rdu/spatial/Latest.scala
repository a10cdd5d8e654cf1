// SPDX-License-Identifier: Apache-2.0
// A queue of one between two stages, and an argument that goes both ways.
import spatial.dsl._

@spatial class Latest extends SpatialTest {
  val n: scala.Int = 20

  def main(args: Array[String]): Unit = {
    val out = DRAM[Int](n)
    val total = HostIO[Int]
    setArg(total, 1000)
    Accel {
      val line = SRAM[Int](n)
      Foreach(n by 1) { i =>
        val step = FIFOReg[Int]
        Pipe { step := i * i }
        Pipe { line(i) = step.value + 1 }
      }
      out(0 :: n) store line
      val sum = Reduce(Reg[Int])(n by 1) { i => line(i) } { _ + _ }
      total := total.value + sum.value
    }
    val right = Array.tabulate(n) { i => i * i + 1 }
    assert(checkGold(out, right))
    assert(getArg(total) == 1000 + right.reduce { _ + _ })
  }
}
