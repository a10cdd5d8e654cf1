// SPDX-License-Identifier: Apache-2.0
// Tables for a terminal.
#pragma once

#include <string>
#include <vector>

namespace weft::analysis {

using TableRow = std::vector<std::string>;

/// Columns as wide as their widest entry, two blanks between and before; without trailing blanks.
/// With `align` all columns but the first stand to the right.
std::string table_text(const std::vector<TableRow>& rows, bool align = false);

}  // namespace weft::analysis
