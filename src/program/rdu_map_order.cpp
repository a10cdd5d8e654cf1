// SPDX-License-Identifier: Apache-2.0
// Which accesses of a memory may not overtake which: tokens from one to the next, credits back.
#include <algorithm>
#include <set>

#include "program/rdu_map_mapper.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using rdu_tree::Schedule;

void Mapper::order_accesses() {
  for (auto& [place, accesses] : accesses_) {
    std::stable_sort(accesses.begin(), accesses.end(),
                     [](const Access& a, const Access& b) { return a.order < b.order; });
    const auto found = copy_of_place_.find(place);
    const MemoryCopy copy = found == copy_of_place_.end() ? MemoryCopy{} : found->second;
    for (std::size_t b = 0; b < accesses.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        if (accesses[a].is_write || accesses[b].is_write) {
          order_pair(place, copy, accesses[a], accesses[b]);
        }
      }
    }
  }
}

void Mapper::order_pair(std::uint32_t place, const MemoryCopy& copy, const Access& a,
                        const Access& b) {
  const Scope& first = a.signals->scope;
  const Scope& second = b.waits->scope;
  const std::size_t shared = shared_depth(first, second);
  if (a.controller == b.controller && shared == first.depth() && shared == second.depth()) {
    // A read that gives what the write takes is before it by that already
    if (a.is_write) token(*a.signals, every, *b.waits, every, 0, "order");
    return order_in_leaf(a, b);
  }
  const bool lanes = shared < first.depth() && shared < second.depth() &&
                     first.path[shared] == second.path[shared];
  if (lanes) return;  // iterations at the same time: the program says that they do not meet
  const rdu_tree::Controller& around = shape_.controller(first.path[shared - 1]);
  const bool beside =
      around.schedule == Schedule::fork_join || around.kind == ControllerKind::parallel;
  if (beside) return;
  const bool loops =
      std::any_of(first.path.begin(), first.path.begin() + static_cast<std::ptrdiff_t>(shared),
                  [&](std::uint32_t c) { return !shape_.controller(c).counters.empty(); });
  token(*a.signals, a.signals->part(shared), *b.waits, b.waits->part(shared), 0, "order");
  if (!loops) return;
  const bool turns = copy.memory != none && copy.owner_depth == shared;
  const std::uint32_t credits = turns ? graph_.program().memories[place].buffers : 1;
  token(*b.signals, b.signals->part(shared), *a.waits, a.waits->part(shared), credits, "credit");
}

/// Two accesses in the same iterations: where both touch the same words, and other ones in each
/// iteration, the next time around waits; else each iteration does.
void Mapper::order_in_leaf(const Access& a, const Access& b) {
  const Scope& scope = a.waits->scope;
  const rdu_tree::Controller& leaf = shape_.controller(scope.last());
  std::uint32_t level = a.waits->part(scope.depth());
  if (leaf.kind != ControllerKind::mem_reduce) {
    bool apart = a.address == b.address;
    for (const rdu_tree::Counter& counter : leaf.counters) {
      apart = apart &&
              std::find(a.address.begin(), a.address.end(), counter.iterator) != a.address.end();
    }
    level = apart ? a.waits->done(scope.depth() - 1) : every;
  }
  token(*b.signals, level, *a.waits, level, 1, "credit");
}

}  // namespace weft::program::rdu
