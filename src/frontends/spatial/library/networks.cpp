// SPDX-License-Identifier: Apache-2.0
// spatial.lib.ML on the accelerator: networks of layers, their training, support vector machines.
#include "frontends/spatial/library/library.hpp"

namespace weft::spatial::library {

const char* const networks = R"scala(
import spatial.dsl._

object Networks {
  // Layer after layer: what is between two of them lies in an SRAM
  def mlp_forward[T:Num](
    weights: Any, biases: Any, activation: T => T, input: I32 => T,
    output: (I32, T) => scala.Unit
  )(ips: Any, mps: Any, ops: Any) = {
    val count = weights.size
    val hidden = biases.take(count - 1).map { b => SRAM[T](b.constDims.head) }
    List.tabulate(count) { l => l }.foreach { l =>
      val from = IfElse(l == 0) { input } { { i => hidden(l - 1)(i) } }
      val into = IfElse(l == count - 1) { output } { { (i, d) => hidden(l).update(i, d) } }
      denselayer[T](weights(l), biases(l), activation, from, into)(ips(l), mps(l), ops(l))
    }
  }

  // Gradient descent of one layer; gives the derivative by its inputs
  def denselayer_backward[T:Num](
    w: Any, b: Any, batch: scala.Int, learnRate: scala.Float, dactivation: (T, T) => T,
    in: (I32, I32) => T, nlout: (I32, I32) => T, lout: (I32, I32) => T, dnlout: (I32, I32) => T
  )(opb: scala.Int = 1, tsb: scala.Int = 16, mpb: scala.Int = 1, ipb: scala.Int = 16,
    opo: scala.Int = 1, tso: scala.Int = 16, mpo: scala.Int = 1, ipo: scala.Int = 16,
    opi: scala.Int = 1) = {
    val inputs = w.constDims.head
    val outputs = w.constDims.last
    val byInput = SRAM[T](batch, inputs)
    Foreach(0 until batch par opb) { n =>
      Foreach(0 until inputs par opi) { i =>
        byInput(n, i) = sum_tiled[T](outputs, tso, mpo, ipo) { o =>
          w(i, o) * dactivation(lout(n, o), nlout(n, o)) * dnlout(n, o)
        }
      }
    }
    Foreach(0 until inputs par opi) { i =>
      Foreach(0 until outputs par opo) { o =>
        val slope = sum_tiled[T](batch, tsb, mpb, ipb) { n =>
          in(n, i) * dactivation(lout(n, o), nlout(n, o)) * dnlout(n, o)
        }
        w(i, o) = w(i, o) - slope / batch * learnRate.to[T]
      }
    }
    Foreach(0 until outputs par opo) { o =>
      val slope = sum_tiled[T](batch, tsb, mpb, ipb) { n =>
        dactivation(lout(n, o), nlout(n, o)) * dnlout(n, o)
      }
      b(o) = b(o) - slope / batch * learnRate.to[T]
    }
    byInput
  }

  // Support vector machines: regression, and which side
  def SVMR_infer[T:Num](V: scala.Int, opv: scala.Int, b: T)(inputs: I32 => (T, T, T)) = {
    val total = Reg[T]
    Reduce(total)(V by 1 par opv) { v =>
      val parts = inputs(v)
      parts._1 * parts._2 * parts._3
    } { (x, y) => x + y }.value + b
  }
  def SVMC_infer[T:Num](V: scala.Int, opv: scala.Int, b: T)(inputs: I32 => (T, T, T)) =
    SVMR_infer[T](V, opv, b)(inputs) > 0.to[T]
  def inner_kernel[T:Num](N: scala.Int, ip: scala.Int)(vecs: I32 => (T, T)) =
    dp_flat[T](N, ip)(vecs)
  def polynomial_kernel[T:Num](c: T, d: Any, N: scala.Int, ip: scala.Int)(vecs: I32 => (T, T)) =
    pow(dp_flat[T](N, ip)(vecs) + c, d)
}
)scala";

}  // namespace weft::spatial::library
