// SPDX-License-Identifier: Apache-2.0
// Tensors as a schedule's text says them.
#pragma once

#include <string>

#include "program/tsp.hpp"

namespace weft::tsp {

/// Appends a statement for every tensor, constants with their elements.
void print_tensors(const program::tsp::Program& program, std::string& out);

}  // namespace weft::tsp
