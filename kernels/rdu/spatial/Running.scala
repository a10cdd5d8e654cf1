// SPDX-License-Identifier: Apache-2.0
// Sums of all that came before: a register carries the sum, queues carry the numbers.
import spatial.dsl._

@spatial class Running extends SpatialTest {
  type T = FixPt[TRUE, _24, _8]
  val n: scala.Int = 40
  val tile: scala.Int = 8

  def main(args: Array[String]): Unit = {
    val data = Array.tabulate(n) { i => i.to[T] / 4.to[T] }
    val in = DRAM[T](n)
    val out = DRAM[T](n)
    setMem(in, data)
    Accel {
      val sum = Reg[T](0.5.to[T])
      Sequential.Foreach(n by tile) { first =>
        val source = FIFO[T](tile)
        val sink = FIFO[T](tile)
        source load in(first :: first + tile par 4)
        Sequential.Foreach(tile by 1) { i =>
          val next = sum.value + source.deq()
          sum := next
          sink.enq(next)
        }
        out(first :: first + tile par 4) store sink
      }
    }
    val expected = Array.tabulate(n) { i =>
      0.5.to[T] + Array.tabulate(n) { k => if (k <= i) data(k) else 0.to[T] }.reduce { _ + _ }
    }
    assert(checkGold(out, expected))
  }
}
