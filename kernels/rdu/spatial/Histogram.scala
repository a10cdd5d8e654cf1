// SPDX-License-Identifier: Apache-2.0
// Many lanes add to the same few places: each holds the place's lock between its read and its write.
import spatial.dsl._

class Histogram_0 extends Histogram
class Histogram_1 extends Histogram(lanes = 8)

@spatial abstract class Histogram(lanes: scala.Int = 1) extends SpatialTest {
  val bins: scala.Int = 6
  val n: scala.Int = 48

  def main(args: Array[String]): Unit = {
    val values = Array.tabulate(n) { i => (i * i + 3 * i) % bins }
    val in = DRAM[Int](n)
    val near = DRAM[Int](bins)
    val far = LockDRAM[Int](bins)
    setMem(in, values)
    setMem(far, Array.fill[Int](bins)(100))
    Accel {
      val value = SRAM[Int](n)
      val counts = LockSRAM[Int](bins)
      val places = Lock[Int](lanes)
      val farPlaces = Lock[Int](lanes)
      value load in(0 :: n)
      Foreach(bins by 1) { b => counts(b) = 0 }
      Foreach(n by 1 par lanes) { i =>
        val bin = value(i)
        val held = places.lock(bin)
        counts(bin, held) = counts(bin, held) + 1
      }
      Foreach(n by 1 par lanes) { i =>
        val bin = value(i)
        val held = farPlaces.lock(bin)
        far(bin, held) = far(bin, held) + i
      }
      near(0 :: bins) store counts
    }
    val right = Array.tabulate(bins) { b => values.filter { _ == b }.length }
    val sums = List.tabulate(bins) { b =>
      List.tabulate(n) { i => if ((i * i + 3 * i) % bins == b) i else 0 }.sum + 100
    }
    assert(checkGold(near, right))
    assert(checkGold(far, Array.fromSeq[Int](sums.map { _.to[Int] })))
  }
}
