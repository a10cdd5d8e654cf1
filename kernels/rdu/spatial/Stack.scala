// SPDX-License-Identifier: Apache-2.0
// A LIFO: brackets that match, and a row turned round.
import spatial.dsl._

@spatial class Stack extends SpatialTest {
  val depth: scala.Int = 16

  def main(args: Array[String]): Unit = {
    // 1 and 2 open, 3 and 4 close
    val good = List(1, 2, 1, 3, 4, 2, 4, 3)
    val bad = List(1, 2, 3, 4, 1, 3, 2, 2)
    val n = good.size
    val text = DRAM[Int](2, n)
    val matched = DRAM[Int](2)
    val turned = DRAM[Int](n)
    val most = ArgOut[Int]
    setMem(text, Array.fromSeq[Int]((good ++ bad).map { _.to[Int] }))
    Accel {
      val row = SRAM[Int](n)
      val result = SRAM[Int](2)
      val back = SRAM[Int](n)
      val deepest = Reg[Int](0)
      Sequential.Foreach(2 by 1) { t =>
        val open = LIFO[Int](depth)
        val wrong = Reg[Bit](false)
        wrong.reset
        row load text(t, 0 :: n)
        Sequential.Foreach(n by 1) { i =>
          val mark = row(i)
          val closes = mark > 2
          open.push(mark, !closes)
          if (closes) {
            val fits = !open.isEmpty && open.peek == mark - 2
            if (!fits) { wrong := true }
            open.pop(!open.isEmpty)
          }
          deepest := max(deepest.value, open.numel)
        }
        result(t) = mux(!wrong.value && open.isEmpty, 1.to[Int], 0.to[Int])
        Foreach(n by 1) { _ => open.pop(!open.isEmpty) }
      }
      val kept = LIFO[Int](n)
      row load text(0, 0 :: n)
      Foreach(n by 1) { i => kept.push(row(i)) }
      Foreach(n by 1) { i => back(i) = kept.pop() }
      matched(0 :: 2) store result
      turned(0 :: n) store back
      most := deepest.value
    }
    assert(checkGold(matched, Array[Int](1, 0)))
    assert(checkGold(turned, Array.fromSeq[Int](good.reverse.map { _.to[Int] })))
    assert(getArg(most) == 3)
  }
}
