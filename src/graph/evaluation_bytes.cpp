// SPDX-License-Identifier: Apache-2.0
// Adds up what is held, and what the largest node takes for as long as it is judged.
#include "graph/evaluation_bytes.hpp"

#include <algorithm>

namespace weft::graph {

std::uint64_t evaluation_bytes(const Graph& model) {
  // Of an input: its numbers in fp64, and as a tensor. A result has the limits of its bounds too.
  constexpr std::uint64_t bytes_an_input = 8 + 4;
  constexpr std::uint64_t bytes_a_result = 3 * bytes_an_input;
  constexpr std::uint64_t bytes_a_weight = 8;
  // Of one node at a time: results in fp64 anew, exact ones, their magnitudes and bounds.
  constexpr std::uint64_t bytes_judged = 4 * 8;
  std::uint64_t held = 0;
  for (const Value& value : model.values) {
    const auto count = static_cast<std::uint64_t>(count_of(value.type.shape));
    held += count * (value.constant   ? bytes_a_weight
                     : value.producer ? bytes_a_result
                                      : bytes_an_input);
  }
  std::uint64_t most = 0;
  for (const Node& node : model.nodes) {
    std::uint64_t count = 0;
    for (const ValueId id : node.outputs) {
      count += static_cast<std::uint64_t>(count_of(model[id].type.shape));
    }
    most = std::max(most, count * bytes_judged);
  }
  return held + most;
}

}  // namespace weft::graph
