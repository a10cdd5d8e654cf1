// SPDX-License-Identifier: Apache-2.0
// Which accesses of a memory may not overtake which: tokens from one to the next, credits back.
#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using rdu_tree::Operation;
using rdu_tree::Schedule;

/// Where in the paths of two tiles of a DRAM the loop is whose index both begin at, in one
/// dimension, and which none of them reaches beyond: its iterations do not meet.
std::optional<std::size_t> Mapper::loop_apart(const Access& a, const Access& b,
                                              std::size_t shared) const {
  const auto& first = shape_.controller(a.controller).transfer.ranges;
  const auto& second = shape_.controller(b.controller).transfer.ranges;
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    const std::uint32_t start = first[i].start;
    if (start == none || start != second[i].start) continue;
    if (node(start).operation != Operation::iterator) continue;
    const TreeShape::Iterator at = shape_.iterator_of(start);
    const auto& path = a.signals->scope.path;
    const auto end = path.begin() + static_cast<std::ptrdiff_t>(shared);
    const auto found = std::find(path.begin(), end, at.controller);
    if (found == end) continue;
    const rdu_tree::Counter& counter = shape_.controller(at.controller).counters[at.counter];
    const auto known = [&](std::uint32_t n) {
      return n == none ? std::optional<std::int64_t>(1) : known_integer(n);
    };
    const auto step = known(counter.step);
    const auto reach = [&](const rdu_tree::TileRange& range) {
      const auto length = known(range.length);
      const auto stride = known(range.step);
      return length && stride ? *length * *stride : std::optional<std::int64_t>();
    };
    const auto one = reach(first[i]);
    const auto other = reach(second[i]);
    if (!step || *step <= 0 || !one || !other || *one > *step || *other > *step) continue;
    return static_cast<std::size_t>(found - path.begin());
  }
  return std::nullopt;
}

/// Whether two accesses lie in cases of which at most one is taken in an iteration of the loop at
/// `depth` of their paths: of one branch, or of two that ask the same, as far as it does not change
/// meanwhile.
bool Mapper::exclude(const Access& a, const Access& b, std::size_t depth) const {
  const auto& path = a.signals->scope.path;
  const auto stays = [&](std::uint32_t condition) {
    std::vector<std::uint32_t> left{condition};
    while (!left.empty()) {
      const rdu_tree::Node& made = node(left.back());
      const std::uint32_t loop = shape_.iterator_of(left.back()).controller;
      left.pop_back();
      left.insert(left.end(), made.arguments.begin(), made.arguments.end());
      if (made.operation == Operation::iterator) {
        const auto end = path.begin() + static_cast<std::ptrdiff_t>(depth) + 1;
        if (std::find(path.begin(), end, loop) == end) return false;
      } else if (rdu_tree::is_memory_operation(made.operation)) {
        return false;
      }
    }
    return true;
  };
  for (const auto& [condition, holds] : asked_by(a.controller)) {
    for (const auto& [other, too] : asked_by(b.controller)) {
      if (condition == other && holds != too && stays(condition)) return true;
    }
  }
  return false;
}

/// What has to hold, or not to, for a controller to be reached: conditions of the cases around it
/// and of those before them.
std::vector<std::pair<std::uint32_t, bool>> Mapper::asked_by(std::uint32_t controller) const {
  std::vector<std::pair<std::uint32_t, bool>> asked;
  const auto add = [&](std::uint32_t condition, bool holds) {
    while (node(condition).operation == Operation::bit_not) {
      condition = node(condition).arguments[0];
      holds = !holds;
    }
    asked.emplace_back(condition, holds);
  };
  for (std::uint32_t c = controller; c != none; c = shape_.controller(c).parent) {
    if (shape_.controller(c).kind != ControllerKind::branch_case) continue;
    for (const rdu_tree::Step& step : shape_.controller(shape_.controller(c).parent).steps) {
      if (!step.is_controller) continue;
      const std::uint32_t condition = shape_.controller(step.index).condition;
      if (condition != none) add(condition, step.index == c);
      if (step.index == c) break;
    }
  }
  return asked;
}

/// Whether one of the first `depth` controllers is a loop.
bool Mapper::is_repeated(const Scope& scope, std::size_t depth) const {
  return std::any_of(scope.path.begin(), scope.path.begin() + static_cast<std::ptrdiff_t>(depth),
                     [&](std::uint32_t c) { return shape_.loops(c); });
}

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
    token(*a.signals, every, *b.waits, every, 0, "order");
    return order_in_leaf(a, b);
  }
  const bool lanes = shared < first.depth() && shared < second.depth() &&
                     first.path[shared] == second.path[shared];
  // Iterations at the same time: the program says that they do not meet
  if (lanes) return check_writers(copy, a, b, shared, true);
  const rdu_tree::Controller& around = shape_.controller(first.path[shared - 1]);
  const bool beside =
      around.schedule == Schedule::fork_join || around.kind == ControllerKind::parallel;
  if (beside) return check_writers(copy, a, b, shared, false);
  const bool loops = is_repeated(first, shared);
  if (const auto apart = copy.memory == none ? loop_apart(a, b, shared) : std::nullopt) {
    return order_apart(a, b, shared, *apart);
  }
  token(*a.signals, a.signals->part(shared), *b.waits, b.waits->part(shared), 0, "order");
  if (!loops) return;
  const bool turns = copy.memory != none && copy.owner_depth == shared;
  std::uint32_t credits = 1;
  if (turns) {
    credits = graph_.program().memories[place].buffers;
  } else if (copy.memory != none && tree_.memories[copy.memory].buffered) {
    credits += stages_apart(first, second, shared);
  }
  token(*b.signals, b.signals->part(shared), *a.waits, a.waits->part(shared), credits, "credit");
}

/// How many stages of the pipeline around both the second is behind the first.
std::uint32_t Mapper::stages_apart(const Scope& first, const Scope& second,
                                   std::size_t shared) const {
  const rdu_tree::Controller& around = shape_.controller(first.path[shared - 1]);
  const bool both = shared < first.depth() && shared < second.depth();
  if (!both || around.schedule != Schedule::pipelined) return 0;
  const auto stage = [&](const Scope& scope) {
    const auto found =
        std::find_if(around.steps.begin(), around.steps.end(), [&](const rdu_tree::Step& step) {
          return step.is_controller && step.index == scope.path[shared];
        });
    return static_cast<std::uint32_t>(
        std::count_if(around.steps.begin(), found,
                      [](const rdu_tree::Step& step) { return step.is_controller; }));
  };
  return stage(second) - stage(first);
}

/// Two accesses that meet in one iteration of the loop at `depth`, if at all, and when it begins
/// anew.
void Mapper::order_apart(const Access& a, const Access& b, std::size_t shared, std::size_t depth) {
  const bool never = exclude(a, b, depth);
  if (!never) {
    token(*a.signals, a.signals->part(shared), *b.waits, b.waits->part(shared), 0, "order");
  }
  if (!is_repeated(a.signals->scope, depth)) return;
  const auto next = [&](const Access& from, const Access& to) {
    token(*from.signals, from.signals->part(depth), *to.waits, to.waits->part(depth), 1, "credit");
  };
  if (never) next(a, b);
  next(b, a);
}

/// Two accesses in the same iterations: where both touch the same words, and other ones in each
/// iteration, the next time around waits; else each iteration does.
void Mapper::order_in_leaf(const Access& a, const Access& b) {
  const Scope& scope = a.waits->scope;
  const rdu_tree::Controller& leaf = shape_.controller(scope.last());
  std::uint32_t level = a.waits->part(scope.depth());
  if (leaf.kind != ControllerKind::mem_reduce) {
    bool apart = a.address == b.address && leaf.kind != ControllerKind::state_machine;
    for (const rdu_tree::Counter& counter : leaf.counters) {
      apart = apart &&
              std::find(a.address.begin(), a.address.end(), counter.iterator) != a.address.end();
    }
    level = apart ? a.waits->done(scope.depth() - 1) : every;
  }
  token(*b.signals, level, *a.waits, level, 1, "credit");
}

}  // namespace weft::program::rdu
