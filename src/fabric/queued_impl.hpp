// SPDX-License-Identifier: Apache-2.0
// What a QueuedFabric owns.
#pragma once

#include <vector>

#include "base/kokkos.hpp"
#include "fabric/queued.hpp"
#include "fabric/queued_layout.hpp"

namespace weft::fabric {

/// Wake flags with their storage; tiles padded to whole blocks.
struct FlagArrays {
  Array<std::uint8_t> tile;
  Array<std::uint8_t> block;
  void allocate(const char* label, std::uint64_t tiles);
  /// Clears all flags and writes the set ones' indices to `list`, ascending; returns how many.
  std::uint32_t collect(std::uint32_t* list);
  bool any() const;
  queued::Flags view() const { return {tile.data(), block.data()}; }
  /// Calls visit(index) for every set flag, ascending, until it returns false.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t b = 0; b < block.extent(0); ++b) {
      if (block(b) == 0) continue;
      for (std::size_t i = b * 64; i < b * 64 + 64; ++i) {
        if (tile(i) != 0 && !visit(static_cast<std::uint32_t>(i))) return;
      }
    }
  }
};

struct QueuedFabric::Impl {
  Parameters parameters;
  Extent extent;
  std::uint64_t tiles = 0;
  Array<queued::Router> routers;
  Array<queued::TileEnd> ends;
  Array<queued::Stream> streams;
  Array<std::uint32_t> pool;
  Array<queued::OutputWord> output_words;
  Array<queued::Grant> grants;
  Array<std::uint64_t> wavelets;
  Array<queued::RouteSet> sets;
  Array<std::uint32_t> active;
  Array<std::uint32_t> touched_list;
  Array<CutRecord> cut_records;
  Array<FlowRun> run_buffer;
  Array<queued::Shared> shared;
  FlagArrays router_flags;
  FlagArrays stream_flags;
  FlagArrays attention;
  std::uint32_t touched_count = 0;
  queued::State state{};
  std::vector<FlowRun> ended_runs;
  std::vector<std::vector<CutRecord>> outbox;  ///< by neighbour, by (cycle, link, kind, channel)
  std::vector<std::vector<CutRecord>> inbox;   ///< by neighbour, by cycle
  Cycle fault_cycle = never;

  void allocate(const queued::Layout& layout);
  void build(const queued::Layout& layout, const RouteTable& routes);
  void build_tile(std::uint32_t tile, const RouteTable& routes);
  void connect(std::uint32_t tile);
  void make_state();
  void begin(Cycle cycle);
  void note_fault();
  void note_edge();
  void take_arrivals();
  void apply(const CutRecord& record);
  void sort_departures();
  std::uint32_t slice_tile(std::uint32_t region_tile) const;
};

/// Tiles whose ended runs are gathered at a time; bounds the buffer.
inline constexpr std::uint32_t run_chunk = 4096;

}  // namespace weft::fabric
