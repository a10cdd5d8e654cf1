// SPDX-License-Identifier: Apache-2.0
// Loops that end early, and begin anew: of each row what comes before the first zero.
import spatial.dsl._

@spatial class Early extends SpatialTest {
  val rows: scala.Int = 6
  val columns: scala.Int = 12

  def main(args: Array[String]): Unit = {
    val data = (0 :: rows, 0 :: columns) { (r, c) => if (c == (r * 5 + 3) % 14) 0 else r + c + 1 }
    val in = DRAM[Int](rows, columns)
    val out = DRAM[Int](rows)
    val seen = ArgOut[Int]
    setMem(in, data)
    Accel {
      val row = SRAM[Int](columns)
      val sums = SRAM[Int](rows)
      val count = Reg[Int](0)
      Sequential.Foreach(rows by 1) { r =>
        row load in(r, 0 :: columns)
        val stop = Reg[Bit](false)
        val sum = Reg[Int](0)
        Pipe { sum := 0 }
        Sequential(breakWhen = stop).Foreach(columns by 1) { c =>
          val x = row(c)
          sum := sum.value + x
          count := count.value + 1
          stop := x == 0
        }
        Pipe { sums(r) = sum.value }
      }
      seen := count.value
      out store sums
    }
    val read = List.tabulate(rows) { r => List.tabulate(columns) { c =>
      if (c == (r * 5 + 3) % 14) 0 else r + c + 1
    } }
    val ends = List.tabulate(rows) { r =>
      val at = (r * 5 + 3) % 14
      if (at < columns) at + 1 else columns
    }
    val right = List.tabulate(rows) { r => List.tabulate(ends(r)) { c => read(r)(c) }.sum }
    assert(checkGold(out, Array.fromSeq[Int](right.map { _.to[Int] })))
    assert(checkGold(seen, ends.sum))
  }
}
