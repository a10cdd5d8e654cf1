// SPDX-License-Identifier: Apache-2.0
// What the tiles of a dataflow machine do over time: tasks, vector operations, stalls.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "analysis/tile_grid.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// One aspect of what tiles do, in boxes of (tiles, cycles): tile-cycles of each part, and those of
/// none. Parts may overlap (a tile has several vector operations in flight, several that wait), so
/// their sum may exceed the box. Cells are [row][column][part], the part behind the last is none.
struct TimeLane {
  std::string name;                ///< "tasks"
  std::vector<std::string> parts;  ///< "data", "local" ...
  std::string none;                ///< "no task"
  TileGrid grid;
  Cycle run_end = never;  ///< a column that goes on behind it ends there
  std::vector<std::uint64_t> cells;

  Cycle column_end(int column) const { return std::min(run_end, grid.column_begin(column + 1)); }
  Cycle cycles_of_column(int column) const {
    return column_end(column) - grid.column_begin(column);
  }
  std::size_t width() const { return parts.size() + 1; }
  const std::uint64_t* at(int row, int column) const {
    return cells.data() + grid.box(row, column) * width();
  }
  /// Of all boxes, by part.
  std::vector<std::uint64_t> sums() const;
};

/// Lanes of one range of tiles and cycles.
struct TaskTime {
  CycleRange range;
  TileRange tiles;
  std::vector<TimeLane> lanes;
};

/// Whether the trace is of a machine with stream "tasks" and counter "stalls".
bool has_task_time(const trace::Reader& reader);

/// Lanes "issued" and "stalls", from the timeline: their columns are its bins, whole ones, that
/// touch the range; and, where the trace keeps their rows, "tasks" and "vector operations" in at
/// most `columns` columns. At most `rows` rows each, of the timeline's, whose boxes hold more, a
/// quarter of them. Category::input where the trace has no
/// timeline or the run ends before the range.
TaskTime read_task_time(const trace::Reader& reader, CycleRange range, const TileRange& tiles,
                        int columns, int rows);

/// "tile,x,y,begin,end" and a column a part of a lane ("stalls.starved"), in cycles: a line a tile
/// and bin of the timeline.
void write_task_csv(const trace::Reader& reader, CycleRange range, const TileRange& tiles,
                    std::ostream& out);

}  // namespace weft::analysis
