// SPDX-License-Identifier: Apache-2.0
// Verdicts and tables of validation rows.
#include "cli/validation/row.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/number_text.hpp"

namespace weft::cli::validation {
namespace {

using Cells = std::array<std::string, 8>;

std::string number(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  return fixed(value, whole ? 0 : 2);
}

std::string percent(double fraction) {
  return (std::signbit(fraction) ? "" : "+") + fixed(100 * fraction, 1) + " %";
}

Cells cells_of(const Row& row) {
  return {row.name,
          row.machine,
          number(row.published),
          number(row.ours),
          number(row.error()) + " (" + percent(row.error_relative()) + ")",
          row.claim == Claim::prediction ? "-" : number(row.bound()),
          row.verdict(),
          row.source};
}

const Cells& header() {
  static const Cells titles = {"case",  "machine", "published", "weft",
                               "error", "bound",   "verdict",   "source"};
  return titles;
}

}  // namespace

double Row::bound() const { return std::max(bound_relative * std::abs(published), bound_absolute); }

bool Row::within() const { return std::abs(error()) <= bound() + 1e-9; }

std::string Row::verdict() const {
  switch (claim) {
    case Claim::published:
      return within() ? "passed" : "FAILED";
    case Claim::fit:
      return "fit";
    case Claim::consistency:
      return within() ? "consistent" : "INCONSISTENT";
    case Claim::prediction:
      return "prediction";
  }
  return {};
}

bool Row::failed() const {
  return (claim == Claim::published || claim == Claim::consistency) && !within();
}

std::string name_of(Claim claim) {
  switch (claim) {
    case Claim::published:
      return "published";
    case Claim::fit:
      return "fit";
    case Claim::consistency:
      return "consistency";
    case Claim::prediction:
      return "prediction";
  }
  return {};
}

std::string text_table(const std::vector<Row>& rows) {
  std::vector<Cells> lines = {header()};
  for (const Row& row : rows) lines.push_back(cells_of(row));
  std::array<std::size_t, 8> widths{};
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool right = i >= 2 && i <= 5;
      const std::string space(widths[i] - line[i].size(), ' ');
      if (i + 1 == line.size()) {
        text += line[i] + '\n';
      } else {
        text += (right ? space + line[i] : line[i] + space) + "  ";
      }
    }
  }
  return text;
}

std::string markdown_table(const std::vector<Row>& rows) {
  const auto line = [](const Cells& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) text += " " + cell + " |";
    return text + "\n";
  };
  std::string text = line(header()) + "| --- | --- | ---: | ---: | ---: | ---: | --- | --- |\n";
  for (const Row& row : rows) text += line(cells_of(row));
  return text;
}

}  // namespace weft::cli::validation
