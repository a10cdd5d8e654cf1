// SPDX-License-Identifier: Apache-2.0
// The busiest tile against the mean one.
#include "analysis/bottleneck.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analysis/bsp_rows.hpp"
#include "analysis/named_work.hpp"
#include "analysis/row_names.hpp"
#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr const char* busiest_by = "tile_busy";
/// The whole machine's, on tile 0: no tile's own.
constexpr const char* machine_stream = "supersteps";
constexpr const char* wait_stream = "waits";

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

/// Words for what a row of stream "waits" counts in cycles, around the name of its id.
struct WaitWords {
  std::string_view kind;
  std::string_view before;
  std::string_view after;
};
constexpr std::array<WaitWords, 5> wait_words{{
    {"busy", "firings of '", "'"},
    {"input", "waiting for a token on '", "'"},
    {"dram", "waiting for a token from DRAM on '", "'"},
    {"rest", "resting without a token on '", "'"},
    {"room", "waiting for room in '", "'"},
}};

/// Of machines whose units have contexts: what those of this tile did, and waited for. A context
/// and a channel's end are on one tile, so the mean of all is a share of the same cycles.
void add_wait_shares(const trace::Reader& reader, std::uint32_t tile, double tiles,
                     std::vector<TileShare>& out) {
  const trace::StreamRecord* stream = find_stream(reader, wait_stream);
  if (stream == nullptr || !stream->kept) return;
  const RowNames names(reader, *stream);
  for (std::uint64_t at = 0; at < stream->rows; at += rows_at_once) {
    for (const EventRow& row : reader.rows(stream->info.name, at, rows_at_once)) {
      if (index(row.tile) != tile || row.argument == 0) continue;
      const std::string& kind = stream->info.kinds.at(row.kind);
      const auto words = std::find_if(wait_words.begin(), wait_words.end(),
                                      [&](const WaitWords& one) { return one.kind == kind; });
      if (words == wait_words.end()) continue;
      out.push_back({std::string(words->before) + names.or_number(row.kind, row.id) +
                         std::string(words->after),
                     true, row.argument, static_cast<double>(row.argument) / tiles});
    }
  }
}

/// Counters in cycles, or all others.
void add_counter_shares(const trace::Reader& reader, std::uint32_t tile, double tiles, bool of_time,
                        std::vector<TileShare>& out) {
  for (const std::string& name : reader.counter_names()) {
    const trace::CounterGrid grid = reader.counter(name);
    if ((grid.unit == "cycle") != of_time || name == busiest_by) continue;
    const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const std::uint64_t mine = grid.values[tile * channels + channel];
      if (mine == 0) continue;
      std::uint64_t sum = 0;
      for (std::size_t at = channel; at < grid.values.size(); at += channels) {
        sum += grid.values[at];
      }
      out.push_back({grid.channels.empty() ? name : name + "." + grid.channels[channel], false,
                     mine, static_cast<double>(sum) / tiles, grid.unit});
    }
  }
}

std::string tile_name(const TileLayout& layout, const Bottleneck& found, std::uint32_t tile) {
  return layout.name(tile % found.width, tile / found.width);
}

std::string unit_on(const trace::Reader& reader, std::uint32_t tile) {
  for (const trace::StringTable& table : reader.definitions()) {
    if (table.name == "tile_units" && tile < table.entries.size()) return table.entries[tile];
  }
  return "";
}

std::string amount(std::uint64_t value, const std::string& unit) {
  if (unit == "cycle") return grouped(value, "cycle");
  return grouped(value) + (unit == "1" ? "" : " " + unit);
}

/// What it does most of beyond the mean tile; rows tell more than counters.
const TileShare* reason_of(const Bottleneck& found) {
  const TileShare* reason = nullptr;
  // Of counters in several units the one of which it has the largest part of all.
  const auto excess = [](const TileShare& one) {
    const double beyond = static_cast<double>(one.cycles) - one.mean;
    return one.unit == "cycle" ? beyond : beyond / one.mean;
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
  out.unit_name = unit_on(reader, first);
  add_row_shares(reader, first, tiles, out.shares);
  add_wait_shares(reader, first, tiles, out.shares);
  add_counter_shares(reader, first, tiles, true, out.shares);
  if (out.shares.empty()) add_counter_shares(reader, first, tiles, false, out.shares);
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
  std::string first = tile_name(layout, found, found.busiest.front().tile);
  if (!found.unit_name.empty()) first += ", unit '" + found.unit_name + "'";
  std::string text = table_text(rows, true);
  const bool of_time = found.shares.empty() || found.shares.front().unit == "cycle";
  rows = {{"in " + first, of_time ? "cycles" : "count", "mean tile"}};
  for (const bool is_work : {true, false}) {
    std::size_t shown = 0;
    for (const TileShare& share : found.shares) {
      if (share.is_work != is_work || shown == top) continue;
      ++shown;
      rows.push_back({share.what, grouped(share.cycles), fixed(share.mean, 1)});
    }
  }
  text += table_text(rows, true);
  text += "  " + first + (found.unit_name.empty() ? "" : ",") + " is the bottleneck: busy in " +
          grouped(found.busiest.front().busy_cycles) + " of " + grouped(found.run_cycles, "cycle");
  const TileShare* const reason = reason_of(found);
  if (reason != nullptr) {
    text += ", most of all beyond the mean tile with " + reason->what + ": " +
            amount(reason->cycles, reason->unit) + ", where the mean tile has " +
            fixed(reason->mean, 1);
  }
  return text + "\n";
}

}  // namespace weft::analysis
