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
  const auto box = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                   static_cast<std::size_t>(column);
  return cells[box * tile_phases + static_cast<std::size_t>(phase)];
}

Cycle TileTime::column_begin(int column) const {
  __extension__ using Wide = unsigned __int128;
  return range.begin +
         static_cast<Cycle>(Wide{range.end - range.begin} * static_cast<unsigned>(column) /
                            static_cast<unsigned>(columns));
}

std::uint32_t TileTime::row_begin(int row) const {
  return tiles.first +
         static_cast<std::uint32_t>(std::uint64_t{tiles.count} * static_cast<unsigned>(row) /
                                    static_cast<unsigned>(rows));
}

bool keeps_tile_time(const trace::Reader& reader) {
  const trace::StreamRecord* stream = find_stream(reader, "phases");
  return stream != nullptr && stream->kept;
}

namespace {

/// Adds time to the boxes of a TileTime.
class Boxes {
 public:
  explicit Boxes(TileTime& time) : time_(time) {
    for (int c = 0; c <= time.columns; ++c) begins_.push_back(time.column_begin(c));
    for (int r = 0; r < time.rows; ++r) {
      const std::uint32_t end =
          r + 1 < time.rows ? time.row_begin(r + 1) : time.tiles.first + time.tiles.count;
      for (std::uint32_t t = time.row_begin(r); t < end; ++t) row_of_.push_back(r);
    }
  }

  int row_of(std::uint32_t tile) const { return row_of_[tile - time_.tiles.first]; }
  const std::vector<int>& rows() const { return row_of_; }

  /// each(column, cycles) for the columns that [begin, end) touches.
  template <typename Each>
  void split(Cycle begin, Cycle end, const Each& each) const {
    begin = std::max(begin, time_.range.begin);
    end = std::min(end, time_.range.end);
    if (begin >= end) return;
    const auto first = std::upper_bound(begins_.begin(), begins_.end(), begin) - 1;
    for (auto c = static_cast<std::size_t>(first - begins_.begin());
         c + 1 < begins_.size() && begins_[c] < end; ++c) {
      each(static_cast<int>(c), std::min(end, begins_[c + 1]) - std::max(begin, begins_[c]));
    }
  }

  std::uint64_t& cell(int row, int column, TilePhase phase) {
    const auto box = static_cast<std::size_t>(row) * static_cast<std::size_t>(time_.columns) +
                     static_cast<std::size_t>(column);
    return time_.cells[box * tile_phases + static_cast<std::size_t>(phase)];
  }

 private:
  TileTime& time_;
  std::vector<Cycle> begins_;
  std::vector<int> row_of_;
};

void add_rows(const trace::Reader& reader, const Bsp& bsp, TileTime& time, Boxes& boxes) {
  const trace::StreamRecord& stream = kept_stream(reader, "phases", "runs");
  const std::vector<std::size_t> kinds = kinds_of(stream, tile_names);
  // What touches the range is done when its superstep is.
  const Cycle last = bsp.steps.back().end;
  for (std::uint64_t at = reader.seek("phases", time.range.begin); at < stream.rows;) {
    const auto rows = reader.rows("phases", at, rows_at_once);
    for (const EventRow& row : rows) {
      if (row.cycle > last) return;
      const std::uint32_t tile = index(row.tile);
      if (tile < time.tiles.first || tile - time.tiles.first >= time.tiles.count) continue;
      const auto phase = static_cast<TilePhase>(kind_of(kinds, row));
      boxes.split(begin_of(row), row.cycle, [&](int column, Cycle cycles) {
        boxes.cell(boxes.row_of(tile), column, phase) += cycles;
      });
    }
    at += rows.size();
    if (rows.empty()) return;
  }
}

/// What is left of the machine's time once the tiles' own is taken away.
void add_waiting(const Bsp& bsp, TileTime& time, Boxes& boxes) {
  const auto columns = static_cast<std::size_t>(time.columns);
  std::vector<Cycle> working(columns, 0);  // computing and synchronising
  std::vector<Cycle> host(columns, 0);
  for (const BspSpan& span : bsp.spans) {
    if (span.phase == BspPhase::exchange) continue;
    auto& sums = span.phase == BspPhase::host ? host : working;
    boxes.split(span.begin, span.end, [&](int column, Cycle cycles) {
      sums[static_cast<std::size_t>(column)] += cycles;
    });
  }
  std::vector<std::uint64_t> tiles(static_cast<std::size_t>(time.rows), 0);
  for (const int row : boxes.rows()) ++tiles[static_cast<std::size_t>(row)];
  for (int r = 0; r < time.rows; ++r) {
    const std::uint64_t n = tiles[static_cast<std::size_t>(r)];
    for (int c = 0; c < time.columns; ++c) {
      const auto column = static_cast<std::size_t>(c);
      const std::uint64_t own =
          boxes.cell(r, c, TilePhase::compute) + boxes.cell(r, c, TilePhase::copy);
      const std::uint64_t wait = n * working[column] - std::min(own, n * working[column]);
      boxes.cell(r, c, TilePhase::sync) = wait;
      boxes.cell(r, c, TilePhase::host) = n * host[column];
      const std::uint64_t all = n * (time.column_begin(c + 1) - time.column_begin(c));
      const std::uint64_t known =
          own + wait + n * host[column] + boxes.cell(r, c, TilePhase::exchange);
      boxes.cell(r, c, TilePhase::idle) = all - std::min(all, known);
    }
  }
}

}  // namespace

TileTime read_tile_time(const trace::Reader& reader, const Bsp& bsp, const TileRange& tiles,
                        int columns, int rows) {
  TileTime time;
  time.range = bsp.range;
  time.tiles = tiles;
  time.columns = static_cast<int>(
      std::min<Cycle>(static_cast<Cycle>(columns), time.range.end - time.range.begin));
  time.rows = std::min(rows, static_cast<int>(tiles.count));
  time.cells.assign(
      static_cast<std::size_t>(time.columns) * static_cast<std::size_t>(time.rows) * tile_phases,
      0);
  Boxes boxes(time);
  add_rows(reader, bsp, time, boxes);
  add_waiting(bsp, time, boxes);
  return time;
}

}  // namespace weft::analysis
