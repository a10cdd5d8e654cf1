// SPDX-License-Identifier: Apache-2.0
// Schedules of controllers and copies of memories: what overlaps with what.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {
namespace {

bool is_transfer(ControllerKind kind) { return kind >= ControllerKind::load; }

/// A run of nodes beside controllers becomes a unit controller of its own.
void insert_units(Tree& tree, std::uint32_t index) {
  if (is_inner(tree, index) || is_transfer(tree.controllers[index].kind)) return;
  if (tree.controllers[index].kind == ControllerKind::branch) return;
  std::vector<Step> steps;
  std::vector<Step> run;
  const auto close_run = [&] {
    if (run.empty()) return;
    Controller made;
    made.kind = ControllerKind::unit;
    made.inserted = true;
    made.parent = index;
    made.place = tree.nodes[run.front().index].place;
    made.steps = std::move(run);
    run.clear();
    steps.push_back({true, static_cast<std::uint32_t>(tree.controllers.size())});
    tree.controllers.push_back(std::move(made));
  };
  for (const Step& step : std::vector<Step>(tree.controllers[index].steps)) {
    if (step.is_controller) {
      close_run();
      steps.push_back(step);
    } else {
      run.push_back(step);
    }
  }
  close_run();
  tree.controllers[index].steps = std::move(steps);
}

std::size_t children_of(const Controller& controller) {
  return static_cast<std::size_t>(
      std::count_if(controller.steps.begin(), controller.steps.end(),
                    [](const Step& step) { return step.is_controller; }));
}

/// Whether the bounds of all of a loop's counters are known to give a single index.
bool is_one_iteration(const Tree& tree, const Controller& loop) {
  const auto number = [&](std::uint32_t of, std::int64_t otherwise) {
    if (of == none) return std::optional<std::int64_t>(otherwise);
    const Node& node = tree.nodes[of];
    if (node.operation != Operation::constant) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(to_integer(node.value, node.type));
  };
  return !loop.counters.empty() &&
         std::all_of(loop.counters.begin(), loop.counters.end(), [&](const Counter& counter) {
           const auto min = number(counter.min, 0);
           const auto max = counter.max == none ? std::nullopt : number(counter.max, 0);
           const auto step = number(counter.step, 1);
           if (!min || !max || !step || *step <= 0 || counter.scan != none) return false;
           const std::int64_t its = (*max - *min + *step - 1) / *step;
           return its == 1;
         });
}

/// What the program asked for; else units and the root are sequenced, all others pipelined. A
/// controller of one iteration cannot be pipelined, nor one around a single child.
Schedule schedule_of(const Tree& tree, std::uint32_t index) {
  const Controller& made = tree.controllers[index];
  switch (made.kind) {
    case ControllerKind::parallel:
      return Schedule::fork_join;
    case ControllerKind::branch:
      return Schedule::fork;
    case ControllerKind::branch_case:
      return Schedule::sequenced;
    default:
      break;
  }
  if (is_transfer(made.kind)) return Schedule::pipelined;
  // The next state is known when the action has ended
  if (made.kind == ControllerKind::state_machine) return Schedule::sequenced;
  const bool once = made.kind == ControllerKind::unit || made.kind == ControllerKind::accelerator ||
                    (made.kind == ControllerKind::loop && is_one_iteration(tree, made));
  const Schedule chosen = made.asked != Schedule::unasked
                              ? made.asked
                              : (once ? Schedule::sequenced : Schedule::pipelined);
  // What an outer reduction adds up is a stage of its own
  const bool sums = made.kind == ControllerKind::reduce || made.kind == ControllerKind::mem_reduce;
  const bool around_one = !is_inner(tree, index) && children_of(made) == 1 && !sums;
  const bool demoted = chosen == Schedule::pipelined && (once || around_one);
  return demoted ? Schedule::sequenced : chosen;
}

/// Which memories each controller reads and writes, its own nodes and transfers alone.
struct Uses {
  std::set<std::pair<std::uint32_t, std::uint32_t>> reads;  ///< memory, controller
  std::set<std::pair<std::uint32_t, std::uint32_t>> writes;
};

Uses uses_of(const Tree& tree) {
  Uses uses;
  for (std::uint32_t i = 0; i < tree.controllers.size(); ++i) {
    const Controller& made = tree.controllers[i];
    for (const auto* steps : {&made.steps, &made.machine.goes_on.steps, &made.machine.next.steps}) {
      for (const Step& step : *steps) {
        if (step.is_controller) continue;
        const Node& node = tree.nodes[step.index];
        if (!is_memory_operation(node.operation)) continue;
        (is_effect(node.operation) ? uses.writes : uses.reads).insert({node.memory, i});
      }
    }
    const Transfer& transfer = made.transfer;
    const bool in = made.kind == ControllerKind::load || made.kind == ControllerKind::gather;
    if (transfer.local != none) (in ? uses.writes : uses.reads).insert({transfer.local, i});
    if (transfer.addresses != none) uses.reads.insert({transfer.addresses, i});
    if (made.accumulator != none) uses.writes.insert({made.accumulator, i});
    if (made.kind == ControllerKind::mem_reduce) uses.reads.insert({made.result, i});
  }
  return uses;
}

std::vector<std::uint32_t> path_to(const Tree& tree, std::uint32_t controller) {
  std::vector<std::uint32_t> path;
  for (std::uint32_t at = controller; at != none; at = tree.controllers[at].parent) {
    path.insert(path.begin(), at);
  }
  return path;
}

/// How many stages of a pipelined controller lie between a writer and a reader of a memory.
std::uint32_t stages_between(const Tree& tree, std::uint32_t writer, std::uint32_t reader) {
  const std::vector<std::uint32_t> a = path_to(tree, writer);
  const std::vector<std::uint32_t> b = path_to(tree, reader);
  std::size_t common = 0;
  while (common < a.size() && common < b.size() && a[common] == b[common]) ++common;
  if (common == 0 || common == a.size()) return 0;
  const Controller& shared = tree.controllers[a[common - 1]];
  if (shared.schedule != Schedule::pipelined) return 0;
  const auto stage = [&](std::uint32_t child) {
    std::uint32_t at = 0;
    for (const Step& step : shared.steps) {
      if (step.is_controller && step.index == child) return at;
      at += step.is_controller ? 1 : 0;
    }
    return at;
  };
  // What an outer reduction reads itself lies behind its last stage
  const std::uint32_t last = static_cast<std::uint32_t>(children_of(shared));
  const std::uint32_t from = stage(a[common]);
  const std::uint32_t to = common < b.size() ? stage(b[common]) : last;
  return to > from ? to - from : 0;
}

}  // namespace

bool is_inner(const Tree& tree, std::uint32_t controller) {
  return children_of(tree.controllers[controller]) == 0;
}

void schedule(Tree& tree) {
  const auto count = static_cast<std::uint32_t>(tree.controllers.size());
  for (std::uint32_t i = 0; i < count; ++i) insert_units(tree, i);
  for (std::uint32_t i = 0; i < tree.controllers.size(); ++i) {
    tree.controllers[i].schedule = schedule_of(tree, i);
  }
  const Uses uses = uses_of(tree);
  std::vector<std::uint32_t> copies(tree.memories.size(), 1);
  for (const auto& [memory, writer] : uses.writes) {
    for (auto reader = uses.reads.lower_bound({memory, 0});
         reader != uses.reads.end() && reader->first == memory; ++reader) {
      copies[memory] = std::max(copies[memory], stages_between(tree, writer, reader->second) + 1);
    }
  }
  for (std::size_t i = 0; i < tree.memories.size(); ++i) {
    const MemoryKind kind = tree.memories[i].kind;
    const bool copied = kind == MemoryKind::sram || kind == MemoryKind::reg ||
                        kind == MemoryKind::register_file || kind == MemoryKind::lock_sram;
    tree.memories[i].copies = copied ? copies[i] : 1;
  }
}

}  // namespace weft::program::rdu_tree
