// SPDX-License-Identifier: Apache-2.0
// A filter over a picture that comes line by line: the last lines stay in a line buffer, the window
// over them in a register file that is shifted.
import spatial.dsl._

class Window_0 extends Window
class Window_1 extends Window(rows = 8, lines = 2)

@spatial abstract class Window(rows: scala.Int = 7, lines: scala.Int = 1) extends SpatialTest {
  val columns: scala.Int = 10
  val size: scala.Int = 3

  def main(args: Array[String]): Unit = {
    val image = (0 :: rows, 0 :: columns) { (r, c) => (r * 7 + c * 3) % 11 }
    val weights = List.tabulate(size, size) { (i, j) => i * 2 - j + 1 }
    val in = DRAM[Int](rows, columns)
    val out = DRAM[Int](rows, columns)
    setMem(in, image)
    Accel {
      val weight = LUT.fromSeq[Int](weights.map { row => row.map { _.to[Int] } })
      val buffer = LineBuffer.strided[Int](size, columns, lines)
      val window = RegFile[Int](size, size)
      val line = SRAM[Int](columns)
      Sequential.Foreach(0 until rows by lines) { r =>
        if (lines == 1) {
          buffer load in(r, 0 :: columns)
        } else {
          buffer load in(r :: r + lines, 0 :: columns)
        }
        Sequential.Foreach(columns by 1) { c =>
          Pipe { window.reset(c == 0) }
          Foreach(size by 1 par size) { i => window(i, *) <<= buffer(i, c) }
          line(c) = Reduce(Reg[Int])(size by 1, size by 1 par size) { (i, j) =>
            window(i, j) * weight(i, j)
          } { _ + _ }
        }
        out(r + lines - 1, 0 :: columns) store line
      }
    }
    // Rows and columns before the first are zeros, the nearest line is the window's first
    def at(r: scala.Int, c: scala.Int): Int = if (r < 0 || c < 0) 0 else image(r, c)
    val right = List.tabulate(rows, columns) { (r, c) =>
      val written = (r + 1) % lines == 0 && r < rows
      val sum = List.tabulate(size, size) { (i, j) => at(r - i, c - j) * weights(i)(j) }.flatten.sum
      if (written) sum else 0.to[Int]
    }.flatten
    assert(checkGold(out, Array.fromSeq[Int](right)))
  }
}
