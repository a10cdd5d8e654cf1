// SPDX-License-Identifier: Apache-2.0
// Sums of what is known to be allocated; /proc says what a process holds.
#include "engine/memory.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/process_memory.hpp"
#include "trace/writer.hpp"

namespace weft::engine {

namespace {

constexpr std::chrono::milliseconds look_interval(200);

/// What one rank holds at one moment, without what it held before the run.
using Items = std::vector<MemoryItem>;

std::uint64_t sum(const Items& items) {
  std::uint64_t bytes = 0;
  for (const MemoryItem& item : items) bytes += item.bytes;
  return bytes;
}

/// A rank's share of what is spread over the tiles.
std::uint64_t share(std::uint64_t bytes, const machine::Slice& slice) {
  return bytes / std::max<std::uint64_t>(1, slice.region.tiles()) * slice.tiles.tiles();
}

RankMemory of_rank(const Plan& plan, const machine::Slice& slice,
                   const machine::Footprint& footprint, int ranks, bool root, std::uint64_t held) {
  RankMemory memory;
  const std::uint64_t sent = std::min<std::uint64_t>(held, plan.program.size());
  memory.items = {{"process", held - sent}};
  if (slice.tiles.empty()) {
    memory.items.push_back({"program as sent", sent});
    return memory;
  }
  const trace::Memory trace =
      trace::memory_of(plan.trace, ranks, slice.tiles.tiles(), footprint.counter_values);
  memory.items.push_back({"tile state", footprint.state_bytes});
  memory.items.push_back({"program on the machine", footprint.program_bytes});

  const auto here = [&](std::uint64_t bytes) { return root ? bytes : share(bytes, slice); };
  const MemoryItem results = {"results", root ? plan.host.results_bytes : 0};
  // The program as it was sent goes once the machine has its own form.
  const Items building = {{"building the machine", footprint.building_bytes},
                          {"program as sent", sent}};
  // The machine stands still while arrays are copied: rows wait in the recorder.
  const Items copying = {results,
                         {"arrays on their way", here(plan.host.copies_bytes)},
                         {"trace: rows", trace.recorded_bytes},
                         {"trace: counters", trace.kept_bytes}};
  const Items running = {results,
                         {"arrays on their way", here(plan.host.streams_bytes)},
                         {"trace: rows", trace.rows_bytes},
                         {"trace: counters", trace.kept_bytes}};
  const Items closing = {results,
                         {"trace: rows", trace.rows_bytes},
                         {"trace: counters", trace.kept_bytes + trace.writing_bytes}};
  const Items* most = &building;
  for (const Items* other : {&copying, &running, &closing}) {
    if (sum(*other) > sum(*most)) most = other;
  }
  memory.items.insert(memory.items.end(), most->begin(), most->end());
  memory.closing_bytes = trace.writing_bytes;
  return memory;
}

/// Of an event stream, in the file: its columns.
constexpr std::size_t row_bytes = sizeof(EventRow) - sizeof(EventRow::pad);

std::string mebibytes(std::uint64_t bytes) { return partition::size_text(bytes); }

}  // namespace

std::uint64_t RankMemory::total() const { return sum(items); }

std::vector<RankMemory> forecast_memory(const Plan& plan, std::span<const machine::Slice> slices,
                                        std::span<const std::uint64_t> held) {
  const std::vector<machine::Footprint> footprints =
      family_of(plan).footprints(*plan.topology, plan.program, slices);
  std::vector<RankMemory> ranks;
  for (std::size_t r = 0; r < slices.size(); ++r) {
    ranks.push_back(
        of_rank(plan, slices[r], footprints[r], static_cast<int>(slices.size()), r == 0, held[r]));
  }
  return ranks;
}

std::string describe_trace(const Plan& plan, std::span<const machine::Slice> slices) {
  const std::vector<machine::Footprint> footprints =
      family_of(plan).footprints(*plan.topology, plan.program, slices);
  std::uint64_t counters = 0;
  for (std::size_t r = 0; r < slices.size(); ++r) {
    counters += slices[r].tiles.tiles() * footprints[r].counter_values * sizeof(std::uint64_t);
  }
  const std::uint64_t summary = plan.host.results_bytes + counters;
  return "trace, before compression: " + mebibytes(summary) + " at level summary, at most " +
         mebibytes(summary + counters * plan.trace.timeline_bins) + " at phases; at runs " +
         counted(row_bytes, "byte") + " more a row";
}

std::string text_of(std::span<const RankMemory> ranks) {
  Items sums;
  for (const RankMemory& rank : ranks) {
    for (const MemoryItem& item : rank.items) {
      const auto at = std::find_if(sums.begin(), sums.end(),
                                   [&](const auto& known) { return known.what == item.what; });
      if (at == sums.end()) {
        sums.push_back(item);
      } else {
        at->bytes += item.bytes;
      }
    }
  }
  std::stable_sort(sums.begin(), sums.end(),
                   [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  std::string text;
  for (const MemoryItem& item : sums) {
    if (item.bytes == 0) continue;
    text += (text.empty() ? "" : ", ") + item.what + " " + mebibytes(item.bytes);
  }
  return text;
}

std::uint64_t greatest_node(std::span<const std::uint64_t> of_rank, std::span<const int> node) {
  std::map<int, std::uint64_t> sums;
  std::uint64_t most = 0;
  for (std::size_t r = 0; r < of_rank.size(); ++r) {
    most = std::max(most, sums[node[r]] += of_rank[r]);
  }
  return most;
}

MemoryLimit::MemoryLimit(const comm::Communicator& communicator, const Plan& plan,
                         const partition::Partition& partition,
                         std::span<const machine::Slice> slices)
    : communicator_(communicator),
      limit_bytes_(plan.limits.node_bytes_max),
      looked_(std::chrono::steady_clock::now()) {
  for (const std::uint64_t node :
       communicator.all_gather(static_cast<std::uint64_t>(communicator.node().node))) {
    node_of_rank_.push_back(static_cast<int>(node));
  }
  release_freed_memory();
  const std::vector<std::uint64_t> held = communicator.all_gather(resident_bytes());
  const std::vector<RankMemory> ranks = forecast_memory(plan, slices, held);
  closing_bytes_ = ranks[static_cast<std::size_t>(communicator.rank())].closing_bytes;
  std::vector<std::uint64_t> bytes;
  for (const RankMemory& rank : ranks) bytes.push_back(rank.total());
  // What was needed before, to compile the program, may have been more.
  const std::vector<std::uint64_t> before = communicator.all_gather(peak_resident_bytes());
  for (std::size_t r = 0; r < bytes.size(); ++r) bytes[r] = std::max(bytes[r], before[r]);
  forecast_bytes_ = greatest_node(bytes, node_of_rank_);
  const std::uint64_t free = free_node_bytes();
  const std::uint64_t here = greatest_node(held, node_of_rank_);
  const std::uint64_t usable = free > never - here ? never : free + here;
  partition::require_memory(
      partition, [&](int rank) { return bytes[static_cast<std::size_t>(rank)]; }, node_of_rank_,
      communicator.min(limit_bytes_ != 0 ? limit_bytes_ : usable),
      [&](int node) {
        std::vector<RankMemory> of_node;
        for (std::size_t r = 0; r < ranks.size(); ++r) {
          if (node_of_rank_[r] == node) of_node.push_back(ranks[r]);
        }
        return text_of(of_node);
      });
}

bool MemoryLimit::is_due() const {
  return limit_bytes_ != 0 && std::chrono::steady_clock::now() - looked_ > look_interval;
}

std::optional<std::string> MemoryLimit::exceeded() {
  const std::vector<std::uint64_t> held =
      communicator_.all_gather(resident_bytes() + closing_bytes_);
  looked_ = std::chrono::steady_clock::now();
  const std::uint64_t most = greatest_node(held, node_of_rank_);
  if (most <= limit_bytes_) return std::nullopt;
  return "the ranks of a node hold " + mebibytes(most) +
         ", with what the end of the trace takes; limits.memory is " + mebibytes(limit_bytes_);
}

std::uint64_t MemoryLimit::peak_bytes() const {
  return greatest_node(communicator_.all_gather(peak_resident_bytes()), node_of_rank_);
}

}  // namespace weft::engine
