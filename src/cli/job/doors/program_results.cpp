// SPDX-License-Identifier: Apache-2.0
// See program_results.hpp.
#include "cli/job/doors/program_results.hpp"

#include <map>
#include <string>

#include "base/error.hpp"

namespace weft::cli {

void require_results(const Job& job, const JobOutcome& outcome) {
  for (const JobCheck& check : job.checks) {
    for (const std::string& name : {check.result, check.other}) {
      if (name.empty() || outcome.results.count(name) != 0) continue;
      check.where.fail("result", "'" + name + "' never came: the program did not give it");
    }
  }
  for (const auto& [result, file] : job.outputs) {
    if (outcome.results.count(result) != 0) continue;
    fail(Category::input, job.file + ": key 'output." + result +
                              "' never came: the program did not give it to the host");
  }
  std::map<std::string, trace::Tensor> shapes;
  for (const auto& [name, tensor] : outcome.results)
    shapes[name] = {tensor->type, tensor->shape, {}};
  require_check_data(job, shapes);
}

}  // namespace weft::cli
