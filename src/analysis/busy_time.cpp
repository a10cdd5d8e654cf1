// SPDX-License-Identifier: Apache-2.0
// Boxes of tiles and time, from rows or from bins.
#include "analysis/busy_time.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/bsp.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr const char* timed_counter = "tile_busy";

TileRange all_or(const TileRange& chosen, const trace::Header& header) {
  return chosen.count == 0 ? TileRange{0, header.width * header.height} : chosen;
}

BusyTime from_rows(const trace::Reader& reader, const TileRange& tiles, std::size_t rows,
                   std::size_t columns) {
  const Bsp bsp = read_bsp(reader, {0, never});
  const TileTime time =
      read_tile_time(reader, bsp, tiles, static_cast<int>(columns), static_cast<int>(rows));
  BusyTime out;
  out.source = "what each tile computed and copied";
  for (int row = 0; row < time.rows; ++row) out.tiles.push_back(time.row_begin(row));
  out.tiles.push_back(tiles.first + tiles.count);
  for (int column = 0; column < time.columns; ++column) {
    out.cycles.push_back(time.column_begin(column));
  }
  out.cycles.push_back(time.range.end);
  for (int row = 0; row < time.rows; ++row) {
    for (int column = 0; column < time.columns; ++column) {
      const auto r = static_cast<std::size_t>(row);
      const auto c = static_cast<std::size_t>(column);
      const std::uint64_t box =
          (out.cycles[c + 1] - out.cycles[c]) * (out.tiles[r + 1] - out.tiles[r]);
      const std::uint64_t busy =
          time.at(row, column, TilePhase::compute) + time.at(row, column, TilePhase::copy);
      out.shares.push_back(box == 0 ? 0 : static_cast<double>(busy) / static_cast<double>(box));
    }
  }
  return out;
}

/// Begins of at most `most` parts of `count` things, and the end.
template <typename Number>
std::vector<Number> parts_of(Number first, Number count, std::size_t most) {
  const Number parts = std::min<Number>(count, static_cast<Number>(std::max<std::size_t>(1, most)));
  std::vector<Number> out;
  for (Number part = 0; part <= parts; ++part) out.push_back(first + count * part / parts);
  return out;
}

BusyTime from_bins(const trace::Reader& reader, const TileRange& tiles, std::size_t rows,
                   std::size_t columns) {
  const Cycle length = reader.timeline_bin_cycles();
  const Cycle end = reader.header().cycles;
  BusyTime out;
  out.source = "bins of " + counted(length, "cycle");
  out.tiles = parts_of(tiles.first, tiles.count, rows);
  const auto bins = parts_of<std::uint64_t>(0, reader.timeline_bins(), columns);
  for (const std::uint64_t bin : bins) out.cycles.push_back(std::min(end, bin * length));
  out.cycles.back() = std::max(end, out.cycles.back());
  out.shares.resize(out.rows() * out.columns());
  for (std::size_t column = 0; column < out.columns(); ++column) {
    std::vector<std::uint64_t> busy(out.rows());
    for (std::uint64_t bin = bins[column]; bin < bins[column + 1]; ++bin) {
      const trace::CounterGrid grid = reader.timeline(timed_counter, bin);
      for (std::size_t row = 0; row < out.rows(); ++row) {
        for (std::uint32_t tile = out.tiles[row]; tile < out.tiles[row + 1]; ++tile) {
          busy[row] += grid.values[tile];
        }
      }
    }
    for (std::size_t row = 0; row < out.rows(); ++row) {
      const std::uint64_t box =
          (out.cycles[column + 1] - out.cycles[column]) * (out.tiles[row + 1] - out.tiles[row]);
      if (box == 0) continue;
      out.shares[row * out.columns() + column] =
          static_cast<double>(busy[row]) / static_cast<double>(box);
    }
  }
  return out;
}

/// Tenths, rounded down; a box that is busy at all is told from one that is not.
char digit_of(double share) {
  if (share <= 0) return '.';
  return static_cast<char>('0' + static_cast<int>(std::min(9.0, std::floor(10 * share))));
}

std::string row_name(const BusyTime& busy, const TileLayout& layout, std::size_t row) {
  const auto name = [&](std::uint32_t tile) {
    return layout.name(tile % busy.width, tile / busy.width);
  };
  const std::uint32_t first = busy.tiles[row];
  const std::uint32_t last = busy.tiles[row + 1] - 1;
  return first == last ? name(first) : name(first) + " to " + name(last);
}

}  // namespace

BusyTime read_busy_time(const trace::Reader& reader, const TileRange& chosen, std::size_t rows,
                        std::size_t columns) {
  const TileRange tiles = all_or(chosen, reader.header());
  const auto names = reader.timeline_names();
  BusyTime out;
  if (keeps_tile_time(reader)) {
    out = from_rows(reader, tiles, rows, columns);
  } else if (std::find(names.begin(), names.end(), timed_counter) != names.end() &&
             reader.timeline_bins() > 0) {
    out = from_bins(reader, tiles, rows, columns);
  } else {
    fail(Category::input, reader.path() + ": says nothing of tiles over time: that is from level " +
                              "'phases' on; this trace is at level '" + reader.header().level +
                              "'");
  }
  out.width = reader.header().width;
  return out;
}

std::string describe(const BusyTime& busy, const TileLayout& layout) {
  std::vector<std::string> names;
  std::size_t widest = 0;
  for (std::size_t row = 0; row < busy.rows(); ++row) {
    names.push_back(row_name(busy, layout, row));
    widest = std::max(widest, names.back().size());
  }
  std::string text = "  tenths of " + grouped(busy.cycles[1] - busy.cycles[0], "cycle") +
                     " in which tiles were busy, cycles " + grouped(busy.cycles.front()) + " to " +
                     grouped(busy.cycles.back()) + ", from " + busy.source + "\n";
  for (std::size_t row = 0; row < busy.rows(); ++row) {
    text += "  " + names[row] + std::string(widest - names[row].size() + 2, ' ');
    for (std::size_t column = 0; column < busy.columns(); ++column) {
      text += digit_of(busy.at(row, column));
    }
    text += '\n';
  }
  return text;
}

std::string csv_of(const BusyTime& busy) {
  std::string text = "tile,begin,end,busy\n";
  for (std::size_t row = 0; row < busy.rows(); ++row) {
    for (std::size_t column = 0; column < busy.columns(); ++column) {
      text += std::to_string(busy.tiles[row]) + "," + std::to_string(busy.cycles[column]) + "," +
              std::to_string(busy.cycles[column + 1]) + "," + fixed(busy.at(row, column), 6) + "\n";
    }
  }
  return text;
}

}  // namespace weft::analysis
