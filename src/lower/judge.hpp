// SPDX-License-Identifier: Apache-2.0
// Whether the values of a program's arithmetic lie within the bounds of each node.
#pragma once

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "graph/bounds.hpp"
#include "lower/lowered.hpp"

namespace weft::lower {

/// What is beyond `largest` is that number with its sign on a machine that saturates; an infinity
/// that only moves stays one.
inline void saturate(graph::Bound& bound, const graph::Numbers& machine, double largest) {
  for (std::size_t i = 0; i < bound.exact.floats.size(); ++i) {
    double& exact = bound.exact.floats[i];
    if (std::abs(exact) > largest && machine.floats[i] == std::copysign(largest, exact)) {
      exact = std::copysign(largest, exact);
    }
  }
}

/// Limits of the judgement for each result, which `laid_out(numbers, type)` makes a tensor as the
/// program gives its values.
template <class LaidOut>
void take_limits(Evaluated& evaluated, const std::vector<Result>& results,
                 const LaidOut& laid_out) {
  for (const Result& result : results) {
    const auto found = evaluated.judgement.limits.find(result.value);
    if (found == evaluated.judgement.limits.end()) {
      evaluated.limits.emplace_back();
      continue;
    }
    evaluated.limits.push_back(Evaluated::Between{laid_out(found->second.low, result.type),
                                                  laid_out(found->second.high, result.type)});
  }
  evaluated.judgement.limits.clear();
}

/// Nodes held against their bounds, operands and results as the machine has them.
class Judge {
 public:
  explicit Judge(const graph::Graph& graph) : graph_(graph) {}

  /// Results that are nullptr are not there: nobody takes them. `largest`: what results beyond it
  /// become; 0: infinities. Category::unsupported where whole numbers of 64 bits are others on the
  /// machine.
  void node(const graph::Node& node, const graph::Operands& operands,
            const graph::Operands& results, const graph::Formats& formats, double largest = 0) {
    std::vector<graph::Bound> bounds = graph::bounds_of(node.what, operands, formats);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i] == nullptr) continue;
      if (largest != 0) saturate(bounds[i], *results[i], largest);
      if (const auto outside = graph::first_outside(bounds[i], *results[i])) {
        add(node, graph_[node.outputs[i]].type.element, *outside);
      }
      judgement_.limits[node.outputs[i]] = graph::limits_of(bounds[i], results[i]->type.element);
    }
    ++judgement_.nodes;
  }
  /// With the values of the whole graph, by ValueId.
  void node(const graph::Node& node, const std::vector<graph::Numbers>& values,
            const graph::Formats& formats, double largest = 0) {
    const auto of = [&values](const std::vector<graph::ValueId>& ids) {
      graph::Operands out;
      for (const graph::ValueId id : ids) {
        out.push_back(id == graph::no_value ? nullptr : &values[index(id)]);
      }
      return out;
    };
    this->node(node, of(node.inputs), of(node.outputs), formats, largest);
  }
  const Evaluated::Judgement& judgement() const { return judgement_; }

 private:
  void add(const graph::Node& node, graph::Element element, const graph::Outside& outside) {
    const std::string line = place_of(node) + ": " + text_of(outside);
    if (element == graph::Element::i64) {
      fail(Category::unsupported, line + ": the machine's whole numbers have fewer bits");
    }
    judgement_.outside.push_back(line);
  }

  const graph::Graph& graph_;
  Evaluated::Judgement judgement_;
};

}  // namespace weft::lower
