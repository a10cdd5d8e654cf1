// SPDX-License-Identifier: Apache-2.0
// spatial.lib.metaprogramming: loops that know their lane, and a FIFO a lane.
#include "frontends/spatial/library/library.hpp"

namespace weft::spatial::library {

const char* const lanes = R"scala(
import spatial.dsl._

trait MetaProgramming extends SpatialTest {
  def ForeachWithLane(series: Any)(block: (Int, Int) => Void) = {
    Foreach(series) { i => block(i, ((i - series.start) / series.step) % series.parFactor) }
  }

  def ReduceWithLane(reg: Any)(series: Any)(block: Any)(combine: Any) = {
    Reduce(reg)(series) { i =>
      block(i, ((i - series.start) / series.step) % series.parFactor)
    } { (a, b) => combine(a, b) }
  }

  // The lanes of one iteration side by side; those beyond the end do nothing
  def MForeach(series: Any)(block: (Int, Int, Bit) => Void) = {
    val lanes = series.parFactor
    val stride = series.step * lanes
    Foreach(series.start until series.end by stride, lanes by 1 par lanes) { (first, lane) =>
      val at = first + lane * series.step
      val valid = at < series.end
      withEns(valid) { block(at, lane, valid) }
    }
  }
}

case class FIFOs[T:Num](dup: scala.Int, depth: scala.Int) {
  val fifos = List.fill(dup) { FIFO[T](depth) }
  def deq(i: Int, ens: Bit*) = {
    fifos.zipWithIndex.map { case (fifo, lane) =>
      val mine = i === lane
      mux(mine, fifo.deq(Seq(mine) ++ ens), 0.to[T])
    }.reduce { (a, b) => a + b }
  }
  def enq(i: Int, data: T, ens: Bit*) = {
    fifos.zipWithIndex.foreach { case (fifo, lane) => fifo.enq(data, Seq(i === lane) ++ ens) }
  }
}
)scala";

}  // namespace weft::spatial::library
