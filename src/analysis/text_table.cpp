// SPDX-License-Identifier: Apache-2.0
// Two passes: widths, lines.
#include "analysis/text_table.hpp"

#include <algorithm>

namespace weft::analysis {

std::string table_text(const std::vector<TableRow>& rows, bool align) {
  std::vector<std::size_t> widths;
  for (const TableRow& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const TableRow& row : rows) {
    std::string line = " ";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string blanks(widths[c] - row[c].size(), ' ');
      line += align && c > 0 ? " " + blanks + row[c] + " " : " " + row[c] + blanks + " ";
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace weft::analysis
