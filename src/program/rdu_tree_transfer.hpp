// SPDX-License-Identifier: Apache-2.0
// What moves tiles and elements between a DRAM and the chip while a controller tree is interpreted.
#pragma once

#include <cstdint>
#include <vector>

#include "program/rdu_tree_memory.hpp"

namespace weft::program::rdu_tree {

/// Runs loads, stores, gathers and scatters on the memories and values of one run. Fails with
/// RunError for a tile or an address that lies outside its DRAM.
class TransferRun {
 public:
  TransferRun(const Tree& tree, std::vector<MemoryState>& memories, const std::vector<Raw>& values)
      : tree_(tree), memories_(memories), values_(values) {}

  void run(std::uint32_t controller);

 private:
  struct Dimension {
    Raw start = 0;
    Raw length = 1;
    Raw step = 1;
    bool in_tile = false;
  };
  std::vector<Dimension> dimensions_of(const Controller& made) const;
  void run_tile(const Controller& made, std::uint32_t index);
  void run_sparse(const Controller& made, std::uint32_t index);
  void move(const Controller& made, std::uint32_t index, Raw& element, const std::vector<Raw>& at);
  Raw value_or(std::uint32_t node, Raw otherwise) const;
  bool is_a(std::uint32_t memory, MemoryKind kind) const;

  const Tree& tree_;
  std::vector<MemoryState>& memories_;
  const std::vector<Raw>& values_;
};

}  // namespace weft::program::rdu_tree
