// SPDX-License-Identifier: Apache-2.0
// Rows of a stream, spread over boxes of time by id.
#include "analysis/occupancy.hpp"

#include <algorithm>

#include "analysis/bsp_rows.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "topology/suggest.hpp"

namespace weft::analysis {
namespace {

std::vector<std::string> table_of(const trace::Reader& reader, const std::string& table) {
  std::vector<std::string> known;
  for (const trace::StringTable& one : reader.definitions()) {
    if (one.name == (table.empty() ? "queues" : table)) return one.entries;
    known.push_back(one.name);
  }
  if (table.empty()) return {};
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  fail(Category::input, "'" + reader.path() + "': no table '" + table + "'" +
                            topology::did_you_mean(table, known) + "; it has " +
                            (list.empty() ? "none" : list));
}

/// A row's events, evenly from `begin` to `end`.
struct Busy {
  Cycle begin = 0;
  Cycle end = 0;
  double events = 0;
};

Busy busy_of(const EventRow& row, bool counted) {
  const Cycle duration = std::max<Cycle>(1, row.duration_cycles);
  const double events =
      counted ? static_cast<double>(row.argument & 0xffffffffU) : static_cast<double>(duration);
  const Cycle end = row.cycle + 1;
  return {end - std::min(end, duration), end, events};
}

void spread(Occupancy& out, std::size_t id, const Busy& busy) {
  const Cycle begin = std::max(busy.begin, out.range.begin);
  const Cycle end = std::min(busy.end, out.range.end);
  if (begin >= end) return;
  const double rate = busy.events / static_cast<double>(busy.end - busy.begin);
  const double length = static_cast<double>(out.range.end - out.range.begin);
  const double columns = out.columns;
  const double from = static_cast<double>(begin - out.range.begin) * columns / length;
  const double to = static_cast<double>(end - out.range.begin) * columns / length;
  for (int column = static_cast<int>(from); column < out.columns && column < to; ++column) {
    const double part = std::min(to, column + 1.0) - std::max(from, double(column));
    out.shares[id * static_cast<std::size_t>(out.columns) + static_cast<std::size_t>(column)] +=
        rate * part;
  }
}

/// Of all rows of the query's tiles, where the query names no range.
CycleRange range_of(const trace::Reader& reader, const OccupancyQuery& query,
                    const trace::StreamRecord& stream) {
  CycleRange range = query.range;
  if (range.begin == 0 && range.end == never) {
    range = {never, 0};
    for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
      for (const EventRow& row : reader.rows(query.stream, first, rows_at_once)) {
        const Busy busy = busy_of(row, false);
        range.begin = std::min(range.begin, busy.begin);
        range.end = std::max(range.end, busy.end);
      }
    }
  }
  range.end = std::min(range.end, reader.header().cycles);
  if (range.begin >= range.end) {
    fail(Category::input, reader.path() + ": no rows of '" + query.stream +
                              "' in the cycles asked for; it has " +
                              counted(reader.header().cycles, "cycle"));
  }
  return range;
}

}  // namespace

Occupancy read_occupancy(const trace::Reader& reader, const OccupancyQuery& query) {
  const trace::StreamRecord& stream = kept_stream(reader, query.stream, "runs");
  const bool counted = stream.info.argument_meaning.rfind("count", 0) == 0;
  Occupancy out;
  out.names = table_of(reader, query.names);
  out.range = range_of(reader, query, stream);
  const Cycle length = out.range.end - out.range.begin;
  out.columns = static_cast<int>(std::min<Cycle>(length, static_cast<Cycle>(query.columns)));
  const auto width = static_cast<std::size_t>(out.columns);
  out.shares.resize(out.names.size() * width);
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows(query.stream, first, rows_at_once)) {
      const auto tile = static_cast<std::uint32_t>(row.tile);
      if (tile < query.first_tile || tile > query.last_tile) continue;
      while (row.id >= out.names.size()) {
        out.names.push_back(std::to_string(out.names.size()));
        out.shares.resize(out.names.size() * width);
      }
      spread(out, row.id, busy_of(row, counted));
    }
  }
  return out;
}

}  // namespace weft::analysis
