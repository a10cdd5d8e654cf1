// SPDX-License-Identifier: Apache-2.0
// Two sorted halves become one: a merge buffer takes a way each.
import spatial.dsl._

@spatial class Merge extends SpatialTest {
  val n: scala.Int = 32
  val lanes: scala.Int = 4

  def main(args: Array[String]): Unit = {
    val data = Array.tabulate(n) { i => if (i < n / 2) 3 * i else 2 * (i - n / 2) + 1 }
    val in = DRAM[Int](n)
    val out = DRAM[Int](n)
    setMem(in, data)
    Accel {
      val halves = SRAM[Int](n)
      halves load in(0 :: n par 16)
      val merge = MergeBuffer[Int](2, lanes)
      merge.init(false)
      scala.List.tabulate(2) { w => w }.foreach { w =>
        merge.bound(w, n / 2)
        Foreach(n / 2 by 1 par lanes) { i => merge.enq(w, halves(n / 2 * w + i)) }
      }
      val sorted = FIFO[Int](n)
      Foreach(n by 1 par lanes) { _ => sorted.enq(merge.deq()) }
      out(0 :: n par lanes) store sorted
    }
    val result = getMem(out)
    val rising = (0 until n) { i => if (i > 0) result(i) >= result(i - 1) else true }.reduce { _ && _ }
    assert(rising && result.reduce { _ + _ } == data.reduce { _ + _ })
  }
}
