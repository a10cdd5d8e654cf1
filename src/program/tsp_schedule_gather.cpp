// SPDX-License-Identifier: Apache-2.0
// Rows of a table by constant indices: reads by address.
#include <cstring>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

ScheduledOperation place_gather(SchedulerState& state, const Chain& chain) {
  const TensorNode& node = *chain.primary;
  const std::vector<std::byte> bytes = bytes_of(state.program.at(node.operands[1]));
  std::vector<std::int32_t> rows(bytes.size() / sizeof(std::int32_t));
  std::memcpy(rows.data(), bytes.data(), bytes.size());
  state.meet({state.resolved[node.operands[0]]}, node.result);
  Chain copy;
  copy.result = node.result;
  copy.sides.push_back({state.resolved[node.operands[0]], 0, true});
  Chain::Step step;
  step.type = step.result_type = state.program.at(node.result).type;
  step.in[0] = {Chain::From::side, 0};
  copy.steps.push_back(step);
  return place_vector(state, copy, [&rows](ChainEmitter& emitter) {
    emitter.sides[0].row_of = [&rows](std::uint64_t row) {
      return static_cast<std::uint64_t>(rows[row]);
    };
  });
}

}  // namespace weft::program::tsp
