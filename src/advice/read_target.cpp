// SPDX-License-Identifier: Apache-2.0
// A target's file: precision, rules, what fits, its card.
#include "advice/read_rows.hpp"

namespace weft::advice {
namespace {

using topology::Table;

constexpr std::string_view rule_words[] = {
    "newest_opset", "oldest_opset",      "training",      "cache_input",    "sequence_of_one",
    "tied_weights", "long_whole_inputs", "double_inputs", "frozen_extents", "product_fill"};
constexpr std::string_view fit_words[] = {"by_parameters", "in_memory", "streamed", "in_sections"};
constexpr std::string_view holds_words[] = {"all", "weights", "activations", "largest operator"};
constexpr topology::Limits positive{1};

std::optional<graph::Element> element_at(Table& table) {
  if (!table.has("element")) return std::nullopt;
  const std::string name = table.text("element");
  for (int i = 0; i <= static_cast<int>(graph::Element::boolean); ++i) {
    const auto element = static_cast<graph::Element>(i);
    if (name_of(element) == name) return element;
  }
  table.fail("element", "'" + name + "' is no element type");
}

void read_formats(Table table, const Tables& tables, TargetFacts& to) {
  to.default_format = table.text("default");
  to.format_sources = sources_at(table, tables);
  for (Table& one : table.tables("formats")) {
    to.formats.push_back({one.text("name"), one.integer("bytes", positive), element_at(one)});
  }
  if (to.format(to.default_format) == nullptr) table.fail("default", "is none of the formats");
}

MemoryLevel read_level(Table& table) {
  MemoryLevel level;
  level.name = table.text("name");
  level.holds = word_at<MemoryLevel::Holds>(table, "holds", holds_words);
  level.capacity = table.texts("capacity");
  level.times = table.integer_or("times", 1, positive);
  level.divided_by = table.integer_or("divided_by", 1, positive);
  return level;
}

FitRule read_fit(Table table, const Tables& tables) {
  FitRule fit;
  fit.kind = word_at<FitRule::Kind>(table, "rule", fit_words);
  fit.unit = table.text("unit");
  if (fit.kind == FitRule::Kind::by_parameters) {
    fit.parameters_a_unit = table.integer("parameters_a_unit", positive);
  }
  fit.most_units = table.integer_or("most_units", 0, {0});
  fit.most_parameters = table.integer_or("most_parameters", 0, {0});
  if (table.has("other_builds")) fit.other_builds = table.integers("other_builds", positive);
  for (Table& one : table.tables("memory")) fit.memory.push_back(read_level(one));
  fit.reason = table.text("reason");
  fit.sources = sources_at(table, tables);
  return fit;
}

std::optional<CallRule> read_call(Table fit) {
  if (!fit.has("call")) return std::nullopt;
  Table table = fit.table("call");
  return CallRule{table.integer("clock_hz", positive), table.real("host_bytes_a_second"),
                  table.real("host_seconds_a_way")};
}

Rule read_rule(Table& table, const Tables& tables) {
  Rule rule;
  rule.kind = word_at<Rule::Kind>(table, "kind", rule_words);
  if (rule.kind == Rule::Kind::newest_opset || rule.kind == Rule::Kind::oldest_opset) {
    rule.opset = table.integer("opset", positive);
  }
  if (rule.kind == Rule::Kind::product_fill) {
    rule.plane = table.texts("plane");
    if (rule.plane.size() != 2) table.fail("plane", "names rows and columns");
  }
  rule.severity = word_at<Severity>(table, "severity", severity_words);
  rule.evidence = evidence_at(table);
  rule.sources = sources_at(table, tables);
  rule.reason = table.text("reason");
  rule.rewrite = rewrite_at(table, tables);
  if (rule.severity == Severity::change && rule.rewrite.empty()) {
    table.fail("rewrite", "must name the change that is asked for");
  }
  return rule;
}

}  // namespace

const Format* TargetFacts::format(std::string_view name) const {
  for (const Format& one : formats) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

TargetFacts read_target(Table& root, const Tables& tables) {
  TargetFacts target;
  target.family = root.text("family");
  target.flow = root.text("flow");
  for (const std::string& task : root.texts("tasks")) {
    if (task == task_words[0]) {
      target.tasks.push_back(Task::inference);
    } else if (task == task_words[1]) {
      target.tasks.push_back(Task::training);
    } else {
      root.fail("tasks", "names '" + task + "', and there are inference and training");
    }
  }
  read_formats(root.table("precision"), tables, target);
  const Table fit = root.table("fit");
  target.fit = read_fit(fit, tables);
  target.call = read_call(fit);
  for (Table& one : root.tables("card")) {
    target.card.push_back({one.text("title"), one.text("text"), sources_at(one, tables)});
  }
  for (Table& one : root.tables("rules")) target.rules.push_back(read_rule(one, tables));
  return target;
}

}  // namespace weft::advice
