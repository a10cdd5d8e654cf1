// SPDX-License-Identifier: Apache-2.0
// Rows of the streams, and bins of the timeline's counters, summed in boxes.
#include "analysis/task_time.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "analysis/bsp_rows.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::analysis {
namespace {

struct LaneStream {
  const char* stream;
  const char* name;
  const char* none;
};
constexpr std::array<LaneStream, 2> lane_streams{
    {{"tasks", "tasks", "no task"}, {"vector_operations", "vector operations", "none"}}};

constexpr const char* stall_counter = "stalls";
constexpr std::array<const char*, 2> issue_counters{"scalar_cycles", "vector_cycles"};

/// Tiles whose boxes are held at once for text.
constexpr std::uint32_t csv_tiles = 16384;

bool keeps(const trace::Reader& reader, const char* name) {
  const trace::StreamRecord* stream = find_stream(reader, name);
  return stream != nullptr && stream->kept;
}

TimeLane empty_lane(const trace::Reader& reader, const char* name, const char* none,
                    std::vector<std::string> parts, const TileGrid& grid) {
  TimeLane lane{name, std::move(parts), none, grid, reader.header().cycles, {}};
  lane.cells.assign(grid.boxes() * lane.width(), 0);
  return lane;
}

/// What is left of each box once its parts are taken away.
void fill_none(TimeLane& lane) {
  for (int r = 0; r < lane.grid.rows; ++r) {
    for (int c = 0; c < lane.grid.columns; ++c) {
      std::uint64_t* cell = lane.cells.data() + lane.grid.box(r, c) * lane.width();
      std::uint64_t known = 0;
      for (std::size_t p = 0; p < lane.parts.size(); ++p) known += cell[p];
      const std::uint64_t all = lane.grid.tiles_of_row(r) * lane.cycles_of_column(c);
      cell[lane.parts.size()] = all - std::min(all, known);
    }
  }
}

TimeLane lane_of_stream(const trace::Reader& reader, const LaneStream& which,
                        const TileGrid& grid) {
  const trace::StreamRecord& stream = kept_stream(reader, which.stream, "runs");
  TimeLane lane = empty_lane(reader, which.name, which.none, stream.info.kinds, grid);
  const GridPlaces places(grid);
  // Rows stand by their ends: what ends behind the range may have begun in it.
  for (std::uint64_t at = reader.seek(which.stream, grid.range.begin); at < stream.rows;) {
    const auto rows = reader.rows(which.stream, at, rows_at_once);
    if (rows.empty()) break;
    for (const EventRow& row : rows) {
      const std::uint32_t tile = index(row.tile);
      if (!grid.tiles.holds(tile)) continue;
      if (row.kind >= lane.parts.size()) fail(Category::input, "a row of an unknown kind");
      places.split(begin_of(row), row.cycle, [&](int column, Cycle cycles) {
        lane.cells[grid.box(places.row_of(tile), column) * lane.width() + row.kind] += cycles;
      });
    }
    at += rows.size();
  }
  fill_none(lane);
  return lane;
}

/// Adds the values of one bin to the parts of a lane from `part` on.
void add_bin(const trace::CounterGrid& counter, const GridPlaces& places, int column,
             std::size_t part, TimeLane& lane) {
  const std::size_t channels = std::max<std::size_t>(1, counter.channels.size());
  const TileRange& tiles = lane.grid.tiles;
  for (std::uint32_t tile = tiles.first; tile - tiles.first < tiles.count; ++tile) {
    std::uint64_t* cell =
        lane.cells.data() + lane.grid.box(places.row_of(tile), column) * lane.width() + part;
    for (std::size_t c = 0; c < channels; ++c) {
      cell[c] += counter.values[tile * channels + c];
    }
  }
}

TimeLane lane_of_issues(const trace::Reader& reader, const TileGrid& grid, std::uint64_t first) {
  TimeLane lane = empty_lane(reader, "issued", "nothing", {"scalar", "vector"}, grid);
  const GridPlaces places(grid);
  for (std::size_t p = 0; p < issue_counters.size(); ++p) {
    for (int c = 0; c < grid.columns; ++c) {
      const auto bin = first + static_cast<unsigned>(c);
      add_bin(reader.timeline(issue_counters[p], bin), places, c, p, lane);
    }
  }
  fill_none(lane);
  return lane;
}

TimeLane lane_of_stalls(const trace::Reader& reader, const TileGrid& grid, std::uint64_t first) {
  TimeLane lane = empty_lane(reader, "stalls", "nothing waits",
                             reader.timeline(stall_counter, first).channels, grid);
  const GridPlaces places(grid);
  for (int c = 0; c < grid.columns; ++c) {
    add_bin(reader.timeline(stall_counter, first + static_cast<unsigned>(c)), places, c, 0, lane);
  }
  fill_none(lane);
  return lane;
}

/// The bins that touch the range, as the columns of a grid. A last one that the run did not fill is
/// as long as the others.
struct Bins {
  std::uint64_t first = 0;
  TileGrid grid;
};

Bins bins_of(const trace::Reader& reader, const CycleRange& range, const TileRange& tiles,
             int rows) {
  const Cycle length = reader.timeline_bin_cycles();
  Bins bins;
  bins.first = range.begin / length;
  const std::uint64_t end = std::min(reader.timeline_bins(), (range.end + length - 1) / length);
  const auto columns = static_cast<int>(end - bins.first);
  bins.grid = TileGrid::of({bins.first * length, end * length}, tiles, columns, rows);
  return bins;
}

CycleRange cut_to_run(const trace::Reader& reader, CycleRange range) {
  if (reader.timeline_bins() == 0) {
    fail(Category::input,
         "'" + reader.path() + "': it has no timeline; that is from level phases on");
  }
  const Cycle cycles = reader.header().cycles;
  range.end = std::min(range.end, cycles);
  if (range.begin >= range.end) {
    fail(Category::input, "'" + reader.path() + "': the run has " + counted(cycles, "cycle"));
  }
  return range;
}

}  // namespace

std::vector<std::uint64_t> TimeLane::sums() const {
  std::vector<std::uint64_t> sums(width(), 0);
  for (std::size_t i = 0; i < cells.size(); ++i) sums[i % width()] += cells[i];
  return sums;
}

bool has_task_time(const trace::Reader& reader) {
  const auto names = reader.counter_names();
  return find_stream(reader, lane_streams[0].stream) != nullptr &&
         std::find(names.begin(), names.end(), stall_counter) != names.end();
}

TaskTime read_task_time(const trace::Reader& reader, CycleRange range, const TileRange& tiles,
                        int columns, int rows) {
  TaskTime time;
  time.range = cut_to_run(reader, range);
  time.tiles = tiles;
  const Bins bins = bins_of(reader, time.range, tiles, std::max(1, rows / 4));
  time.lanes.push_back(lane_of_issues(reader, bins.grid, bins.first));
  const TileGrid grid = TileGrid::of(time.range, tiles, columns, rows);
  for (const LaneStream& which : lane_streams) {
    if (keeps(reader, which.stream)) time.lanes.push_back(lane_of_stream(reader, which, grid));
  }
  time.lanes.push_back(lane_of_stalls(reader, bins.grid, bins.first));
  return time;
}

namespace {

std::string csv_name(const TimeLane& lane, const std::string& part) {
  std::string name = lane.name + "." + part;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

}  // namespace

void write_task_csv(const trace::Reader& reader, CycleRange range, const TileRange& tiles,
                    std::ostream& out) {
  range = cut_to_run(reader, range);
  const std::uint32_t width = reader.header().width;
  for (std::uint32_t done = 0; done < tiles.count; done += csv_tiles) {
    const TileRange some{tiles.first + done, std::min(csv_tiles, tiles.count - done)};
    const Bins bins = bins_of(reader, range, some, static_cast<int>(some.count));
    std::vector<TimeLane> lanes{lane_of_issues(reader, bins.grid, bins.first),
                                lane_of_stalls(reader, bins.grid, bins.first)};
    for (const LaneStream& which : lane_streams) {
      if (keeps(reader, which.stream)) lanes.push_back(lane_of_stream(reader, which, bins.grid));
    }
    if (done == 0) {
      out << "tile,x,y,begin,end";
      for (const TimeLane& lane : lanes) {
        for (const std::string& part : lane.parts) out << ',' << csv_name(lane, part);
      }
      out << '\n';
    }
    for (int row = 0; row < bins.grid.rows; ++row) {
      const std::uint32_t tile = bins.grid.row_begin(row);
      for (int c = 0; c < bins.grid.columns; ++c) {
        out << tile << ',' << tile % width << ',' << tile / width << ','
            << bins.grid.column_begin(c) << ',' << lanes.front().column_end(c);
        for (const TimeLane& lane : lanes) {
          for (std::size_t p = 0; p < lane.parts.size(); ++p) out << ',' << lane.at(row, c)[p];
        }
        out << '\n';
      }
    }
  }
}

}  // namespace weft::analysis
