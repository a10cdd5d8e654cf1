// SPDX-License-Identifier: Apache-2.0
// Where a machine writes what happened. Knows neither MPI nor HDF5; the engine drains it by epochs
// into trace/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/geometry.hpp"
#include "base/ids.hpp"

namespace weft {

/// How much a trace holds; each level holds what the one before it holds.
enum class TraceLevel : std::uint8_t { off, summary, phases, runs, full };

/// One row of an event stream. Rows are ordered by (cycle, tile, sequence), which must be unique in
/// a stream.
struct EventRow {
  Cycle cycle = 0;  ///< cycle of completion
  TileId tile{};    ///< tile of the region it happened on
  std::uint32_t sequence =
      0;  ///< order within (cycle, tile); from the machine's state, never from arrival
  std::uint32_t kind = 0;  ///< index into the stream's kinds
  std::uint32_t id = 0;    ///< what it happened to: task id, color, opcode (the stream says)
  std::uint32_t duration_cycles = 0;
  std::uint32_t pad = 0;
  std::uint64_t argument = 0;
  friend bool operator==(const EventRow&, const EventRow&) = default;
};
static_assert(std::is_trivially_copyable_v<EventRow> && sizeof(EventRow) == 40);

/// A stream of events that a machine can write.
struct StreamInfo {
  std::string name;  ///< e.g. "tasks", "vector_operations", "flows"
  std::string description;
  std::string id_meaning;               ///< what EventRow::id indexes
  std::string argument_meaning;         ///< unit or meaning of EventRow::argument
  std::vector<std::string> kinds;       ///< names for EventRow::kind
  TraceLevel level = TraceLevel::runs;  ///< written from this level on
};

/// Sum of the rows' hashes modulo 2^128: independent of order and of the cut between ranks.
struct Digest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  void add(const Digest& other);
  friend bool operator==(const Digest&, const Digest&) = default;
};

/// 128-bit hash of one row (all members but `pad`), mixed with the stream's index.
Digest hash_row(std::uint32_t stream, const EventRow& row);

/// Where streams of level `full` are recorded: they would be too large everywhere.
struct TraceWindow {
  Cycle begin = 0;
  Cycle end = never;  ///< first cycle no longer recorded
  Rectangle tiles;    ///< region coordinates; empty: all tiles
};

/// Collects rows and digests of one slice. Streams up to `runs` are digested at every level, also
/// when not kept, so that a trace hash does not depend on the level. Streams of level `full` are
/// made only at that level, inside the window and region of the job, and never enter the hash.
class Recorder {
 public:
  Recorder(TraceLevel level, std::vector<StreamInfo> streams);
  /// With a window for the streams of level full; tiles are numbered in rows of `region_width`.
  Recorder(TraceLevel level, std::vector<StreamInfo> streams, const TraceWindow& window,
           std::uint32_t region_width);

  TraceLevel level() const { return level_; }
  const std::vector<StreamInfo>& streams() const { return streams_; }
  /// True when rows of this stream reach the file.
  bool keeps(std::uint32_t stream) const;
  /// True when append() does anything: hashed, kept, or both.
  bool wants(std::uint32_t stream) const;
  /// Rows of a stream may come in any order inside a window; cycle must be >= the last drained
  /// cycle.
  void append(std::uint32_t stream, const EventRow& row);
  /// Removes and returns the kept rows with cycle < end, sorted by (cycle, tile, sequence).
  std::vector<EventRow> drain(std::uint32_t stream, Cycle end);
  /// Kept rows not yet drained, of all streams.
  std::uint64_t pending_rows() const;
  const Digest& digest(std::uint32_t stream) const { return digests_.at(stream); }
  std::uint64_t row_count(std::uint32_t stream) const { return counts_.at(stream); }
  /// Digests, counts and the rows not yet drained; load() of it into a recorder of the same streams
  /// and level goes on with the same hash.
  std::vector<std::byte> save() const;
  void load(std::span<const std::byte> state);

 private:
  bool in_window(const EventRow& row) const;

  TraceLevel level_;
  std::vector<StreamInfo> streams_;
  TraceWindow window_;
  std::uint32_t region_width_ = 0;
  std::vector<std::vector<EventRow>> rows_;
  std::vector<Digest> digests_;
  std::vector<std::uint64_t> counts_;
};

/// A count for every tile of a slice at one moment, shaped like the machine: values[tile in slice *
/// channels + channel].
struct CounterArray {
  std::string name;  ///< e.g. "tile_busy", "link_wavelets"
  std::string unit;  ///< "cycle", "1", "B"
  std::string long_name;
  std::vector<std::string>
      channels;  ///< empty: one value a tile; else e.g. west, east, south, north
  std::vector<std::uint64_t> values;
};

}  // namespace weft
