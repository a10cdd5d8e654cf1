// SPDX-License-Identifier: Apache-2.0
// Types as parameters and members, traits, case classes and patterns: one layer for several formats.
import spatial.dsl._
import spatial.lib.ML._

class Generic_0 extends Layer[Int]
class Generic_1 extends Layer[FixPt[TRUE, _16, _16]](inputs = 12, lanes = 4)

trait Shapes {
  val inputs: scala.Int
  val outputs: scala.Int
  def weights = Seq.tabulate(inputs, outputs) { (i, o) => (i + 2 * o) % 5 - 2 }
}

case class Named(name: java.lang.String, value: scala.Int)

@spatial abstract class Layer[T:Num](
  val inputs: scala.Int = 8,
  val outputs: scala.Int = 6,
  lanes: scala.Int = 8
) extends SpatialTest with Shapes { self =>

  def expected(x: Seq[scala.Int]) = {
    self.weights.transpose.map { column => column.zip(x).map { case (w, v) => w * v }.sum }
  }

  def main(args: Array[String]): Unit = {
    val x = Seq.tabulate(inputs) { i => 3 * i - 4 }
    val out = DRAM[T](outputs)
    Accel {
      val w = LUT.fromSeq[T](weights.map { _.map { _.to[T] } })
      val b = LUT.fromSeq[T](Seq.fill(outputs) { 1 }.map { _.to[T] })
      val values = LUT.fromSeq[T](x.map { _.to[T] })
      val y = SRAM[T](outputs)
      denselayer[T](w, b, relu[T] _, in = values(_), nlout = y.update)(lanes, 1, 2)
      out store y
    }
    val gold = expected(x).map { v => math.max(v + 1, 0) }
    val told = Named("largest", gold.max) match {
      case Named(name, value) if value > 0 => name + " " + value
      case _ => "none"
    }
    println(told)
    assert(checkGold(out, Array.fromSeq[T](gold.map { _.to[T] })))
  }
}
