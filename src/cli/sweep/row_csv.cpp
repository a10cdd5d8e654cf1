// SPDX-License-Identifier: Apache-2.0
// Rows of a sweep as CSV, and back: the columns of docs/jobs.md, "Sweeps".
#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/sweep/csv.hpp"
#include "cli/sweep/row.hpp"

namespace weft::cli::sweep {

namespace {

/// Between the changed values and the counters.
const std::vector<std::string> fixed_columns{"exit_status",      "end",       "reason", "cycles",
                                             "emulated_seconds", "trace_hash"};
constexpr std::string_view counter_prefix = "counter.";
constexpr std::string_view constant_prefix = "constant.";
constexpr std::string_view default_prefix = "default.";
constexpr std::string_view unit_prefix = "unit.";

std::string with(std::string_view prefix, const std::string& name) {
  return std::string(prefix) + name;
}

/// The names of all rows' counters, or constants.
std::set<std::string> counters_of(const std::vector<Row>& rows) {
  std::set<std::string> out;
  for (const Row& row : rows) {
    for (const auto& [name, sum] : row.counters) out.insert(name);
  }
  return out;
}

std::set<std::string> constants_of(const std::vector<Row>& rows) {
  std::set<std::string> out;
  for (const Row& row : rows) {
    for (const ChangedConstant& constant : row.constants) out.insert(constant.key);
  }
  return out;
}

void add_constant(const Row& row, const std::string& key, std::vector<std::string>& cells) {
  const auto found =
      std::find_if(row.constants.begin(), row.constants.end(),
                   [&key](const ChangedConstant& constant) { return constant.key == key; });
  const ChangedConstant none;
  const ChangedConstant& constant = found == row.constants.end() ? none : *found;
  cells.insert(cells.end(), {constant.value, constant.default_value, constant.unit});
}

/// The cells of one line by the header's columns.
class Cells {
 public:
  Cells(const std::vector<std::string>& columns, const CsvLine& line, std::string path)
      : columns_(columns), line_(line), path_(std::move(path)) {
    if (line.cells.size() != columns.size()) refuse("does not have as many cells as line 1");
  }

  const std::string& at(const std::string& column) const {
    const auto found = std::find(columns_.begin(), columns_.end(), column);
    return line_.cells[static_cast<std::size_t>(found - columns_.begin())];
  }
  std::optional<std::uint64_t> whole(const std::string& column) const {
    const std::string& text = at(column);
    if (text.empty()) return std::nullopt;
    const auto value = whole_of(text);
    if (!value) refuse("'" + text + "' in column " + column + " is no whole number");
    return value;
  }
  std::optional<double> real(const std::string& column) const {
    const std::string& text = at(column);
    if (text.empty()) return std::nullopt;
    const auto value = real_of(text);
    if (!value) refuse("'" + text + "' in column " + column + " is no number");
    return value;
  }
  [[noreturn]] void refuse(const std::string& why) const {
    fail(Category::input, path_ + ":" + std::to_string(line_.number) + ": " + why);
  }

 private:
  const std::vector<std::string>& columns_;
  const CsvLine& line_;
  std::string path_;
};

Row row_of_line(const std::vector<std::string>& columns, const Cells& cells) {
  Row row;
  bool is_value = true;  // until the first fixed column
  for (const std::string& column : columns) {
    if (column == fixed_columns.front()) is_value = false;
    if (is_value) {
      row.values.emplace_back(column, cells.at(column));
    } else if (column.starts_with(counter_prefix)) {
      const auto sum = cells.whole(column);
      if (sum) row.counters[column.substr(counter_prefix.size())] = *sum;
    } else if (column.starts_with(constant_prefix) && !cells.at(column).empty()) {
      const std::string key = column.substr(constant_prefix.size());
      row.constants.push_back({key, cells.at(column), cells.at(with(default_prefix, key)),
                               cells.at(with(unit_prefix, key))});
    }
  }
  row.exit_status = static_cast<int>(cells.whole("exit_status").value_or(0));
  row.end = cells.at("end");
  row.reason = cells.at("reason");
  row.cycles = cells.whole("cycles");
  row.emulated_seconds = cells.real("emulated_seconds");
  row.trace_hash = cells.at("trace_hash");
  row.identity = cells.at("identity");
  return row;
}

/// All columns that row_of_line() asks for by name are there.
void require_columns(const std::vector<std::string>& columns, const std::string& path) {
  std::vector<std::string> wanted = fixed_columns;
  wanted.emplace_back("identity");
  for (const std::string& column : columns) {
    if (!column.starts_with(constant_prefix)) continue;
    const std::string key = column.substr(constant_prefix.size());
    wanted.push_back(with(default_prefix, key));
    wanted.push_back(with(unit_prefix, key));
  }
  for (const std::string& column : wanted) {
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) continue;
    fail(Category::input, path + ": is no table of a sweep: it has no column '" + column +
                              "'; name another file, or give --anew");
  }
}

}  // namespace

std::string csv_of(const std::vector<Row>& rows) {
  const std::set<std::string> counters = counters_of(rows);
  const std::set<std::string> constants = constants_of(rows);
  std::vector<std::string> cells;
  if (!rows.empty()) {
    for (const auto& [key, value] : rows.front().values) cells.push_back(key);
  }
  cells.insert(cells.end(), fixed_columns.begin(), fixed_columns.end());
  for (const std::string& name : counters) cells.push_back(with(counter_prefix, name));
  for (const std::string& key : constants) {
    for (const auto prefix : {constant_prefix, default_prefix, unit_prefix}) {
      cells.push_back(with(prefix, key));
    }
  }
  cells.emplace_back("identity");
  std::string out = csv_line(cells);
  for (const Row& row : rows) {
    cells.clear();
    for (const auto& [key, value] : row.values) cells.push_back(value);
    cells.push_back(std::to_string(row.exit_status));
    cells.push_back(row.end);
    cells.push_back(row.reason);
    cells.push_back(row.cycles ? std::to_string(*row.cycles) : "");
    cells.push_back(row.emulated_seconds ? shortest(*row.emulated_seconds) : "");
    cells.push_back(row.trace_hash);
    for (const std::string& name : counters) {
      const auto found = row.counters.find(name);
      cells.push_back(found == row.counters.end() ? "" : std::to_string(found->second));
    }
    for (const std::string& key : constants) add_constant(row, key, cells);
    cells.push_back(row.identity);
    out += csv_line(cells);
  }
  return out;
}

std::vector<Row> rows_of_csv(const std::string& text, const std::string& path) {
  const std::vector<CsvLine> lines = csv_lines(text);
  const std::vector<std::string> columns =
      lines.empty() ? std::vector<std::string>() : lines.front().cells;
  require_columns(columns, path);
  std::vector<Row> out;
  for (std::size_t number = 1; number < lines.size(); ++number) {
    out.push_back(row_of_line(columns, Cells(columns, lines[number], path)));
  }
  return out;
}

}  // namespace weft::cli::sweep
