// SPDX-License-Identifier: Apache-2.0
// What every codelet source sees before its first line: weft's elementary functions, the builtins
// of the IPU's compiler, and what the generated tables use.
#pragma once
#pragma GCC system_header

#include "poplar/codelet/integers.hpp"
#include "poplar/codelet/libm.hpp"
// The others come after libm.hpp.
#include "poplar/codelet/builtins.hpp"
#include "poplar/codelet/describe.hpp"
#include "poplar/codelet/math.hpp"
#include "poplar/codelet/traps.hpp"
