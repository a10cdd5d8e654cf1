// SPDX-License-Identifier: Apache-2.0
// Scopes of a controller tree: see rdu_map_scope.hpp.
#include "program/rdu_map_scope.hpp"

#include <algorithm>
#include <tuple>

#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;

Scope Scope::inside(std::uint32_t controller, std::uint32_t lane) const {
  Scope made = *this;
  made.path.push_back(controller);
  made.lanes.push_back(lane);
  return made;
}

Scope Scope::with_lane(std::size_t place, std::uint32_t lane) const {
  Scope made = *this;
  made.lanes[place] = lane;
  return made;
}

Scope Scope::first(std::size_t count) const {
  const auto end = static_cast<std::ptrdiff_t>(count);
  return {{path.begin(), path.begin() + end}, {lanes.begin(), lanes.begin() + end}};
}

bool Scope::operator<(const Scope& other) const {
  return std::tie(path, lanes) < std::tie(other.path, other.lanes);
}

std::size_t shared_depth(const Scope& a, const Scope& b) {
  std::size_t depth = 0;
  while (depth < a.depth() && depth < b.depth() && a.path[depth] == b.path[depth]) {
    const bool any = a.lanes[depth] == all_lanes || b.lanes[depth] == all_lanes;
    if (!any && a.lanes[depth] != b.lanes[depth]) break;
    ++depth;
  }
  return depth;
}

TreeShape::TreeShape(const rdu_tree::Tree& tree)
    : tree_(tree),
      homes_(tree.nodes.size(), rdu_tree::none),
      node_order_(tree.nodes.size(), 0),
      end_order_(tree.controllers.size(), 0),
      iterators_(tree.nodes.size()) {
  for (std::uint32_t c = 0; c < tree.controllers.size(); ++c) {
    const auto& counters = tree.controllers[c].counters;
    for (std::uint32_t k = 0; k < counters.size(); ++k) {
      if (counters[k].iterator != rdu_tree::none) iterators_[counters[k].iterator] = {c, k};
    }
  }
  if (!tree.controllers.empty()) walk(0);
}

void TreeShape::walk_steps(const std::vector<rdu_tree::Step>& steps, std::uint32_t controller) {
  for (const rdu_tree::Step& step : steps) {
    if (step.is_controller) {
      walk(step.index);
      continue;
    }
    homes_[step.index] = controller;
    node_order_[step.index] = ++clock_;
  }
}

void TreeShape::walk(std::uint32_t controller) {
  const rdu_tree::Controller& made = tree_.controllers[controller];
  ++clock_;
  walk_steps(made.machine.goes_on.steps, controller);
  walk_steps(made.steps, controller);
  walk_steps(made.combine.steps, controller);
  walk_steps(made.machine.next.steps, controller);
  end_order_[controller] = ++clock_;
}

std::vector<std::uint32_t> TreeShape::path_to(std::uint32_t controller) const {
  std::vector<std::uint32_t> path;
  for (std::uint32_t at = controller; at != rdu_tree::none; at = tree_.controllers[at].parent) {
    path.push_back(at);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

bool TreeShape::loops(std::uint32_t c) const {
  const rdu_tree::Controller& made = tree_.controllers[c];
  return !made.counters.empty() || made.kind == ControllerKind::state_machine;
}

std::uint32_t TreeShape::vector_lanes(std::uint32_t c) const {
  const rdu_tree::Controller& made = tree_.controllers[c];
  if (made.counters.empty() || !rdu_tree::is_inner(tree_, c)) return 1;
  if (made.kind == ControllerKind::mem_reduce) return 1;
  if (made.kind == ControllerKind::reduce && !is_simple(tree_, made.combine)) return 1;
  const std::uint32_t factor = made.counters.back().parallel;
  return factor <= lanes_most ? factor : 1;
}

std::uint32_t TreeShape::unrolled(std::uint32_t c, std::uint32_t counter) const {
  const rdu_tree::Controller& made = tree_.controllers[c];
  const bool last = counter + 1 == made.counters.size();
  return last && vector_lanes(c) > 1 ? 1 : made.counters[counter].parallel;
}

std::uint32_t TreeShape::copies_of(std::uint32_t c) const {
  std::uint32_t copies = 1;
  for (std::uint32_t k = 0; k < tree_.controllers[c].counters.size(); ++k) copies *= unrolled(c, k);
  return copies;
}

std::uint32_t TreeShape::lane_of(std::uint32_t c, std::uint32_t counter, std::uint32_t lane) const {
  const auto counters = static_cast<std::uint32_t>(tree_.controllers[c].counters.size());
  for (std::uint32_t k = counters - 1; k > counter; --k) lane /= unrolled(c, k);
  return lane % unrolled(c, counter);
}

Scope TreeShape::scope_of(std::uint32_t controller, const Scope& seen_from) const {
  Scope made;
  made.path = path_to(controller);
  made.lanes.assign(made.path.size(), 0);
  for (std::size_t i = 0; i < made.path.size() && i < seen_from.depth(); ++i) {
    if (made.path[i] != seen_from.path[i]) break;
    made.lanes[i] = seen_from.lanes[i];
  }
  return made;
}

bool is_simple(const rdu_tree::Tree& tree, const rdu_tree::Combine& combine) {
  if (combine.steps.size() != 1 || combine.steps[0].index != combine.result) return false;
  const rdu_tree::Node& node = tree.nodes[combine.result];
  const auto operation = rdu_tree::word_operation(node.operation);
  if (!operation || !numerics::is_associative(*operation)) return false;
  if (node.arguments.size() != 2) return false;
  const std::uint32_t a = node.arguments[0];
  const std::uint32_t b = node.arguments[1];
  return (a == combine.left && b == combine.right) || (a == combine.right && b == combine.left);
}

}  // namespace weft::program::rdu
