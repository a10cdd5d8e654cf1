// SPDX-License-Identifier: Apache-2.0
// The graph as strips take it; the arithmetic of each node.
#include "lower/wse/model.hpp"

#include "graph/shapes.hpp"
#include "lower/wse/items.hpp"
#include "lower/wse/recurrence.hpp"
#include "lower/wse/rewriting.hpp"
#include "lower/wse/rows.hpp"
#include "lower/wse/window.hpp"

namespace weft::lower::wse {

using graph::Graph;

Graph prepared(const Graph& model, const Machine& machine) {
  Graph out = Rewriting(model).written();
  using graph::Element;
  for (const Element other : {Element::f64, Element::f32, Element::f16, Element::bf16}) {
    if (other != machine.element()) graph::change_format(out, other, machine.element());
  }
  return out;
}

std::vector<graph::Numbers> Arithmetic::results(const graph::Operator& what,
                                                const graph::Operands& operands) const {
  std::vector<std::optional<graph::TensorType>> types;
  for (const graph::Numbers* one : operands) {
    types.push_back(one == nullptr ? std::nullopt : std::optional(one->type));
  }
  const graph::TensorType type = graph::result_types(what, types)[0];
  std::string why;
  if (const auto window = window_of(what, types, type, why)) {
    return {window_result(*window, machine_, what, operands, type)};
  }
  if (std::holds_alternative<graph::Attention>(what) || matrices_meet(what, types)) {
    return {item_result(machine_, what, operands, type)};
  }
  if (const auto* recurrent = std::get_if<graph::Recurrent>(&what)) {
    const auto found = recurrence_of(*recurrent, types, why);
    if (found) {
      return recurrence_result(*found, machine_, operands, graph::result_types(what, types));
    }
  }
  const auto function = row_function_of(what, types, why);
  if (function && !function->whole()) {
    return {row_result(*function, machine_, operands, type)};
  }
  return graph::rounded_results(what, operands);
}

}  // namespace weft::lower::wse
