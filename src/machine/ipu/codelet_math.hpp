// SPDX-License-Identifier: Apache-2.0
// The elementary functions that codelets call: those of numerics/, the same bits on every host.
#pragma once

#include "numerics/elementary.hpp"
#include "program/ipu_codelet.hpp"

namespace weft::machine::ipu {

inline constexpr program::ipu::CodeletMath codelet_math = {
    numerics::elementary::exp,  numerics::elementary::exp2, numerics::elementary::log,
    numerics::elementary::log2, numerics::elementary::sin,  numerics::elementary::cos,
    numerics::elementary::tan,  numerics::elementary::tanh, numerics::elementary::atan,
    numerics::elementary::pow};

}  // namespace weft::machine::ipu
