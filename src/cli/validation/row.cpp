// SPDX-License-Identifier: Apache-2.0
// Verdicts and tables of validation rows.
#include "cli/validation/row.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::cli::validation {
namespace {

using Cells = std::array<std::string, 9>;

std::string percent(double fraction) {
  return (std::signbit(fraction) ? "" : "+") + fixed(100 * fraction, 1) + " %";
}

/// The constants that come from the row itself; else how many of each origin it rests on.
std::string rests_on_text(const Row& row) {
  std::string text;
  for (const Ground* ground : row.origin_of()) text += (text.empty() ? "" : ", ") + ground->key;
  if (!text.empty()) return "from it: " + text;
  std::map<topology::Origin, int> counts;
  for (const Ground& ground : row.rests_on) ++counts[ground.origin];
  for (const topology::Origin origin :
       {topology::Origin::assumed, topology::Origin::fitted, topology::Origin::derived,
        topology::Origin::measured, topology::Origin::published}) {
    if (counts[origin] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(counts[origin]) + " " + name_of(origin);
  }
  return text.empty() ? "-" : text;
}

Cells cells_of(const Row& row) {
  const Verdict verdict = row.verdict();
  const bool unbounded =
      row.bound() == 0 && (verdict == Verdict::fit || verdict == Verdict::another_schedule);
  return {row.name,
          row.machine,
          figure_text(row.published),
          figure_text(row.ours),
          figure_text(row.error()) + " (" + percent(row.error_relative()) + ")",
          unbounded ? "-" : figure_text(row.bound()),
          name_of(row.verdict()),
          rests_on_text(row),
          row.source};
}

const Cells& header() {
  static const Cells titles = {"case",  "machine", "published", "weft",  "error",
                               "bound", "verdict", "rests on",  "source"};
  return titles;
}

}  // namespace

std::string figure_text(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  return fixed(value, whole ? 0 : 2);
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::outside:
      return "outside";
    case Verdict::derived:
      return "derived";
    case Verdict::fit:
      return "fit";
    case Verdict::arithmetic:
      return "arithmetic";
    case Verdict::another_schedule:
      return "another schedule";
  }
  return "?";
}

double Row::bound() const { return std::max(bound_relative * std::abs(published), bound_absolute); }

bool Row::within() const { return std::abs(error()) <= bound() + 1e-9; }

std::vector<const Ground*> Row::origin_of() const {
  std::vector<const Ground*> found;
  for (const Ground& ground : rests_on) {
    if (ground.comes_from(case_name, machine, name)) found.push_back(&ground);
  }
  return found;
}

Verdict Row::verdict() const {
  if (claim == Claim::term) return Verdict::fit;
  if (claim == Claim::schedule) return Verdict::another_schedule;
  const std::vector<const Ground*> from_it = origin_of();
  // An assumed constant that was chosen in sight of the figure is a fit without the name.
  const bool chosen = std::any_of(from_it.begin(), from_it.end(), [](const Ground* ground) {
    return ground->origin == topology::Origin::fitted ||
           ground->origin == topology::Origin::assumed;
  });
  if (chosen) return Verdict::fit;
  if (!within()) return Verdict::outside;
  if (claim == Claim::arithmetic) return Verdict::arithmetic;
  return from_it.empty() ? Verdict::passed : Verdict::derived;
}

std::string counts_text(const std::vector<Row>& rows) {
  std::map<Verdict, std::size_t> counts;
  for (const Row& row : rows) ++counts[row.verdict()];
  std::string text;
  for (const Verdict verdict : all_verdicts) {
    if (counts[verdict] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(counts[verdict]) + " " + name_of(verdict);
  }
  return counted(rows.size(), "row") + ": " + text;
}

std::string text_table(const std::vector<Row>& rows) {
  std::vector<Cells> lines = {header()};
  for (const Row& row : rows) lines.push_back(cells_of(row));
  std::array<std::size_t, 9> widths{};
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
  std::string text =
      line(header()) + "| --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- |\n";
  for (const Row& row : rows) text += line(cells_of(row));
  return text;
}

}  // namespace weft::cli::validation
