// SPDX-License-Identifier: Apache-2.0
// A Spatial program that is right; cases_spatial.toml breaks one thing in it.
import spatial.dsl._

class Twice extends Scale(factor = 2)
abstract class Unmade extends Scale

@spatial class Scale(factor: scala.Int = 3) extends SpatialTest {
  override def runtimeArgs = "16 4"
  def main(args: Array[String]): Unit = {
    val n = args(0).to[Int]
    val offset = ArgIn[Int]
    setArg(offset, args(1).to[Int])
    val x = DRAM[Int](16)
    val y = DRAM[Int](16)
    setMem(x, Array.tabulate(16) { i => i })
    Accel {
      val tile = SRAM[Int](16)
      tile load x(0 :: 16)
      Foreach(16 by 1) { i => tile(i) = tile(i) * factor + offset.value }
      y(0 :: 16) store tile
    }
    assert(getMem(y) == Array.tabulate(16) { i => i * factor + args(1).to[Int] })
  }
}
