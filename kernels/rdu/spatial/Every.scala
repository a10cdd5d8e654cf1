// SPDX-License-Identifier: Apache-2.0
// Every third number of a row, every second row of a matrix, loops that reach their last index.
import spatial.dsl._

@spatial class Every extends SpatialTest {
  val n: scala.Int = 20
  val rows: scala.Int = 7
  val columns: scala.Int = 8

  def main(args: Array[String]): Unit = {
    val row = DRAM[Int](n)
    val matrix = DRAM[Int](rows, columns)
    val picked = DRAM[Int](7)
    val spread = DRAM[Int](rows, columns)
    val sum = ArgOut[Int]
    val down = ArgOut[Int]
    setMem(row, Array.tabulate(n) { i => 10 * i })
    setMem(matrix, (0 :: rows, 0 :: columns) { (r, c) => r * columns + c })
    Accel {
      val third = SRAM[Int](7)
      val half = SRAM[Int](4, 4)
      third load row(0 :: n by 3)
      picked store third
      half load matrix(0 :: rows by 2, 1 :: columns by 2)
      Foreach(0 to 3, 0 to 3 par 2) { (r, c) => half(r, c) = half(r, c) + 100 }
      spread(0 :: rows by 2, 1 :: columns by 2) store half
      Reduce(sum)(1 to n) { i => i } { _ + _ }
      val last = Reg[Int](3)
      Reduce(down)(n to last.value by -4) { i => i } { _ + _ }
    }
    val right = (0 :: rows, 0 :: columns) { (r, c) =>
      if (r % 2 == 0 && c % 2 == 1) r * columns + c + 100 else 0
    }
    assert(checkGold(picked, Array.tabulate(7) { i => 30 * i }))
    assert(checkGold(spread, right))
    assert(getArg(sum) == n * (n + 1) / 2 && getArg(down) == 20 + 16 + 12 + 8 + 4)
  }
}
