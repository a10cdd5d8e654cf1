// SPDX-License-Identifier: Apache-2.0
// What the files that build tensor programs share.
#pragma once

#include <string>

#include "base/error.hpp"
#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// Fails with file and line of what is added, and the tensor's name, before the sentence.
[[noreturn]] void refuse_tensor(const TensorProgram& program, const std::string& name,
                                const std::string& sentence, Category category = Category::input);
/// "[4, 64]"
std::string shape_text(const TensorShape& shape);
/// Of sums of products of that type.
VectorType sum_type(VectorType type);

}  // namespace weft::program::tsp
