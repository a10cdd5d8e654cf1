// SPDX-License-Identifier: Apache-2.0
// The mean of a point and its four neighbours, zeros around the edge, in fixed point.
import spatial.dsl._

@spatial class Stencil extends SpatialTest {
  type T = FixPt[TRUE, _16, _16]
  val rows: scala.Int = 6
  val columns: scala.Int = 8

  def main(args: Array[String]): Unit = {
    val image = (0 :: rows, 0 :: columns) { (i, j) => (i * 3 - j).to[T] }
    val in = DRAM[T](rows, columns)
    val out = DRAM[T](rows, columns)
    setMem(in, image)
    Accel {
      val x = SRAM[T](rows, columns)
      val y = SRAM[T](rows, columns)
      x load in(0 :: rows, 0 :: columns par 8)
      Foreach(rows by 1, columns by 1 par 4) { (i, j) =>
        def at(r: Int, c: Int): T = {
          val inside = r >= 0 && r < rows && c >= 0 && c < columns
          mux(inside, x.read(Seq(r, c), Set(inside)), 0.to[T])
        }
        val around = List((-1, 0), (1, 0), (0, -1), (0, 1)).map { case (r, c) => at(i + r, j + c) }
        y(i, j) = (around.reduceTree { _ + _ } + x(i, j)) / 5.to[T]
      }
      out store y
    }
    val result = getMatrix(out)
    def point(i: Int, j: Int): T = {
      val inside = i >= 0 && i < rows && j >= 0 && j < columns
      if (inside) image(i, j) else 0.to[T]
    }
    val expected = (0 :: rows, 0 :: columns) { (i, j) =>
      (point(i - 1, j) + point(i + 1, j) + point(i, j - 1) + point(i, j + 1) + image(i, j)) / 5.to[T]
    }
    assert(approxEql(result, expected, 0))
  }
}
