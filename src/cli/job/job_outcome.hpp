// SPDX-License-Identifier: Apache-2.0
// What a job's run leaves behind, and what its checks make of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ids.hpp"
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
  std::map<std::string, trace::Tensor> results;
  std::map<std::string, CommandTime> times;  ///< by command
  std::map<std::string, TileData> inputs;    ///< copy_in commands that a check names
  MultiplyAdd multiply_add;                  ///< of the machine
};

struct CheckResult {
  std::string name;
  bool passed = false;
  double value = 0.0;     ///< what was found: a largest difference, a share, a ratio, a count
  double expected = 0.0;  ///< what it is held against
  std::string text;       ///< one line for people
};

/// Evaluates all checks of the job. Category::input when expected data cannot be read or do not
/// have the result's shape.
std::vector<CheckResult> evaluate_checks(const Job& job, const JobOutcome& outcome);

/// What a check needs from files, read before the run so that its faults show early.
void require_check_data(const Job& job);

CheckResult check_perceptron(const JobCheck& check, const JobOutcome& outcome);

}  // namespace weft::cli
