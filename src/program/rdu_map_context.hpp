// SPDX-License-Identifier: Apache-2.0
// A context of the graph that goes through the counters of a scope's controllers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "program/rdu_make.hpp"
#include "program/rdu_map_scope.hpp"

namespace weft::program::rdu {

/// A tree's number in a context: its node there, and whether it has a value a lane.
struct Operand {
  std::uint32_t node = none;
  bool is_vector = false;
};

/// A counter inside of those of the tree: rows and words of a tile, elements of a memory.
struct InnerCounter {
  std::string name;
  std::uint32_t end = 0;          ///< where `end_node` is none
  std::uint32_t end_node = none;  ///< of the tree
};

/// A context on its way, with what the mapper knows of it.
struct MappedContext {
  ContextMaker maker;
  Scope scope;
  /// [depth]: the first counter of path[depth]; [path.size()]: of those behind all of them.
  std::vector<std::uint32_t> first_counters{};
  std::uint32_t lanes = 1;  ///< of the innermost counter
  std::uint32_t inner = 0;  ///< the first of the counters inside of the tree's
  /// Numbers of the tree that the context has already, as seen from a scope.
  std::map<std::pair<std::uint32_t, Scope>, Operand> known{};
  std::map<std::uint32_t, Operand> arguments{};  ///< of the host, by memory
  /// Registers of the tree that it keeps itself: what they hold at this step of the firing.
  std::map<std::uint32_t, Operand> registers{};
  std::optional<Operand> mask{};
  std::optional<Operand> exists{};

  std::uint32_t number() const { return maker.number(); }
  /// The level at which the controller at `depth` of the path is done.
  std::uint32_t done(std::size_t depth) const { return first_counters[depth]; }
  /// The level at which one iteration of it is.
  std::uint32_t iteration(std::size_t depth) const { return first_counters[depth + 1]; }
  /// The level at which its part in an iteration of what it shares with another scope is done:
  /// `shared` controllers.
  std::uint32_t part(std::size_t shared) const { return first_counters[shared]; }
};

}  // namespace weft::program::rdu
