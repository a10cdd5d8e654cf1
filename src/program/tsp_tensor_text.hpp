// SPDX-License-Identifier: Apache-2.0
// Tensor programs as text, as frontends/tsp reads it (docs/tsp-schedule.md).
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// A constant's elements behind "=": "fill 0.5", numbers where they are few and finite, else bytes.
std::string elements_text(VectorType type, std::span<const std::byte> bytes);

/// Lines of comments (without "#") that stand before a tensor's line.
using TensorComments = std::map<TensorId, std::vector<std::string>>;

/// The whole program, `title` (lines, without "#") above. What is read from it is the program
/// again, with the same numbers of tensors.
std::string text_of(const TensorProgram& program, const std::vector<std::string>& title,
                    const TensorComments& comments = {});

}  // namespace weft::program::tsp
