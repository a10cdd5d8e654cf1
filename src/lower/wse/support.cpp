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

}  // namespace weft::lower::wse
