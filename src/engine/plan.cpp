// SPDX-License-Identifier: Apache-2.0
// From a plan to slices, and the plan to the other ranks.
#include "engine/plan.hpp"

#include <algorithm>
#include <fstream>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace weft::engine {

namespace {

/// Memory that programs on this node can still get; the whole address space where unknown.
std::uint64_t free_node_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  std::uint64_t kibibytes = 0;
  std::string unit;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:") return kibibytes * 1024;
    std::getline(file, unit);
  }
  return never;
}

void write_trace(ByteWriter& out, const trace::Settings& settings) {
  out.text(settings.path);
  out.value(settings.level);
  out.value(settings.epoch_cycles);
  out.value(settings.chunk_rows);
  out.value(settings.epoch_bytes_max);
  out.value(settings.rank_bytes_max);
  out.value(settings.timeline_bins);
  out.value(settings.crash_safe);
  out.value(settings.window);
}

trace::Settings read_trace(ByteReader& in) {
  trace::Settings settings;
  settings.path = in.text();
  settings.level = in.value<TraceLevel>();
  settings.epoch_cycles = in.value<Cycle>();
  settings.chunk_rows = in.value<std::uint64_t>();
  settings.epoch_bytes_max = in.value<std::uint64_t>();
  settings.rank_bytes_max = in.value<std::uint64_t>();
  settings.timeline_bins = in.value<std::uint32_t>();
  settings.crash_safe = in.value<bool>();
  settings.window = in.value<TraceWindow>();
  return settings;
}

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.value(std::uint64_t{texts.size()});
  for (const std::string& text : texts) out.text(text);
}

std::vector<std::string> read_texts(ByteReader& in) {
  std::vector<std::string> texts(in.count());
  for (std::string& text : texts) text = in.text();
  return texts;
}

std::vector<std::byte> to_bytes(const Plan& plan) {
  ByteWriter out;
  out.text(plan.topology->text());
  out.text(plan.topology->file());
  out.text(plan.family);
  out.values(plan.program);
  out.value(plan.region);
  // An unknown family is refused by all ranks together, later.
  out.value(plan.cut.has_value());
  out.value(plan.cut.value_or(partition::Cut::rectangles));
  out.values(plan.weights);
  out.value(plan.limits);
  write_trace(out, plan.trace);
  out.text(plan.trace.config);
  out.text(plan.hashed_config);
  write_texts(out, plan.link_directions);
  out.value(std::uint64_t{plan.definitions.size()});
  for (const trace::StringTable& table : plan.definitions) {
    out.text(table.name);
    write_texts(out, table.entries);
  }
  return out.take();
}

Plan from_bytes(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "plan");
  Plan plan;
  const std::string text = in.text();
  const std::string file = in.text();
  plan.topology =
      std::make_shared<const topology::Topology>(topology::Topology::from_text(text, file));
  plan.family = in.text();
  plan.program = in.values<std::byte>();
  plan.region = in.value<Rectangle>();
  const bool has_cut = in.value<bool>();
  const auto cut = in.value<partition::Cut>();
  if (has_cut) plan.cut = cut;
  plan.weights = in.values<std::uint64_t>();
  plan.limits = in.value<Limits>();
  plan.trace = read_trace(in);
  plan.trace.config = in.text();
  plan.hashed_config = in.text();
  plan.link_directions = read_texts(in);
  plan.definitions.resize(in.count());
  for (trace::StringTable& table : plan.definitions) {
    table.name = in.text();
    table.entries = read_texts(in);
  }
  in.finish();
  return plan;
}

}  // namespace

const machine::Family& family_of(const Plan& plan) {
  return machine::family(plan.family.empty() ? plan.topology->family() : plan.family);
}

partition::Cut cut_of(const Plan& plan) { return plan.cut.value_or(family_of(plan).cut); }

std::vector<int> neighbour_ranks(const partition::Partition& partition, machine::Coupling coupling,
                                 int rank) {
  return coupling == machine::Coupling::global ? partition.others(rank)
                                               : partition.neighbours(rank);
}

machine::Slice slice_of(const partition::Partition& partition, machine::Coupling coupling,
                        int rank) {
  machine::Slice slice;
  slice.region = partition.region;
  slice.tiles = partition.slices[static_cast<std::size_t>(rank)];
  for (const int other : neighbour_ranks(partition, coupling, rank)) {
    slice.neighbours.push_back(partition.slices[static_cast<std::size_t>(other)]);
  }
  return slice;
}

partition::BytesOfRank bytes_of_rank(const Plan& plan, const partition::Partition& partition) {
  return [&plan, &partition](int rank) -> std::uint64_t {
    const machine::Family& family = family_of(plan);
    const machine::Slice slice = slice_of(partition, family.coupling, rank);
    if (slice.tiles.empty()) return 0;
    return family.estimate_bytes(*plan.topology, plan.program, slice);
  };
}

std::string describe(const Plan& plan, int ranks) {
  const partition::Partition cut =
      partition::cut_region(plan.region, plan.weights, ranks, cut_of(plan));
  return partition::describe(cut, bytes_of_rank(plan, cut));
}

Plan broadcast(const comm::Communicator& communicator, const Plan* plan) {
  comm::Bytes bytes;
  if (communicator.is_root()) bytes = to_bytes(*plan);
  communicator.broadcast(bytes);
  return communicator.is_root() ? *plan : from_bytes(bytes);
}

partition::Partition cut_plan(const comm::Communicator& communicator, const Plan& plan) {
  partition::Partition cut =
      partition::cut_region(plan.region, plan.weights, communicator.size(), cut_of(plan));
  const std::uint64_t limit =
      plan.limits.node_bytes_max != 0 ? plan.limits.node_bytes_max : free_node_bytes();
  const std::uint64_t least = communicator.min(limit);
  std::vector<int> nodes;
  for (const std::uint64_t node :
       communicator.all_gather(static_cast<std::uint64_t>(communicator.node().node))) {
    nodes.push_back(static_cast<int>(node));
  }
  partition::require_memory(cut, bytes_of_rank(plan, cut), nodes, least);
  return cut;
}

}  // namespace weft::engine
