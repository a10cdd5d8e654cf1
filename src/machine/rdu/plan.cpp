// SPDX-License-Identifier: Apache-2.0
// Which values of a context are early, late, flat or serial, and with whom it shares memories.
#include "machine/rdu/plan.hpp"

#include <algorithm>

#include "program/rdu_shape.hpp"

namespace weft::machine::rdu {

using form::none;
using Kind = form::Node::Kind;

namespace {

template <typename List>
bool has(const List& list, std::uint32_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Of each node: whether it follows from one that `begins`, through operands and, where they lead
/// on, registers.
template <typename Begins>
std::vector<bool> reached(const form::Context& context, const Begins& begins, bool registers) {
  std::vector<bool> out(context.nodes.size(), false);
  const auto of = [&out](std::uint32_t node) { return node != none && out[node]; };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t n = 0; n < context.nodes.size(); ++n) {
      if (out[n]) continue;
      const form::Node& node = context.nodes[n];
      bool is = begins(node);
      for (const std::uint32_t operand : node.operands) is = is || of(operand);
      if (registers && node.kind == Kind::reg) {
        const form::Register& reg = context.registers[node.at];
        is = is || of(reg.next) || of(reg.when);
      }
      if (!is) continue;
      out[n] = true;
      changed = true;
    }
  }
  return out;
}

void lay_values(ContextPlan& plan) {
  for (const std::uint8_t vector : plan.vectors) {
    plan.value_at.push_back(plan.value_words);
    plan.value_words += run_most * (vector != 0 ? form::lanes_most : 1);
  }
}

void sort_nodes(const form::Context& context, ContextPlan& plan) {
  const auto late = reached(
      context, [](const form::Node& node) { return node.kind == Kind::load; }, true);
  const auto serial = reached(
      context,
      [&](const form::Node& node) {
        return node.kind == Kind::reg || (node.kind == Kind::load && has(plan.stored, node.at));
      },
      false);
  for (std::uint32_t n = 0; n < context.nodes.size(); ++n) {
    auto& list = late[n] ? (serial[n] ? plan.late_serial : plan.late_flat)
                         : (serial[n] ? plan.early_serial : plan.early_flat);
    list.push_back(n);
    const form::Node& node = context.nodes[n];
    if (node.kind != Kind::load) continue;
    plan.keeps = plan.keeps || has(plan.stored, node.at);
    if (plan.vectors[node.operands[0]] == 0) continue;
    plan.banked_loads.push_back(n);
    plan.late_costs = plan.late_costs || late[node.operands[0]];
  }
  const auto is_late = [&late](std::uint32_t node) { return node != none && late[node]; };
  for (std::uint32_t s = 0; s < context.stores.size(); ++s) {
    const form::Store& store = context.stores[s];
    if (plan.vectors[store.address] == 0) continue;
    plan.banked_stores.push_back(s);
    plan.late_costs = plan.late_costs || is_late(store.address) || is_late(store.when);
  }
  for (std::uint32_t r = 0; r < context.registers.size(); ++r) {
    const form::Register& reg = context.registers[r];
    const bool waits = is_late(reg.next) || is_late(reg.when);
    (waits ? plan.late_registers : plan.early_registers).push_back(r);
  }
  for (const form::Input& input : context.inputs) {
    plan.single = plan.single || input.when != none || input.pop_when != none;
    plan.exact = plan.exact || is_late(input.when);
  }
  for (const form::Output& output : context.outputs) {
    plan.exact = plan.exact || is_late(output.when);
    plan.filters = plan.filters || output.when != none;
  }
  plan.single = plan.single || plan.exact || plan.late_costs || plan.ends;
}

void add_turn(const form::Program& program, const form::Context& context, std::uint32_t memory,
              std::uint32_t turn, ContextPlan& plan) {
  const std::int32_t level = number_of_level(context, turn);
  if (level >= 0 && program.memories[memory].buffers > 1) plan.turn_levels.push_back(level);
}

/// Contexts of other numbers that access the memory: those that store into it, or all.
std::vector<std::uint32_t> accessors(const form::Program& program, std::uint32_t memory,
                                     std::uint32_t but, bool all) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
    const form::Context& context = program.contexts[c];
    if (c == but || context.unit != program.memories[memory].unit) continue;
    const bool stores = std::any_of(context.stores.begin(), context.stores.end(),
                                    [&](const auto& s) { return s.memory == memory; });
    const bool loads =
        std::any_of(context.nodes.begin(), context.nodes.end(),
                    [&](const auto& node) { return node.kind == Kind::load && node.at == memory; });
    if (stores || (all && loads)) out.push_back(c);
  }
  return out;
}

}  // namespace

std::int32_t number_of_level(const form::Context& context, std::uint32_t level) {
  if (level == form::no_level) return -1;
  return static_cast<std::int32_t>(form::level_of(context, level));
}

Count count_of(std::int64_t first, std::int64_t end, std::int64_t step, std::int64_t width) {
  Count out{first, end, step, 0, 1};
  if (step > 0 && end > first) out.indices = (end - first + step - 1) / step;
  if (step < 0 && end < first) out.indices = (first - end - step - 1) / -step;
  out.steps = std::max<std::int64_t>(1, (out.indices + width - 1) / width);
  return out;
}

ContextPlan plan_of(const form::Program& program, const form::Context& context,
                    const form::Timing& timing) {
  ContextPlan plan;
  plan.here = true;
  plan.stages = std::max(timing.stages_of(context), 1U);
  for (const bool vector : form::vectors_of(program, context)) plan.vectors.push_back(vector);
  lay_values(plan);
  plan.bounds.assign(context.inputs.size(), 0);
  for (std::size_t i = 0; i < context.counters.size(); ++i) {
    const form::Counter& of = context.counters[i];
    for (const std::uint32_t input : {of.first.input, of.end.input, of.step.input}) {
      if (input != none) plan.bounds[input] = 1;
    }
    const bool constant = of.first.input == none && of.end.input == none && of.step.input == none;
    plan.fixed = plan.fixed && constant;
    plan.ends = plan.ends || of.until != none;
    plan.constant.push_back(constant && !plan.ends);
    const std::int64_t width = i + 1 == context.counters.size() ? context.lanes : 1;
    plan.counts.push_back(constant ? count_of(of.first.value, of.end.value, of.step.value, width)
                                   : Count{});
  }
  for (const form::Input& input : context.inputs) {
    plan.input_levels.push_back(number_of_level(context, input.level));
  }
  for (const form::Output& output : context.outputs) {
    plan.output_levels.push_back(number_of_level(context, output.level));
  }
  for (const form::Store& store : context.stores) {
    add_turn(program, context, store.memory, store.turn, plan);
    if (!has(plan.stored, store.memory)) plan.stored.push_back(store.memory);
  }
  for (const form::Node& node : context.nodes) {
    plan.node_levels.push_back(number_of_level(context, node.level));
    // Rows of a body are others behind the firing that ends its sums.
    if (node.kind == Kind::body && plan.node_levels.back() >= 0) {
      plan.turn_levels.push_back(plan.node_levels.back());
    }
    if (node.kind == Kind::load) add_turn(program, context, node.at, node.turn, plan);
  }
  sort_nodes(context, plan);
  return plan;
}

void find_shared(const form::Program& program, std::vector<ContextPlan>& plans) {
  for (std::uint32_t c = 0; c < plans.size(); ++c) {
    if (!plans[c].here) continue;
    const form::Context& context = program.contexts[c];
    const auto add = [&](std::uint32_t memory, std::uint32_t thing, bool is_store) {
      auto others = accessors(program, memory, c, is_store);
      if (!others.empty()) plans[c].shared.push_back({memory, thing, is_store, std::move(others)});
    };
    for (std::uint32_t n = 0; n < context.nodes.size(); ++n) {
      if (context.nodes[n].kind == Kind::load) add(context.nodes[n].at, n, false);
    }
    for (std::uint32_t s = 0; s < context.stores.size(); ++s) {
      add(context.stores[s].memory, s, true);
    }
  }
}

}  // namespace weft::machine::rdu
