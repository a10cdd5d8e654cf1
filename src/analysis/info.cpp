// SPDX-License-Identifier: Apache-2.0
// Two columns, then tables whose columns are as wide as their widest entry.
#include "analysis/info.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "analysis/text_table.hpp"
#include "base/counted.hpp"

namespace weft::analysis {
namespace {

std::string fact(const std::string& name, const std::string& value) {
  return name + std::string(10 - name.size(), ' ') + value + "\n";
}

std::string number(std::uint64_t value) { return std::to_string(value); }

/// Nanoseconds of `cycles`, in whole ones; "" without a clock rate.
std::string emulated_time(std::uint64_t cycles, std::uint64_t clock_hz) {
  if (clock_hz == 0) return "";
  const std::uint64_t seconds = cycles / clock_hz;
  const std::uint64_t rest = cycles % clock_hz;
  // rest < clock_hz, and clock rates are far below 2^34 Hz: no overflow in rest * 1e9.
  const std::uint64_t nanoseconds = clock_hz < (1ULL << 34U) ? rest * 1'000'000'000 / clock_hz : 0;
  return " (" + number(seconds * 1'000'000'000 + nanoseconds) + " ns)";
}

std::string streams_text(const trace::Reader& reader) {
  std::vector<TableRow> rows{{"stream", "rows", "rows hashed", "digest", "what it is"}};
  for (const auto& stream : reader.streams()) {
    rows.push_back({stream.info.name, stream.kept ? number(stream.rows) : "not kept",
                    stream.digest.empty() ? "-" : number(stream.rows_hashed),
                    stream.digest.empty() ? "-" : stream.digest, stream.info.description});
  }
  return table_text(rows);
}

std::string counters_text(const trace::Reader& reader) {
  std::vector<TableRow> rows{{"counter", "unit", "sum", "max", "at", "what it is"}};
  for (const auto& name : reader.counter_names()) {
    const trace::CounterGrid grid = reader.counter(name);
    const GridExtremes found = extremes(grid);
    std::string at = "(" + number(found.x) + ", " + number(found.y) + ")";
    if (!grid.channels.empty()) at += " " + grid.channels[found.channel];
    rows.push_back({name, grid.unit, number(found.sum), number(found.max), at, grid.long_name});
  }
  return rows.size() > 1 ? table_text(rows) : "";
}

std::string phases_text(const trace::Reader& reader) {
  std::vector<TableRow> rows{{"phase", "kind", "begin", "end"}};
  for (const auto& phase : reader.phases()) {
    rows.push_back({phase.name, phase.kind, number(phase.begin), number(phase.end)});
  }
  return rows.size() > 1 ? table_text(rows) : "";
}

std::string results_text(const trace::Reader& reader) {
  std::vector<TableRow> rows{{"result", "type and shape"}};
  for (const auto& name : reader.result_names()) {
    rows.push_back({name, trace::describe(reader.result(name))});
  }
  return rows.size() > 1 ? table_text(rows) : "";
}

}  // namespace

GridExtremes extremes(const trace::CounterGrid& grid) {
  GridExtremes found;
  const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
  std::size_t largest = 0;
  for (std::size_t i = 0; i < grid.values.size(); ++i) {
    found.sum += grid.values[i];
    if (grid.values[i] > grid.values[largest]) largest = i;
  }
  if (grid.values.empty()) return found;
  found.max = grid.values[largest];
  found.channel = largest % channels;
  found.x = static_cast<std::uint32_t>(largest / channels % grid.width);
  found.y = static_cast<std::uint32_t>(largest / channels / grid.width);
  return found;
}

namespace {

/// Whether the trace holds the whole run, and what cut it short.
std::string completeness(const trace::Header& header) {
  if (header.complete) return "yes";
  if (!header.ended) return "no: the run did not end, or was killed";
  return "no: a " + header.stop + " ended the run before its end; all up to there is here";
}

}  // namespace

std::string describe(const trace::Reader& reader) {
  const trace::Header& header = reader.header();
  std::string text =
      fact("trace", reader.path() + " (weft-trace " + header.format_version + ", written by " +
                        header.software + " " + header.software_version + ")");
  text += fact("complete", completeness(header));
  if (header.ended) text += fact("hash", header.hash);
  text += fact("machine", header.family + ", " + header.machine + ", region " +
                              number(header.width) + " x " + number(header.height) + ", clock " +
                              number(header.clock_hz) + " Hz");
  text += fact("cycles", number(header.cycles) + emulated_time(header.cycles, header.clock_hz) +
                             (header.ended ? ", stopped: " + header.stop : ", so far"));
  text += fact("level", header.level + ", " + counted(header.epochs, "epoch") + " of " +
                            counted(header.epoch_cycles, "cycle"));
  if (reader.timeline_bins() > 0) {
    text += fact("timeline", counted(reader.timeline_bins(), "bin") + " of " +
                                 counted(reader.timeline_bin_cycles(), "cycle"));
  }
  return text + streams_text(reader) + counters_text(reader) + phases_text(reader) +
         results_text(reader);
}

}  // namespace weft::analysis
