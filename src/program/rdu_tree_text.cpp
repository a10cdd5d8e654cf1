// SPDX-License-Identifier: Apache-2.0
// A controller tree as text.
#include <array>
#include <string>

#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {
namespace {

std::string node_name(const Tree& tree, std::uint32_t index) {
  if (index == none) return "-";
  const Node& node = tree.nodes[index];
  if (node.operation == Operation::constant) return number_text(node.value, node.type);
  return "%" + std::to_string(index);
}

std::string memory_name(const Tree& tree, std::uint32_t index) {
  if (index == none) return "-";
  const Memory& memory = tree.memories[index];
  return memory.name.empty() ? std::string(to_text(memory.kind)) + std::to_string(index)
                             : memory.name;
}

std::string counters_text(const Tree& tree, const Controller& made) {
  std::string text;
  for (const Counter& counter : made.counters) {
    text += " " + node_name(tree, counter.iterator) + "=";
    if (counter.scan != none) {
      text += "scan " + memory_name(tree, counter.scan);
      continue;
    }
    text += counter.min == none ? "0" : node_name(tree, counter.min);
    text += ".." + (counter.max == none ? "*" : node_name(tree, counter.max));
    if (counter.step != none) text += " by " + node_name(tree, counter.step);
    if (counter.parallel != 1) text += " par " + std::to_string(counter.parallel);
  }
  return text;
}

std::string node_line(const Tree& tree, std::uint32_t index) {
  const Node& node = tree.nodes[index];
  std::string text = "%" + std::to_string(index) + " = " + std::string(to_text(node.operation));
  text += " " + to_text(node.type);
  if (node.memory != none) text += " " + memory_name(tree, node.memory);
  for (const std::uint32_t each : node.arguments) text += " " + node_name(tree, each);
  if (node.enable != none) text += " if " + node_name(tree, node.enable);
  if (node.lock != none) text += " holds " + node_name(tree, node.lock);
  for (const BarrierUse& each : node.barriers) {
    text += (each.push ? " push " : " pop ") + memory_name(tree, each.memory);
  }
  return text;
}

std::string transfer_text(const Tree& tree, const Controller& made) {
  const Transfer& transfer = made.transfer;
  std::string text =
      " " + memory_name(tree, transfer.local) + " " + memory_name(tree, transfer.dram);
  for (const TileRange& range : transfer.ranges) {
    text += " [" + node_name(tree, range.start);
    if (range.length != none) text += " +" + node_name(tree, range.length);
    if (range.step != none) text += " by " + node_name(tree, range.step);
    text += "]";
  }
  if (transfer.addresses != none) {
    text +=
        " at " + memory_name(tree, transfer.addresses) + " x " + node_name(tree, transfer.count);
  }
  if (transfer.parallel != 1) text += " par " + std::to_string(transfer.parallel);
  return text;
}

void add_steps(const Tree& tree, const std::vector<Step>& steps, std::size_t depth,
               std::string& text);

void add_expression(const Tree& tree, const char* what, const Expression& made, std::size_t depth,
                    std::string& text) {
  if (made.result == none) return;
  text += std::string(2 * depth, ' ') + what + " " + node_name(tree, made.result) + "\n";
  add_steps(tree, made.steps, depth + 1, text);
}

void add_controller(const Tree& tree, std::uint32_t index, std::size_t depth, std::string& text) {
  const Controller& made = tree.controllers[index];
  text += std::string(2 * depth, ' ') + std::string(to_text(made.kind)) + " " +
          std::string(to_text(made.schedule));
  if (made.inserted) text += " inserted";
  if (made.place.line != 0) text += " line " + std::to_string(made.place.line);
  text += counters_text(tree, made);
  if (made.transfer.dram != none) text += transfer_text(tree, made);
  if (made.condition != none) text += " if " + node_name(tree, made.condition);
  if (made.accumulator != none) {
    text += (made.fold ? " fold " : " into ") + memory_name(tree, made.accumulator);
    text += " from " + (made.kind == ControllerKind::mem_reduce ? memory_name(tree, made.result)
                                                                : node_name(tree, made.result));
  }
  if (made.machine.state != none) {
    text += " state " + node_name(tree, made.machine.state) + " from " +
            node_name(tree, made.machine.initial);
  }
  text += "\n";
  add_expression(tree, "while", made.machine.goes_on, depth + 1, text);
  add_steps(tree, made.steps, depth + 1, text);
  add_expression(tree, "next", made.machine.next, depth + 1, text);
  if (made.combine.result == none) return;
  text += std::string(2 * depth + 2, ' ') + "combine " + node_name(tree, made.combine.left) + " " +
          node_name(tree, made.combine.right) + " -> " + node_name(tree, made.combine.result) +
          "\n";
  add_steps(tree, made.combine.steps, depth + 2, text);
}

void add_steps(const Tree& tree, const std::vector<Step>& steps, std::size_t depth,
               std::string& text) {
  for (const Step& step : steps) {
    if (step.is_controller) {
      add_controller(tree, step.index, depth, text);
    } else {
      text += std::string(2 * depth, ' ') + node_line(tree, step.index) + "\n";
    }
  }
}

}  // namespace

std::int64_t elements_of(const Memory& memory) {
  std::int64_t elements = 1;
  for (const std::int64_t size : memory.sizes) elements *= size;
  return elements;
}

std::string_view to_text(MemoryKind kind) {
  constexpr std::array<std::string_view, 20> names = {
      "dram",        "sram",        "reg",       "fifo",          "lut",
      "arg_in",      "arg_out",     "stream_in", "stream_out",    "merge",
      "sparse_sram", "sparse_dram", "barrier",   "register_file", "line_buffer",
      "lifo",        "lock",        "lock_sram", "lock_dram",     "host_io"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_text(ControllerKind kind) {
  constexpr std::array<std::string_view, 13> names = {
      "accelerator", "unit",          "loop", "reduce", "mem_reduce", "parallel", "branch",
      "case",        "state_machine", "load", "store",  "gather",     "scatter"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view to_text(Schedule schedule) {
  constexpr std::array<std::string_view, 6> names = {"unasked",   "sequenced", "pipelined",
                                                     "streaming", "fork_join", "fork"};
  return names[static_cast<std::size_t>(schedule)];
}

std::string to_text(const Tree& tree) {
  std::string text;
  for (std::uint32_t i = 0; i < tree.memories.size(); ++i) {
    const Memory& memory = tree.memories[i];
    text +=
        std::string(to_text(memory.kind)) + " " + memory_name(tree, i) + " " + to_text(memory.type);
    for (const std::int64_t size : memory.sizes) text += " " + std::to_string(size);
    if (memory.copies != 1) text += " copies " + std::to_string(memory.copies);
    text += "\n";
  }
  if (!tree.controllers.empty()) add_controller(tree, 0, 0, text);
  return text;
}

}  // namespace weft::program::rdu_tree
