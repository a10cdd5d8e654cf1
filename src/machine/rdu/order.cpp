// SPDX-License-Identifier: Apache-2.0
// How early others may touch a memory: lower bounds, from what they wait for.
#include <algorithm>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;
using Kind = form::Node::Kind;

namespace {

/// Contexts that are looked at to answer one question: any bound is right, a later one is better.
constexpr std::uint32_t looks_most = 16;

Cycle later(Cycle cycle, Cycle by) { return cycle >= never - by ? never : cycle + by; }

}  // namespace

/// Firings that come before the next at the level, at least.
std::uint64_t Rdu::firings_until(std::uint32_t number, std::int32_t level) const {
  const ContextPlan& plan = plans_[number];
  const ContextState& state = contexts_[number];
  std::uint64_t firings = 0;
  for (std::size_t c = static_cast<std::size_t>(level); c < state.at.size(); ++c) {
    // Of a counter that is bound by tokens nothing is said.
    const bool constant = plan.constant[c];
    const std::int64_t steps = constant ? plan.counts[c].steps : 1;
    const std::int64_t left = constant ? std::max<std::int64_t>(steps - 1 - state.at[c], 0) : 0;
    firings = firings * static_cast<std::uint64_t>(steps) + static_cast<std::uint64_t>(left);
  }
  return firings;
}

/// The first cycle in which the context may fire next, or, where memories say what it waits for, in
/// which it may look at them.
Cycle Rdu::least(std::uint32_t number, std::uint32_t& looks) const {
  const form::Context& context = program_.contexts[number];
  const ContextPlan& plan = plans_[number];
  const ContextState& state = contexts_[number];
  if (context.once && (state.done || !state.started)) return never;
  if (known_[number] != 0) return wake_[number];
  Cycle bound = std::max(state.free, floor_);
  if (looks == 0 || looks_at_[number] != 0) return bound;
  --looks;
  looks_at_[number] = 1;
  for (const form::Input& input : context.inputs) {
    if (input.when != none) continue;
    const Ring& tokens = lines_[input.channel].tokens;
    bound =
        std::max(bound, tokens.size() > 0 ? tokens.cycle(0) : least_arrival(input.channel, looks));
  }
  for (std::size_t out = 0; out < context.outputs.size(); ++out) {
    const form::Output& output = context.outputs[out];
    const bool always = plan.output_levels[out] == static_cast<std::int32_t>(state.at.size());
    if (output.when != none || !always || plan.exact) continue;
    const Ring& rooms = lines_[output.channel].rooms;
    bound = std::max(bound, rooms.size() > 0 ? rooms.cycle(0) : least_room(output.channel, looks));
  }
  looks_at_[number] = 0;
  return bound;
}

/// The first cycle in which a token that nobody has sent yet may arrive.
Cycle Rdu::least_arrival(std::uint32_t channel, std::uint32_t& looks) const {
  const Line& line = lines_[channel];
  if (line.producer == none) return cut_bound(line);
  const form::End& end = ends_[channel].producer;
  if (end.context != none) {
    const ContextPlan& plan = plans_[end.context];
    const Cycle fires = least(end.context, looks);
    const std::uint64_t before = firings_until(end.context, plan.output_levels[end.slot]);
    return later(fires, before * program_.contexts[end.context].interval_cycles + plan.stages - 1 +
                            line.latency);
  }
  if (end.flow != none) return later(floor_, line.latency);
  return later(least_of_transfer(end.transfer, channel, looks), line.latency);
}

/// The first cycle in which the transfer may give another token.
Cycle Rdu::least_of_transfer(std::uint32_t number, std::uint32_t channel,
                             std::uint32_t& looks) const {
  const form::Transfer& transfer = program_.transfers[number];
  const TransferState& state = transfers_[number];
  const Ring& rooms = lines_[channel].rooms;
  Cycle bound = floor_;
  if (rooms.size() > 0) {
    bound = std::max(bound, rooms.cycle(0));
  } else if (lines_[channel].consumer == none) {
    bound = std::max(bound, cut_bound(lines_[channel]));
  }
  if (!state.pending.empty()) return std::max(bound, state.pending.front().ready);
  if (state.word > 0 || !state.bursts.empty()) return bound;
  if (lines_[transfer.address].tokens.size() == 0) {
    return std::max(bound, least_arrival(transfer.address, looks));
  }
  return std::max(bound, lines_[transfer.address].tokens.cycle(0));
}

/// The first cycle in which room that nobody has given back yet may be there.
Cycle Rdu::least_room(std::uint32_t channel, std::uint32_t& looks) const {
  const Line& line = lines_[channel];
  if (line.consumer == none) return cut_bound(line);
  const form::End& end = ends_[channel].consumer;
  if (end.context == none) {
    const Cycle taken = line.tokens.size() > 0 ? std::max(floor_, line.tokens.cycle(0))
                                               : least_arrival(channel, looks);
    return later(taken, line.latency);
  }
  const std::int32_t level = plans_[end.context].input_levels[end.slot];
  if (level < 0) return never;
  const Cycle fires = least(end.context, looks);
  const std::uint64_t before = firings_until(end.context, level);
  return later(fires, before * program_.contexts[end.context].interval_cycles + line.latency);
}

/// The first cycle in which the context may store into the buffer, or, where the access is itself a
/// store, load from it.
Cycle Rdu::least_access(std::uint32_t number, const SharedAccess& access,
                        std::uint32_t buffer) const {
  const form::Context& context = program_.contexts[number];
  const ContextState& state = contexts_[number];
  std::uint32_t looks = looks_most;
  const Cycle fires = least(number, looks);
  if (fires == never) return never;
  const std::uint32_t buffers = program_.memories[access.memory].buffers;
  Cycle bound = never;
  const auto add = [&](std::uint32_t at, std::uint32_t turn) {
    const std::uint32_t turns = (buffer + buffers - at) % buffers;
    if (turns == 0) {
      bound = std::min(bound, fires);
      return;
    }
    const std::int32_t level = number_of_level(context, turn);
    if (level < 0) return;
    const std::uint64_t firings = firings_until(number, level) + turns;
    bound = std::min(bound, later(fires, firings * context.interval_cycles));
  };
  for (std::size_t s = 0; s < context.stores.size(); ++s) {
    if (context.stores[s].memory == access.memory)
      add(state.store_turns[s], context.stores[s].turn);
  }
  if (!access.is_store) return bound;
  for (std::size_t n = 0; n < context.nodes.size(); ++n) {
    const form::Node& node = context.nodes[n];
    if (node.kind == Kind::load && node.at == access.memory) add(state.load_turns[n], node.turn);
  }
  return bound;
}

Rdu::Order Rdu::find_order(std::uint32_t number) const {
  const ContextState& state = contexts_[number];
  Order order{never, never};
  for (const SharedAccess& access : plans_[number].shared) {
    const std::uint32_t buffer =
        access.is_store ? state.store_turns[access.thing] : state.load_turns[access.thing];
    Cycle& bound = access.is_store ? order.stores : order.loads;
    for (const std::uint32_t other : access.others) {
      bound = std::min(bound, least_access(other, access, buffer));
    }
  }
  return order;
}

}  // namespace weft::machine::rdu
