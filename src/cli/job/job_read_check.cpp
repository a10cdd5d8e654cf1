// SPDX-License-Identifier: Apache-2.0
// One [[check]] of a job file, and the names that checks and commands share.
#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "cli/job/door.hpp"
#include "cli/job/job_read.hpp"
#include "topology/suggest.hpp"

namespace weft::cli {

using topology::Limits;
using topology::Table;

namespace {

const std::vector<std::string> kinds{"equals",     "same_as", "accuracy",  "sum_over_tiles",
                                     "perceptron", "faster",  "in_flight", "exit_code",
                                     "computes",   "within"};

JobCheck::Kind read_kind(Table& table) {
  const std::string name = table.choice("kind", kinds);
  const auto found = std::find(kinds.begin(), kinds.end(), name);
  return static_cast<JobCheck::Kind>(found - kinds.begin());
}

void read_layers(Table& table, const std::string& folder, JobCheck& check) {
  for (const std::string& text : table.texts("weights")) {
    check.weights.push_back(parse_file_reference(table, "weights", text, folder));
  }
  for (const std::string& text : table.texts("biases")) {
    check.biases.push_back(parse_file_reference(table, "biases", text, folder));
  }
  if (check.weights.empty() || check.weights.size() != check.biases.size()) {
    table.fail("biases", "must be as many as the weights, and at least one");
  }
}

std::string default_name(const JobCheck& check) {
  const std::string& word = kinds[static_cast<std::size_t>(check.kind)];
  if (check.kind == JobCheck::Kind::exit_code) return word;
  return word + " " + (check.kind == JobCheck::Kind::faster ? check.other : check.result);
}

void need(const JobCheck& check, const char* key, const std::string& name,
          const std::vector<std::string>& names, const char* what) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  check.where.fail(
      key, "names '" + name + "', which is no " + what + topology::did_you_mean(name, names));
}

/// Names of the results that the job's commands leave.
std::vector<std::string> results_of_commands(const Job& job) {
  std::vector<std::string> results;
  std::map<std::string, std::string> growing;  ///< and the tensor that is copied
  for (const JobCommand& command : job.commands) {
    if (command.result.empty()) continue;
    if (command.appends) {
      const auto [one, is_new] = growing.emplace(command.result, command.target);
      if (!is_new && one->second == command.target) continue;
    }
    if (std::find(results.begin(), results.end(), command.result) != results.end()) {
      command.where.fail(
          "result", "is '" + command.result + "', as that of another command: give each its own");
    }
    if (command.result.find('/') != std::string::npos) {
      command.where.fail("result", "must not hold a '/': it names an array of the trace");
    }
    results.push_back(command.result);
  }
  return results;
}

}  // namespace

JobCheck read_check(Table table, const std::string& folder) {
  JobCheck check(table);
  check.kind = read_kind(table);
  check.name = table.text_or("name", "");
  using Kind = JobCheck::Kind;
  const Kind kind = check.kind;
  if (kind == Kind::exit_code) {
    check.exit_code = static_cast<int>(table.integer_or("expected", 0, Limits{0, 255}));
  } else if (kind != Kind::faster) {
    check.result = table.text("result");
  }
  if (kind == Kind::computes) check.expression = table.text_or("expression", "");
  if (kind == Kind::equals) check.expected = read_file_reference(table, "data", folder);
  if (kind == Kind::within) {
    check.expected = read_file_reference(table, "low", folder);
    check.high = read_file_reference(table, "high", folder);
  }
  if (kind == Kind::accuracy) check.expected = read_file_reference(table, "labels", folder);
  if (kind == Kind::perceptron) {
    check.expected = read_file_reference(table, "inputs", folder);
    read_layers(table, folder, check);
    check.slices = static_cast<std::uint64_t>(table.integer("slices", Limits{1, 1 << 16}));
  }
  if (kind == Kind::same_as || kind == Kind::in_flight) check.other = table.text("other");
  if (kind == Kind::sum_over_tiles || kind == Kind::faster) check.other = table.text("command");
  if (kind == Kind::faster) check.result = table.text("than");
  if (kind == Kind::equals || kind == Kind::same_as || kind == Kind::computes) {
    check.tolerance = table.real_or("tolerance", 0.0);
    if (check.tolerance < 0.0) table.fail("tolerance", "must not be negative");
  }
  if (kind == Kind::accuracy || kind == Kind::faster || kind == Kind::in_flight) {
    check.at_least = table.real("at_least");
    if (kind == Kind::accuracy && !(check.at_least > 0.0 && check.at_least <= 1.0)) {
      table.fail("at_least", "is a share of all items: more than 0, 1 at most");
    }
  }
  if (kind == Kind::accuracy || kind == Kind::perceptron) {
    read_items(table, check.first_item, check.most_items);
    check.classes = static_cast<std::uint64_t>(table.integer_or("classes", 0, Limits{1, 1 << 20}));
  }
  if (check.name.empty()) check.name = default_name(check);
  return check;
}

void check_result_names(const Job& job, const std::vector<std::string>& results) {
  const char* what = job.door->traits().has_main
                         ? "tensor or stream that the program gives to the host"
                         : "result of a command";
  for (const auto& [result, file] : job.outputs) {
    if (std::find(results.begin(), results.end(), result) != results.end()) continue;
    fail(Category::input, job.file + ": key 'output." + result + "' is no " + what +
                              topology::did_you_mean(result, results));
  }
  using Kind = JobCheck::Kind;
  for (const JobCheck& check : job.checks) {
    if (check.kind == Kind::faster || check.kind == Kind::exit_code) continue;
    need(check, "result", check.result, results, what);
    if (check.kind == Kind::same_as || check.kind == Kind::in_flight) {
      need(check, "other", check.other, results, what);
    }
  }
}

void check_names(const Job& job) {
  std::vector<std::string> commands;
  for (const JobCommand& command : job.commands) commands.push_back(command.name);
  const Door::Traits& door = job.door->traits();
  if (!door.has_main) check_result_names(job, results_of_commands(job));
  using Kind = JobCheck::Kind;
  for (const JobCheck& check : job.checks) {
    if (check.kind == Kind::exit_code && !door.has_main) {
      check.where.fail("kind", "'exit_code' is for programs in " + door_languages(true) + ": " +
                                   door.language + " has no main()");
    }
    if (check.kind == Kind::faster || check.kind == Kind::sum_over_tiles) {
      need(check, "command", check.other, commands, "command");
    }
    if (check.kind == Kind::faster) need(check, "than", check.result, commands, "command");
  }
}

}  // namespace weft::cli
