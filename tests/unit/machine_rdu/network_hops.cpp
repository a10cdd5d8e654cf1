// SPDX-License-Identifier: Apache-2.0
// See network_hops.hpp.
#include "network_hops.hpp"

#include <algorithm>
#include <string>

#include "program/rdu_shape.hpp"

namespace weft::test {

namespace form = program::rdu;
using form::none;

namespace {

void take_instead(form::Program& program, const form::End& end, std::uint32_t channel) {
  if (end.context != none) {
    program.contexts[end.context].inputs[end.slot].channel = channel;
    return;
  }
  form::Transfer& transfer = program.transfers[end.transfer];
  std::uint32_t* slots[] = {&transfer.address, &transfer.size, &transfer.data, &transfer.done};
  *slots[end.slot] = channel;
}

/// A context that passes tokens on, in the cycle in which they are there and the next has room.
void add_switch(form::Program& program, std::uint32_t unit, std::uint32_t from, std::uint32_t to,
                const std::string& name) {
  form::Context context;
  context.name = name;
  context.unit = unit;
  const bool vector = program.channels[from].kind == form::Channel::Kind::vector;
  context.lanes = vector ? form::lanes_most : 1;
  context.stages = 0;
  context.inputs.push_back({from, form::every, none, none});
  form::Node node;
  node.kind = form::Node::Kind::input;
  node.type = program.channels[from].kind == form::Channel::Kind::bit ? numerics::word_bit
                                                                      : numerics::word_i32;
  node.at = 0;
  context.nodes.push_back(node);
  context.outputs.push_back({to, 0, form::every, none});
  program.contexts.push_back(context);
}

}  // namespace

form::Program with_hops(const form::Networked& networked, const form::Timing& timing) {
  form::Program out = networked.placed;
  const std::vector<form::Ends> ends = form::ends_of(out);
  const auto unit = static_cast<std::uint32_t>(out.units.size());
  form::Unit switches;
  switches.name = "switches";
  out.units.push_back(switches);
  for (std::uint32_t c = 0; c < ends.size(); ++c) {
    const form::Route& route = networked.use.routes[c];
    if (route.kind != form::Route::Kind::fixed) continue;
    const form::Channel whole = out.channels[c];
    const std::uint32_t producer = ends[c].producer.context;
    const std::uint32_t stages =
        producer == none ? 1 : std::max(timing.stages_of(out.contexts[producer]), 1U);
    std::uint32_t from = c;
    for (std::uint32_t hop = 0; hop < route.switches; ++hop) {
      form::Channel& leg = out.channels[from];
      leg.latency_cycles = timing.network.hop_cycles;
      leg.capacity = timing.network.hop_depth + (hop == 0 ? stages - 1 : 0);
      leg.initial = 0;
      form::Channel next = whole;
      next.name = whole.name + "." + std::to_string(hop);
      next.capacity = std::max(whole.capacity, 2 * whole.latency_cycles);
      const auto to = static_cast<std::uint32_t>(out.channels.size());
      out.channels.push_back(next);
      add_switch(out, unit, from, to, next.name);
      from = to;
    }
    take_instead(out, ends[c].consumer, from);
  }
  return out;
}

form::Program on_one_chip(form::Program program) {
  for (form::Unit& unit : program.units) unit.chip = 0;
  return program;
}

}  // namespace weft::test
