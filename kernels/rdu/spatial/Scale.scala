// SPDX-License-Identifier: Apache-2.0
// y = a x + b over a length that no tile divides: the last tile is shorter.
import spatial.dsl._

@spatial class Scale extends SpatialTest {
  override def runtimeArgs = "37 3"
  val tile: scala.Int = 16

  def main(args: Array[String]): Unit = {
    val n = args(0).to[Int]
    val factor = args(1).to[Int]
    val data = Array.tabulate(n) { i => i * i }
    val length = ArgIn[Int]
    val a = ArgIn[Int]
    setArg(length, n)
    setArg(a, factor)
    val x = DRAM[Int](length)
    val y = DRAM[Int](length)
    setMem(x, data)
    Accel {
      Foreach(length.value by tile) { first =>
        val size = min(tile, length.value - first)
        val in = SRAM[Int](tile)
        val out = SRAM[Int](tile)
        in load x(first :: first + size)
        Foreach(size by 1 par 4) { i => out(i) = a.value * in(i) - 5 }
        y(first :: first + size) store out
      }
    }
    assert(checkGold(y, data.map { v => factor * v - 5 }))
  }
}
