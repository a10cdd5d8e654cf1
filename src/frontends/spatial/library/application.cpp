// SPDX-License-Identifier: Apache-2.0
// What every program extends, and approximations of functions.
#include "frontends/spatial/library/library.hpp"

namespace weft::spatial::library {

const char* const application = R"scala(
import spatial.dsl._

trait SpatialTest {
  def runtimeArgs = ""
  def pirArgs = ""
}
trait SpatialApp extends SpatialTest

class File(val name: java.lang.String)
class PrintWriter(file: File) {
  var text = ""
  def write(more: Any) = { text = text + more }
  def println(more: Any) = { text = text + more + "\n" }
  def flush = ()
  def close = writeText(text, file.name)
}

object Approximations {
  // Three pieces: none below -3.5, a line below -1.2, the series to the fifth power above
  def exp_taylor[T:Num](x: T) = {
    val x2 = x * x
    val series = 1.to[T] + x + x2 / 2.to[T] + x2 * x / 6.to[T] + x2 * x * x / 24.to[T] +
                 x2 * x * x * x / 120.to[T]
    mux(x < (-3.5).to[T], 0.to[T], mux(x < (-1.2).to[T], x * 0.1.to[T] + 0.35.to[T], series))
  }

  // About 1, to the fourth power
  def log_taylor[T:Num](x: T) = {
    val d = x - 1.to[T]
    d - d * d / 2.to[T] + d * d * d / 3.to[T] - d * d * d * d / 4.to[T]
  }

  def sin_taylor[T:Num](x: T) = x - x * x * x / 6.to[T] + x * x * x * x * x / 120.to[T]
  def cos_taylor[T:Num](x: T) = 1.to[T] - x * x / 2.to[T] + x * x * x * x / 24.to[T]

  // The series about 1 below 2, lines above
  def sqrt_approx[T:Num](x: T) = {
    val d = x - 1.to[T]
    val low = 1.to[T] + d / 2.to[T] - d * d / 8.to[T] + d * d * d / 16.to[T]
    mux(x < 2.to[T], low,
      mux(x < 10.to[T], x * 0.22.to[T] + 1.to[T],
        mux(x < 100.to[T], x * 0.08.to[T] + 2.5.to[T],
          mux(x < 1000.to[T], x * 0.028.to[T] + 8.to[T],
            mux(x < 10000.to[T], x * 0.008.to[T] + 20.to[T], x * 0.0002.to[T] + 300.to[T])))))
  }
}
)scala";

}  // namespace weft::spatial::library
