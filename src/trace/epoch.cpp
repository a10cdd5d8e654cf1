// SPDX-License-Identifier: Apache-2.0
// Drains, checks against the limit, orders.
#include "trace/epoch.hpp"

#include <algorithm>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "trace/event_table.hpp"
#include "trace/file.hpp"

namespace weft::trace {
namespace {

/// Says by how much an epoch is too large and what would fit.
[[noreturn]] void refuse(const Settings& settings, const EpochSpan& span,
                         const std::vector<StreamInfo>& streams,
                         const std::vector<std::uint64_t>& counts) {
  std::uint64_t total = 0;
  std::uint64_t below_full = 0;
  std::size_t largest = 0;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    total += counts[s];
    if (streams[s].level <= TraceLevel::runs) below_full += counts[s];
    if (counts[s] > counts[largest]) largest = s;
  }
  const std::uint64_t fits = settings.epoch_bytes_max / sizeof(EventRow);
  const Cycle length = span.end - span.begin;
  const Cycle cycles = length / total * fits + length % total * fits / total;
  std::string text =
      "trace: the epoch of cycles " + std::to_string(span.begin) + " to " +
      std::to_string(span.end) + " holds " + counted(total, "row") + ", most of them in stream '" +
      streams[largest].name +
      "'; the buffers (trace.epoch_bytes_max = " + std::to_string(settings.epoch_bytes_max) +
      ") hold " + std::to_string(fits) + ": ";
  if (cycles > 0) text += "set trace.epoch_cycles to at most " + std::to_string(cycles) + ", or ";
  text += below_full <= fits && below_full < total ? "trace level 'runs'" : "trace level 'phases'";
  fail(Category::limit, text);
}

std::uint64_t grid_bytes(const Rectangle& region, const CounterArray& counter) {
  const std::uint64_t width = counter.channels.empty() ? 1 : counter.channels.size();
  const std::uint64_t chunk = rows_per_chunk(region, width) * region.width * width;
  return (region.tiles() * width + chunk) * sizeof(std::uint64_t);
}

}  // namespace

std::vector<Slab> collect_epoch(const comm::Communicator& communicator, const Settings& settings,
                                Recorder& recorder, const EpochSpan& span,
                                const std::vector<std::uint64_t>& rows) {
  const auto& streams = recorder.streams();
  std::vector<std::vector<EventRow>> drained;
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> largest;  // argument of each stream
  std::uint64_t total = 0;
  for (std::uint32_t s = 0; s < streams.size(); ++s) {
    drained.push_back(recorder.drain(s, span.drain_before));
    counts.push_back(drained.back().size());
    largest.push_back(0);
    for (const EventRow& row : drained.back()) {
      largest.back() = std::max(largest.back(), row.argument);
    }
  }
  communicator.sum(counts);
  communicator.max(largest);
  for (const std::uint64_t count : counts) total += count;
  if (total * sizeof(EventRow) > settings.epoch_bytes_max) {
    refuse(settings, span, streams, counts);
  }
  std::vector<Slab> slabs;
  for (std::uint32_t s = 0; s < streams.size(); ++s) {
    if (counts[s] == 0) {
      slabs.push_back({rows[s], rows[s], rows[s], {}});
    } else {
      slabs.push_back(
          order_globally(communicator, std::move(drained[s]), rows[s], settings.chunk_rows));
    }
    slabs.back().wide = largest[s] >= exact_end;
  }
  return slabs;
}

std::uint64_t epoch_bytes_bound(const std::vector<Slab>& slabs, const Settings& settings,
                                const Rectangle& region, std::span<const CounterArray> counters,
                                const Timeline& timeline) {
  std::uint64_t bytes = metadata_bytes_bound;
  for (const Slab& slab : slabs) {
    bytes += event_bytes_bound(slab.total - slab.before, settings.chunk_rows);
    if (slab.wide) bytes += low_bytes_bound(slab.total, settings.chunk_rows);
  }
  // A doubling rewrites every bin.
  for (const auto& counter : counters) bytes += grid_bytes(region, counter) * (1 + timeline.bins());
  return bytes;
}

std::uint64_t summary_bytes_bound(const Summary& summary) {
  std::uint64_t bytes = metadata_bytes_bound + summary.hashed_config.size();
  for (const auto& phase : summary.phases) {
    bytes += 4 * (phase.name.size() + phase.kind.size()) + 64;
  }
  for (const auto& result : summary.results) {
    // A half takes the room of a single; a dimension of each axis is made with it.
    const std::uint64_t element = std::max<std::uint64_t>(4, size_bytes(result.tensor->type));
    bytes += result.tensor->elements() * element + 4096 * (1 + result.tensor->shape.size());
  }
  return bytes;
}

}  // namespace weft::trace
