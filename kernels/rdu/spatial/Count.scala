// SPDX-License-Identifier: Apache-2.0
// A histogram by a table of classes: the same memory is read and written in each iteration.
import spatial.dsl._

@spatial class Count extends SpatialTest {
  val n: scala.Int = 64
  val classes: scala.Int = 5

  def main(args: Array[String]): Unit = {
    val data = Array.tabulate(n) { i => (i * 7) % 16 }
    val table = Seq.tabulate(16) { i => (i * i) % classes }
    val in = DRAM[Int](n)
    val out = DRAM[Int](classes)
    setMem(in, data)
    Accel {
      val lut = LUT.fromSeq[Int](table)
      val values = SRAM[Int](n)
      val counts = SRAM[Int](classes)
      values load in
      Foreach(classes by 1) { c => counts(c) = 0 }
      Sequential.Foreach(n by 1) { i =>
        val c = lut(values(i))
        counts(c) = counts(c) + 1
      }
      out store counts
    }
    val expected = Array.tabulate(classes) { c =>
      List.tabulate(n) { i => if (table((i * 7) % 16) == c) 1 else 0 }.sum
    }
    assert(checkGold(out, Array.fromSeq[Int](expected.toSeq)))
  }
}
