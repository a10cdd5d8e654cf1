// SPDX-License-Identifier: Apache-2.0
// Registers: what one context leaves for another, or for its own next firing.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using rdu_tree::MemoryKind;
using rdu_tree::Operation;
using Op = WordOperation;

void Mapper::find_writers() {
  writers_.resize(tree_.memories.size());
  const auto is_register = [&](std::uint32_t memory) {
    const MemoryKind kind = tree_.memories[memory].kind;
    return kind == MemoryKind::reg || kind == MemoryKind::arg_out;
  };
  for (std::uint32_t n = 0; n < tree_.nodes.size(); ++n) {
    if (node(n).operation != Operation::write || !is_register(node(n).memory)) continue;
    if (shape_.home_of(n) == none) continue;
    writers_[node(n).memory].push_back({shape_.home_of(n), n, shape_.order_of(n)});
  }
  for (std::uint32_t c = 0; c < tree_.controllers.size(); ++c) {
    const rdu_tree::Controller& made = shape_.controller(c);
    if (made.kind != ControllerKind::reduce) continue;
    writers_[made.accumulator].push_back({c, none, shape_.end_order_of(c)});
  }
  for (auto& list : writers_) {
    std::sort(list.begin(), list.end(),
              [](const RegisterWriter& a, const RegisterWriter& b) { return a.order < b.order; });
  }
}

std::size_t Mapper::shared_controllers(std::uint32_t a, std::uint32_t b) const {
  const auto first = shape_.path_to(a);
  const auto second = shape_.path_to(b);
  std::size_t shared = 0;
  while (shared < first.size() && shared < second.size() && first[shared] == second[shared]) {
    ++shared;
  }
  return shared;
}

Mapper::Chosen Mapper::writer_for(std::uint32_t memory, std::uint32_t order,
                                  std::uint32_t controller, rdu_tree::SourcePlace place) const {
  const auto& list = writers_[memory];
  Chosen chosen;
  for (std::uint32_t w = 0; w < list.size(); ++w) {
    if (list[w].order < order && list[w].controller != controller) chosen.writer = w;
  }
  if (chosen.writer == none) {
    // The last of an iteration before, where a loop is around both
    for (std::uint32_t w = 0; w < list.size(); ++w) {
      if (list[w].controller == controller) continue;
      const auto path = shape_.path_to(controller);
      const std::size_t shared = shared_controllers(list[w].controller, controller);
      const bool loops =
          std::any_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(shared),
                      [&](std::uint32_t c) { return shape_.loops(c); });
      if (loops) chosen = {w, true};
    }
  }
  if (chosen.writer == none) return chosen;
  const std::size_t shared = shared_controllers(list[chosen.writer].controller, controller);
  for (std::uint32_t w = 0; w < list.size(); ++w) {
    if (w == chosen.writer || list[w].controller == controller) continue;
    if (shared_controllers(list[w].controller, controller) > shared) {
      unsupported(place, "register " + name_of_memory(memory) +
                             ", whose number here comes from one of several writers");
    }
  }
  return chosen;
}

Scope Mapper::writer_scope(std::uint32_t memory, std::uint32_t writer, const Scope& seen_from,
                           rdu_tree::SourcePlace place) const {
  const RegisterWriter& of = writers_[memory][writer];
  Scope made = shape_.scope_of(of.controller, seen_from);
  if (of.node == none) made.lanes.back() = all_lanes;
  const std::uint32_t owner = tree_.memories[memory].owner;
  const std::size_t owned = owner == none ? 0 : shape_.path_to(owner).size();
  for (std::size_t i = owned; i < made.depth(); ++i) {
    if (made.lanes[i] == all_lanes || shape_.copies_of(made.path[i]) == 1) continue;
    if (i < seen_from.depth() && seen_from.path[i] == made.path[i]) continue;
    unsupported(place, "register " + name_of_memory(memory) + " written by parallel iterations");
  }
  return made;
}

Operand Mapper::register_value(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const std::uint32_t memory = node(of).memory;
  const std::uint32_t home = shape_.home_of(of);
  const auto& list = writers_[memory];
  const bool kept = std::any_of(list.begin(), list.end(), [&](const RegisterWriter& writer) {
    return writer.controller == home && writer.node != none;
  });
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  if (kept) {
    const Scope there = home == scope.last() ? scope : shape_.scope_of(home, scope);
    MappedContext& source = compute(there);
    if (&source == &context) return kept_register(context, memory);
    if (context.is_ahead) return chased_register(context, of, there);
    return connect({&source, value(source, of, there)}, context, type,
                   name_of_memory(memory) + ".word");
  }
  return incoming(context, memory, shape_.order_of(of), home, scope, node(of).place);
}

/// A leaf's register in a context that has to know it before the leaf does: what the firing before
/// left, and what the leaf's statements above do to it.
Operand Mapper::chased_register(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const std::uint32_t memory = node(of).memory;
  const auto found = context.registers.find(memory);
  Operand made =
      found != context.registers.end() ? found->second : register_before(context, memory, scope);
  context.registers[memory] = made;
  for (const RegisterWriter& writer : writers_[memory]) {
    if (writer.controller != scope.last() || writer.order > shape_.order_of(of)) continue;
    const Operand number = value(context, node(writer.node).arguments[0], scope);
    Operand exists = exists_in(context);
    if (enabled(writer.node, scope) != Enabled::always) {
      exists = both(context, exists, value(context, node(writer.node).enable, scope));
    }
    made = exists.node == none
               ? number
               : Operand{context.maker.operation(Op::select, exists.node, number.node, made.node),
                         number.is_vector};
  }
  return made;
}

/// What a leaf's register holds before the leaf's firing.
Operand Mapper::register_before(MappedContext& context, std::uint32_t memory, const Scope& scope) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const WordType type = rdu_tree::word_type(of.type);
  const auto& list = writers_[memory];
  std::uint32_t order = ~0U;
  std::uint32_t last = none;
  for (std::uint32_t w = 0; w < list.size(); ++w) {
    if (list[w].controller != scope.last() || list[w].node == none) continue;
    order = std::min(order, list[w].order);
    last = w;
  }
  const Channel::Kind kind = type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word;
  const std::uint32_t channel =
      graph_.channel(unique(name_of_memory(memory) + ".word"), kind, none, 1, 1);
  pending_.push_back({channel, memory, last, scope, scope.depth()});
  Operand made{context.maker.take(channel, type, context.part(scope.depth())), false};
  if (of.initial != 0) {
    made = fresh(context, rdu_tree::word_of(of.initial), made, type, scope.depth());
  }
  const Chosen chosen = writer_for(memory, order, scope.last(), of.place);
  if (chosen.writer == none) return made;
  const Operand before = incoming(context, memory, order, scope.last(), scope, of.place);
  const Scope there = writer_scope(memory, chosen.writer, scope, of.place);
  const std::uint32_t first = context.maker.first(context.part(shared_depth(there, scope)));
  made.node = context.maker.operation(Op::select, first, before.node, made.node);
  return made;
}

/// A register's number as the context's controllers find it.
Operand Mapper::incoming(MappedContext& context, std::uint32_t memory, std::uint32_t order,
                         std::uint32_t controller, const Scope& scope,
                         rdu_tree::SourcePlace place) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const WordType type = rdu_tree::word_type(of.type);
  const Chosen chosen = writer_for(memory, order, controller, place);
  if (chosen.writer == none) {
    return {context.maker.constant(type, rdu_tree::word_of(of.initial)), false};
  }
  const Scope there = writer_scope(memory, chosen.writer, scope, place);
  const std::size_t shared = shared_depth(there, context.scope);
  const Channel::Kind kind = type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word;
  // What the next iteration finds lies in a memory meanwhile
  const std::uint32_t latency = chosen.carried ? timing_.store_cycles + timing_.compute_stages : 1;
  const std::uint32_t channel = graph_.channel(unique(name_of_memory(memory) + ".word"), kind, none,
                                               latency, chosen.carried ? 1 : 0);
  pending_.push_back({channel, memory, chosen.writer, there, shared});
  Operand made{context.maker.take(channel, type, context.part(shared)), false};
  if (chosen.carried && of.initial != 0) {
    made = fresh(context, rdu_tree::word_of(of.initial), made, type, shared);
  }
  return made;
}

/// What the register begins with, until its reader takes the first token that somebody sent.
Operand Mapper::fresh(MappedContext& context, std::uint32_t word, Operand then,
                      const WordType& type, std::size_t shared) {
  const std::uint32_t reg =
      context.maker.reg("begun" + std::to_string(context.maker.context().registers.size()),
                        numerics::word_bit, 0, no_level);
  const std::uint32_t begun = context.maker.value_of_register(reg);
  const std::uint32_t ends = context.maker.last(context.part(shared));
  context.maker.leave(reg, context.maker.operation(Op::bit_or, begun, ends));
  const std::uint32_t start = context.maker.constant(type, word);
  return {context.maker.operation(Op::select, begun, then.node, start), then.is_vector};
}

/// The register as this firing finds it in the context that writes it too.
Operand Mapper::kept_register(MappedContext& context, std::uint32_t memory) {
  const auto found = context.registers.find(memory);
  if (found != context.registers.end()) return found->second;
  const rdu_tree::Memory& of = tree_.memories[memory];
  const WordType type = rdu_tree::word_type(of.type);
  const std::uint32_t reg =
      context.maker.reg("r" + std::to_string(context.maker.context().registers.size()), type,
                        rdu_tree::word_of(of.initial), no_level);
  register_numbers_[{context.number(), memory}] = reg;
  Operand made{context.maker.value_of_register(reg), false};
  const std::uint32_t controller = context.scope.last();
  std::uint32_t order = ~0U;
  for (const RegisterWriter& writer : writers_[memory]) {
    if (writer.controller == controller) order = std::min(order, writer.order);
  }
  const Chosen chosen = writer_for(memory, order, controller, of.place);
  if (chosen.writer != none) {
    const Operand before = incoming(context, memory, order, controller, context.scope, of.place);
    const Scope there = writer_scope(memory, chosen.writer, context.scope, of.place);
    const std::size_t shared = shared_depth(there, context.scope);
    const std::uint32_t first = context.maker.first(context.part(shared));
    made.node = context.maker.operation(Op::select, first, before.node, made.node);
  }
  context.registers[memory] = made;
  return made;
}

void Mapper::write_register(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  const bool asks = enabled(of, scope) != Enabled::always;
  MappedContext& context = compute(scope);
  Operand number = value(context, made.arguments[0], scope);
  if (number.is_vector) {
    unsupported(made.place,
                "register " + name_of_memory(made.memory) + " written by parallel iterations");
  }
  const auto& list = writers_[made.memory];
  const auto here = [&](const RegisterWriter& w) { return w.controller == scope.last(); };
  const bool is_read_here = register_numbers_.count({context.number(), made.memory}) > 0;
  if (asks || may_lack(scope) || may_be_empty(scope) || is_read_here ||
      std::count_if(list.begin(), list.end(), here) > 1) {
    const Operand before = kept_register(context, made.memory);
    Operand exists = exists_in(context);
    if (asks) exists = both(context, exists, value(context, made.enable, scope));
    if (exists.node != none) {
      number.node = context.maker.operation(Op::select, exists.node, number.node, before.node);
    }
    context.maker.leave(register_numbers_.at({context.number(), made.memory}), number.node);
  }
  context.registers[made.memory] = number;
  for (std::uint32_t w = 0; w < list.size(); ++w) {
    if (here(list[w]) && list[w].node != none) {
      register_sources_[{made.memory, w, scope}] = {&context, number};
    }
  }
  if (tree_.memories[made.memory].kind == MemoryKind::arg_out) {
    result_of(made.memory, {&context, number}, scope);
  }
}

Source Mapper::register_source(std::uint32_t memory, std::uint32_t writer, const Scope& scope) {
  const auto found = register_sources_.find({memory, writer, scope});
  if (!(found != register_sources_.end()))
    fail(Category::internal, "a register's writer is missing");
  return found->second;
}

void Mapper::resolve_registers() {
  for (const Pending& one : pending_) {
    const Source from = register_source(one.memory, one.writer, one.scope);
    from.context->maker.give(one.channel, from.operand.node, from.context->part(one.shared));
  }
}

}  // namespace weft::program::rdu
