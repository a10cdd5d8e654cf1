// SPDX-License-Identifier: Apache-2.0
// From a plan to slices, and the plan to the other ranks.
#include "engine/plan.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/process_memory.hpp"
#include "engine/memory.hpp"

namespace weft::engine {

namespace {

void write_trace(ByteWriter& out, const trace::Settings& settings) {
  out.text(settings.path);
  out.value(settings.level);
  out.value(settings.epoch_cycles);
  out.value(settings.chunk_rows);
  out.value(settings.epoch_bytes_max);
  out.value(settings.rank_bytes_max);
  out.value(settings.timeline_bins);
  out.value(settings.bin_cycles);
  out.value(settings.crash_safe);
  out.value(settings.seal_seconds);
  out.value(settings.window);
  out.value(std::uint64_t{settings.wanted_counters.size()});
  for (const trace::WantedCounter& counter : settings.wanted_counters) {
    out.text(counter.name);
    out.text(counter.by);
  }
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
  settings.bin_cycles = in.value<Cycle>();
  settings.crash_safe = in.value<bool>();
  settings.seal_seconds = in.value<double>();
  settings.window = in.value<TraceWindow>();
  settings.wanted_counters.resize(in.count());
  for (trace::WantedCounter& counter : settings.wanted_counters) {
    counter.name = in.text();
    counter.by = in.text();
  }
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
  out.value(plan.host);
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
  plan.host = in.value<HostMemory>();
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

std::vector<machine::Slice> slices_of(const Plan& plan, const partition::Partition& partition) {
  return machine::make_slices(family_of(plan), *plan.topology, plan.program, partition.region,
                              partition.slices);
}

std::vector<int> neighbour_ranks(const machine::Slice& slice) {
  std::vector<int> ranks;
  for (const machine::Neighbour& n : slice.neighbours) ranks.push_back(static_cast<int>(n.slice));
  return ranks;
}

std::string describe(const Plan& plan, int ranks) {
  const partition::Partition cut =
      partition::cut_region(plan.region, plan.weights, ranks, cut_of(plan));
  release_freed_memory();
  std::vector<std::uint64_t> held(static_cast<std::size_t>(ranks),
                                  resident_bytes_at_start() + plan.program.size());
  held[0] = resident_bytes();
  const std::vector<machine::Slice> slices = slices_of(plan, cut);
  const std::vector<RankMemory> memory = forecast_memory(plan, slices, held);
  std::vector<std::vector<int>> neighbours;
  for (const machine::Slice& slice : slices) neighbours.push_back(neighbour_ranks(slice));
  std::string text = partition::describe(
      cut, neighbours, [&](int rank) { return memory[static_cast<std::size_t>(rank)].total(); });
  text += "  rank 0: " + text_of(std::span(memory).first(1)) + "\n";
  if (ranks > 1) text += "  rank 1: " + text_of(std::span(memory).subspan(1, 1)) + "\n";
  return text + "  " + describe_trace(plan, slices) + "\n";
}

Plan broadcast(const comm::Communicator& communicator, Plan plan) {
  if (communicator.size() == 1) return plan;
  comm::Bytes bytes;
  if (communicator.is_root()) bytes = to_bytes(plan);
  communicator.broadcast(bytes);
  return communicator.is_root() ? std::move(plan) : from_bytes(bytes);
}

partition::Partition cut_plan(const comm::Communicator& communicator, const Plan& plan) {
  return partition::cut_region(plan.region, plan.weights, communicator.size(), cut_of(plan));
}

}  // namespace weft::engine
