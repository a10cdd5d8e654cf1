// SPDX-License-Identifier: Apache-2.0
// popops: the search for the split of rows that sorts them soonest.
#include "hosts/poplar/libraries/popops/sort_plan.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "hosts/poplar/libraries/support.hpp"
#include "weft/machine_constant.hpp"

namespace weft::libraries {

namespace {

std::uint64_t doublings(std::uint64_t count) { return count <= 1 ? 0 : std::bit_width(count - 1); }

class Estimate {
 public:
  Estimate(const poplar::Target& target, const SortTask& task)
      : target_(target),
        task_(task),
        step_(machine_constant(target, "vertex_cost.plan.step_cycles")),
        merged_(machine_constant(target, task.pairs ? "vertex_cost.sort_cycles.merged_pair"
                                                    : "vertex_cost.sort_cycles.merged_key")) {}

  /// Of a row in `blocks` blocks.
  std::uint64_t cycles(std::size_t blocks, bool tree) const {
    const std::size_t length = ceil_divide(task_.length, blocks);
    const std::size_t runs = runs_of_block(target_, length);
    const std::size_t run = ceil_divide(length, runs);
    const std::uint64_t levels = doublings(blocks);
    const std::uint64_t rounds = tree ? levels : levels * (levels + 1) / 2;
    const std::size_t kept = tree || blocks == 1 ? task_.kept : task_.length;
    const std::size_t moved = std::min(kept, tree ? task_.length : length);
    // A run that has more elements than are kept goes on with those: all later merges are as one.
    const std::uint64_t merges = doublings(std::min(run, kept)) + (kept < run ? 1 : 0);
    return target_.getNumWorkerContexts() * run * merges * merged_ +
           doublings(runs) * std::min(length, kept) * merged_ +
           rounds * (step_ + exchange(moved) + moved * merged_);
  }

  /// A tile of the tree holds two results and what came for a third.
  bool tree_fits() const {
    return 2 * task_.kept <= task_.length &&
           4 * task_.kept * task_.element_bytes <= target_.getBytesPerTile() / 4;
  }

 private:
  std::uint64_t exchange(std::size_t elements) const {
    return elements * task_.element_bytes / target_.getExchangeBytesPerCycle();
  }
  const poplar::Target& target_;
  const SortTask& task_;
  std::uint64_t step_, merged_;
};

}  // namespace

std::size_t runs_of_block(const poplar::Target& target, std::size_t length) {
  const std::size_t most = std::min<std::size_t>(target.getNumWorkerContexts(), length);
  return std::bit_floor(std::max<std::size_t>(most, 1));
}

SortPlan plan_sort(const poplar::Target& target, const SortTask& task) {
  const Estimate estimate(target, task);
  const std::size_t tiles = std::max<std::size_t>(1, target.getNumTiles() / task.rows);
  SortPlan best;
  std::uint64_t least = estimate.cycles(1, false);
  for (std::size_t blocks = 2; blocks <= std::min(tiles, task.length); blocks *= 2) {
    for (const bool tree : {false, true}) {
      if (tree && !estimate.tree_fits()) continue;
      const std::uint64_t cycles = estimate.cycles(blocks, tree);
      if (cycles >= least) continue;
      least = cycles;
      best.blocks = blocks;
      best.tree = tree;
    }
  }
  best.block_length = ceil_divide(task.length, best.blocks);
  best.blocks = ceil_divide(task.length, best.block_length);
  return best;
}

}  // namespace weft::libraries
