// SPDX-License-Identifier: Apache-2.0
// An RDU's constants: read from its topology, and held against a graph.
#include "program/rdu_timing.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/rdu_shape.hpp"
#include "topology/topology.hpp"

namespace weft::program::rdu {

namespace {

std::uint32_t number(const topology::Topology& topology, const char* key, std::int64_t least = 0) {
  return static_cast<std::uint32_t>(topology.integer(key, least, delay_most));
}

/// Lines of the source that have most of these units, the largest first; empty where each has one.
std::vector<std::pair<std::uint32_t, std::uint32_t>> largest_lines(const Program& program,
                                                                   Unit::Kind kind,
                                                                   std::uint32_t chip,
                                                                   std::uint32_t section) {
  std::map<std::uint32_t, std::uint32_t> counts;
  for (const Unit& unit : program.units) {
    const bool there = unit.section == none || unit.section == section;
    if (unit.kind == kind && unit.chip == chip && there && unit.line != 0) ++counts[unit.line];
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> lines(counts.begin(), counts.end());
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (!lines.empty() && lines.front().second == 1) lines.clear();
  return lines;
}

void check_units(const Program& program, Unit::Kind kind, std::uint32_t most) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> counts;  // chip, section
  std::vector<std::uint32_t> always(program.chips(), 0);
  for (const Unit& unit : program.units) {
    if (unit.kind != kind) continue;
    if (unit.section == none) {
      ++always[unit.chip];
    } else {
      ++counts[{unit.chip, unit.section}];
    }
  }
  const auto check = [&](std::uint32_t chip, std::uint32_t count, std::uint32_t section) {
    if (count <= most) return;
    std::string what = "chip " + std::to_string(chip) + " has " + std::to_string(most) + " " +
                       std::string(name_of(kind)) + " units, " + std::to_string(count) +
                       " are asked for";
    if (section != none) what += " by section '" + program.sections[section].name + "'";
    const auto lines = largest_lines(program, kind, chip, section);
    for (std::size_t i = 0; i < std::min<std::size_t>(3, lines.size()); ++i) {
      what += (i == 0 ? "; the largest users: line " : ", line ") + std::to_string(lines[i].first) +
              " with " + std::to_string(lines[i].second);
    }
    fail(Category::input, place_of(program, lines.empty() ? 0 : lines.front().first, what));
  };
  for (std::uint32_t chip = 0; chip < always.size(); ++chip) check(chip, always[chip], none);
  for (const auto& [at, count] : counts) check(at.first, count + always[at.first], at.second);
}

/// What not every machine has: bodies, HBM, links of other latencies.
void check_kinds(const Program& program, const Timing& timing) {
  for (const Unit& unit : program.units) {
    if (unit.kind == Unit::Kind::hbm && !timing.hbm) {
      fail(Category::input, place_of(program, unit.line,
                                     "unit '" + unit.name + "' is HBM, which the machine lacks"));
    }
  }
  for (const Context& context : program.contexts) {
    if (!has_body(context) || timing.body.rows > 0) continue;
    fail(Category::input,
         place_of(program, context.line,
                  "context '" + context.name +
                      "' has an output-stationary body, which units of the machine lack"));
  }
  const std::vector<Ends> ends = ends_of(program);
  for (std::uint32_t c = 0; c < ends.size(); ++c) {
    const Channel& channel = program.channels[c];
    const std::uint32_t from = unit_of(program, ends[c].producer);
    const std::uint32_t to = unit_of(program, ends[c].consumer);
    if (from == none || to == none || program.units[from].chip == program.units[to].chip) continue;
    if (channel.latency_cycles >= timing.link.latency_cycles) continue;
    fail(Category::input, place_of(program, channel.line,
                                   "channel '" + channel.name + "' leads to another chip in " +
                                       counted(channel.latency_cycles, "cycle") + ", which takes " +
                                       std::to_string(timing.link.latency_cycles) + " at least"));
  }
}

void check_words(const Program& program, std::uint32_t most) {
  std::map<std::uint32_t, std::uint64_t> used;
  for (const Memory& memory : program.memories) {
    if (program.units[memory.unit].kind != Unit::Kind::memory) continue;
    used[memory.unit] += std::uint64_t{memory.words} * memory.buffers;
  }
  for (const auto& [unit, words] : used) {
    if (words <= most) continue;
    std::vector<std::pair<std::uint64_t, std::string>> users;
    for (const Memory& memory : program.memories) {
      if (memory.unit != unit) continue;
      users.emplace_back(std::uint64_t{memory.words} * memory.buffers, memory.name);
    }
    const Unit& of = program.units[unit];
    fail(Category::input,
         place_of(program, of.line,
                  "unit '" + of.name + "' has " + counted(most, "word") + ", " +
                      std::to_string(words) +
                      " are asked for; the largest users:" + largest_of(std::move(users))));
  }
}

void check_drams(const Program& program, const Timing& timing) {
  for (std::uint32_t u = 0; u < program.units.size(); ++u) {
    const Unit& unit = program.units[u];
    const std::uint64_t most = is_dram(unit.kind) ? timing.dram_of(unit.kind).capacity_bytes : 0;
    if (most == 0) continue;
    std::uint64_t end = 0;
    std::vector<std::pair<std::uint64_t, std::string>> users;
    for (const Array& array : program.arrays) {
      if (array.memory != none || array.unit != u) continue;
      const std::uint64_t bytes = array.words() * word_bytes;
      end = std::max(end, array.address_bytes + bytes);
      users.emplace_back(bytes, array.name);
    }
    if (end <= most) continue;
    fail(Category::input, place_of(program, unit.line,
                                   "unit '" + unit.name + "' has " + counted(most, "byte") +
                                       ", arrays reach up to " + std::to_string(end) +
                                       "; the largest users:" + largest_of(std::move(users))));
  }
}

DramTiming read_dram(const topology::Topology& t, const std::array<const char*, 10>& keys) {
  DramTiming out;
  out.channels = number(t, keys[0], 1);
  out.burst_cycles = number(t, keys[1], 1);
  out.latency_cycles = number(t, keys[2], 1);
  out.row_bytes = number(t, keys[3], burst_bytes);
  out.banks = number(t, keys[4], 1);
  out.row_cycles = number(t, keys[5]);
  out.outstanding = number(t, keys[6], 1);
  out.write_latency_cycles = number(t, t.has(keys[7]) ? keys[7] : keys[2], 1);
  out.row_window_cycles = t.has(keys[8]) ? number(t, keys[8]) : 0;
  if (t.has(keys[9])) {
    out.capacity_bytes = static_cast<std::uint64_t>(t.integer(keys[9]));
  }
  return out;
}

/// Only what the chosen network uses is looked up: a run rests on nothing else.
NetworkTiming read_network(const topology::Topology& t) {
  using Kind = NetworkTiming::Kind;
  NetworkTiming out;
  if (!t.has("network.kind")) return out;
  const std::string kind = t.text("network.kind");
  if (kind == "ideal") return out;
  out.kind = kind == "static" ? Kind::static_mesh
                              : (kind == "dynamic" ? Kind::dynamic_mesh : Kind::hybrid);
  out.columns = number(t, "network.columns", 1);
  out.rows = number(t, "network.rows", 1);
  out.hop_cycles = number(t, "network.hop_cycles", 1);
  if (out.kind != Kind::dynamic_mesh) {
    out.hop_depth = number(t, "network.hop_depth", 1);
    out.vector_links = number(t, "network.vector_links");
    out.word_links = number(t, "network.word_links");
    out.bit_links = number(t, "network.bit_links");
  }
  if (out.kind != Kind::static_mesh) out.queue_depth = number(t, "network.queue_depth", 1);
  return out;
}

}  // namespace

std::string largest_of(std::vector<std::pair<std::uint64_t, std::string>> users) {
  std::sort(users.rbegin(), users.rend());
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, users.size()); ++i) {
    text += (i == 0 ? " '" : ", '") + users[i].second + "' " + std::to_string(users[i].first);
  }
  return text;
}

std::uint32_t Timing::stages_of(const Context& context) const {
  if (context.stages != none) return context.stages;
  const std::uint32_t fill = has_body(context) ? body.fill_cycles : 0;
  return fill + (computes(context) ? compute_stages : move_stages);
}

Timing read_timing(const topology::Topology& t) {
  Timing out;
  out.compute_stages = number(t, "context.compute_stages");
  out.move_stages = number(t, "context.move_stages");
  out.store_cycles = number(t, "context.store_cycles", 1);
  out.vector_depth = number(t, "context.vector_depth", 1);
  out.word_depth = number(t, "context.word_depth", 1);
  out.compute_units = number(t, "chip.compute_units");
  out.memory_units = number(t, "chip.memory_units");
  out.address_units = number(t, "chip.address_units");
  out.memory_words = number(t, "memory.words");
  out.dram =
      read_dram(t, {"dram.channels", "dram.burst_cycles", "dram.latency_cycles", "dram.row_bytes",
                    "dram.banks", "dram.row_cycles", "dram.outstanding",
                    "dram.write_latency_cycles", "dram.row_window_cycles", "dram.capacity_bytes"});
  if (t.has("hbm.channels")) {
    out.hbm =
        read_dram(t, {"hbm.channels", "hbm.burst_cycles", "hbm.latency_cycles", "hbm.row_bytes",
                      "hbm.banks", "hbm.row_cycles", "hbm.outstanding", "hbm.write_latency_cycles",
                      "hbm.row_window_cycles", "hbm.capacity_bytes"});
  }
  if (t.has("body.rows")) {
    out.body.rows = number(t, "body.rows", 1);
    out.body.columns = number(t, "body.columns", 1);
    out.body.fill_cycles = number(t, "body.fill_cycles");
  }
  if (t.has("link.latency_cycles")) {
    out.link.latency_cycles = number(t, "link.latency_cycles", 1);
    out.link.vector_cycles = number(t, "link.vector_cycles", 1);
  }
  out.network = read_network(t);
  if (t.has("section.program_bytes")) {
    SectionTiming& section = out.section.emplace();
    section.program_bytes = number(t, "section.program_bytes", burst_bytes);
    section.argument_cycles = number(t, "section.argument_cycles", 1);
    section.host_cycles = number(t, "section.host_cycles", 1);
    section.launch_cycles = number(t, "section.launch_cycles", 1);
  }
  return out;
}

void check_fit(const Program& program, const Timing& timing) {
  check_kinds(program, timing);
  check_units(program, Unit::Kind::compute, timing.compute_units);
  check_units(program, Unit::Kind::memory, timing.memory_units);
  check_units(program, Unit::Kind::address, timing.address_units);
  check_words(program, timing.memory_words);
  check_drams(program, timing);
}

}  // namespace weft::program::rdu
