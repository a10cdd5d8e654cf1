// SPDX-License-Identifier: Apache-2.0
// A program held against the machine that is to run it.
#include "program/wse_limits.hpp"

#include <algorithm>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/wse_place.hpp"
#include "topology/topology.hpp"

namespace weft::program::wse {
namespace {

std::string largest_symbols(const TileCode& code) {
  std::vector<const Symbol*> symbols;
  for (const Symbol& symbol : code.symbols) symbols.push_back(&symbol);
  const auto bytes = [](const Symbol* s) { return s->elements * bytes_of(s->type); };
  std::stable_sort(symbols.begin(), symbols.end(),
                   [&](const Symbol* a, const Symbol* b) { return bytes(a) > bytes(b); });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, symbols.size()); ++i) {
    text += (i == 0 ? " " : ", ") + symbols[i]->name + " " + std::to_string(bytes(symbols[i]));
  }
  return text;
}

void check_memory(const TileCode& code, const Limits& limits, const CodePlace& place) {
  const std::uint64_t code_bytes = limits.code_bytes(code);
  const std::uint64_t used = code.data.size() + code_bytes;
  place.require(used <= limits.sram_bytes,
                "needs " + counted(used, "byte") + " of SRAM (data " +
                    std::to_string(code.data.size()) + ", code " + std::to_string(code_bytes) +
                    "), a tile has " + std::to_string(limits.sram_bytes) +
                    "; largest symbols:" + largest_symbols(code),
                Category::program);
}

void check_tasks(const TileCode& code, const Limits& limits, const CodePlace& place) {
  const unsigned data_ids =
      limits.generation == Generation::wse2 ? color_count : limits.input_queues;
  for (const Task& task : code.tasks) {
    unsigned first = 0;
    unsigned last = data_ids - 1;
    if (task.kind == TaskKind::local) {
      first = limits.local_task_first;
      last = limits.local_task_last;
    }
    if (task.kind == TaskKind::control) last = limits.control_task_last;
    place.require(task.id >= first && task.id <= last,
                  "task id " + std::to_string(task.id) + " is not one of the ids of its kind, " +
                      std::to_string(first) + " to " + std::to_string(last));
  }
}

void check_queues(const TileCode& code, const Limits& limits, const CodePlace& place) {
  const auto require = [&](std::uint8_t queue, bool input) {
    const unsigned count = input ? limits.input_queues : limits.output_queues;
    place.require(queue < count, std::string(input ? "input" : "output") + " queue " +
                                     std::to_string(queue) + ": there are " +
                                     std::to_string(count));
  };
  for (const QueueBinding& binding : code.input_queues) require(binding.queue, true);
  for (const QueueBinding& binding : code.output_queues) require(binding.queue, false);
  for (const Descriptor& d : code.descriptors) {
    if (d.kind == DescriptorKind::fabin) require(d.queue, true);
    if (d.kind == DescriptorKind::fabout) require(d.queue, false);
  }
}

void check_microthreads(const TileCode& code, const Limits& limits, const CodePlace& place) {
  for (const VectorInstruction& v : code.vector_instructions) {
    place.require(v.microthread == none_id || limits.explicit_microthreads,
                  "vector instruction " + std::string(name_of(v.operation)) +
                      " names its microthread, and this machine takes that of the queue");
  }
}

void check_switches(const Program& program, const Limits& limits) {
  for (std::size_t tile = 0; tile < program.route_set_of_tile.size(); ++tile) {
    for (const ColorRoute& route : program.route_sets[program.route_set_of_tile[tile]]) {
      const bool switches = route.position_count > 1;
      const std::string where = "tile (" + std::to_string(tile % program.width) + ", " +
                                std::to_string(tile / program.width) + "), color " +
                                std::to_string(route.color) + ": ";
      if (route.position_count > limits.switch_positions) {
        fail(Category::input, where + "has " + counted(route.position_count, "switch position") +
                                  "; there are " + std::to_string(limits.switch_positions));
      }
      if (switches && (limits.switchable_colors >> route.color & 1U) == 0) {
        fail(Category::input, where + "has no switches on this machine");
      }
    }
  }
}

}  // namespace

ConfigurationWords read_configuration_words(const topology::Topology& topology) {
  const auto word = [&](const char* key) {
    return static_cast<std::uint16_t>(topology.integer(key));
  };
  return {word("pe.registers.color_config_word"), word("pe.registers.switch_config_word"),
          word("pe.registers.teardown_pending_word")};
}

Limits read_limits(const topology::Topology& topology) {
  const auto count = [&](const char* key) { return static_cast<unsigned>(topology.integer(key)); };
  Limits limits;
  limits.generation =
      topology.text("pe.data_task_ids") == "color" ? Generation::wse2 : Generation::wse3;
  limits.sram_bytes = count("pe.sram_bytes");
  limits.code_bytes_per_instruction = count("pe.code_bytes_per_instruction");
  limits.input_queues = count("pe.input_queue_count");
  limits.output_queues = count("pe.output_queue_count");
  limits.local_task_first = count("pe.local_task_first_id");
  limits.local_task_last = count("pe.local_task_last_id");
  limits.control_task_last = count("pe.control_task_last_id");
  limits.switch_positions = count("fabric.switch_positions");
  for (const std::int64_t color : topology.integers("fabric.switchable_colors")) {
    limits.switchable_colors |= 1U << static_cast<unsigned>(color);
  }
  limits.color_swap = topology.boolean("fabric.color_swap");
  limits.configuration = read_configuration_words(topology);
  limits.explicit_microthreads = topology.text("pe.microthread_id_rule") == "explicit_or_queue";
  limits.queue_initialisation_required = topology.boolean("pe.queue_initialisation_required");
  return limits;
}

void check_limits(const Program& program, const Limits& limits) {
  if (program.generation != limits.generation) {
    fail(Category::input,
         std::string("the program is for ") + (program.generation == Generation::wse2
                                                   ? "WSE-2, the machine is a WSE-3"
                                                   : "WSE-3, the machine is a WSE-2"));
  }
  for (std::size_t number = 0; number < program.codes.size(); ++number) {
    const TileCode& code = program.codes[number];
    const CodePlace place(program, number);
    check_memory(code, limits, place);
    check_tasks(code, limits, place);
    check_queues(code, limits, place);
    check_microthreads(code, limits, place);
  }
  check_switches(program, limits);
}

}  // namespace weft::program::wse
