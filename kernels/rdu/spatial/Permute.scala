// SPDX-License-Identifier: Apache-2.0
// Elements by their addresses: gathered with addresses from a memory, scattered with those of a queue.
import spatial.dsl._

@spatial class Permute extends SpatialTest {
  val n: scala.Int = 32

  def main(args: Array[String]): Unit = {
    val order = Array.tabulate(n) { i => (i * 5 + 3) % n }
    val data = Array.tabulate(n) { i => 100 + i }
    val places = DRAM[Int](n)
    val in = DRAM[Int](n)
    val gathered = DRAM[Int](n)
    val scattered = DRAM[Int](n)
    setMem(places, order)
    setMem(in, data)
    Accel {
      val at = SRAM[Int](n)
      val got = SRAM[Int](n)
      at load places(0 :: n par 16)
      got gather in(at par 4, n)
      gathered(0 :: n) store got
      val to = FIFO[Int](n)
      val values = SRAM[Int](n)
      to load places(0 :: n)
      values load in
      scattered(to, n) scatter values
    }
    val g = getMem(gathered)
    val s = getMem(scattered)
    assert((0 until n) { i => g(i) == data(order(i)) && s(order(i)) == data(i) }.reduce { _ && _ })
  }
}
