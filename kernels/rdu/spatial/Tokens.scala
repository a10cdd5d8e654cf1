// SPDX-License-Identifier: Apache-2.0
// A stream from a file to a file: a loop without end that ends with its tokens.
import spatial.dsl._
import spatial.lang.FileEOFBus
import utils.io.files._

@spatial class Tokens extends SpatialTest {
  val n: scala.Int = 12

  def main(args: Array[String]): Unit = {
    val from = buildPath(IR.config.genDir, "in.csv")
    val into = buildPath(IR.config.genDir, "out.csv")
    createDirectories(dirName(from))
    writeCSVNow2D(List.tabulate(n) { i => List(3 * i, IfElse(i == n - 1) { 1 } { 0 }) }, from)
    val in = StreamIn[Tup2[Int, Bit]](FileEOFBus[Tup2[Int, Bit]](from))
    val out = StreamOut[Tup2[Int, Bit]](FileEOFBus[Tup2[Int, Bit]](into))
    Accel {
      Foreach(*) { _ =>
        val token = in.value
        out := Tup2(token._1 * token._1, token._2)
      }
    }
    val result = loadCSV2D[Int](into)
    val right = List.tabulate(n) { i => result(i, 0) == 9 * i * i }.reduce { _ && _ }
    assert(right && result.rows == n && result(n - 1, 1) == 1)
  }
}
