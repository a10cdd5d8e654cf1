// SPDX-License-Identifier: Apache-2.0
// Comma-separated values as RFC 4180 has them.
#pragma once

#include <string>
#include <vector>

namespace weft::cli::sweep {

/// Cells with commas, quotes or line ends stand in quotes.
std::string csv_line(const std::vector<std::string>& cells);

struct CsvLine {
  std::size_t number = 1;  ///< of the file's line on which it begins
  std::vector<std::string> cells;
};
/// Lines of a file; empty ones are left out. A quote that is not closed takes the rest.
std::vector<CsvLine> csv_lines(const std::string& text);

}  // namespace weft::cli::sweep
