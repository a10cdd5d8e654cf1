// SPDX-License-Identifier: Apache-2.0
// The values that a controller tree computes: see rdu_tree_interpret.hpp.
#include "program/rdu_tree_interpret.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_tree_memory.hpp"
#include "program/rdu_tree_transfer.hpp"

namespace weft::program::rdu_tree {
namespace {

constexpr std::size_t most_dimensions = 8;

class TreeRun {
 public:
  TreeRun(const Tree& tree, HostContents& contents, InterpretLimits limits)
      : tree_(tree), values_(tree.nodes.size(), 0), steps_left_(limits.steps) {
    contents.resize(tree.memories.size());
    memories_.reserve(tree.memories.size());
    for (std::uint32_t i = 0; i < tree.memories.size(); ++i) {
      memories_.emplace_back(tree, i, std::move(contents[i]));
    }
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
      const Node& node = tree.nodes[i];
      if (node.operation == Operation::constant) values_[i] = node.value;
      if (node.operation == Operation::dequeue) memories_[node.memory].add_reader(i);
    }
    for (std::uint32_t i = 0; i < tree.controllers.size(); ++i) add_transfer_readers(i);
  }

  void run(HostContents& contents) {
    run_controller(0);
    for (std::size_t i = 0; i < memories_.size(); ++i) {
      const MemoryKind kind = tree_.memories[i].kind;
      const bool seen = kind == MemoryKind::dram || kind == MemoryKind::arg_in ||
                        kind == MemoryKind::arg_out || kind == MemoryKind::stream_in ||
                        kind == MemoryKind::stream_out || kind == MemoryKind::lock_dram ||
                        kind == MemoryKind::host_io;
      contents[i] = seen ? std::move(memories_[i].flat()) : std::vector<Raw>{};
    }
  }

 private:
  const Controller& controller(std::uint32_t index) const { return tree_.controllers[index]; }
  Raw value_or(std::uint32_t node, Raw otherwise) const {
    return node == none ? otherwise : values_[node];
  }

  void add_transfer_readers(std::uint32_t index) {
    for (const Counter& counter : controller(index).counters) {
      if (counter.scan != none) memories_[counter.scan].add_reader(controller_reader + index);
    }
    const Transfer& transfer = controller(index).transfer;
    const ControllerKind kind = controller(index).kind;
    const bool reads_local = kind == ControllerKind::store || kind == ControllerKind::scatter;
    if (reads_local && is_queue(transfer.local)) {
      memories_[transfer.local].add_reader(controller_reader + index);
    }
    if (transfer.addresses != none && is_queue(transfer.addresses)) {
      memories_[transfer.addresses].add_reader(controller_reader + index);
    }
  }
  /// A sparse memory may be another name of a DRAM.
  MemoryState& state_of(std::uint32_t memory) {
    const std::uint32_t alias = tree_.memories[memory].alias;
    return memories_[alias != none ? alias : memory];
  }
  bool is_queue(std::uint32_t memory) const {
    return tree_.memories[memory].kind == MemoryKind::fifo;
  }

  void run_steps(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      if (step.is_controller) {
        run_controller(step.index);
      } else {
        run_node(step.index);
      }
    }
  }

  void run_controller(std::uint32_t index) {
    const Controller& made = controller(index);
    switch (made.kind) {
      case ControllerKind::accelerator:
      case ControllerKind::unit:
      case ControllerKind::parallel:
      case ControllerKind::branch_case:
        run_steps(made.steps);
        break;
      case ControllerKind::loop:
        run_loop(made);
        break;
      case ControllerKind::reduce:
        run_reduce(made);
        break;
      case ControllerKind::mem_reduce:
        run_mem_reduce(made);
        break;
      case ControllerKind::branch:
        run_branch(made);
        break;
      case ControllerKind::state_machine:
        run_state_machine(made);
        break;
      case ControllerKind::load:
      case ControllerKind::store:
      case ControllerKind::gather:
      case ControllerKind::scatter:
        TransferRun(tree_, memories_, values_).run(index);
        break;
    }
  }

  // Nodes

  void count_step() {
    if (steps_left_-- == 0) {
      fail(Category::limit, "the program evaluates more operations than the limit allows");
    }
  }

  void run_node(std::uint32_t index) {
    const Node& node = tree_.nodes[index];
    count_step();
    if (is_memory_operation(node.operation)) {
      const bool enabled = node.enable == none || values_[node.enable] != 0;
      if (enabled) values_[index] = run_memory(node, index);
      return;
    }
    std::array<Raw, 3> operands{};
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
      operands[i] = values_[node.arguments[i]];
    }
    if (node.operation == Operation::convert) {
      values_[index] = convert(operands[0], tree_.nodes[node.arguments[0]].type, node.type);
      return;
    }
    const NumberType type = tree_.nodes[node.arguments.back()].type;
    const bool shifts = node.operation >= Operation::shift_left &&
                        node.operation <= Operation::shift_right_unsigned;
    const auto result =
        evaluate(node.operation, shifts ? tree_.nodes[node.arguments[0]].type : type,
                 std::span(operands).first(node.arguments.size()));
    if (!result) {
      fail_at(tree_, node.place,
              "numbers of " + to_text(type) + " have no " + std::string(to_text(node.operation)));
    }
    values_[index] = *result;
  }

  Raw run_memory(const Node& node, std::uint32_t index) {
    MemoryState& memory = state_of(node.memory);
    std::array<Raw, most_dimensions> operands{};
    const std::size_t count = node.arguments.size();
    for (std::size_t i = 0; i < count; ++i) {
      operands[i] = values_[node.arguments[i]];
    }
    const std::span<const Raw> all(operands.data(), count);
    switch (node.operation) {
      case Operation::read:
        return memory.read(all, node.place);
      case Operation::write:
        memory.write(all.subspan(1), operands[0], node.place);
        return operands[0];
      case Operation::read_modify_write: {
        const std::size_t at = memory.linear(all.subspan(1), node.place);
        const std::array<Raw, 2> pair = {memory.flat()[at], operands[0]};
        return memory.flat()[at] = evaluate(Operation::add, node.type, pair).value_or(0);
      }
      case Operation::dequeue:
        return take(memory, node, index);
      case Operation::enqueue:
        put(memory, node, all);
        return operands[0];
      case Operation::shift_in:
        memory.shift_in(all.subspan(1), static_cast<std::size_t>(node.value), operands[0],
                        node.place);
        return operands[0];
      case Operation::reset:
        memory.reset();
        return 0;
      case Operation::peek:
        return memory.peek();
      case Operation::held:
        return static_cast<Raw>(memory.held());
      case Operation::lock:
        return operands[0];
      case Operation::stream_field:
        return memory.token_field(node.arguments[0], static_cast<std::size_t>(node.value),
                                  node.place);
      case Operation::set_bound:
        memory.set_bound(operands[1], operands[0], node.place);
        return operands[0];
      default:
        memory.start_merge(operands[0] != 0);
        return operands[0];
    }
  }

  Raw take(MemoryState& memory, const Node& node, std::uint32_t index) {
    switch (tree_.memories[node.memory].kind) {
      case MemoryKind::merge:
        return memory.dequeue_merged(node.place);
      case MemoryKind::lifo:
        return memory.pop(node.place);
      default:
        return memory.dequeue(index, node.place);
    }
  }

  void put(MemoryState& memory, const Node& node, std::span<const Raw> values) {
    switch (tree_.memories[node.memory].kind) {
      case MemoryKind::merge:
        memory.enqueue_way(values[1], values[0], node.place);
        break;
      case MemoryKind::lifo:
        memory.push(values[0], node.place);
        break;
      case MemoryKind::line_buffer:
        memory.enqueue_in_line(values[0], node.place);
        if (memory.line_is_whole()) memory.end_line();
        break;
      default:
        for (const Raw each : values) memory.enqueue(each);
    }
  }

  // Loops

  /// The ones in the next row of bits.
  std::vector<Raw> scanned(const Controller& made, std::uint32_t memory) {
    const auto reader =
        controller_reader + static_cast<std::uint64_t>(&made - tree_.controllers.data());
    std::vector<Raw> found;
    for (std::uint32_t word = 0; word < scan_words; ++word) {
      const Raw bits = memories_[memory].dequeue(reader, made.place);
      for (Raw bit = 0; bit < 32; ++bit) {
        if (((bits >> bit) & 1) != 0) found.push_back(32 * Raw{word} + bit);
      }
    }
    return found;
  }

  std::vector<Bounds> bounds_of(const Controller& made) {
    std::vector<Bounds> bounds;
    for (const Counter& counter : made.counters) {
      Bounds one;
      if (counter.scan != none) {
        one.scans = true;
        one.listed = scanned(made, counter.scan);
        bounds.push_back(std::move(one));
        continue;
      }
      one.min = value_or(counter.min, 0);
      one.step = value_or(counter.step, 1);
      one.forever = counter.max == none;
      one.max = value_or(counter.max, 0);
      if (one.step == 0) fail_at(tree_, made.place, "a counter's step is 0");
      bounds.push_back(std::move(one));
    }
    return bounds;
  }

  /// Where a controller's counters stand: of the iteration, and of the lane in it.
  struct Place {
    std::vector<Bounds> bounds;
    std::vector<Raw> base;
    std::vector<Raw> index;
  };

  /// Calls body(lane) for each lane that exists, in order; `after` behind the lanes of one
  /// iteration, which may end the loop by giving false.
  template <typename Body, typename After>
  void iterate(const Controller& made, const Body& body, const After& after) {
    Place place;
    place.bounds = bounds_of(made);
    place.base.resize(place.bounds.size());
    place.index.resize(place.bounds.size());
    iterate_counter(made, place, 0, body, after);
  }

  template <typename Body, typename After>
  bool iterate_counter(const Controller& made, Place& place, std::size_t level, const Body& body,
                       const After& after) {
    if (level == place.bounds.size()) {
      run_lanes(made, place, 0, 0, body);
      return after();
    }
    const Bounds& one = place.bounds[level];
    for (const Raw index : one.listed) {
      place.base[level] = index;
      if (!iterate_counter(made, place, level + 1, body, after)) return false;
    }
    if (one.scans) return true;
    const Raw stride = one.step * static_cast<Raw>(made.counters[level].parallel);
    for (Raw& at = place.base[level] = one.min; one.holds(at); at += stride) {
      if (!iterate_counter(made, place, level + 1, body, after)) return false;
    }
    return true;
  }

  template <typename Body>
  void run_lanes(const Controller& made, Place& place, std::size_t level, std::size_t lane,
                 const Body& body) {
    if (level == place.bounds.size()) {
      for (std::size_t i = 0; i < level; ++i) {
        const std::uint32_t iterator = made.counters[i].iterator;
        if (iterator != none) values_[iterator] = place.index[i];
      }
      body(lane);
      return;
    }
    for (std::uint32_t i = 0; i < made.counters[level].parallel; ++i) {
      const Raw at = place.base[level] + static_cast<Raw>(i) * place.bounds[level].step;
      if (!place.bounds[level].scans && !place.bounds[level].holds(at)) break;
      place.index[level] = at;
      run_lanes(made, place, level + 1, lane * made.counters[level].parallel + i, body);
    }
  }

  bool broken(const Controller& made) {
    return made.break_when != none && memories_[made.break_when].flat()[0] != 0;
  }

  void run_loop(const Controller& made) {
    if (made.steps.empty()) return;  // nothing to do, though it be for ever
    const bool forever = !made.counters.empty() && made.counters.front().max == none &&
                         made.counters.front().scan == none;
    try {
      iterate(
          made, [&](std::size_t) { run_steps(made.steps); }, [&] { return !broken(made); });
    } catch (const EndOfStream&) {
      if (!forever) throw;
    }
  }

  Raw combined(const Combine& combine, Raw left, Raw right) {
    values_[combine.left] = left;
    values_[combine.right] = right;
    run_steps(combine.steps);
    return values_[combine.result];
  }

  /// Pairs, pairs of pairs, ...: what is missing takes no part.
  std::optional<Raw> balanced(const Combine& combine, std::vector<std::optional<Raw>>& lanes) {
    for (std::size_t width = lanes.size(); width > 1; width = (width + 1) / 2) {
      for (std::size_t i = 0; i < (width + 1) / 2; ++i) {
        const std::optional<Raw> left = lanes[2 * i];
        const std::optional<Raw> right = 2 * i + 1 < width ? lanes[2 * i + 1] : std::nullopt;
        lanes[i] = left && right ? combined(combine, *left, *right) : (left ? left : right);
      }
    }
    return lanes.empty() ? std::nullopt : lanes.front();
  }

  /// The lanes of the innermost counter first, then what they give.
  std::optional<Raw> sum_of(const Controller& made, std::vector<std::optional<Raw>>& lanes) {
    const std::size_t group = made.counters.empty() ? 1 : made.counters.back().parallel;
    std::vector<std::optional<Raw>> sums;
    for (std::size_t begin = 0; begin < lanes.size(); begin += group) {
      const auto from = lanes.begin() + static_cast<std::ptrdiff_t>(begin);
      std::vector<std::optional<Raw>> some(from, from + static_cast<std::ptrdiff_t>(group));
      sums.push_back(balanced(made.combine, some));
    }
    return balanced(made.combine, sums);
  }

  std::size_t lanes_of(const Controller& made) const {
    std::size_t lanes = 1;
    for (const Counter& counter : made.counters) lanes *= counter.parallel;
    return lanes;
  }

  void run_reduce(const Controller& made) {
    Raw& accumulator = memories_[made.accumulator].flat()[0];
    bool first = !made.fold;
    if (first) accumulator = tree_.memories[made.accumulator].initial;
    const std::size_t lanes = lanes_of(made);
    std::vector<std::optional<Raw>> results(lanes);
    iterate(
        made,
        [&](std::size_t lane) {
          run_steps(made.steps);
          results[lane] = values_[made.result];
        },
        [&] {
          const std::optional<Raw> sum = sum_of(made, results);
          if (sum) {
            accumulator = first ? *sum : combined(made.combine, accumulator, *sum);
            first = false;
          }
          results.assign(lanes, std::nullopt);
          return !broken(made);
        });
  }

  void run_mem_reduce(const Controller& made) {
    bool first = !made.fold;
    const std::size_t lanes = lanes_of(made);
    std::vector<std::vector<Raw>> results(lanes);
    iterate(
        made,
        [&](std::size_t lane) {
          run_steps(made.steps);
          results[lane] = memories_[made.result].flat();
        },
        [&] {
          accumulate(made, results, first);
          first = false;
          results.assign(lanes, {});
          return !broken(made);
        });
  }

  void accumulate(const Controller& made, const std::vector<std::vector<Raw>>& results,
                  bool first) {
    std::vector<Raw>& accumulator = memories_[made.accumulator].flat();
    std::vector<std::optional<Raw>> lanes(results.size());
    for (std::size_t i = 0; i < accumulator.size(); ++i) {
      for (std::size_t lane = 0; lane < results.size(); ++lane) {
        lanes[lane] = results[lane].empty() ? std::nullopt : std::optional<Raw>(results[lane][i]);
      }
      const std::optional<Raw> sum = sum_of(made, lanes);
      if (sum) accumulator[i] = first ? *sum : combined(made.combine, accumulator[i], *sum);
    }
  }

  void run_state_machine(const Controller& made) {
    const StateMachine& machine = made.machine;
    for (Raw state = value_or(machine.initial, 0);;) {
      count_step();
      values_[machine.state] = state;
      run_steps(machine.goes_on.steps);
      if (values_[machine.goes_on.result] == 0) return;
      run_steps(made.steps);
      run_steps(machine.next.steps);
      state = values_[machine.next.result];
      if (broken(made)) return;
    }
  }

  void run_branch(const Controller& made) {
    for (const Step& step : made.steps) {
      if (!step.is_controller) {
        run_node(step.index);
        continue;
      }
      const std::uint32_t condition = controller(step.index).condition;
      if (condition == none || values_[condition] != 0) {
        run_controller(step.index);
        return;
      }
    }
  }

  const Tree& tree_;
  std::vector<MemoryState> memories_;
  std::vector<Raw> values_;
  std::uint64_t steps_left_;
};

}  // namespace

void interpret(const Tree& tree, HostContents& contents, InterpretLimits limits) {
  try {
    TreeRun run(tree, contents, limits);
    run.run(contents);
  } catch (const EndOfStream&) {
    fail(Category::program, "a stream has no token left and the loop that reads it goes on");
  }
}

}  // namespace weft::program::rdu_tree
