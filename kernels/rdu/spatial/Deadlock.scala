// SPDX-License-Identifier: Apache-2.0
// Two programs that can never end on the machine: what they wait for is not there to come.
import spatial.dsl._

// Ten numbers go into a queue and the loop that takes them waits for an eleventh.
@spatial class Starved extends SpatialTest {
  def main(args: Array[String]): Unit = {
    val last = ArgOut[Int]
    Accel {
      val stop = Reg[Bit](false)
      val queue = FIFO[Bit](2)
      Foreach(0 until 10) { i => queue.enq(i == 11) }
      Stream(breakWhen = stop).Foreach(*) { i =>
        val found = queue.deq
        last.write(i, found)
        stop := found
      }
    }
    assert(getArg(last) == 9)
  }
}

// The second queue must hold everything until the first sum is known.
class Full_0 extends Full
class Full_1 extends Full(depth = 1000)

@spatial abstract class Full(n: scala.Int = 1000, depth: scala.Int = 16) extends SpatialTest {
  def main(args: Array[String]): Unit = {
    val total = ArgOut[Int]
    Accel {
      val first = FIFO[Int](2)
      val second = FIFO[Int](depth)
      Foreach(0 until n) { i =>
        first.enq(i)
        second.enq(i)
      }
      val sum = Reg[Int]
      Reduce(sum)(0 until n) { _ => first.deq } { _ + _ }
      Reduce(total)(0 until n) { _ => sum.value + second.deq } { _ + _ }
    }
    assert(getArg(total) == List.tabulate(n) { i => i }.sum * (n + 1))
  }
}
