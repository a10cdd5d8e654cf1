// SPDX-License-Identifier: Apache-2.0
// The NaN that a processor makes of 0 / 0 has another sign on each kind: tiles keep one.
#pragma once

#include "program/ipu_codelet.hpp"

namespace weft::machine::ipu {

/// Whether this thread's processor computed a NaN out of numbers since the last call (or a signal
/// that it may have); forgets it.
bool made_not_a_number();

/// In the floats and halves that a vertex has written (outputs and state), the negative quiet NaN
/// without payload becomes the positive one. All else keeps its bits.
void settle_not_a_number(const program::ipu::CodeletInfo& codelet, void* object);

}  // namespace weft::machine::ipu
