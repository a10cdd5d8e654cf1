// SPDX-License-Identifier: Apache-2.0
// Contexts of the graph that go through the counters of a scope's controllers: what is in them.
// it.
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
  /// The leaf's own context waits for what this one makes: it can't ask there what a register
  /// holds.
  bool is_ahead = false;
  std::uint32_t inner = 0;  ///< the first of the counters inside of the tree's
  std::vector<InnerCounter> inner_counters{};
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

/// A number in the context that has it.
struct Source {
  MappedContext* context = nullptr;
  Operand operand;
  std::uint32_t latency_cycles = 1;  ///< of the channel that takes it on
};

/// Words of a memory in one unit, from `first` on.
struct MemoryPart {
  std::uint32_t unit = none;   ///< of the graph, as is
  std::uint32_t place = none;  ///< the memory there
  std::uint32_t first = 0;
};

/// A memory of the tree in one of its unrolled copies.
struct MemoryCopy {
  std::uint32_t memory = none;           ///< of the tree
  std::uint32_t unit = none;             ///< of the first part
  std::uint32_t place = none;            ///< likewise
  std::vector<MemoryPart> parts{};       ///< one, or one a unit
  std::vector<std::uint32_t> strides{};  ///< words, a dimension
  std::size_t owner_depth = 0;           ///< how many controllers lie around it
};

/// What touches a copy of a memory: `waits` begins, `signals` ends it.
struct Access {
  MappedContext* waits = nullptr;
  MappedContext* signals = nullptr;
  bool is_write = false;
  std::uint32_t order = 0;               ///< among the steps of the tree
  std::uint32_t controller = none;       ///< that it is a step of
  std::vector<std::uint32_t> address{};  ///< nodes, where it has some
};

/// What writes a register, in the order of the steps.
struct RegisterWriter {
  std::uint32_t controller = none;
  std::uint32_t node = none;  ///< none: what a reduction leaves
  std::uint32_t order = 0;
};

}  // namespace weft::program::rdu
