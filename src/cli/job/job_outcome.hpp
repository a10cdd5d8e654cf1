// SPDX-License-Identifier: Apache-2.0
// What a job's run leaves behind, and what its checks make of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "cli/job/host_expression.hpp"
#include "cli/job/job.hpp"
#include "cli/job/job_data.hpp"
#include "cli/job/perceptron.hpp"
#include "trace/tensor.hpp"

namespace weft::cli {

/// When a command was on the machine, and how many items it moved.
struct CommandTime {
  Cycle begin = 0;
  Cycle end = 0;
  std::uint64_t items = 1;
};

/// Everything the checks may ask for, on rank 0.
struct JobOutcome {
  std::map<std::string, std::shared_ptr<const trace::Tensor>> results;  ///< shared with the trace
  std::map<std::string, CommandTime> times;  ///< by command's name; of several the last
  std::vector<CommandTime> command_times;    ///< of the commands that are done, in order
  std::map<std::string, TileData> inputs;    ///< copy_in commands that a check names
  HostArrays arrays;                         ///< arrays that a check computes with
  HostValues host_values;                    ///< of a result, where the program says it
  MultiplyAdd multiply_add;                  ///< of the machine
  int exit_code = 0;                         ///< of a program with a main()
};

/// What was run, of any machine.
struct RunFacts {
  const Job& job;
  const topology::Topology& topology;
  const JobOutcome& outcome;
  std::uint64_t width = 0, height = 0;  ///< tiles
};

struct CheckResult {
  std::string name;
  bool passed = false;
  double value = 0.0;     ///< what was found: a largest difference, a share, a ratio, a count
  double expected = 0.0;  ///< what it is held against
  std::string text;       ///< one line for people
};

/// Evaluates all checks of the job, whose data require_check_data has found to fit.
std::vector<CheckResult> evaluate_checks(const Job& job, const JobOutcome& outcome);

/// Reads what the checks need from files and holds it against the shapes of the results to come
/// (by name, without values). Category::input when something cannot be read or does not fit.
/// `arrays` are the arrays that commands copy in, by name, without values.
void require_check_data(const Job& job, const std::map<std::string, trace::Tensor>& shapes,
                        const HostArrays& arrays = {}, const HostValues& host_values = {});

void require_perceptron(const JobCheck& check, const trace::Tensor& scores);
CheckResult check_perceptron(const JobCheck& check, const JobOutcome& outcome);

}  // namespace weft::cli
