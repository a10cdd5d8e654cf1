// SPDX-License-Identifier: Apache-2.0
// spatial.lib.ML on the accelerator: sums, dot products, dense layers.
#include "frontends/spatial/library/library.hpp"

namespace weft::spatial::library {

const char* const layers = R"scala(
import spatial.dsl._

object ML {
  // One number: its value. More: a Reduce over all of them, ip at a time.
  def sum_flat[T:Num](N: scala.Int, ip: scala.Int)(input: I32 => T) = {
    IfElse(N == 1) { input(0.to[I32]) } {
      val total = Reg[T]
      Reduce(total)(N par math.min(ip, N)) { i => input(i) } { (a, b) => a + b }.value
    }
  }

  // Tiles of ts, op tiles at a time
  def sum_tiled[T:Num](
    N: scala.Int, ts: scala.Int, op: scala.Int, ip: scala.Int
  )(input: I32 => T) = {
    IfElse(N <= ts) { sum_flat[T](N, ip) { i => input(i) } } {
      val total = Reg[T]
      Reduce(total)(N by ts par math.min(N / ts, op)) { first =>
        sum_flat[T](ts, ip) { i => input(first + i) }
      } { (a, b) => a + b }.value
    }
  }

  def dp_flat[T:Num](N: scala.Int, ip: scala.Int)(input: I32 => (T, T)) = {
    sum_flat[T](N, ip) { i =>
      val pair = input(i)
      pair._1 * pair._2
    }
  }

  def dp_tiled[T:Num](
    N: scala.Int, ts: scala.Int, op: scala.Int, ip: scala.Int
  )(input: I32 => (T, T)) = {
    sum_tiled[T](N, ts, op, ip) { i =>
      val pair = input(i)
      pair._1 * pair._2
    }
  }

  def identity[T:Num](x: T) = x
  def identity_backward[T:Num](x: T, y: T) = 1.to[T]
  def relu[T:Num](x: T) = max(x, 0.to[T])
  def relu_backward[T:Num](x: T, y: T) = mux(x > 0.to[T], 1.to[T], 0.to[T])
  def loss_squre_backward[T:Num](yhat: T, y: T) = yhat - y

  // out(o) = activation(sum over i of in(i) * w(i, o), plus b(o))
  def denselayer[T:Num](
    w: Any, b: Any, activation: T => T, in: I32 => T, nlout: (I32, T) => scala.Unit,
    lout: (I32, T) => scala.Unit = { (i, d) => () }
  )(ip: scala.Int = 16, mp: scala.Int = 1, op: scala.Int = 1) = {
    val inputs = w.constDims.head
    val outputs = w.constDims.last
    def neuron(o: I32) = {
      val linear = dp_tiled[T](inputs, ip, mp, ip) { i => (in(i), w(i, o)) } + b(o)
      lout(o, linear)
      val result = activation(linear)
      nlout(o, result)
      result
    }
    IfElse(outputs == 1) { Some(neuron(0.to[I32])) } {
      Foreach(outputs par op) { o => neuron(o) }
      None
    }
  }
}
)scala";

}  // namespace weft::spatial::library
