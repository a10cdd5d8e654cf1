// SPDX-License-Identifier: Apache-2.0
// Row by row, a bounded number of rows in memory.
#include "analysis/export.hpp"

#include <algorithm>
#include <ostream>

#include "analysis/csv.hpp"
#include "analysis/row_names.hpp"
#include "base/error.hpp"

namespace weft::analysis {
namespace {

constexpr std::uint64_t rows_a_read = 65536;

const trace::StreamRecord& find(const trace::Reader& reader, const std::string& name) {
  for (const auto& stream : reader.streams()) {
    if (stream.info.name == name) return stream;
  }
  // rows() names the streams that there are.
  reader.rows(name, 0, 0);
  fail(Category::internal, "stream '" + name + "' vanished");
}

}  // namespace

std::uint64_t export_csv(const trace::Reader& reader, const std::string& stream,
                         const CycleRange& range, std::ostream& out) {
  const trace::StreamRecord& record = find(reader, stream);
  const auto& kinds = record.info.kinds;
  const RowNames names(reader, record);
  const std::uint32_t width = reader.header().width;
  const std::uint64_t end = reader.seek(stream, range.end);
  std::uint64_t first = reader.seek(stream, range.begin);
  const std::uint64_t begin = std::min(first, end);
  out << "cycle,tile,x,y,sequence,kind,id,duration,argument,name\n";
  for (; first < end; first += rows_a_read) {
    for (const EventRow& row : reader.rows(stream, first, std::min(rows_a_read, end - first))) {
      const std::uint32_t tile = index(row.tile);
      out << row.cycle << ',' << tile << ',' << tile % width << ',' << tile / width << ','
          << row.sequence << ',';
      if (row.kind < kinds.size()) {
        out << kinds[row.kind];
      } else {
        out << row.kind;
      }
      out << ',' << row.id << ',' << row.duration_cycles << ',' << row.argument << ','
          << csv_field(names.of(row)) << '\n';
    }
  }
  return end - begin;
}

}  // namespace weft::analysis
