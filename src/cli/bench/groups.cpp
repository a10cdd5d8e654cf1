// SPDX-License-Identifier: Apache-2.0
// The list of benchmark groups.
#include "cli/bench/groups.hpp"

#include <ctime>

namespace weft::cli::bench {

const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {"fabric", "the queued fabric beside a naive sweep of 120 counters a router, and the oracle",
       fabric},
      {"tiles", "scalar bytecode, and fp32 vector operations beside the array kernel alone", tiles},
      {"tsp-numerics", "passes of the matrix unit beside a bare loop nest", tsp_numerics},
      {"tsp-check", "check and runs of schedules beside a loop over cycles, and beside sorting",
       tsp_check},
      {"onnx",
       "a model of ResNet-50's size, read and shaped, beside reading its bytes; advice about it",
       onnx_models},
      {"rdu", "unit graphs beside a naive machine that looks at every context in every cycle", rdu},
      {"ipu", "supersteps that do nothing, and codelets beside the same loop outside", ipu},
      {"ipu-model", "a compiled ResNet-18 on an IPU beside a bare loop over its multiplications",
       ipu_models},
  };
  return all;
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

}  // namespace weft::cli::bench
