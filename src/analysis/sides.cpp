// SPDX-License-Identifier: Apache-2.0
// Sums of both runs beside each other.
#include "analysis/sides.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "analysis/named_work.hpp"
#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

using trace::CounterGrid;
using trace::Reader;

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string channel_name(const CounterGrid& grid, std::size_t channel) {
  return grid.channels.empty() ? grid.name : grid.name + "." + grid.channels[channel];
}

/// Of one run's counters: sums by name and channel, in the trace's order.
std::vector<SideTotal> sums_of(const CounterGrid& grid) {
  const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
  std::vector<SideTotal> out(channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    out[channel].name = channel_name(grid, channel);
    out[channel].unit = grid.unit;
  }
  for (std::size_t at = 0; at < grid.values.size(); ++at)
    out[at % channels].left += grid.values[at];
  return out;
}

/// Adds sums of the second run to those of the first.
void join(std::vector<SideTotal>& totals, const std::vector<SideTotal>& right) {
  for (const SideTotal& one : right) {
    auto found = std::find_if(totals.begin(), totals.end(),
                              [&one](const SideTotal& total) { return total.name == one.name; });
    if (found == totals.end()) found = totals.insert(totals.end(), {one.name, one.unit, 0, 0});
    found->right = one.left;
  }
}

/// The tile whose value differs most, by channel; the first of several.
void add_tiles(const CounterGrid& left, const CounterGrid& right, std::vector<SideTile>& out) {
  const bool same =
      left.width == right.width && left.height == right.height && left.channels == right.channels;
  if (!same) return;
  const std::size_t channels = std::max<std::size_t>(1, left.channels.size());
  for (std::size_t channel = 0; channel < channels; ++channel) {
    SideTile most;
    for (std::size_t at = channel; at < left.values.size(); at += channels) {
      const SideTotal here{"", left.unit, left.values[at], right.values[at]};
      if (here.gap() == 0) continue;
      ++most.tiles;
      if (here.gap() <= most.counter.gap()) continue;
      most.counter = here;
      most.tile = static_cast<std::uint32_t>(at / channels);
    }
    if (most.tiles == 0) continue;
    most.counter.name = channel_name(left, channel);
    most.x = most.tile % left.width;
    most.y = most.tile / left.width;
    out.push_back(std::move(most));
  }
}

/// Streams whose rows the trace has; the host's calls are there from level `phases` on.
std::vector<std::string> kept_by(const Reader& reader) {
  std::vector<std::string> out;
  if (reader.header().level != "summary") out.emplace_back("host");
  for (const trace::StreamRecord& stream : reader.streams()) {
    if (stream.kept) out.push_back(stream.info.name);
  }
  return out;
}

using StageKey = std::tuple<std::string, std::string, std::string>;

void add_stages(const Reader& left, const Reader& right, std::vector<SideStage>& out) {
  std::map<StageKey, SideStage> all;
  const Reader* const readers[] = {&left, &right};
  const std::vector<std::string> kept[] = {kept_by(left), kept_by(right)};
  for (int side = 0; side < 2; ++side) {
    std::vector<NamedWork> work = read_work(*readers[side]);
    const std::vector<NamedWork> host = read_host_work(*readers[side]);
    work.insert(work.end(), host.begin(), host.end());
    for (const NamedWork& one : work) {
      // A stream that one trace does not keep says nothing of a difference.
      if (!lists(kept[1 - side], one.stream)) continue;
      SideStage& stage = all[{one.stream, one.kind, one.name}];
      std::tie(stage.stream, stage.kind, stage.name) = std::tie(one.stream, one.kind, one.name);
      (side == 0 ? stage.rows_left : stage.rows_right) += one.rows;
      (side == 0 ? stage.cycles.left : stage.cycles.right) += one.cycles;
      stage.cycles.unit = "cycle";
    }
  }
  for (auto& [key, stage] : all) {
    if (stage.cycles.gap() == 0 && stage.rows_left == stage.rows_right) continue;
    out.push_back(std::move(stage));
  }
}

// --- text ---

/// "+12.3 %", "new", "gone".
std::string change_of(const SideTotal& total) {
  if (total.left == total.right) return "";
  if (total.left == 0) return "new";
  if (total.right == 0) return "gone";
  const double share = static_cast<double>(total.right) / static_cast<double>(total.left) - 1;
  return (share < 0 ? "" : "+") + fixed(100 * share, 1) + " %";
}

TableRow total_row(std::string name, const SideTotal& total) {
  return {std::move(name), grouped(total.left), grouped(total.right), change_of(total)};
}

std::string totals_text(const Sides& sides) {
  std::vector<TableRow> rows{{"total", "left", "right", "change"}};
  std::uint64_t same = 0;
  for (const SideTotal& total : sides.totals) {
    const bool cycles = &total == sides.totals.data();
    if (total.gap() == 0 && !cycles) {
      ++same;
      continue;
    }
    rows.push_back(total_row(
        total.name +
            (total.unit.empty() || total.unit == "1" || cycles ? "" : " (" + total.unit + ")"),
        total));
  }
  std::string out = table_text(rows, true);
  if (same > 0) out += "  " + counted(same, "counter") + " with the same sum\n";
  return out;
}

std::string stages_text(const Sides& sides, std::size_t top) {
  if (sides.stages.empty()) return "";
  std::vector<TableRow> rows{{"stage (cycles)", "left", "right", "change", "rows"}};
  for (std::size_t k = 0; k < std::min(top, sides.stages.size()); ++k) {
    const SideStage& stage = sides.stages[k];
    rows.push_back(total_row(
        stage.stream + " " + stage.kind + (stage.name.empty() ? "" : " '" + stage.name + "'"),
        stage.cycles));
    rows.back().push_back(stage.rows_left == stage.rows_right
                              ? grouped(stage.rows_left)
                              : grouped(stage.rows_left) + " > " + grouped(stage.rows_right));
  }
  std::string out = table_text(rows, true);
  if (sides.stages.size() > top) {
    out += "  and " + counted(sides.stages.size() - top, "stage") + " that differ less\n";
  }
  return out;
}

std::string tiles_text(const Sides& sides, std::size_t top) {
  if (sides.tiles.empty()) return "";
  std::vector<TableRow> rows{{"tile", "left", "right", "change", "counter", "tiles that differ"}};
  for (std::size_t k = 0; k < std::min(top, sides.tiles.size()); ++k) {
    const SideTile& tile = sides.tiles[k];
    rows.push_back(total_row(std::to_string(tile.tile) + " (x " + std::to_string(tile.x) + ", y " +
                                 std::to_string(tile.y) + ")",
                             tile.counter));
    rows.back().push_back(tile.counter.name);
    rows.back().push_back(grouped(tile.tiles));
  }
  return table_text(rows, true);
}

}  // namespace

Sides side_by_side(const Reader& left, const Reader& right) {
  Sides out;
  out.totals.push_back({"cycles", "cycle", left.header().cycles, right.header().cycles});
  std::vector<SideTotal> counters;
  const auto names = left.counter_names();
  const auto others = right.counter_names();
  for (const std::string& name : names) {
    const CounterGrid grid = left.counter(name);
    const std::vector<SideTotal> sums = sums_of(grid);
    counters.insert(counters.end(), sums.begin(), sums.end());
    if (lists(others, name)) add_tiles(grid, right.counter(name), out.tiles);
  }
  for (const std::string& name : others) join(counters, sums_of(right.counter(name)));
  out.totals.insert(out.totals.end(), counters.begin(), counters.end());
  add_stages(left, right, out.stages);
  std::stable_sort(out.stages.begin(), out.stages.end(),
                   [](const auto& a, const auto& b) { return a.cycles.gap() > b.cycles.gap(); });
  std::stable_sort(out.tiles.begin(), out.tiles.end(),
                   [](const auto& a, const auto& b) { return a.counter.gap() > b.counter.gap(); });
  return out;
}

std::string describe(const Sides& sides, std::size_t top) {
  return totals_text(sides) + stages_text(sides, top) + tiles_text(sides, top);
}

}  // namespace weft::analysis
