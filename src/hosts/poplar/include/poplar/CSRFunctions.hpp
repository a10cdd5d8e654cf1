// SPDX-License-Identifier: Apache-2.0
// Control registers of the tiles: floating-point behaviour and stochastic rounding.
#pragma once

#include <poplar/DebugContext.hpp>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>

namespace poplar {

/// Exceptions to trap, stochastic rounding, and what fp16 does on overflow. Emulated tiles do not
/// trap: a program that wants traps runs with infinities and NaNs where a real one stops.
struct FloatingPointBehaviour {
  bool inv = true;    ///< trap invalid operations
  bool div0 = true;   ///< trap divisions by zero
  bool oflo = true;   ///< trap overflow
  bool esr = true;    ///< stochastic rounding
  bool nanoo = true;  ///< fp16 overflow gives NaN
  FloatingPointBehaviour(bool trapInvalid, bool trapDivideByZero, bool trapOverflow,
                         bool stochasticRounding, bool nanOnOverflow)
      : inv(trapInvalid),
        div0(trapDivideByZero),
        oflo(trapOverflow),
        esr(stochasticRounding),
        nanoo(nanOnOverflow) {}
  FloatingPointBehaviour() = default;
  FloatingPointBehaviour operator!() const {
    return FloatingPointBehaviour(!inv, !div0, !oflo, !esr, !nanoo);
  }
};

void setFloatingPointBehaviour(Graph& graph, program::Sequence& prog,
                               const FloatingPointBehaviour& behaviour,
                               const DebugContext& debugContext = {});
/// As a tensor that getAndModifyFloatingPointBehaviour() returned.
void setFloatingPointBehaviour(Graph& graph, program::Sequence& prog, const Tensor& behaviour,
                               const DebugContext& debugContext = {});
void setStochasticRounding(Graph& graph, program::Sequence& prog, bool enable,
                           const DebugContext& debugContext = {});
Tensor getAndModifyFloatingPointBehaviour(Graph& graph, program::Sequence& prog,
                                          const FloatingPointBehaviour& clear,
                                          const FloatingPointBehaviour& set,
                                          const DebugContext& debugContext = {});

}  // namespace poplar
