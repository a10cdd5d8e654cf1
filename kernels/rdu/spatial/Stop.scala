// SPDX-License-Identifier: Apache-2.0
// A loop without end that a register stops.
import spatial.dsl._

@spatial class Stop extends SpatialTest {
  def main(args: Array[String]): Unit = {
    val steps = ArgOut[Int]
    val value = ArgOut[Int]
    Accel {
      val done = Reg[Bit](false)
      val n = Reg[Int](27)
      Sequential(breakWhen = done).Foreach(*) { i =>
        val now = n.value
        val next = if (now % 2 == 0) now / 2 else 3 * now + 1
        n := next
        value := next
        steps := i + 1
        done := next == 1
      }
    }
    assert(getArg(steps) == 111 && getArg(value) == 1)
  }
}
