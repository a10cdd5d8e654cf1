// SPDX-License-Identifier: Apache-2.0
// An Accel as a session: see accelerator.hpp.
#include "hosts/spatial/accelerator.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "engine/identity.hpp"
#include "engine/latency.hpp"
#include "engine/profile.hpp"
#include "engine/signals.hpp"
#include "frontends/rdu/rdu.hpp"
#include "hosts/spatial/memory_words.hpp"
#include "program/rdu_map.hpp"
#include "program/rdu_shape.hpp"

namespace weft::hosts::spatial {
namespace {

using engine::CommandKind;
using engine::Session;

template <typename Items>
trace::StringTable table_of(const char* name, const Items& items) {
  trace::StringTable out{name, {}};
  for (const auto& item : items) out.entries.push_back(item.name);
  return out;
}

std::string sides(const Rectangle& region) {
  return std::to_string(region.width) + " x " + std::to_string(region.height);
}

/// Values of a counter, [tile][channel]; of one that the machine does not have, none.
std::span<const std::uint64_t> values_of(const engine::Profile& profile, const std::string& name) {
  for (const CounterArray& counter : profile.counters) {
    if (counter.name == name) return counter.values;
  }
  return {};
}

void copy_in(Session& session, const rdu::Array& array, const std::vector<std::uint32_t>& words) {
  if (words.size() != array.elements()) {
    fail(Category::internal, "array '" + array.name + "' has " + counted(array.elements(), "word") +
                                 ", its memory " + std::to_string(words.size()));
  }
  session.run(engine::array_copy(CommandKind::copy_in, array.name, words.size(), rdu::word_bytes),
              std::as_bytes(std::span(words)));
}

std::vector<std::uint32_t> copy_out(Session& session, const rdu::Array& array) {
  const engine::Reply reply = session.run(
      engine::array_copy(CommandKind::copy_out, array.name, array.elements(), rdu::word_bytes));
  std::vector<std::uint32_t> words(reply.data.size() / rdu::word_bytes);
  std::memcpy(words.data(), reply.data.data(), words.size() * rdu::word_bytes);
  return words;
}

const rdu::Array* array_of(const rdu::Program& program, const std::string& name) {
  for (const rdu::Array& array : program.arrays) {
    if (array.name == name) return &array;
  }
  return nullptr;  // of a memory that the tree does not use
}

std::size_t fields_of(const tree::Tree& tree, std::uint32_t memory) {
  return std::max<std::size_t>(1, tree.memories[memory].fields.size());
}

void give(Session& session, const rdu::Program& program, const tree::Tree& tree,
          const tree::HostContents& contents) {
  for (std::uint32_t k = 0; k < tree.memories.size(); ++k) {
    if (!is_given(tree.memories[k].kind)) continue;
    const rdu::Array* array = array_of(program, rdu::input_array(tree, k));
    if (array != nullptr) copy_in(session, *array, to_words(tree.memories[k], contents[k]));
  }
}

void take(Session& session, const rdu::Program& program, const tree::Tree& tree,
          tree::HostContents& contents) {
  for (std::uint32_t k = 0; k < tree.memories.size(); ++k) {
    if (!is_taken(tree, k)) continue;
    const rdu::Array* array = array_of(program, rdu::output_array(tree, k));
    if (array == nullptr) continue;
    std::vector<std::uint32_t> words = copy_out(session, *array);
    const rdu::Array* count = array_of(program, array->name + ".count");
    if (count != nullptr) {  // a stream: so many of its tokens came
      words.resize(std::min(words.size(), copy_out(session, *count)[0] * fields_of(tree, k)));
    }
    contents[k] = from_words(tree.memories[k], words);
  }
}

Launch facts_of(const rdu::Program& program, const tree::Tree& tree) {
  Launch out;
  if (!tree.controllers.empty()) out.line = tree.controllers[0].place.line;
  for (const rdu::Unit& unit : program.units) ++out.units[unit.kind];
  out.transfers = program.transfers.size();
  return out;
}

/// Whose context fired most often; of several the first.
void find_busiest(Launch& out, const rdu::Program& program, const engine::Profile& profile) {
  const auto firings = values_of(profile, "busiest_context");
  const std::vector<std::uint32_t> tiles = rdu::tiles_of(program);
  for (std::size_t unit = 0; unit < tiles.size(); ++unit) {
    const std::uint64_t cycles = tiles[unit] < firings.size() ? firings[tiles[unit]] : 0;
    if (cycles <= out.busiest_cycles) continue;
    out.busiest_cycles = cycles;
    out.busiest_unit = program.units[unit].name;
    out.busiest_line = program.units[unit].line;
  }
  const auto bytes = values_of(profile, "dram_bytes");
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    out.read_bytes += bytes[i];
    out.written_bytes += bytes[i + 1];
  }
}

/// What stands on each tile of the region: rows of traces know tiles.
trace::StringTable units_by_tile(const rdu::Program& program) {
  const Rectangle region = rdu::region_of(program);
  trace::StringTable out{"tile_units",
                         std::vector<std::string>(std::size_t{region.width} * region.height)};
  const std::vector<std::uint32_t> tiles = rdu::tiles_of(program);
  for (std::size_t unit = 0; unit < tiles.size(); ++unit) {
    out.entries.at(tiles[unit]) = program.units[unit].name;
  }
  return out;
}

}  // namespace

std::vector<trace::StringTable> names_of(const rdu::Program& program) {
  std::vector<trace::StringTable> out = {
      table_of("units", program.units), table_of("contexts", program.contexts),
      table_of("channels", program.channels), units_by_tile(program)};
  trace::StringTable places{"context_sources", {}};
  const std::string file = std::filesystem::path(program.file).filename().string();
  for (const rdu::Context& context : program.contexts) {
    if (context.line == 0) return out;
    places.entries.push_back(file + ":" + std::to_string(context.line));
  }
  if (!places.entries.empty()) out.push_back(std::move(places));
  return out;
}

void require_fit(const rdu::Program& program, const rdu::Timing& timing,
                 const topology::Topology& topology) {
  rdu::check_fit(program, timing);
  const Rectangle region = rdu::region_of(program);
  const Rectangle most = topology.max_region();
  if (region.width <= most.width && region.height <= most.height) return;
  fail(Category::input, program.file + ": the program's units are " + sides(region) + "; " +
                            topology.name() + " has room for " + sides(most));
}

engine::Plan plan_of(const rdu::Program& program, const rdu::Program& placed,
                     const std::shared_ptr<const topology::Topology>& topology) {
  engine::Plan plan;
  plan.topology = topology;
  plan.program = rdu::serialize(program);
  plan.region = rdu::region_of(program);
  plan.hashed_config = engine::machine_and_program(*topology, rdu::content(program));
  plan.definitions = names_of(program);
  plan.trace.program = weft::rdu::print(placed);
  for (const rdu::Array& array : program.arrays) {
    const std::uint64_t bytes = array.elements() * rdu::word_bytes;
    plan.host.copies_bytes = std::max(plan.host.copies_bytes, 2 * bytes);
  }
  return plan;
}

Accelerator::Accelerator(Runtime& runtime, std::shared_ptr<const topology::Topology> topology,
                         Mapper mapper, Watch watch)
    : runtime_(runtime),
      topology_(std::move(topology)),
      timing_(rdu::read_timing(*topology_)),
      mapper_(std::move(mapper)),
      watch_(std::move(watch)) {}

rdu::Networked Accelerator::make_units(const tree::Tree& tree,
                                       const tree::HostContents& contents) const {
  const rdu::Program program = mapper_(tree, timing_, rdu::numbers_of(contents));
  rdu::validate(program);
  rdu::check_fit(program, timing_);
  rdu::Networked out = rdu::lay_network(program, timing_);
  require_fit(out.program, timing_, *topology_);
  return out;
}

void Accelerator::run(const tree::Tree& tree, tree::HostContents& contents) {
  const engine::Working working;
  const rdu::Networked networked = make_units(tree, contents);
  const rdu::Program& program = networked.program;
  if (watch_.mapped) watch_.mapped(tree, program);
  launches_.push_back(facts_of(program, tree));
  Launch& launch = launches_.back();
  launch.network = networked.use;
  launch.network_lines = rdu::describe(program, networked.use);
  const std::shared_ptr<OpenSession> open =
      runtime_.open(plan_of(program, networked.placed, topology_));
  Session& session = *open->session;
  give(session, program, tree, contents);
  engine::HostCommand command;
  command.name = "run";
  const engine::Reply reply = session.run(command);
  const Cycle way = engine::launch_latency_cycles(*topology_);
  launch.cycles = reply.end - reply.begin - std::min(way, reply.end - reply.begin);
  find_busiest(launch, program, session.profile());
  take(session, program, tree, contents);
  if (watch_.launched) watch_.launched(tree, contents);
  runtime_.close(*open);  // where work is left, the deadlock shows here
  launch.ended = true;
}

}  // namespace weft::hosts::spatial
