// SPDX-License-Identifier: Apache-2.0
// VectorList and its layouts, for codelets that name this header.
#pragma once

#include "poplar/codelet/fields.hpp"
