// SPDX-License-Identifier: Apache-2.0
// `weft validate [CASE...]`: published and measured figures beside ours.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "cli/commands.hpp"
#include "cli/json_output.hpp"
#include "cli/validation/cases.hpp"

namespace weft::cli {
namespace {

struct ValidateOptions {
  std::vector<std::string> names;
  std::string machine;
  std::string markdown;
  bool quick = false;
  bool list = false;
  JsonOutput json;
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

std::vector<validation::Case> of_machine(const std::string& family) {
  std::vector<validation::Case> some;
  for (const validation::Case& c : validation::cases()) {
    if (family.empty() || c.family == family) some.push_back(c);
  }
  if (!some.empty()) return some;
  std::vector<std::string> known = families();
  std::sort(known.begin(), known.end());
  fail(Category::input,
       "no validation cases for machine '" + family + "'; known: " + listed(known));
}

std::vector<validation::Case> chosen(const ValidateOptions& options) {
  const std::vector<std::string>& names = options.names;
  if (names.empty()) return of_machine(options.machine);
  std::vector<validation::Case> some;
  for (const std::string& name : names) {
    const auto& all = validation::cases();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const validation::Case& c) { return c.name == name; });
    if (found == all.end()) {
      std::string known;
      for (const validation::Case& c : all) known += (known.empty() ? "" : ", ") + c.name;
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

int list_cases(const Context& context) {
  if (context.world.rank() != 0) return 0;
  for (const validation::Case& c : validation::cases()) {
    log::say(c.name + std::string(c.name.size() < 14 ? 14 - c.name.size() : 0, ' ') + " " +
             c.summary);
  }
  return 0;
}

int validate(const Context& context, const ValidateOptions& options) {
  if (options.list) return list_cases(context);
  options.json.require_writable();
  const bool root = context.world.rank() == 0;
  if (root && !options.markdown.empty()) require_writable(options.markdown);
  std::vector<validation::Row> rows;
  validation::Context given{context.world, options.quick};
  for (const validation::Case& c : chosen(options)) {
    if (root) log::note("case " + c.name + ": " + c.summary);
    const auto more = validation::run_case(c, given);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  const auto failed = std::count_if(rows.begin(), rows.end(),
                                    [](const validation::Row& row) { return row.failed(); });
  if (root) {
    log::say(validation::text_table(rows));
    log::say(validation::counts_text(rows));
    if (!options.markdown.empty()) {
      write_file(options.markdown, validation::markdown_table(rows));
    }
  }
  options.json.write(context.world, [&] { return json_of(rows); });
  return failed == 0 ? 0 : exit_code(Category::check);
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
  command->add_flag("--list", options->list, "List the cases and stop");
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return validate(context, *options); }; });
}

}  // namespace weft::cli
