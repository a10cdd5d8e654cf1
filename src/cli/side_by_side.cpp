// SPDX-License-Identifier: Apache-2.0
// Breaks cells into lines and sets them beside each other.
#include "cli/side_by_side.hpp"

#include <algorithm>

namespace weft::cli {
namespace {

using Lines = std::vector<std::string>;

// A word longer than a line is cut.
Lines broken(const std::string& text, std::size_t width) {
  Lines lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = std::min(text.find(' ', at), text.size());
    const std::size_t room = line.empty() ? width : width - std::min(width, line.size() + 1);
    if (end - at > room && !line.empty()) {
      lines.push_back(std::move(line));
      line.clear();
      continue;
    }
    end = std::min(end, at + width);
    line += (line.empty() ? "" : " ") + text.substr(at, end - at);
    at = end < text.size() && text[end] == ' ' ? end + 1 : end;
  }
  lines.push_back(std::move(line));
  return lines;
}

std::string joined(const std::vector<Lines>& cells, const std::vector<std::size_t>& widths) {
  std::size_t height = 0;
  for (const Lines& cell : cells) height = std::max(height, cell.size());
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::string part = i < cells[column].size() ? cells[column][i] : "";
      line += part + std::string(widths[column] - part.size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string side_by_side(const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  std::size_t first = 0;
  for (const auto& row : rows) first = std::max(first, row.front().size());
  const std::size_t others = rows.front().size() - 1;
  const std::size_t left = width > first ? width - first : 0;
  const std::size_t each =
      std::max<std::size_t>(others == 0 ? 0 : left / others, 14) - 2;  // two blanks between
  std::vector<std::size_t> widths(rows.front().size(), each);
  widths.front() = first;
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<Lines> cells;
    for (std::size_t column = 0; column < rows[i].size(); ++column) {
      cells.push_back(broken(rows[i][column], widths[column]));
    }
    text += joined(cells, widths);
    if (i == 0) text += std::string(first + others * (each + 2), '-') + "\n";
  }
  return text;
}

}  // namespace weft::cli
