// SPDX-License-Identifier: Apache-2.0
// The names by which a trace of a program in CSL tells tasks, operations and layers.
#pragma once

#include <vector>

#include "program/wse.hpp"
#include "trace/types.hpp"

namespace weft::hosts::csl {

/// Tables "tasks" (by task id the functions bound to it, on whatever tiles: "add | relay"),
/// "vector_operations" and, where the program names some, "layers".
std::vector<trace::StringTable> definitions(const program::wse::Program& program);

}  // namespace weft::hosts::csl
