// SPDX-License-Identifier: Apache-2.0
// Queues with several ends: two loops fill one in turn, parallel iterations empty it.
import spatial.dsl._

@spatial class Turns extends SpatialTest {
  val rounds: scala.Int = 5

  def main(args: Array[String]): Unit = {
    val out = DRAM[Int](4 * rounds)
    Accel {
      val queue = FIFO[Int](8)
      val y = SRAM[Int](4 * rounds)
      Foreach(rounds by 1) { r =>
        Foreach(r by 1) { i => if (i < 4) queue.enq(10 * r + i) }
        Foreach(4 by 1) { i => queue.enq(100 * r + i, i >= r) }
      }
      Foreach(rounds by 1 par 2) { r =>
        Foreach(4 by 1) { i => y(4 * r + i) = queue.deq() + 1000 * r }
      }
      out store y
    }
    val right = List.tabulate(rounds) { r => List.tabulate(4) { i =>
      (if (i < r) 10 * r + i else 100 * r + i) + 1000 * r
    } }.flatten
    assert(checkGold(out, Array.fromSeq[Int](right.map { _.to[Int] })))
  }
}
