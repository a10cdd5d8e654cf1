// SPDX-License-Identifier: Apache-2.0
// A slice from its graph: the contexts, memories and ends of channels that lie in it.
#include <algorithm>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

namespace {

ContextState state_of(const form::Context& context) {
  ContextState state;
  state.at.assign(context.counters.size(), 0);
  state.registers.assign(context.registers.size(), 0);
  state.sums.resize(context.nodes.size());
  state.load_turns.assign(context.nodes.size(), 0);
  state.store_turns.assign(context.stores.size(), 0);
  state.bodies.resize(form::has_body(context) ? 1 : 0);
  state.slots.assign(context.inputs.size() + context.outputs.size(), 0);
  state.scopes.resize(context.counters.size());
  state.recorded = static_cast<std::uint32_t>(
      std::min<std::size_t>(context.counters.size(), iteration_levels + 1));
  return state;
}

}  // namespace

Rdu::Rdu(Constants constants, form::Program program, const Slice& slice)
    : constants_(constants), program_(std::move(program)), slice_(slice) {
  form::validate(program_);
  form::check_fit(program_, constants_.timing);
  if (!(form::region_of(program_) == slice_.region)) {
    fail(Category::input, "rdu: the unit graph is " +
                              weft::counted(form::region_of(program_).width, "unit") + " by " +
                              weft::counted(program_.chips(), "chip") + ", the region is not");
  }
  build();
}

std::uint32_t Rdu::mesh_actor() const {
  return static_cast<std::uint32_t>(program_.contexts.size() + program_.transfers.size());
}

std::uint32_t Rdu::actor_of(const form::End& end) const {
  return end.flow != none ? mesh_actor() : form::actor_of(program_, end);
}

std::uint32_t Rdu::unit_of_actor(std::uint32_t actor) const {
  if (actor == mesh_actor()) return program_.mesh_unit;
  return actor < contexts_.size() ? program_.contexts[actor].unit
                                  : program_.transfers[actor - contexts_.size()].unit;
}

bool Rdu::is_here(std::uint32_t unit) const {
  const std::uint32_t tile = tiles_[unit];
  return slice_.tiles.contains(tile % slice_.region.width, tile / slice_.region.width);
}

std::size_t Rdu::neighbour_of(std::uint32_t unit) const {
  const std::uint32_t tile = tiles_[unit];
  for (std::size_t n = 0; n < slice_.neighbours.size(); ++n) {
    const Rectangle& there = slice_.neighbours[n].tiles;
    if (there.contains(tile % slice_.region.width, tile / slice_.region.width)) return n;
  }
  fail(Category::internal, "rdu: a channel leads to a slice that is no neighbour");
}

void Rdu::build() {
  ends_ = form::ends_of(program_);
  tiles_ = form::tiles_of(program_);
  const auto contexts = static_cast<std::uint32_t>(program_.contexts.size());
  plans_.resize(contexts);
  contexts_.resize(contexts);
  transfers_.resize(program_.transfers.size());
  memories_.resize(program_.memories.size());
  busy_.assign(program_.units.size(), 0);
  sent_.assign(program_.units.size(), 0);
  dram_of_.assign(program_.units.size(), none);
  departures_.resize(slice_.neighbours.size());
  promised_.assign(slice_.neighbours.size(), 0);
  for (std::uint32_t c = 0; c < contexts; ++c) {
    const form::Context& context = program_.contexts[c];
    if (!is_here(context.unit)) continue;
    plans_[c] = plan_of(program_, context, constants_.timing);
    contexts_[c] = state_of(context);
    actors_.push_back(c);
    if (plans_[c].exact) ordered_.push_back(c);
  }
  find_shared(program_, plans_);
  for (std::uint32_t t = 0; t < program_.transfers.size(); ++t) {
    if (!is_here(program_.transfers[t].unit)) continue;
    actors_.push_back(contexts + t);
    ordered_.push_back(contexts + t);
  }
  if (program_.mesh_unit != none && is_here(program_.mesh_unit)) {
    mesh_ = Mesh(program_, constants_.timing.network);
    actors_.push_back(mesh_actor());
    ordered_.push_back(mesh_actor());
  }
  known_.assign(contexts, 0);
  looks_at_.assign(contexts, 0);
  orders_.resize(contexts);
  queued_.assign(mesh_actor() + 1, 0);
  wake_.assign(mesh_actor() + 1, never);
  for (std::uint32_t m = 0; m < memories_.size(); ++m) {
    const form::Memory& memory = program_.memories[m];
    if (!is_here(memory.unit)) continue;
    memories_[m].assign(std::size_t{memory.words} * memory.buffers, 0);
    for (std::size_t b = 0; b < memory.buffers; ++b) {
      std::copy(memory.initial.begin(), memory.initial.end(),
                memories_[m].begin() + static_cast<std::ptrdiff_t>(b * memory.words));
    }
  }
  add_drams();
  add_lines();
  add_scratch();
  find_alone();
}

/// As large as the largest of the contexts wants it.
void Rdu::add_scratch() {
  std::size_t words = 0;
  std::size_t nodes = 0;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::size_t counters = 0;
  std::size_t registers = 0;
  for (std::uint32_t c = 0; c < plans_.size(); ++c) {
    if (!plans_[c].here) continue;
    const form::Context& context = program_.contexts[c];
    words = std::max<std::size_t>(words, plans_[c].value_words);
    nodes = std::max(nodes, context.nodes.size());
    inputs = std::max(inputs, context.inputs.size());
    outputs = std::max(outputs, context.outputs.size());
    counters = std::max(counters, context.counters.size());
    registers = std::max(registers, context.registers.size());
  }
  scratch_.words.resize(words);
  for (auto& words_of_one : scratch_.spread) {
    words_of_one.resize(std::size_t{run_most} * form::lanes_most);
  }
  scratch_.any.resize(nodes * run_most);
  scratch_.registers.resize(registers * (run_most + 1));
  scratch_.places.resize(inputs * run_most);
  scratch_.steps.resize(counters * run_most);
  scratch_.popped.resize(inputs);
  scratch_.taken.resize(inputs);
  scratch_.pushed.resize(outputs);
  scratch_.at.resize(counters);
  scratch_.counts.resize(counters);
}

/// Cycles of a unit with one actor are counted as they come; of others a window's are noted.
void Rdu::find_alone() {
  std::vector<std::uint32_t> actors(program_.units.size(), 0);
  for (const std::uint32_t actor : actors_) ++actors[unit_of_actor(actor)];
  used_.resize(actors.size());
  for (std::size_t unit = 0; unit < actors.size(); ++unit) {
    alone_.push_back(actors[unit] <= 1);
    if (actors[unit] > 1) used_[unit].assign(window_cycles / 64, 0);
  }
}

void Rdu::add_drams() {
  for (std::uint32_t u = 0; u < program_.units.size(); ++u) {
    if (!form::is_dram(program_.units[u].kind) || !is_here(u)) continue;
    dram_of_[u] = static_cast<std::uint32_t>(drams_.size());
    Dram& dram = drams_.emplace_back();
    dram.unit = u;
    const form::DramTiming& timing = constants_.timing.dram_of(program_.units[u].kind);
    dram.free.assign(timing.channels, 0);
    const std::size_t banks = std::size_t{timing.channels} * timing.banks;
    dram.bank_free.assign(banks, 0);
    dram.rows.assign(banks * form::rows_held, ~std::uint64_t{0});
    dram.opened.assign(banks * form::rows_held, 0);
    std::uint64_t words = 0;
    for (const form::Array& array : program_.arrays) {
      if (array.memory != none || array.unit != u) continue;
      words = std::max(words, array.address_bytes / form::word_bytes + array.words());
    }
    dram.words.assign(words, 0);
  }
}

void Rdu::add_lines() {
  lines_.resize(program_.channels.size());
  arriving_.resize(program_.channels.size());
  for (std::uint32_t c = 0; c < lines_.size(); ++c) {
    const form::Channel& channel = program_.channels[c];
    const std::uint32_t from = form::unit_of(program_, ends_[c].producer);
    const std::uint32_t to = form::unit_of(program_, ends_[c].consumer);
    Line& line = lines_[c];
    line.latency = channel.latency_cycles;
    line.vector = channel.kind == form::Channel::Kind::vector;
    if (is_here(from)) {
      line.producer = actor_of(ends_[c].producer);
      line.rooms = Ring(channel.capacity);
      for (std::uint32_t k = channel.initial; k < channel.capacity; ++k) line.rooms.push(0);
      if (!is_here(to)) line.neighbour = neighbour_of(to);
    }
    if (is_here(to)) {
      line.consumer = actor_of(ends_[c].consumer);
      line.tokens = Ring(channel.capacity);
      line.masks.assign(channel.capacity, 1);  // a word's stays
      line.words.assign(std::size_t{channel.capacity} * line.width(), 0);
      for (std::uint32_t k = 0; k < channel.initial; ++k) line.put(0, Token{});
      if (!is_here(from)) line.neighbour = neighbour_of(from);
    }
    if (is_here(from) != is_here(to)) cut_.push_back(c);
  }
}

}  // namespace weft::machine::rdu
