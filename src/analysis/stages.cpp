// SPDX-License-Identifier: Apache-2.0
// Iterations of contexts' counters from streams "iterations" and, of goes through all of them,
// "scopes"; and what they come to, in text.
#include "analysis/stages.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "analysis/bsp_rows.hpp"
#include "analysis/text_table.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr std::uint32_t depths_most = 9;
constexpr std::string_view needs_runs = "its machine records no iterations, or it is older";

std::vector<std::string> names_in(const trace::Reader& reader, const std::string& table) {
  for (const trace::StringTable& one : reader.definitions()) {
    if (one.name == table) return one.entries;
  }
  return {};
}

/// [depth][context]
using Iterations = std::vector<std::map<std::uint32_t, std::vector<StageBar>>>;

StageBar bar_of(const EventRow& row, std::uint64_t number, std::uint64_t firings) {
  const Cycle end = row.cycle + 1;
  return {number, end - std::min<Cycle>(end, row.duration_cycles), end, firings};
}

Iterations read_iterations(const trace::Reader& reader) {
  Iterations out(depths_most);
  const trace::StreamRecord& inner = kept_stream(reader, "iterations", "runs", needs_runs);
  for (std::uint64_t at = 0; at < inner.rows; at += rows_at_once) {
    for (const EventRow& row : reader.rows("iterations", at, rows_at_once)) {
      const std::uint32_t depth = std::min(row.kind + 1, depths_most - 1);
      out[depth][row.id].push_back(bar_of(row, row.argument >> 32U, row.argument & 0xffffffffU));
    }
  }
  const trace::StreamRecord& goes = kept_stream(reader, "scopes", "runs", needs_runs);
  for (std::uint64_t at = 0; at < goes.rows; at += rows_at_once) {
    for (const EventRow& row : reader.rows("scopes", at, rows_at_once)) {
      if (row.kind != 0) continue;  // a transfer's command
      std::vector<StageBar>& bars = out[0][row.id];
      bars.push_back(bar_of(row, bars.size(), row.argument));
    }
  }
  return out;
}

/// Of all contexts with iterations inside of their goes, or with several goes.
std::uint32_t busiest_of(const trace::Reader& reader, const Iterations& all) {
  const trace::StreamRecord& stream = kept_stream(reader, "waits", "phases", needs_runs);
  std::uint32_t best = 0;
  std::uint64_t most = 0;
  for (std::uint64_t at = 0; at < stream.rows; at += rows_at_once) {
    for (const EventRow& row : reader.rows("waits", at, rows_at_once)) {
      if (stream.info.kinds.at(row.kind) != "fired" || row.argument <= most) continue;
      const bool has = std::any_of(all.begin(), all.end(), [&row](const auto& depth) {
        const auto found = depth.find(row.id);
        return found != depth.end() && found->second.size() > 1;
      });
      if (!has) continue;
      best = row.id;
      most = row.argument;
    }
  }
  if (most == 0) {
    fail(Category::input, "'" + reader.path() + "': no context went round anything twice");
  }
  return best;
}

std::uint32_t depth_for(const Iterations& all, std::uint32_t busiest, Cycle least) {
  std::uint32_t best = 0;
  bool long_enough = false;
  for (std::uint32_t depth = 0; depth < all.size(); ++depth) {
    const auto found = all[depth].find(busiest);
    if (found == all[depth].end() || found->second.size() < 2) continue;
    const bool is_long = Stage{"", "", found->second}.mean_cycles() >= static_cast<double>(least);
    if (long_enough && !is_long) continue;
    if (is_long || !long_enough) best = depth;
    long_enough = long_enough || is_long;
    if (!is_long) break;
  }
  return best;
}

Cycle median(std::vector<Cycle> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

double Stage::mean_cycles() const {
  const Cycle sum = std::accumulate(bars.begin(), bars.end(), Cycle{0},
                                    [](Cycle all, auto& bar) { return all + bar.end - bar.begin; });
  return bars.empty() ? 0 : static_cast<double>(sum) / static_cast<double>(bars.size());
}

Cycle Stage::interval_cycles() const {
  std::vector<Cycle> apart;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    apart.push_back(bars[i].begin - bars[i - 1].begin);
  }
  return median(std::move(apart));
}

double Stage::busy_percent() const {
  std::uint64_t firings = 0;
  Cycle cycles = 0;
  for (const StageBar& bar : bars) {
    firings += bar.firings;
    cycles += bar.end - bar.begin;
  }
  return cycles == 0 ? 0 : 100.0 * static_cast<double>(firings) / static_cast<double>(cycles);
}

Metapipeline read_metapipeline(const trace::Reader& reader, std::optional<std::uint32_t> depth,
                               Cycle least_cycles) {
  Iterations all = read_iterations(reader);
  const std::uint32_t busiest = busiest_of(reader, all);
  Metapipeline out;
  out.depth = depth.value_or(depth_for(all, busiest, least_cycles));
  if (out.depth >= all.size() || all[out.depth].empty()) {
    fail(Category::input, "'" + reader.path() + "': no context has iterations at depth " +
                              std::to_string(out.depth));
  }
  const std::vector<std::string> names = names_in(reader, "contexts");
  const std::vector<std::string> sources = names_in(reader, "context_sources");
  std::vector<std::uint32_t> order;
  for (const auto& [context, bars] : all[out.depth]) order.push_back(context);
  // Sources of one file differ by the number of their line: a longer one is a later one.
  const auto source = [&](std::uint32_t c) { return c < sources.size() ? sources[c] : ""; };
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const std::string left = source(a);
    const std::string right = source(b);
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  });
  for (const std::uint32_t context : order) {
    if (context == busiest) out.busiest = static_cast<std::uint32_t>(out.stages.size());
    out.stages.push_back({context < names.size() ? names[context] : std::to_string(context),
                          source(context), std::move(all[out.depth][context])});
  }
  return out;
}

CycleRange range_of(const Metapipeline& pipeline, const CycleRange& asked,
                    std::uint32_t iterations) {
  if (asked.begin != 0 || asked.end != never) return asked;
  const Stage& busiest = pipeline.stages[pipeline.busiest];
  const std::size_t last = std::min<std::size_t>(iterations, busiest.bars.size()) - 1;
  Cycle begin = busiest.bars.front().begin;
  const Cycle end = busiest.bars[last].end;
  // What fills the pipeline before, as far as it is not much longer.
  const Cycle room = (end - begin) / 4;
  Cycle least = begin;
  for (const Stage& stage : pipeline.stages) {
    for (const StageBar& bar : stage.bars) {
      if (bar.begin + room >= begin) least = std::min(least, bar.begin);
    }
  }
  return {least, end};
}

Metapipeline seen_in(Metapipeline pipeline, const CycleRange& range) {
  std::vector<Stage> seen;
  std::uint32_t busiest = 0;
  for (std::uint32_t s = 0; s < pipeline.stages.size(); ++s) {
    Stage& stage = pipeline.stages[s];
    const bool is_seen = std::any_of(
        stage.bars.begin(), stage.bars.end(),
        [&range](const StageBar& bar) { return bar.end > range.begin && bar.begin < range.end; });
    if (!is_seen) continue;
    if (s == pipeline.busiest) busiest = static_cast<std::uint32_t>(seen.size());
    seen.push_back(std::move(stage));
  }
  if (seen.empty()) return pipeline;  // as it came: none was moved
  pipeline.stages = std::move(seen);
  pipeline.busiest = busiest;
  return pipeline;
}

std::string describe(const Metapipeline& pipeline, const CycleRange& range, int columns) {
  std::vector<TableRow> rows{
      {"stage", "source", "iterations", "cycles", "busy %", "interval", "over time"}};
  const auto length = static_cast<double>(range.end - range.begin);
  for (const Stage& stage : pipeline.stages) {
    std::string line(static_cast<std::size_t>(columns), '.');
    for (const StageBar& bar : stage.bars) {
      if (bar.end <= range.begin || bar.begin >= range.end) continue;
      const auto column = [&](Cycle cycle) {
        return static_cast<int>(
            static_cast<double>(std::clamp(cycle, range.begin, range.end) - range.begin) * columns /
            length);
      };
      const int first = column(bar.begin);
      const int end = std::max(first + 1, column(bar.end));
      for (int at = first; at < end && at < columns; ++at) {
        line[static_cast<std::size_t>(at)] = static_cast<char>('0' + bar.number % 10);
      }
    }
    rows.push_back({stage.name, stage.source, grouped(stage.bars.size()),
                    fixed(stage.mean_cycles(), 1), fixed(stage.busy_percent(), 1),
                    stage.bars.size() < 2 ? "-" : grouped(stage.interval_cycles()), line});
  }
  return "iterations at depth " + std::to_string(pipeline.depth) + ", cycles " +
         grouped(range.begin) + " to " + grouped(range.end) + ", " + fixed(length / columns, 1) +
         " a character\n" + table_text(rows);
}

std::string csv_of(const Metapipeline& pipeline) {
  std::string text = "stage,source,depth,iteration,begin,end,firings\n";
  for (const Stage& stage : pipeline.stages) {
    for (const StageBar& bar : stage.bars) {
      text += stage.name + "," + stage.source + "," + std::to_string(pipeline.depth) + "," +
              std::to_string(bar.number) + "," + std::to_string(bar.begin) + "," +
              std::to_string(bar.end) + "," + std::to_string(bar.firings) + "\n";
    }
  }
  return text;
}

}  // namespace weft::analysis
