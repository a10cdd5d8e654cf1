// SPDX-License-Identifier: Apache-2.0
// Where something stands in the controller tree once its parallel factors are unrolled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_tree.hpp"

namespace weft::program::rdu {

/// All lanes of a controller at once: of what combines them.
inline constexpr std::uint32_t all_lanes = 0xffffffffU;

/// Controllers from the root on, and which of its unrolled lanes each is.
struct Scope {
  std::vector<std::uint32_t> path;
  std::vector<std::uint32_t> lanes;

  std::size_t depth() const { return path.size(); }
  std::uint32_t last() const { return path.back(); }
  Scope inside(std::uint32_t controller, std::uint32_t lane) const;
  /// With another lane of the controller at `place`.
  Scope with_lane(std::size_t place, std::uint32_t lane) const;
  Scope first(std::size_t count) const;
  bool operator<(const Scope& other) const;
  bool operator==(const Scope& other) const = default;
};

/// How many controllers from the root on two scopes share, lane by lane; all lanes are any.
std::size_t shared_depth(const Scope& a, const Scope& b);

/// What follows from a tree's form alone.
class TreeShape {
 public:
  explicit TreeShape(const rdu_tree::Tree& tree);

  const rdu_tree::Tree& tree() const { return tree_; }
  const rdu_tree::Controller& controller(std::uint32_t c) const { return tree_.controllers[c]; }
  /// The controllers from the root to this one.
  std::vector<std::uint32_t> path_to(std::uint32_t controller) const;
  /// Whose step a node is.
  std::uint32_t home_of(std::uint32_t node) const { return homes_[node]; }
  /// Place of a node among all steps of the tree, in the order in which one iteration does them.
  std::uint32_t order_of(std::uint32_t node) const { return node_order_[node]; }
  /// Of the end of a controller: behind all of its steps.
  std::uint32_t end_order_of(std::uint32_t controller) const { return end_order_[controller]; }
  /// The controller whose counter a node is, and which.
  struct Iterator {
    std::uint32_t controller = rdu_tree::none;
    std::uint32_t counter = 0;
  };
  Iterator iterator_of(std::uint32_t node) const { return iterators_[node]; }

  /// Whether a controller may have several iterations.
  bool loops(std::uint32_t controller) const;
  /// Lanes that the last counter of a controller gives its contexts; the rest is unrolled.
  std::uint32_t vector_lanes(std::uint32_t controller) const;
  /// How many times a controller is unrolled.
  std::uint32_t copies_of(std::uint32_t controller) const;
  /// Which of the lanes of `counter` is number `lane` of the controller's copies.
  std::uint32_t lane_of(std::uint32_t controller, std::uint32_t counter, std::uint32_t lane) const;
  /// Of a counter's parallel factor, what is unrolled.
  std::uint32_t unrolled(std::uint32_t controller, std::uint32_t counter) const;

  /// `scope` as seen from a controller that may stand elsewhere: as far as the paths are the same
  /// the same lanes, then lane 0.
  Scope scope_of(std::uint32_t controller, const Scope& seen_from) const;

 private:
  void walk(std::uint32_t controller);
  void walk_steps(const std::vector<rdu_tree::Step>& steps, std::uint32_t controller);

  const rdu_tree::Tree& tree_;
  std::vector<std::uint32_t> homes_;
  std::vector<std::uint32_t> node_order_;
  std::vector<std::uint32_t> end_order_;
  std::vector<Iterator> iterators_;
  std::uint32_t clock_ = 0;
};

/// Whether a pair is combined by a single operation that a lane tree and a sum can do.
bool is_simple(const rdu_tree::Tree& tree, const rdu_tree::Combine& combine);

}  // namespace weft::program::rdu
