// SPDX-License-Identifier: Apache-2.0
// Quotes on, quotes off.
#include "cli/sweep/csv.hpp"

#include "analysis/csv.hpp"

namespace weft::cli::sweep {

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t number = 0; number < cells.size(); ++number) {
    if (number > 0) out += ',';
    out += analysis::csv_field(cells[number]);
  }
  return out + "\n";
}

std::vector<CsvLine> csv_lines(const std::string& text) {
  std::vector<CsvLine> out;
  CsvLine line{1, {""}};
  std::size_t number = 1;
  bool quoted = false;
  const auto end_line = [&] {
    if (line.cells.size() > 1 || !line.cells.front().empty()) out.push_back(line);
    line = {number, {""}};
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '\n') ++number;
    if (quoted && letter == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      line.cells.back() += text[++at];
    } else if (letter == '"') {
      quoted = !quoted;
    } else if (quoted || (letter != ',' && letter != '\n' && letter != '\r')) {
      line.cells.back() += letter;
    } else if (letter == ',') {
      line.cells.emplace_back();
    } else if (letter == '\n') {
      end_line();
    }
  }
  end_line();
  return out;
}

}  // namespace weft::cli::sweep
