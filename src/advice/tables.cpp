// SPDX-License-Identifier: Apache-2.0
// The folder of tables: sources and rewrites first, which all others cite.
#include "advice/tables.hpp"

#include <algorithm>
#include <filesystem>

#include "advice/parameter_count.hpp"
#include "advice/read_rows.hpp"
#include "base/error.hpp"
#include "topology/data_folders.hpp"

namespace weft::advice {
namespace {

namespace fs = std::filesystem;
using topology::Document;
using topology::Table;

constexpr std::string_view value_words[] = {"exact", "rounding", "other"};
constexpr std::string_view trust_words[] = {"vendor", "laboratory", "claim", "press",
                                            derived_trust};

/// The TOML files right below a folder, by name.
std::vector<std::string> files_of(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".toml") out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void read_sources(const std::string& path, Tables& tables) {
  Table root = Document::parse_file(path).root();
  const std::string read = root.text("read");
  Table sources = root.table("sources");
  for (const std::string& key : sources.keys()) {
    Table table = sources.table(key);
    const auto trust = word_at<std::size_t>(table, "trust", trust_words);
    tables.sources[key] = {table.text("title"), table.text("version"), table.text_or("date", read),
                           std::string(trust_words[trust])};
  }
  root.finish();
}

void read_rewrites(const std::string& path, Tables& tables) {
  Table root = Document::parse_file(path).root();
  Table rewrites = root.table("rewrites");
  for (const std::string& key : rewrites.keys()) {
    Table table = rewrites.table(key);
    const auto values = word_at<std::size_t>(table, "values", value_words);
    tables.rewrites[key] = {table.text("title"), std::string(value_words[values]),
                            table.boolean_or("settles", true), sources_at(table, tables)};
  }
  root.finish();
}

void read_published(const std::string& path, Tables& tables) {
  Table root = Document::parse_file(path).root();
  Table models = root.table("models");
  for (const std::string& key : models.keys()) {
    Table table = models.table(key);
    tables.models.push_back(
        {key, table.text("title"), parameter_count_at(table, tables), table.text("operator")});
  }
  for (Table& table : root.tables("results")) {
    Published row;
    row.model = table.choice("model", models.keys());
    row.family = table.text("family");
    row.task = word_at<Task>(table, "task", task_words);
    row.setting = table.text("setting");
    row.value = table.real("value");
    row.unit = table.text("unit");
    row.sources = sources_at(table, tables);
    row.conditions = {table.text_or("precision", ""), table.integer_or("batch", 0, {1}),
                      table.text_or("compiler", ""), table.integer_or("chips", 0, {1}),
                      table.boolean_or("with_host", false)};
    row.date = table.text_or("date", tables.newest_date(row.sources));
    tables.published.push_back(std::move(row));
  }
  root.finish();
}

void read_baselines(const std::string& path, Tables& tables) {
  std::vector<std::string> models;
  for (const KnownModel& one : tables.models) models.push_back(one.key);
  Table root = Document::parse_file(path).root();
  for (Table& table : root.tables("baselines")) {
    PublishedBaseline row;
    row.model = table.choice("model", models);
    row.machine = table.text("machine");
    row.task = word_at<Task>(table, "task", task_words);
    row.setting = table.text("setting");
    row.value = table.real("value");
    row.unit = table.text("unit");
    row.sources = sources_at(table, tables);
    tables.baselines.push_back(std::move(row));
  }
  root.finish();
}

void read_operators(const std::string& path, Tables& tables) {
  Table root = Document::parse_file(path).root();
  const std::string family = root.text("family");
  const auto found = tables.targets.find(family);
  if (found == tables.targets.end()) root.fail("family", "'" + family + "' has no file of its own");
  Table operators = root.table("operators");
  read_rows(operators, tables, found->second.operators);
  root.finish();
}

bool is_about_all(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name == "sources.toml" || name == "rewrites.toml" || name == "published.toml" ||
         name == "baselines.toml";
}

}  // namespace

const TargetFacts& Tables::of_family(const std::string& family, const std::string& machine) const {
  const auto found = targets.find(family);
  if (found == targets.end()) {
    fail(Category::unsupported,
         machine + ": there is no table of what machines of the family " + family + " take");
  }
  return found->second;
}

std::string Tables::newest_date(const SourceKeys& keys) const {
  std::string date;
  for (const std::string& key : keys) date = std::max(date, sources.at(key).date);
  return date;
}

std::string tables_folder() {
  std::string tried;
  for (const std::string& folder : topology::data_folders("advice")) {
    std::error_code ignored;
    if (fs::is_regular_file(fs::path(folder) / "sources.toml", ignored)) return folder;
    tried += (tried.empty() ? "" : ", ") + folder;
  }
  fail(Category::input, "there are no tables for advice: looked for sources.toml in " + tried);
}

Tables load_tables(const std::string& folder) {
  Tables tables;
  const fs::path root(folder);
  read_sources((root / "sources.toml").string(), tables);
  read_rewrites((root / "rewrites.toml").string(), tables);
  for (const std::string& path : files_of(root)) {
    if (is_about_all(path)) continue;
    Table file = Document::parse_file(path).root();
    TargetFacts target = read_target(file, tables);
    file.finish();
    std::string family = target.family;
    if (!tables.targets.emplace(family, std::move(target)).second) {
      file.fail("family", "'" + family + "' has a file already");
    }
  }
  for (const std::string& path : files_of(root / "operators")) read_operators(path, tables);
  read_published((root / "published.toml").string(), tables);
  read_baselines((root / "baselines.toml").string(), tables);
  return tables;
}

}  // namespace weft::advice
