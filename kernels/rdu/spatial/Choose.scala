// SPDX-License-Identifier: Apache-2.0
// Conditions that only the accelerator knows: around controllers, around writes, around values.
import spatial.dsl._

@spatial class Choose extends SpatialTest {
  val n: scala.Int = 32
  val tile: scala.Int = 8

  def main(args: Array[String]): Unit = {
    val out = DRAM[Int](n)
    val odd = ArgOut[Int]
    Accel {
      Foreach(n by tile) { first =>
        val low = SRAM[Int](tile)
        val high = SRAM[Int](tile)
        if (first < n / 2) {
          Foreach(tile by 1) { i => low(i) = first + i }
          out(first :: first + tile) store low
        } else {
          Foreach(tile by 1) { i => high(i) = -(first + i) }
          out(first :: first + tile) store high
        }
      }
      val odds = FIFO[Int](n)
      val seen = Reg[Int](0)
      Sequential.Foreach(n by 1) { i =>
        if (i % 2 == 1) {
          odds.enq(i)
          seen := seen.value + 1
        }
      }
      odd := Reduce(Reg[Int])(seen.value by 1) { _ =>
        val v = odds.deq()
        if (v > 20) v * 10 else v
      } { _ + _ }
    }
    val expected = Array.tabulate(n) { i => if (i < n / 2) i else -i }
    val sum = List.tabulate(n) { i => if (i % 2 == 0) 0 else if (i > 20) 10 * i else i }.sum
    assert(checkGold(out, expected) && checkGold(odd, sum))
  }
}
