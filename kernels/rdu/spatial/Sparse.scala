// SPDX-License-Identifier: Apache-2.0
// Sums by key: many iterations change a memory at random places, barriers order what depends on it.
import spatial.dsl._

@spatial class Sparse extends SpatialTest {
  val n: scala.Int = 64
  val keys: scala.Int = 16
  val lanes: scala.Int = 8

  def main(args: Array[String]): Unit = {
    val data = Array.tabulate(n) { i => (i * 11) % keys }
    val in = DRAM[Int](n)
    val out = DRAM[Int](keys)
    val total = ArgOut[Int]
    setMem(in, data)
    setMem(out, Array.fill(keys)(100))
    Accel {
      val key = SRAM[Int](n)
      key load in
      val sums = SparseDRAM[Int](1)(keys)
      sums.alias = out
      Foreach(n by 1 par lanes) { i =>
        sums.RMW(key(i), i, op = "add", order = "unordered", bs = Seq())
      }
      val squares = SparseSRAM[Int](keys)
      Reduce(total)(n by keys) { first =>
        val written = Barrier[Token](0)
        val read = Barrier[Token](init = 1)
        Foreach(keys by 1 par lanes) { i =>
          squares.barrierWrite(i, (first + i) * (first + i), Seq(written.push, read.pop))
        }
        Reduce(Reg[Int])(keys by 1 par lanes) { i =>
          squares.barrierRead(i, Seq(written.pop, read.push))
        } { _ + _ }
      } { _ + _ }
    }
    val expected = Array.tabulate(keys) { k =>
      100 + List.tabulate(n) { i => if ((i * 11) % keys == k) i else 0 }.sum
    }
    val squared = List.tabulate(n) { i => i * i }.sum
    assert(checkGold(out, expected) && checkGold(total, squared))
  }
}
