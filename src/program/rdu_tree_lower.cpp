// SPDX-License-Identifier: Apache-2.0
// Memories that other memories and registers can stand for: see rdu_tree_lower.hpp.
#include "program/rdu_tree_lower.hpp"

#include <map>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "program/rdu_tree_lock.hpp"

namespace weft::program::rdu_tree {
namespace {

/// What stands for a LIFO or a line buffer beside its sram: how many numbers it holds; which of its
/// lines is the newest, and where the next number goes.
struct Stand {
  std::uint32_t held = none;
  std::uint32_t place = none;
};

class Lowering {
 public:
  explicit Lowering(const Tree& tree) : t_(tree) {}

  Tree run() {
    lower_locks(t_);
    const auto memories = static_cast<std::uint32_t>(t_.memories.size());
    for (std::uint32_t m = 0; m < memories; ++m) {
      const MemoryKind kind = t_.memories[m].kind;
      if (kind != MemoryKind::lifo && kind != MemoryKind::line_buffer) continue;
      kinds_[m] = kind;
      Stand& stand = stands_[m];
      stand.held = new_register(m, ".held");
      if (kind == MemoryKind::line_buffer) stand.place = new_register(m, ".place");
      t_.memories[m].kind = MemoryKind::sram;
      t_.memories[m].copies = 1;
    }
    const auto controllers = static_cast<std::uint32_t>(t_.controllers.size());
    for (std::uint32_t c = 0; c < controllers; ++c) {
      steps_.clear();
      for (const Step& step : std::vector<Step>(t_.controllers[c].steps)) lower(step, c);
      t_.controllers[c].steps = steps_;
    }
    return std::move(t_);
  }

 private:
  std::uint32_t new_register(std::uint32_t of, const char* what) {
    Memory made;
    made.kind = MemoryKind::reg;
    made.name = t_.memories[of].name + what;
    made.type = int_type;
    made.owner = t_.memories[of].owner;
    made.place = t_.memories[of].place;
    t_.memories.push_back(made);
    return static_cast<std::uint32_t>(t_.memories.size()) - 1;
  }

  std::uint32_t add(Node node) {
    node.place = place_;
    t_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(t_.nodes.size()) - 1;
  }
  std::uint32_t step(Node node) {
    const std::uint32_t made = add(std::move(node));
    steps_.push_back({false, made});
    return made;
  }
  std::uint32_t number(std::int64_t value) {
    Node node;
    node.operation = Operation::constant;
    node.type = int_type;
    node.value = value;
    return add(node);
  }
  std::uint32_t compute(Operation operation, std::vector<std::uint32_t> arguments,
                        NumberType type = int_type) {
    Node node;
    node.operation = operation;
    node.type = type;
    node.arguments = std::move(arguments);
    return step(node);
  }
  std::uint32_t read(std::uint32_t memory, std::vector<std::uint32_t> address = {},
                     std::uint32_t enable = none) {
    Node node;
    node.operation = Operation::read;
    node.type = t_.memories[memory].type;
    node.memory = memory;
    node.arguments = std::move(address);
    node.enable = enable;
    return step(node);
  }
  void write(std::uint32_t memory, std::uint32_t value, std::vector<std::uint32_t> address = {},
             std::uint32_t enable = none) {
    Node node;
    node.operation = Operation::write;
    node.type = t_.memories[memory].type;
    node.memory = memory;
    node.arguments = std::move(address);
    node.arguments.insert(node.arguments.begin(), value);
    node.enable = enable;
    step(node);
  }
  /// The node becomes another, which its users see.
  void become(std::uint32_t node, Operation operation, std::vector<std::uint32_t> arguments,
              std::uint32_t memory = none) {
    Node& made = t_.nodes[node];
    made.operation = operation;
    made.arguments = std::move(arguments);
    made.memory = memory;
    if (memory == none) made.enable = none;
    steps_.push_back({false, node});
  }

  void lower(const Step& of, std::uint32_t controller) {
    if (of.is_controller) return lower_controller(of, controller);
    const Node node = t_.nodes[of.index];
    place_ = node.place;
    const MemoryKind kind = node.memory == none ? MemoryKind::reg : t_.memories[node.memory].kind;
    if (node.operation == Operation::reset && kind == MemoryKind::reg) {
      Node initial;
      initial.operation = Operation::constant;
      initial.type = t_.memories[node.memory].type;
      initial.value = t_.memories[node.memory].initial;
      const std::uint32_t value = add(initial);
      t_.nodes[of.index].type = initial.type;
      return become(of.index, Operation::write, {value}, node.memory);
    }
    const auto found = kinds_.find(node.memory);
    if (found == kinds_.end()) {
      steps_.push_back(of);
    } else if (found->second == MemoryKind::lifo) {
      lower_lifo(of.index, node);
    } else {
      lower_lines(of.index, node);
    }
  }

  void lower_lifo(std::uint32_t index, const Node& node) {
    const std::uint32_t held = stands_[node.memory].held;
    const std::uint32_t before = read(held);
    const std::uint32_t below = compute(Operation::subtract, {before, number(1)});
    switch (node.operation) {
      case Operation::enqueue: {
        write(held, compute(Operation::add, {before, number(1)}), {}, node.enable);
        const std::uint32_t value = node.arguments[0];
        return become(index, Operation::write, {value, before}, node.memory);
      }
      case Operation::dequeue:
        become(index, Operation::read, {below}, node.memory);
        return write(held, below, {}, node.enable);
      case Operation::held:
        return become(index, Operation::convert, {before});
      default: {
        const std::uint32_t any = compute(Operation::less, {number(0), before}, bit_type);
        const std::uint32_t top = read(node.memory, {below}, any);
        Node zero;
        zero.operation = Operation::constant;
        zero.type = node.type;
        return become(index, Operation::select, {any, top, add(zero)});
      }
    }
  }

  std::int64_t lines_of(std::uint32_t memory) const { return t_.memories[memory].sizes[0]; }
  std::uint32_t wrapped(std::uint32_t line, std::uint32_t memory) {
    return compute(Operation::remainder, {line, number(lines_of(memory))});
  }

  void lower_lines(std::uint32_t index, const Node& node) {
    const Stand stand = stands_[node.memory];
    const std::uint32_t newest = read(stand.held);
    if (node.operation == Operation::read) {
      const std::uint32_t back = compute(Operation::subtract, {newest, node.arguments[0]});
      const std::uint32_t column = node.arguments[1];
      return become(index, Operation::read, {wrapped(back, node.memory), column}, node.memory);
    }
    if (node.operation != Operation::enqueue) refuse(to_text(node.operation));
    const std::uint32_t at = read(stand.place);
    const std::uint32_t line = wrapped(compute(Operation::add, {newest, number(1)}), node.memory);
    const std::uint32_t next = compute(Operation::add, {at, number(1)});
    const std::int64_t length = t_.memories[node.memory].sizes[1];
    const std::uint32_t whole = compute(Operation::equal, {next, number(length)}, bit_type);
    write(stand.place, compute(Operation::select, {whole, number(0), next}), {}, node.enable);
    write(stand.held, compute(Operation::select, {whole, line, newest}), {}, node.enable);
    const std::uint32_t value = node.arguments[0];
    become(index, Operation::write, {value, line, at}, node.memory);
  }

  [[noreturn]] void refuse(std::string_view what) const {
    fail(Category::unsupported, t_.files[place_.file] + ":" + std::to_string(place_.line) + ":" +
                                    std::to_string(place_.column) +
                                    ": the mapper to units does not take " + std::string(what) +
                                    " of a line buffer yet");
  }

  /// A load of lines goes into an sram of its own, and from there to where they belong.
  void lower_controller(const Step& of, std::uint32_t parent) {
    steps_.push_back(of);
    const Transfer transfer = t_.controllers[of.index].transfer;
    const auto found = transfer.local == none ? kinds_.end() : kinds_.find(transfer.local);
    if (found == kinds_.end() || found->second != MemoryKind::line_buffer) return;
    place_ = t_.controllers[of.index].place;
    if (t_.controllers[of.index].kind != ControllerKind::load) refuse("a transfer");
    const std::uint32_t lines = transfer.local;
    const Memory buffer = t_.memories[lines];
    std::vector<std::uint32_t> extents;
    for (const TileRange& range : transfer.ranges) {
      if (range.length != none) extents.push_back(range.length);
    }
    if (extents.empty() || extents.size() > 2) refuse("a tile of so many dimensions");
    Memory part = buffer;
    part.kind = MemoryKind::sram;
    part.name += ".lines";
    part.sizes = extents.size() == 1 ? std::vector<std::int64_t>{buffer.sizes[1]}
                                     : std::vector<std::int64_t>{buffer.stride, buffer.sizes[1]};
    part.owner = parent;
    t_.memories.push_back(part);
    const auto loaded = static_cast<std::uint32_t>(t_.memories.size()) - 1;
    t_.controllers[of.index].transfer.local = loaded;
    copy_lines(lines, loaded, extents, transfer.parallel, parent);
  }

  std::uint32_t new_controller(ControllerKind kind, std::uint32_t parent) {
    Controller made;
    made.kind = kind;
    made.schedule = kind == ControllerKind::loop ? Schedule::pipelined : Schedule::sequenced;
    made.inserted = true;
    made.parent = parent;
    made.place = place_;
    t_.controllers.push_back(made);
    return static_cast<std::uint32_t>(t_.controllers.size()) - 1;
  }
  std::uint32_t iterator() {
    Node node;
    node.operation = Operation::iterator;
    node.type = int_type;
    return add(node);
  }

  void copy_lines(std::uint32_t lines, std::uint32_t loaded,
                  const std::vector<std::uint32_t>& extents, std::uint32_t parallel,
                  std::uint32_t parent) {
    const std::uint32_t newest = stands_[lines].held;
    const std::vector<Step> before = std::exchange(steps_, {});
    const std::uint32_t loop = new_controller(ControllerKind::loop, parent);
    std::vector<std::uint32_t> at;
    for (const std::uint32_t extent : extents) {
      Counter counter;
      counter.max = extent;
      counter.iterator = iterator();
      at.push_back(counter.iterator);
      t_.controllers[loop].counters.push_back(counter);
    }
    t_.controllers[loop].counters.back().parallel = parallel;
    std::uint32_t line = compute(Operation::add, {read(newest), number(1)});
    if (at.size() == 2) line = compute(Operation::add, {line, at[0]});
    line = wrapped(line, lines);
    write(lines, read(loaded, at), {line, at.back()});
    t_.controllers[loop].steps = std::exchange(steps_, {});

    const std::uint32_t unit = new_controller(ControllerKind::unit, parent);
    const std::uint32_t more = at.size() == 2 ? extents[0] : number(1);
    write(newest, wrapped(compute(Operation::add, {read(newest), more}), lines));
    t_.controllers[unit].steps = std::exchange(steps_, {});
    steps_ = before;
    steps_.push_back({true, loop});
    steps_.push_back({true, unit});
  }

  Tree t_;
  std::map<std::uint32_t, MemoryKind> kinds_;  ///< as they were, by memory
  std::map<std::uint32_t, Stand> stands_;
  std::vector<Step> steps_;  ///< of the controller that is looked at
  SourcePlace place_;
};

}  // namespace

Tree lowered(const Tree& tree) { return Lowering(tree).run(); }

}  // namespace weft::program::rdu_tree
