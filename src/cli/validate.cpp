// SPDX-License-Identifier: Apache-2.0
// `weft validate [CASE...]`: published and measured figures beside ours.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "base/output_paths.hpp"
#include "cli/commands.hpp"
#include "cli/json_output.hpp"
#include "cli/validation/cases.hpp"
#include "cli/validation/sensitivity.hpp"

namespace weft::cli {
namespace {

struct ValidateOptions {
  std::vector<std::string> names;
  std::string machine;
  std::string markdown;
  bool quick = false;
  bool list = false;
  bool sensitivity = false;
  JsonOutput json;
};

/// A case, and which of its rows are asked for: those whose name begins so.
struct Chosen {
  validation::Case which;
  std::string rows;
};

/// Families that there are cases for, in the order of the cases.
std::vector<std::string> families() {
  std::vector<std::string> names;
  for (const validation::Case& c : validation::cases()) {
    if (std::find(names.begin(), names.end(), c.family) == names.end()) names.push_back(c.family);
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::vector<Chosen> of_machine(const std::string& family) {
  std::vector<Chosen> some;
  for (const validation::Case& c : validation::cases()) {
    if (family.empty() || c.family == family) some.push_back({c, ""});
  }
  if (!some.empty()) return some;
  std::vector<std::string> known = families();
  std::sort(known.begin(), known.end());
  fail(Category::input,
       "no validation cases for machine '" + family + "'; known: " + listed(known));
}

std::optional<Chosen> find_case(const std::string& name) {
  for (const validation::Case& c : validation::cases()) {
    if (c.name == name) return Chosen{c, ""};
    if (std::find(c.also.begin(), c.also.end(), name) != c.also.end()) return Chosen{c, name + " "};
  }
  return {};
}

std::vector<Chosen> chosen(const ValidateOptions& options) {
  const std::vector<std::string>& names = options.names;
  if (names.empty()) return of_machine(options.machine);
  std::vector<Chosen> some;
  for (const std::string& name : names) {
    const std::optional<Chosen> found = find_case(name);
    if (!found) {
      std::string known;
      for (const validation::Case& c : validation::cases()) {
        known += (known.empty() ? "" : ", ") + c.name;
        for (const std::string& also : c.also) known += ", " + also;
      }
      fail(Category::input, "no validation case '" + name + "'; known: " + known);
    }
    some.push_back(*found);
  }
  return some;
}

Json json_of(const validation::Row& row, const validation::Ground& ground) {
  return {{"key", ground.key},
          {"machine", ground.machine},
          {"value", ground.value},
          {"origin", name_of(ground.origin)},
          {"from_this_row", ground.comes_from(row.case_name, row.machine, row.name)}};
}

Json json_of(const std::vector<validation::Row>& rows) {
  Json cases = Json::array();
  for (const validation::Row& row : rows) {
    Json rests_on = Json::array();
    for (const validation::Ground& ground : row.rests_on) rests_on.push_back(json_of(row, ground));
    cases.push_back({{"name", row.name},
                     {"case", row.case_name},
                     {"machine", row.machine},
                     {"published", row.published},
                     {"ours", row.ours},
                     {"unit", row.unit},
                     {"error", row.error()},
                     {"bound", row.bound()},
                     {"passed", row.verdict() == validation::Verdict::passed},
                     {"verdict", name_of(row.verdict())},
                     {"rests_on", rests_on},
                     {"source", row.source}});
  }
  return {{"cases", cases}};
}

Json json_of(const validation::Moved& moved) {
  Json ours;
  if (moved.ours) ours = *moved.ours;
  return {{"value", moved.value}, {"ours", ours}, {"why", moved.why}};
}

Json json_of(const std::vector<validation::Sensitivity>& list) {
  Json all = Json::array();
  for (const validation::Sensitivity& one : list) {
    all.push_back({{"name", one.row},
                   {"machine", one.machine},
                   {"ours", one.ours},
                   {"unit", one.unit},
                   {"key", one.constant.key},
                   {"of", one.constant.machine},
                   {"origin", name_of(one.constant.origin)},
                   {"value", one.constant.value},
                   {"half", json_of(one.half)},
                   {"half_more", json_of(one.half_more)}});
  }
  return all;
}

int list_cases(const Context& context) {
  if (context.world.rank() != 0) return 0;
  for (const validation::Case& c : validation::cases()) {
    log::say(c.name + std::string(c.name.size() < 14 ? 14 - c.name.size() : 0, ' ') + " " +
             c.summary);
  }
  return 0;
}

/// On rank 0.
void show(const ValidateOptions& options, const std::vector<validation::Row>& rows,
          const std::vector<validation::Sensitivity>& moved) {
  log::say(validation::text_table(rows));
  log::say(validation::counts_text(rows));
  if (options.sensitivity) log::say(validation::text_table(moved));
  if (options.markdown.empty()) return;
  write_file(options.markdown, options.sensitivity ? validation::markdown_table(moved)
                                                   : validation::markdown_table(rows));
}

int validate(const Context& context, const ValidateOptions& options) {
  if (options.list) return list_cases(context);
  OutputPaths paths;
  paths.writes(options.json.path(), "--json");
  paths.writes(options.markdown, "--markdown");
  options.json.require_writable();
  const bool root = context.world.rank() == 0;
  if (root && !options.markdown.empty()) require_writable(options.markdown);
  std::vector<validation::Row> rows;
  std::vector<validation::Sensitivity> moved;
  validation::Context given{context.world, options.quick};
  for (const Chosen& c : chosen(options)) {
    if (root) log::note("case " + c.which.name + ": " + c.which.summary);
    auto more = validation::run_case(c.which, given);
    std::erase_if(more, [&](const validation::Row& row) { return !row.name.starts_with(c.rows); });
    rows.insert(rows.end(), more.begin(), more.end());
    if (!options.sensitivity) continue;
    const auto of_case = validation::sensitivities(c.which, given, more);
    moved.insert(moved.end(), of_case.begin(), of_case.end());
  }
  if (root) show(options, rows, moved);
  options.json.write(context.world, [&] {
    Json all = json_of(rows);
    if (options.sensitivity) all["sensitivity"] = json_of(moved);
    return all;
  });
  const bool failed = std::any_of(rows.begin(), rows.end(),
                                  [](const validation::Row& row) { return row.failed(); });
  return failed ? exit_code(Category::check) : 0;
}

}  // namespace

void register_validate(CLI::App& app, Context& context) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* command = app.add_subcommand(
      "validate", "Run the cases whose figures are known; print ours, theirs, error and source");
  command->add_option("case", options->names, "Cases to run (default: all)");
  command->add_option("--machine", options->machine,
                      "Only cases of this family: " + listed(families()));
  command->add_option("--markdown", options->markdown, "Write the table to FILE as Markdown");
  command->add_flag("--quick", options->quick, "A subset of each case that takes seconds");
  command->add_flag("--sensitivity", options->sensitivity,
                    "Run the cases again with half of every assumed or fitted constant and with "
                    "half as much again; --markdown then writes that table");
  command->add_flag("--list", options->list, "List the cases and stop");
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return validate(context, *options); }; });
}

}  // namespace weft::cli
