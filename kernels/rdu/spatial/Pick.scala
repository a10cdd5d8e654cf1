// SPDX-License-Identifier: Apache-2.0
// Bits of numbers: which are set, how many, and what they choose.
import spatial.dsl._

@spatial class Pick extends SpatialTest {
  val n: scala.Int = 32

  def main(args: Array[String]): Unit = {
    val lowest = DRAM[Int](n)
    val ones = DRAM[Int](n)
    val quadrant = DRAM[Int](n)
    Accel {
      val first = SRAM[Int](n)
      val count = SRAM[Int](n)
      val part = SRAM[Int](n)
      Foreach(n by 1 par 4) { i =>
        val bits = List.tabulate(5) { b => i.bit(b) }
        first(i) = priorityMux(bits, List.tabulate(5) { b => (b + 1).to[Int] })
        count(i) = popcount(bits).to[Int]
        val where = List.tabulate(4) { q => i >= 8 * q && i < 8 * q + 8 }
        val tens = oneHotMux(where, List.tabulate(4) { q => (10 * q + 10).to[Int] })
        part(i) = tens + i.as[U32].as[Int]
      }
      lowest store first
      ones store count
      quadrant store part
    }
    def set(i: scala.Int, b: scala.Int): scala.Boolean = (i >> b) % 2 == 1
    val firsts = List.tabulate(n) { i =>
      val at = List.tabulate(5) { b => if (set(i, b)) b + 1 else 0 }.filter { _ > 0 }
      if (at.isEmpty) 0 else at.head
    }
    val counts = List.tabulate(n) { i => List.tabulate(5) { b => if (set(i, b)) 1 else 0 }.sum }
    assert(checkGold(lowest, Array.fromSeq[Int](firsts.map { _.to[Int] })))
    assert(checkGold(ones, Array.fromSeq[Int](counts.map { _.to[Int] })))
    assert(checkGold(quadrant, Array.tabulate(n) { i => 10 * (i / 8 + 1) + i }))
  }
}
