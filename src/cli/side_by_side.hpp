// SPDX-License-Identifier: Apache-2.0
// A table whose cells are sentences: columns of one width, with lines broken at blanks.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weft::cli {

/// The first column is as wide as its widest cell; the others share what is left of `width`, at
/// least 12 each. Below the first row stands a rule. Rows have as many cells as the first.
std::string side_by_side(const std::vector<std::vector<std::string>>& rows, std::size_t width);

}  // namespace weft::cli
