// SPDX-License-Identifier: Apache-2.0
// spatial.lib.ML on the host: what programs compare their accelerator with.
#include "frontends/spatial/library/library.hpp"

namespace weft::spatial::library {

const char* const host_layers = R"scala(
object HostML {
  def unstaged_dp[T](x: Any, y: Any) = x.zip(y).map { case (a, b) => a * b }.sum

  // Gives what the activation makes, and what it was given
  def unstaged_denselayer[T](in: Any, w: Any, b: Any, activation: Any) = {
    val linear = w.transpose.zip(b).map { case (column, bias) => unstaged_dp(column, in) + bias }
    (linear.map { x => activation(x) }, linear)
  }

  def unstaged_mlp[T](Ws: Any, Bs: Any, input: Any, activation: Any) = {
    input.map { sample =>
      Ws.zip(Bs).foldLeft(sample) { case (hidden, (w, b)) =>
        unstaged_denselayer(hidden, w, b, activation)._1
      }
    }
  }

  // Changes W and B; gives by how much, and the derivative by the inputs
  def unstaged_denselayer_backward[T](
    W: Any, B: Any, in: Any, nlout: Any, lout: Any, dnlout: Any, dactivation: Any, learnRate: Any
  ) = {
    val batch = in.size
    val slope = List.tabulate(batch) { n =>
      dnlout(n).zip(nlout(n).zip(lout(n))).map { case (d, (bent, linear)) =>
        dactivation(linear, bent) * d
      }
    }
    val byOutput = slope.transpose
    val dW = in.transpose.map { x =>
      byOutput.map { d => x.zip(d).map { case (a, b) => a * b }.sum / batch * learnRate }
    }
    val dB = byOutput.map { d => d.sum / batch * learnRate }
    val din = slope.map { d => W.map { row => unstaged_dp(row, d) } }
    List.tabulate(W.size) { i => i }.foreach { i =>
      List.tabulate(W(i).size) { j => j }.foreach { j => W(i)(j) = W(i)(j) - dW(i)(j) }
    }
    List.tabulate(B.size) { i => i }.foreach { i => B(i) = B(i) - dB(i) }
    (dW, dB, din)
  }

  def unstaged_loss_square[T](yhat: Any, y: Any) = (yhat - y) * (yhat - y) / 2
  def unstaged_loss_square_backward[T](yhat: Any, y: Any) = yhat - y
  def unstaged_relu(x: Any) = math.max(x, 0)
  def unstaged_identity(x: Any) = x
  def unstaged_identity_backward(x: Any, y: Any) = 1
  def unstaged_relu_backward(x: Any, y: Any) = if (x > 0) 1 else 0

  def unstaged_inner_kernel[T](x: Any, y: Any) = unstaged_dp(x, y)
  def unstaged_polynomial_kernel[T](c: Any, d: scala.Int)(x: Any, y: Any) = {
    val base = unstaged_dp(x, y) + c
    List.fill(d)(base).reduce { (a, b) => a * b }
  }
  def unstaged_SVMR_infer[T](alphas: Any, b: Any, supportVectors: Any, kernel: Any)(x: Any) = {
    alphas.zip(supportVectors).map { case (a, (vector, positive)) =>
      (if (positive) a else -a) * kernel(x, vector)
    }.sum + b
  }
  def unstaged_SVMC_infer[T](alphas: Any, b: Any, supportVectors: Any, kernel: Any)(x: Any) =
    unstaged_SVMR_infer(alphas, b, supportVectors, kernel)(x) > 0
  def unstaged_sigmoid(x: scala.Float) = 1 / (1 + math.exp(-x).toFloat)
}
)scala";

}  // namespace weft::spatial::library
