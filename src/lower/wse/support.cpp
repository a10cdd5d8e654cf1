// SPDX-License-Identifier: Apache-2.0
// Sizes and formats that are looked at before anything is planned.
#include "lower/wse/support.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/job_limits.hpp"
#include "base/number_text.hpp"

namespace weft::lower::wse {

using graph::Element;

void require_sizes(const graph::Graph& model, const Machine& machine) {
  Lacks lacks;
  for (const graph::Value& value : model.values) {
    const std::int64_t count = graph::count_of(value.type.shape);
    const std::string what = "'" + value.name + "' is " + text_of(value.type) + ": ";
    if (count == 0) lacks.add(what + "no elements");
    if (value.constant || count <= most_elements_of_command) continue;
    lacks.add(what + grouped(static_cast<std::uint64_t>(count), "element") +
              ", and a job moves at most " +
              grouped(static_cast<std::uint64_t>(most_elements_of_command)) +
              " of a value between host and wafer in a run");
  }
  lacks.raise(machine.name);
}

Lacks other_roundings(const graph::Graph& model, const Machine& machine) {
  Lacks lacks;
  for (const graph::Node& node : model.nodes) {
    const auto* convert = std::get_if<graph::Convert>(&node.what);
    if (convert == nullptr) continue;
    const bool narrower =
        convert->element == Element::bf16 || (convert->element == Element::f16 && !machine.half);
    if (!narrower) continue;
    lacks.add(node, "rounds to " + std::string(name_of(convert->element)) +
                        ", and the program's floats are " +
                        std::string(name_of(machine.element())));
  }
  return lacks;
}

std::uint64_t evaluation_bytes(const graph::Graph& model) {
  // Of an input: its numbers in fp64, and as a tensor. A result has the limits of its bounds too.
  constexpr std::uint64_t bytes_an_input = 8 + 4;
  constexpr std::uint64_t bytes_a_result = 3 * bytes_an_input;
  constexpr std::uint64_t bytes_a_weight = 8;
  // Of one node at a time: results in fp64 anew, exact ones, their magnitudes and bounds.
  constexpr std::uint64_t bytes_judged = 4 * 8;
  std::uint64_t held = 0;
  for (const graph::Value& value : model.values) {
    const auto count = static_cast<std::uint64_t>(graph::count_of(value.type.shape));
    held += count * (value.constant   ? bytes_a_weight
                     : value.producer ? bytes_a_result
                                      : bytes_an_input);
  }
  std::uint64_t most = 0;
  for (const graph::Node& node : model.nodes) {
    std::uint64_t count = 0;
    for (const graph::ValueId id : node.outputs) {
      count += static_cast<std::uint64_t>(graph::count_of(model[id].type.shape));
    }
    most = std::max(most, count * bytes_judged);
  }
  return held + most;
}

}  // namespace weft::lower::wse
