// SPDX-License-Identifier: Apache-2.0
// Rows of the table of support out of TOML; what is wrong is told with file, line and key.
#include "advice/read_rows.hpp"

#include <algorithm>

#include "advice/operator_names.hpp"
#include "topology/suggest.hpp"

namespace weft::advice {
namespace {

using topology::Table;

constexpr std::string_view shape_words[] = {"matrix", "square"};
const std::vector<std::string> element_words{"f64", "f32", "f16", "bf16", "i64", "i32", "i16",
                                             "i8",  "u64", "u32", "u16",  "u8",  "bool"};

std::vector<std::variant<std::int64_t, std::string>> allowed_at(Table& table) {
  std::vector<std::variant<std::int64_t, std::string>> out;
  const topology::Value& value = table.value("allowed");
  if (value.kind != topology::Kind::array) table.fail("allowed", "must be an array");
  for (const topology::Value& item : value.items) {
    if (item.kind == topology::Kind::integer) {
      out.emplace_back(item.integer);
    } else if (item.kind == topology::Kind::text) {
      out.emplace_back(item.text);
    } else {
      table.fail("allowed", "must hold whole numbers and texts");
    }
  }
  return out;
}

std::vector<std::string> types_at(Table& table) {
  std::vector<std::string> types = table.texts("types");
  for (const std::string& type : types) {
    if (std::find(element_words.begin(), element_words.end(), type) == element_words.end()) {
      table.fail("types", "names '" + type + "', which is no element type");
    }
  }
  return types;
}

void read_operand(Table& table, Need& need) {
  constexpr topology::Limits place{0, 1000};
  if (table.has("input")) need.input = static_cast<std::size_t>(table.integer("input", place));
  if (table.has("output")) need.output = static_cast<std::size_t>(table.integer("output", place));
  need.is_constant = table.boolean_or("constant", false);
  need.is_absent = table.boolean_or("absent", false);
  if (table.has("types")) need.types = types_at(table);
  need.least_rank = table.integer_or("least_rank", 0, {0, 64});
  if (table.has("shape")) need.shape = word_at<Need::Shape>(table, "shape", shape_words);
  if (table.has("not_shape")) {
    need.not_shape = word_at<Need::Shape>(table, "not_shape", shape_words);
  }
}

Need read_need(Table& table, const Tables& tables) {
  Need need;
  if (table.has("task")) need.task = word_at<Task>(table, "task", task_words);
  if (table.has("attribute")) {
    need.attribute = table.text("attribute");
    need.allowed = allowed_at(table);
  }
  read_operand(table, need);
  need.once_in_module = table.boolean_or("once_in_module", false);
  need.module_without = table.text_or("module_without", "");
  const bool asks_of_operand = need.is_constant || need.is_absent || !need.types.empty() ||
                               need.least_rank > 0 || need.shape || need.not_shape;
  if (asks_of_operand != (need.input || need.output)) {
    table.fail("input", asks_of_operand ? "or 'output' must say of which operand this is asked"
                                        : "or 'output' asks for nothing of it");
  }
  if (need.attribute.empty() && !asks_of_operand && !need.once_in_module &&
      need.module_without.empty()) {
    table.fail("attribute", "or another key must say what is needed");
  }
  need.otherwise = word_at<Support>(table, "otherwise", support_words);
  need.reason = table.text("reason");
  need.rewrite = rewrite_at(table, tables);
  return need;
}

/// A row about an operator that nobody writes would hold for nothing; other domains have any.
void require_operator(const Table& operators, const std::string& key, const std::string& name,
                      const std::vector<std::string>& domains) {
  const bool is_standard = std::find(domains.begin(), domains.end(), "") != domains.end();
  if (!is_standard || is_operator_name(name)) return;
  operators.fail(key, "is about '" + name + "', which is no operator of the standard" +
                          topology::did_you_mean(name, operator_names()));
}

}  // namespace

SourceKeys sources_at(Table& table, const Tables& tables) {
  SourceKeys keys = table.texts("sources");
  if (keys.empty()) table.fail("sources", "must name at least one source");
  for (const std::string& key : keys) {
    if (!tables.sources.contains(key)) {
      table.fail("sources", "names '" + key + "', which sources.toml has not");
    }
  }
  return keys;
}

Evidence evidence_at(Table& table) { return word_at<Evidence>(table, "evidence", evidence_words); }

std::string rewrite_at(Table& table, const Tables& tables) {
  std::string rewrite = table.text_or("rewrite", "");
  if (!rewrite.empty() && !tables.rewrites.contains(rewrite)) {
    table.fail("rewrite", "names '" + rewrite + "', which rewrites.toml has not");
  }
  return rewrite;
}

void read_rows(Table& operators, const Tables& tables, SupportTable& to) {
  for (const std::string& key : operators.keys()) {
    Table table = operators.table(key);
    Row row;
    row.operation = key;
    row.domains = table.has("domains") ? table.texts("domains") : std::vector<std::string>{""};
    const auto names = table.has("names") ? table.texts("names") : std::vector<std::string>{key};
    for (const std::string& name : names) require_operator(operators, key, name, row.domains);
    row.support = word_at<Support>(table, "verdict", support_words);
    row.evidence = evidence_at(table);
    if ((row.support == Support::unknown) != (row.evidence == Evidence::none)) {
      table.fail("evidence", "must be 'none' where the verdict is 'unknown', and only there");
    }
    row.sources = sources_at(table, tables);
    row.date = tables.newest_date(row.sources);
    if (table.has("opsets")) row.opsets = table.integers("opsets", {1, 1000});
    row.reason = table.text("reason");
    row.rewrite = rewrite_at(table, tables);
    for (Table& need : table.tables("needs")) row.needs.push_back(read_need(need, tables));
    if (!to.add(std::move(row), names)) operators.fail(key, "is about an operator that has a row");
  }
}

}  // namespace weft::advice
