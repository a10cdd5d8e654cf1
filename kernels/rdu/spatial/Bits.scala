// SPDX-License-Identifier: Apache-2.0
// Rows of bits: a loop runs over the places of the ones in sixteen words.
import spatial.dsl._

@spatial class Bits extends SpatialTest {
  val rows: scala.Int = 3
  val words: scala.Int = 16

  def main(args: Array[String]): Unit = {
    val places = ArgOut[Int]
    val ones = ArgOut[Int]
    Accel {
      val sums = FIFO[U32](48)
      val counts = FIFO[U32](48)
      Foreach(rows by 1, words by 1 par words) { (r, w) =>
        val mask = (r * words + w).to[U32]
        sums.enq(mask)
        counts.enq(mask)
      }
      Reduce(places)(rows by 1) { _ =>
        Reduce(Reg[Int])(Scan(sums.deq)) { place => place } { _ + _ }
      } { _ + _ }
      Reduce(ones)(rows by 1) { _ =>
        Reduce(Reg[Int])(Scan(counts.deq)) { _ => 1 } { _ + _ }
      } { _ + _ }
    }
    val bits = List.tabulate(rows * words) { m =>
      List.tabulate(6) { b => if ((m >> b) % 2 == 1) 32 * (m % words) + b else -1 }.filter { _ >= 0 }
    }.flatten
    assert(checkGold(places, bits.sum) && checkGold(ones, bits.size))
  }
}
