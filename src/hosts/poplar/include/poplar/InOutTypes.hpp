// SPDX-License-Identifier: Apache-2.0
// Input, Output and InOut, for codelets that name this header.
#pragma once

#include "poplar/codelet/fields.hpp"
