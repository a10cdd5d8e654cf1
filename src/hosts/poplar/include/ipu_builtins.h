// SPDX-License-Identifier: Apache-2.0
// The builtins of the IPU's compiler, for codelets that name this header.
#pragma once

#include "poplar/codelet/builtins.hpp"
