// SPDX-License-Identifier: Apache-2.0
// A model as a Poplar program in C++.
#pragma once

#include "lower/lowered.hpp"

namespace weft::lower::ipu {

/// `main.cpp`, its weights and how a job runs it. Category::unsupported, with a line for each node
/// that the libraries have not. In fp32 or fp16.
Lowered lower(const Request& request);

}  // namespace weft::lower::ipu
