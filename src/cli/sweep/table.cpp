// SPDX-License-Identifier: Apache-2.0
// Rows found, rows kept, rows written.
#include "cli/sweep/table.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "analysis/text_table.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "base/output_file.hpp"
#include "base/text_file.hpp"

namespace weft::cli::sweep {

namespace {

bool is_file(const std::string& path) { return !path.empty() && path != "-"; }

/// The values of a row in the order of the axes; nothing where it has others.
std::optional<Values> values_of(const Row& row, const std::vector<Axis>& axes) {
  if (row.values.size() != axes.size()) return std::nullopt;
  Values out;
  for (const Axis& axis : axes) {
    const auto found = std::find_if(row.values.begin(), row.values.end(),
                                    [&axis](const auto& value) { return value.first == axis.key; });
    if (found == row.values.end()) return std::nullopt;
    out.push_back(found->second);
  }
  return out;
}

std::string describe_row(const Row& row) {
  std::string out;
  for (const auto& [key, value] : row.values) out += (out.empty() ? "" : " ") + key + "=" + value;
  return out;
}

/// Of cycles, from the first row with a good end to another one.
std::string change_text(const Row& row, const Row* first) {
  if (row.exit_status != 0 || first == nullptr || first == &row || *first->cycles == 0) return "";
  const double ratio = static_cast<double>(*row.cycles) / static_cast<double>(*first->cycles);
  return (ratio < 1 ? "" : "+") + fixed(100 * (ratio - 1), 1) + " %";
}

}  // namespace

Table::Table(TableFiles files, std::vector<Axis> axes, std::string job)
    : files_(std::move(files)),
      axes_(std::move(axes)),
      job_(std::move(job)),
      variants_(variants_of(axes_)),
      rows_(variants_.size()) {
  for (const std::string& path : {files_.csv, files_.json}) {
    if (!is_file(path)) continue;
    require_writable(path);
    const OutputTarget target = output_target(path);
    if (target.kind == OutputTarget::Kind::file) owners_.push_back(own_path(target.path));
  }
  if (files_.anew) return;
  for (const auto& [path, is_json] : {std::pair{files_.json, true}, {files_.csv, false}}) {
    if (!is_file(path) || !std::filesystem::is_regular_file(path)) continue;
    read(path, is_json);
    return;
  }
}

void Table::read(const std::string& path, bool is_json) {
  const std::string text = text_of_file(path);
  if (text.empty()) fail(Category::input, path + ": is empty; give --anew to write it");
  for (Row& row : is_json ? rows_of_json(text, path) : rows_of_csv(text, path)) {
    const auto values = values_of(row, axes_);
    const auto found =
        values ? std::find(variants_.begin(), variants_.end(), *values) : variants_.end();
    if (found == variants_.end()) {
      fail(Category::input, path + ": has a row of another sweep (" + describe_row(row) +
                                "); name another file, or give --anew to begin it anew");
    }
    for (std::size_t number = 0; number < axes_.size(); ++number) {
      row.values[number] = {axes_[number].key, (*values)[number]};
    }
    rows_[static_cast<std::size_t>(found - variants_.begin())] = std::move(row);
  }
  source_ = path;
}

std::string Table::describe(std::size_t variant) const {
  return sweep::describe(axes_, variants_[variant]);
}

bool Table::has(std::size_t variant, const std::string& identity) const {
  const std::optional<Row>& row = rows_[variant];
  if (!row || row->identity.empty()) return false;
  if (row->identity == identity) return true;
  fail(Category::input,
       source_ + ": its row of " + describe(variant) +
           " is of another job: program, data, machine, limits, checks or weft have changed since; "
           "name another file, or give --anew to begin it anew");
}

void Table::put(std::size_t variant, Row row) {
  row.values.clear();
  for (std::size_t number = 0; number < axes_.size(); ++number) {
    row.values.emplace_back(axes_[number].key, variants_[variant][number]);
  }
  rows_[variant] = std::move(row);
  write_files();
}

std::vector<Row> Table::present() const {
  std::vector<Row> out;
  for (const std::optional<Row>& row : rows_) {
    if (row) out.push_back(*row);
  }
  return out;
}

void Table::write_files() const {
  if (is_file(files_.csv)) write_file(files_.csv, csv_of(present()));
  if (is_file(files_.json)) write_file(files_.json, json_of(job_, present()));
}

void Table::finish() const {
  write_files();
  if (files_.csv == "-") log::print(csv_of(present()));
  if (files_.json == "-") log::print(json_of(job_, present()));
}

std::string Table::text() const {
  std::vector<analysis::TableRow> lines(1);
  const auto changes = [this](std::size_t axis) {
    return axes_[axis].values.size() > 1 || variants_.size() == 1;
  };
  lines.front().emplace_back("variant");
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (changes(axis)) lines.front().push_back(axes_[axis].key);
  }
  for (const char* title : {"end", "exit", "cycles", "change"}) lines.front().push_back(title);
  const Row* first = nullptr;
  for (std::size_t variant = 0; variant < rows_.size(); ++variant) {
    const std::optional<Row>& row = rows_[variant];
    if (!row) continue;
    if (first == nullptr && row->exit_status == 0) first = &*row;
    analysis::TableRow line{std::to_string(variant + 1)};
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      if (changes(axis)) line.push_back(variants_[variant][axis]);
    }
    line.push_back(row->end);
    line.push_back(std::to_string(row->exit_status));
    line.push_back(row->cycles ? grouped(*row->cycles) : "-");
    line.push_back(change_text(*row, first));
    lines.push_back(std::move(line));
  }
  std::string out = analysis::table_text(lines, true);
  for (std::size_t variant = 0; variant < rows_.size(); ++variant) {
    const std::optional<Row>& row = rows_[variant];
    if (row && !row->reason.empty()) {
      out += "  " + std::to_string(variant + 1) + ": " + row->reason + "\n";
    }
  }
  return out;
}

}  // namespace weft::cli::sweep
