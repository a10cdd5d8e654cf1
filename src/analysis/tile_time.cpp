// SPDX-License-Identifier: Apache-2.0
// Rows of stream "phases" summed in boxes of tiles and time.
#include "analysis/tile_time.hpp"

#include <algorithm>
#include <array>

#include "analysis/bsp_rows.hpp"

namespace weft::analysis {
namespace {

constexpr std::array<std::string_view, tile_phases> tile_names{"compute", "copy", "exchange",
                                                               "sync",    "host", "idle"};

}  // namespace

std::string_view name_of(TilePhase phase) { return tile_names[static_cast<std::size_t>(phase)]; }

std::uint64_t TileTime::at(int row, int column, TilePhase phase) const {
  return cells[box(row, column) * tile_phases + static_cast<std::size_t>(phase)];
}

std::uint64_t& TileTime::at(int row, int column, TilePhase phase) {
  return cells[box(row, column) * tile_phases + static_cast<std::size_t>(phase)];
}

bool keeps_tile_time(const trace::Reader& reader) {
  const trace::StreamRecord* stream = find_stream(reader, "phases");
  return stream != nullptr && stream->kept;
}

namespace {

void add_rows(const trace::Reader& reader, const Bsp& bsp, TileTime& time,
              const GridPlaces& places) {
  const trace::StreamRecord& stream = kept_stream(reader, "phases", "runs");
  const std::vector<std::size_t> kinds = kinds_of(stream, tile_names);
  // What touches the range is done when its superstep is.
  const Cycle last = bsp.steps.back().end;
  for (std::uint64_t at = reader.seek("phases", time.range.begin); at < stream.rows;) {
    const auto rows = reader.rows("phases", at, rows_at_once);
    for (const EventRow& row : rows) {
      if (row.cycle > last) return;
      const std::uint32_t tile = index(row.tile);
      if (!time.tiles.holds(tile)) continue;
      const auto phase = static_cast<TilePhase>(kind_of(kinds, row));
      places.split(begin_of(row), row.cycle, [&](int column, Cycle cycles) {
        time.at(places.row_of(tile), column, phase) += cycles;
      });
    }
    at += rows.size();
    if (rows.empty()) return;
  }
}

/// What is left of the machine's time once the tiles' own is taken away. An exchange is every
/// tile's: those without traffic, and all in one that serves the host or a branch, have no row.
void add_waiting(const Bsp& bsp, TileTime& time, const GridPlaces& places) {
  const auto columns = static_cast<std::size_t>(time.columns);
  std::vector<Cycle> working(columns, 0);  // computing and synchronising
  std::vector<Cycle> exchange(columns, 0);
  std::vector<Cycle> host(columns, 0);
  for (const BspSpan& span : bsp.spans) {
    auto& sums = span.phase == BspPhase::host       ? host
                 : span.phase == BspPhase::exchange ? exchange
                                                    : working;
    places.split(span.begin, span.end, [&](int column, Cycle cycles) {
      sums[static_cast<std::size_t>(column)] += cycles;
    });
  }
  for (int r = 0; r < time.rows; ++r) {
    const std::uint64_t n = time.tiles_of_row(r);
    for (int c = 0; c < time.columns; ++c) {
      const auto column = static_cast<std::size_t>(c);
      const std::uint64_t own = time.at(r, c, TilePhase::compute) + time.at(r, c, TilePhase::copy);
      const std::uint64_t wait = n * working[column] - std::min(own, n * working[column]);
      time.at(r, c, TilePhase::sync) = wait;
      time.at(r, c, TilePhase::exchange) = n * exchange[column];
      time.at(r, c, TilePhase::host) = n * host[column];
      const std::uint64_t all = n * time.cycles_of_column(c);
      const std::uint64_t known = own + wait + n * (exchange[column] + host[column]);
      time.at(r, c, TilePhase::idle) = all - std::min(all, known);
    }
  }
}

}  // namespace

TileTime read_tile_time(const trace::Reader& reader, const Bsp& bsp, const TileRange& tiles,
                        int columns, int rows) {
  TileTime time{TileGrid::of(bsp.range, tiles, columns, rows), {}};
  time.cells.assign(time.boxes() * tile_phases, 0);
  const GridPlaces places(time);
  add_rows(reader, bsp, time, places);
  add_waiting(bsp, time, places);
  return time;
}

}  // namespace weft::analysis
