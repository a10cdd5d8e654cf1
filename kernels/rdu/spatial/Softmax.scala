// SPDX-License-Identifier: Apache-2.0
// Rows to probabilities in floating point: the largest, exponentials, their sum, quotients.
import spatial.dsl._

@spatial class Softmax extends SpatialTest {
  val rows: scala.Int = 4
  val columns: scala.Int = 16

  def main(args: Array[String]): Unit = {
    val data = (0 :: rows, 0 :: columns) { (i, j) => ((i * 5 + j * 3) % 13).to[Float] / 4.to[Float] }
    val in = DRAM[Float](rows, columns)
    val out = DRAM[Float](rows, columns)
    setMem(in, data)
    Accel {
      Foreach(rows by 1) { row =>
        val x = SRAM[Float](columns)
        val e = SRAM[Float](columns)
        x load in(row, 0 :: columns par 16)
        val most = Reduce(Reg[Float](-1000f))(columns by 1 par 16) { j => x(j) } { (a, b) => max(a, b) }
        Foreach(columns by 1 par 16) { j => e(j) = exp(x(j) - most.value) }
        val sum = Reduce(Reg[Float])(columns by 1 par 16) { j => e(j) } { _ + _ }
        val y = SRAM[Float](columns)
        Foreach(columns by 1 par 16) { j => y(j) = e(j) / sum.value }
        out(row, 0 :: columns par 16) store y
      }
    }
    val result = getMatrix(out)
    val sums = Array.tabulate(rows) { i => Array.tabulate(columns) { j => result(i, j) }.reduce { _ + _ } }
    val ones = sums.map { s => abs(s - 1.to[Float]) < 0.00001f }.reduce { _ && _ }
    val ratio = result(1, 2) / result(1, 3)
    val expected = exp(data(1, 2) - data(1, 3))
    assert(ones && approxEql(ratio, expected, 0.0001))
  }
}
