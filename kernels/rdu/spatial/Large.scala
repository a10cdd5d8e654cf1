// SPDX-License-Identifier: Apache-2.0
// A memory larger than a memory unit: words of all its parts in one vector.
import spatial.dsl._

@spatial class Large extends SpatialTest {
  val n: scala.Int = 70000
  val lanes: scala.Int = 16

  def main(args: Array[String]): Unit = {
    val total = ArgOut[Int]
    val odd = ArgOut[Int]
    Accel {
      val words = SRAM[Int](n)
      Foreach(n by 1 par lanes) { i => words(i) = i % 7 }
      Reduce(total)(n by 1 par lanes) { i => words(i) } { _ + _ }
      // Lanes that are far apart
      Reduce(odd)(n / 10 by 1 par lanes) { i => words((i * 4371) % n) * (i % 2) } { _ + _ }
    }
    val all = List.tabulate(n) { i => i % 7 }
    val far = List.tabulate(n / 10) { i => (i * 4371) % n % 7 * (i % 2) }
    assert(checkGold(total, all.sum) && checkGold(odd, far.sum))
  }
}
