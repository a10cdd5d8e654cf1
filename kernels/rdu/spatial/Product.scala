// SPDX-License-Identifier: Apache-2.0
// A product of matrices by tiles: partial products are added up in a memory.
import spatial.dsl._

class Product_0 extends Product
class Product_1 extends Product(rows = 3, depth = 2)

@spatial abstract class Product(
  n: scala.Int = 24,
  tile: scala.Int = 8,
  rows: scala.Int = 1,
  depth: scala.Int = 1
) extends SpatialTest {
  type T = Int

  def main(args: Array[String]): Unit = {
    val left = (0 :: n, 0 :: n) { (i, j) => i - 2 * j }
    val right = (0 :: n, 0 :: n) { (i, j) => (i * j) % 11 }
    val a = DRAM[T](n, n)
    val b = DRAM[T](n, n)
    val c = DRAM[T](n, n)
    setMem(a, left)
    setMem(b, right)
    Accel {
      Foreach(n by tile par rows, n by tile) { (row, column) =>
        val sums = SRAM[T](tile, tile)
        MemReduce(sums par 8)(n by tile par depth) { k =>
          val x = SRAM[T](tile, tile)
          val y = SRAM[T](tile, tile)
          x load a(row :: row + tile, k :: k + tile par 8)
          y load b(k :: k + tile, column :: column + tile par 8)
          val part = SRAM[T](tile, tile)
          Foreach(tile by 1, tile by 1) { (i, j) =>
            val dot = Reduce(Reg[T])(tile by 1 par 8) { l => x(i, l) * y(l, j) } { _ + _ }
            part(i, j) = dot.value
          }
          part
        } { _ + _ }
        c(row :: row + tile, column :: column + tile par 8) store sums
      }
    }
    val expected = (0 :: n, 0 :: n) { (i, j) =>
      Array.tabulate(n) { k => left(i, k) * right(k, j) }.reduce { _ + _ }
    }
    assert(approxEql(getMatrix(c), expected, 0))
  }
}
