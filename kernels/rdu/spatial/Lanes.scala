// SPDX-License-Identifier: Apache-2.0
// Loops that know their lane: a queue a lane, and lanes beyond the end that do nothing.
import spatial.dsl._
import spatial.lib.metaprogramming._

class Lanes_0 extends Lanes
class Lanes_1 extends Lanes(lanes = 3)

@spatial abstract class Lanes(n: scala.Int = 24, lanes: scala.Int = 2, tile: scala.Int = 4)
    extends SpatialTest with MetaProgramming {
  def main(args: Array[String]): Unit = {
    val out = DRAM[Int](n)
    Accel {
      val queues = FIFOs[Int](lanes, 16)
      val y = SRAM[Int](n)
      MForeach(n by tile par lanes) { (first, lane, valid) =>
        Foreach(tile by 1 par 2) { i => queues.enq(lane, 10 * (first + i)) }
      }
      MForeach(n by tile par lanes) { (first, lane, valid) =>
        Foreach(tile by 1 par 2) { i => y(first + i) = queues.deq(lane) + 1 }
      }
      ForeachWithLane(n by 1 par lanes) { (i, lane) => y(i) = y(i) * 10 + lane }
      out store y
    }
    assert(checkGold(out, (0 until n) { i => (10 * i + 1) * 10 + i % lanes }))
  }
}
