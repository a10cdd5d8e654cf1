// SPDX-License-Identifier: Apache-2.0
// The busiest tile against the mean one.
#include "analysis/bottleneck.hpp"

#include <algorithm>
#include <utility>

#include "analysis/named_work.hpp"
#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr const char* busiest_by = "tile_busy";
/// The whole machine's, on tile 0: no tile's own.
constexpr const char* machine_stream = "supersteps";

std::vector<BusyTile> by_busy(const trace::CounterGrid& grid) {
  std::vector<BusyTile> out;
  for (std::uint32_t tile = 0; tile < grid.values.size(); ++tile) {
    if (grid.values[tile] != 0) out.push_back({tile, grid.values[tile]});
  }
  std::stable_sort(out.begin(), out.end(), [](const BusyTile& a, const BusyTile& b) {
    return a.busy_cycles > b.busy_cycles;
  });
  return out;
}

void add_row_shares(const trace::Reader& reader, std::uint32_t tile, double tiles,
                    std::vector<TileShare>& out) {
  const std::vector<NamedWork> all = read_work(reader);
  for (const NamedWork& mine : read_work(reader, tile)) {
    if (mine.stream == machine_stream || mine.cycles == 0) continue;
    const auto same = std::find_if(all.begin(), all.end(), [&mine](const NamedWork& one) {
      return one.stream == mine.stream && one.kind == mine.kind && one.name == mine.name;
    });
    const std::string name = mine.name.empty() ? "" : " '" + mine.name + "'";
    out.push_back({mine.stream + " " + mine.kind + name, true, mine.cycles,
                   static_cast<double>(same->cycles) / tiles});
  }
}

void add_counter_shares(const trace::Reader& reader, std::uint32_t tile, double tiles,
                        std::vector<TileShare>& out) {
  for (const std::string& name : reader.counter_names()) {
    const trace::CounterGrid grid = reader.counter(name);
    if (grid.unit != "cycle" || name == busiest_by) continue;
    const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const std::uint64_t mine = grid.values[tile * channels + channel];
      if (mine == 0) continue;
      std::uint64_t sum = 0;
      for (std::size_t at = channel; at < grid.values.size(); at += channels) {
        sum += grid.values[at];
      }
      out.push_back({grid.channels.empty() ? name : name + "." + grid.channels[channel], false,
                     mine, static_cast<double>(sum) / tiles});
    }
  }
}

std::string tile_name(const TileLayout& layout, const Bottleneck& found, std::uint32_t tile) {
  return layout.name(tile % found.width, tile / found.width);
}

/// What it does most of beyond the mean tile; rows tell more than counters.
const TileShare* reason_of(const Bottleneck& found) {
  const TileShare* reason = nullptr;
  const auto excess = [](const TileShare& one) {
    return static_cast<double>(one.cycles) - one.mean;
  };
  for (const bool rows : {true, false}) {
    for (const TileShare& one : found.shares) {
      if (one.is_work != rows || excess(one) <= 0) continue;
      if (reason == nullptr || excess(one) > excess(*reason)) reason = &one;
    }
    if (reason != nullptr) return reason;
  }
  return reason;
}

}  // namespace

Bottleneck read_bottleneck(const trace::Reader& reader, std::size_t top) {
  const auto names = reader.counter_names();
  const bool told = std::find(names.begin(), names.end(), busiest_by) != names.end();
  Bottleneck out;
  if (told) out.busiest = by_busy(reader.counter(busiest_by));
  if (out.busiest.empty()) {
    fail(Category::input, reader.path() + ": no tile was busy, or no counter says so");
  }
  out.tiles = std::uint64_t{reader.header().width} * reader.header().height;
  out.width = reader.header().width;
  out.run_cycles = reader.header().cycles;
  const auto tiles = static_cast<double>(out.tiles);
  for (const BusyTile& tile : out.busiest) {
    out.mean_busy_cycles += static_cast<double>(tile.busy_cycles) / tiles;
  }
  out.busiest.resize(std::min(std::max<std::size_t>(1, top), out.busiest.size()));
  const std::uint32_t first = out.busiest.front().tile;
  add_row_shares(reader, first, tiles, out.shares);
  add_counter_shares(reader, first, tiles, out.shares);
  std::stable_sort(out.shares.begin(), out.shares.end(),
                   [](const TileShare& a, const TileShare& b) {
                     return std::pair(!a.is_work, b.cycles) < std::pair(!b.is_work, a.cycles);
                   });
  return out;
}

std::string describe(const Bottleneck& found, const TileLayout& layout, std::size_t top) {
  std::vector<TableRow> rows{{"busiest", "busy cycles", "% of the run", "times the mean"}};
  for (const BusyTile& tile : found.busiest) {
    const double times = static_cast<double>(tile.busy_cycles) / found.mean_busy_cycles;
    rows.push_back({tile_name(layout, found, tile.tile), grouped(tile.busy_cycles),
                    percent(tile.busy_cycles, found.run_cycles), fixed(times, 2)});
  }
  const std::string first = tile_name(layout, found, found.busiest.front().tile);
  std::string text = table_text(rows, true);
  rows = {{"in " + first, "cycles", "mean tile"}};
  for (const bool is_work : {true, false}) {
    std::size_t shown = 0;
    for (const TileShare& share : found.shares) {
      if (share.is_work != is_work || shown == top) continue;
      ++shown;
      rows.push_back({share.what, grouped(share.cycles), fixed(share.mean, 1)});
    }
  }
  text += table_text(rows, true);
  text += "  " + first + " is the bottleneck: busy in " +
          grouped(found.busiest.front().busy_cycles) + " of " + grouped(found.run_cycles, "cycle");
  const TileShare* const reason = reason_of(found);
  if (reason != nullptr) {
    text += ", most of all beyond the mean tile with " + reason->what + ": " +
            grouped(reason->cycles, "cycle") + ", where the mean tile has " +
            fixed(reason->mean, 1);
  }
  return text + "\n";
}

}  // namespace weft::analysis
