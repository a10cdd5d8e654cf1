// SPDX-License-Identifier: Apache-2.0
// Tensor programs as text (docs/tsp-schedule.md), which program::tsp::schedule() takes.
#pragma once

#include <string>
#include <string_view>

#include "frontends/tsp/tsp.hpp"
#include "program/tsp_tensor.hpp"

namespace weft::tsp {

/// The program that `text` writes down; `file` is its name in messages.
/// @throws weft::Error (input; unsupported for operations that are not scheduled):
/// "file:line:column: sentence".
program::tsp::TensorProgram parse_tensors(std::string_view text, const std::string& file,
                                          const ReadLimits& limits = {});

/// The same of a file. Category::input where it can't be read.
program::tsp::TensorProgram read_tensor_file(const std::string& path,
                                             const ReadLimits& limits = {});

}  // namespace weft::tsp
