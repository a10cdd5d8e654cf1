// SPDX-License-Identifier: Apache-2.0
// A list that goes through a memory from one place to the next, as long as there is one.
import spatial.dsl._

@spatial class Follow extends SpatialTest {
  val n: scala.Int = 16

  def main(args: Array[String]): Unit = {
    val links = Array.tabulate(n) { i => if (i == 9) -1 else (i * 5 + 3) % n }
    val in = DRAM[Int](n)
    val out = DRAM[Int](n)
    val steps = ArgOut[Int]
    setMem(in, links)
    Accel {
      val next = SRAM[Int](n)
      val order = SRAM[Int](n)
      next load in
      val at = Reg[Int](0)
      Foreach(n by 1) { i =>
        order(i) = at.value
        at := max(next(at.value), 0)
      }
      val length = Reg[Int](0)
      FSM(0)(place => place >= 0) { _ => length := length.value + 1 } { place => next(place) }
      steps := length.value
      out store order
    }
    val after = List.tabulate(n) { i => if (i == 9) -1 else (i * 5 + 3) % n }
    var place = 0
    var made = 0
    while (place >= 0) {
      place = after(place)
      made += 1
    }
    var here = 0
    val visited = List.tabulate(n) { i =>
      val now = here
      here = if (after(here) < 0) 0 else after(here)
      now
    }
    assert(checkGold(out, Array.fromSeq[Int](visited.map { _.to[Int] })))
    assert(checkGold(steps, made))
  }
}
