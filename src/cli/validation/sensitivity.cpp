// SPDX-License-Identifier: Apache-2.0
// Cases run again with one constant changed.
#include "cli/validation/sensitivity.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "topology/vary.hpp"

namespace weft::cli::validation {
namespace {

using topology::Origin;
using topology::Rational;

/// Assumed and fitted constants of machines (not terms of a comparison) that rows rest on.
std::vector<Ground> choices_of(const std::vector<Row>& rows) {
  std::vector<Ground> out;
  for (const Row& row : rows) {
    for (const Ground& ground : row.rests_on) {
      if (ground.origin != Origin::assumed && ground.origin != Origin::fitted) continue;
      const bool known = std::any_of(out.begin(), out.end(), [&](const Ground& other) {
        return other.key == ground.key && other.machine == ground.machine;
      });
      if (!known && machine::load_topology(ground.machine).has(ground.key)) out.push_back(ground);
    }
  }
  return out;
}

/// What the case says with the constant times `factor`.
struct Rerun {
  std::string value;  ///< empty: it can't be multiplied
  std::vector<Row> rows;
  std::string refused;
};

Rerun rerun(const Case& which, Context& context, const Ground& ground, const Rational& factor) {
  const topology::Topology machine = machine::load_topology(ground.machine);
  const auto value = topology::scaled(machine.constant(ground.key), factor);
  if (!value) return {"", {}, "no number, or zero"};
  Rerun out;
  out.value = *value;
  std::erase(out.value, '"');
  const std::string change = ground.key + "=" + *value;
  const topology::Variation variation(ground.machine, {change, change});
  try {
    out.rows = run_case(which, context);
  } catch (const Error& error) {  // the same on every rank
    take_grounds(context);
    out.refused = error.what();
  }
  return out;
}

/// A row's figure in a rerun.
Moved moved(const Row& row, const Rerun& again) {
  Moved out;
  out.value = again.value;
  out.why = again.refused;
  for (const Row& other : again.rows) {
    if (other.name == row.name && other.machine == row.machine) out.ours = other.ours;
  }
  if (!out.ours && out.why.empty()) out.why = "the case has no such row then";
  return out;
}

bool rests_on(const Row& row, const Ground& ground) {
  return std::any_of(row.rests_on.begin(), row.rests_on.end(), [&](const Ground& other) {
    return other.key == ground.key && other.machine == ground.machine;
  });
}

using SensitivityCells = std::array<std::string, 7>;

const SensitivityCells& sensitivity_titles() {
  static const SensitivityCells titles = {"row",   "machine", "constant", "origin",
                                          "value", "-50 %",   "+50 %"};
  return titles;
}

std::string moved_text(const Moved& moved, double ours) {
  if (moved.value.empty()) return moved.why;
  if (!moved.ours) return "refused: " + moved.why;
  const double change = *moved.ours - ours;
  std::string text = figure_text(*moved.ours);
  if (change != 0) text += " (" + std::string(change > 0 ? "+" : "") + figure_text(change) + ")";
  return "at " + moved.value + ": " + text;
}

SensitivityCells cells_of(const Sensitivity& one) {
  return {
      one.row + ", " + figure_text(one.ours) + (one.unit == "1" ? "" : " " + one.unit),
      one.machine,
      (one.constant.machine == one.machine ? "" : one.constant.machine + " ") + one.constant.key,
      name_of(one.constant.origin),
      one.constant.value,
      moved_text(one.half, one.ours),
      moved_text(one.half_more, one.ours)};
}

}  // namespace

std::vector<Sensitivity> sensitivities(const Case& which, Context& context,
                                       const std::vector<Row>& rows) {
  std::vector<Sensitivity> out;
  for (const Ground& ground : choices_of(rows)) {
    if (context.world.is_root()) {
      log::note("case " + which.name + " with other values of " + ground.key);
    }
    const Rerun less = rerun(which, context, ground, {1, 2});
    const Rerun more = rerun(which, context, ground, {3, 2});
    for (const Row& row : rows) {
      if (!rests_on(row, ground)) continue;
      out.push_back(
          {row.name, row.machine, row.unit, row.ours, ground, moved(row, less), moved(row, more)});
    }
  }
  std::stable_sort(out.begin(), out.end(), [&](const Sensitivity& a, const Sensitivity& b) {
    const auto place = [&](const Sensitivity& one) {
      return std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
        return row.name == one.row && row.machine == one.machine;
      });
    };
    return place(a) < place(b);
  });
  return out;
}

std::string text_table(const std::vector<Sensitivity>& list) {
  std::vector<SensitivityCells> lines = {sensitivity_titles()};
  for (const Sensitivity& one : list) lines.push_back(cells_of(one));
  std::array<std::size_t, 7> widths{};
  for (const SensitivityCells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const SensitivityCells& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      text += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
    }
    text += line.back() + '\n';
  }
  return text;
}

std::string markdown_table(const std::vector<Sensitivity>& list) {
  const auto line = [](const SensitivityCells& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) text += " " + cell + " |";
    return text + "\n";
  };
  std::string text = line(sensitivity_titles()) + "| --- | --- | --- | --- | ---: | --- | --- |\n";
  for (const Sensitivity& one : list) text += line(cells_of(one));
  return text;
}

}  // namespace weft::cli::validation
