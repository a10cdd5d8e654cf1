// SPDX-License-Identifier: Apache-2.0
// The AMP units' cycle formula.
#include "program/ipu_amp.hpp"

#include <algorithm>

namespace weft::program::ipu {

AmpCosts amp_costs(const std::function<std::uint64_t(const std::string&)>& constant,
                   bool single_precision) {
  const auto cycles = [&](const std::string& name) {
    return constant("vertex_cost.amp_cycles." + name);
  };
  AmpCosts costs;
  costs.few_rows[0] = cycles("worker_no_row");
  costs.few_rows[1] = cycles("worker_one_row");
  costs.few_rows[2] = cycles("worker_two_rows");
  costs.few_rows_single = single_precision ? cycles("few_rows_fp32") : 0;
  costs.three_rows = cycles(single_precision ? "worker_three_rows_fp32" : "worker_three_rows_fp16");
  costs.row = cycles(single_precision ? "row_fp32" : "row_fp16");
  costs.adding = cycles("adding");
  costs.state_kept = cycles("state_kept");
  costs.state_kept_group = cycles("state_kept_group");
  costs.worker_spread = cycles("worker_spread");
  costs.start = cycles("start");
  costs.conv_group = cycles("conv_group");
  costs.input_group = cycles("input_group");
  costs.output_group = cycles("output_group");
  costs.pass = cycles("pass");
  costs.first_input_group = cycles("first_input_group");
  costs.first_output_group = cycles("first_output_group");
  costs.first_pass = cycles("first_pass");
  return costs;
}

std::uint64_t amp_worker_cycles(const AmpCosts& costs, std::uint64_t n, bool zeroing) {
  std::uint64_t cycles = 0;
  if (n < 3) {
    cycles = costs.few_rows[n] + costs.few_rows_single * n;
  } else {
    cycles = costs.three_rows + costs.row * (n - 3) + (zeroing ? 0 : costs.adding);
  }
  return cycles - std::min(cycles, costs.state_kept);
}

std::uint64_t amp_pass_cycles(const AmpCosts& costs, const AmpWork& work, bool zeroing) {
  const std::uint64_t few = work.rows / work.workers;
  const std::uint64_t many = (work.rows + work.workers - 1) / work.workers;
  const std::uint64_t a = amp_worker_cycles(costs, few, zeroing);
  const std::uint64_t b = amp_worker_cycles(costs, many, zeroing);
  return std::max(work.workers * std::max(a, b),
                  work.workers * std::min(a, b) + costs.worker_spread);
}

std::uint64_t amp_cycles(const AmpCosts& costs, const AmpWork& work) {
  const std::uint64_t first = amp_pass_cycles(costs, work, true);
  const std::uint64_t later = amp_pass_cycles(costs, work, false);
  const std::uint64_t load = work.weight_load_cycles;
  const std::uint64_t groups = work.input_groups * work.conv_groups;
  const std::uint64_t zeroing =
      costs.first_input_group +
      work.output_groups *
          (costs.first_output_group + work.passes * (costs.first_pass + load + first));
  const std::uint64_t more =
      (work.input_groups - 1) *
      (costs.input_group +
       work.output_groups * (costs.output_group + work.passes * (costs.pass + load + later)));
  return costs.start + work.workers * (costs.state_kept + costs.state_kept_group * (groups - 1)) +
         work.conv_groups * (costs.conv_group + more + zeroing);
}

}  // namespace weft::program::ipu
