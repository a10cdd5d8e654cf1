// SPDX-License-Identifier: Apache-2.0
// Sums by (tile, kind, id), in that order.
#include "analysis/export_totals.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>

#include "analysis/bsp_rows.hpp"
#include "analysis/csv.hpp"
#include "analysis/row_names.hpp"

namespace weft::analysis {
namespace {

struct TotalOfRows {
  std::uint64_t rows = 0;
  Cycle cycles = 0;
};
using TotalKey = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // tile, kind, id
using Totals = std::map<TotalKey, TotalOfRows>;

void add_to(Totals& totals, const EventRow& row, const CycleRange& range) {
  const Cycle begin = std::max(begin_of(row), range.begin);
  const Cycle end = std::min(row.cycle, range.end);
  const bool point = row.duration_cycles == 0 && row.cycle >= range.begin && row.cycle < range.end;
  if (begin >= end && !point) return;
  TotalOfRows& total = totals[{index(row.tile), row.kind, row.id}];
  ++total.rows;
  total.cycles += point ? 0 : end - begin;
}

}  // namespace

std::uint64_t export_totals(const trace::Reader& reader, const std::string& name,
                            const CycleRange& range, const TileRange& tiles, std::ostream& out) {
  reader.rows(name, 0, 0);  // says what is wrong with the name or the trace
  const trace::StreamRecord& stream = *find_stream(reader, name);
  const RowNames names(reader, stream);
  Totals totals;
  // Rows stand by their ends: what ends behind the range may have begun in it.
  for (std::uint64_t at = reader.seek(name, range.begin); at < stream.rows;) {
    const auto rows = reader.rows(name, at, rows_at_once);
    if (rows.empty()) break;
    for (const EventRow& row : rows) {
      if (tiles.count == 0 || tiles.holds(index(row.tile))) add_to(totals, row, range);
    }
    at += rows.size();
  }
  const std::uint32_t width = reader.header().width;
  out << "tile,x,y,kind,id,name,rows,cycles\n";
  for (const auto& [key, total] : totals) {
    const auto [tile, kind, id] = key;
    out << tile << ',' << tile % width << ',' << tile / width << ','
        << (kind < stream.info.kinds.size() ? stream.info.kinds[kind] : std::to_string(kind)) << ','
        << id << ',' << csv_field(names.of(kind, id)) << ',' << total.rows << ',' << total.cycles
        << '\n';
  }
  return totals.size();
}

}  // namespace weft::analysis
