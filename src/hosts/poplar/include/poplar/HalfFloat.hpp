// SPDX-License-Identifier: Apache-2.0
// poplar::half, for codelets that name this header.
#pragma once

#include "poplar/codelet/half.hpp"
