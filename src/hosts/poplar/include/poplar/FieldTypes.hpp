// SPDX-License-Identifier: Apache-2.0
// The types of vertex fields, for codelets that name this header.
#pragma once

#include "poplar/codelet/fields.hpp"
