// SPDX-License-Identifier: Apache-2.0
// A sum of products: tiles of two vectors come in, a reduction within each and one over all.
import spatial.dsl._

class Dot_0 extends Dot
class Dot_1 extends Dot(lanes = 4, tiles = 2)
class Dot_2 extends Dot(lanes = 5, tiles = 3)

@spatial abstract class Dot(
  n: scala.Int = 96,
  tile: scala.Int = 16,
  lanes: scala.Int = 16,
  tiles: scala.Int = 1
) extends SpatialTest {
  type T = Int

  def main(args: Array[String]): Unit = {
    val left = Array.tabulate(n) { i => i % 7 - 3 }
    val right = Array.tabulate(n) { i => 2 * i + 1 }
    val x = DRAM[T](n)
    val y = DRAM[T](n)
    val total = ArgOut[T]
    setMem(x, left)
    setMem(y, right)
    Accel {
      val sum = Reg[T](0)
      Reduce(sum)(n by tile par tiles) { first =>
        val a = SRAM[T](tile)
        val b = SRAM[T](tile)
        Parallel {
          a load x(first :: first + tile par lanes)
          b load y(first :: first + tile par lanes)
        }
        Reduce(Reg[T])(tile par lanes) { i => a(i) * b(i) } { _ + _ }
      } { _ + _ }
      total := sum
    }
    val expected = left.zip(right) { _ * _ }.reduce { _ + _ }
    println(r"total ${getArg(total)}, expected $expected")
    assert(checkGold(total, expected))
  }
}
