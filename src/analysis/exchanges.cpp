// SPDX-License-Identifier: Apache-2.0
// Rows of kind "exchange" of stream "supersteps".
#include "analysis/exchanges.hpp"

#include <algorithm>

#include "analysis/bsp_rows.hpp"
#include "analysis/row_names.hpp"
#include "analysis/text_table.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {

std::vector<ExchangeTime> read_exchanges(const trace::Reader& reader) {
  const std::string kind = "exchange";
  const trace::StreamRecord& stream = kept_stream(
      reader, "supersteps", "phases", "a " + reader.header().family + " has no exchanges");
  const auto& kinds = stream.info.kinds;
  const auto at = std::find(kinds.begin(), kinds.end(), kind) - kinds.begin();
  const RowNames names(reader, stream);
  std::vector<ExchangeTime> out;
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows(stream.info.name, first, rows_at_once)) {
      if (row.kind != static_cast<std::uint64_t>(at)) continue;
      out.push_back({out.size() + 1, names.or_number(row.kind, row.id), begin_of(row), row.cycle,
                     row.argument});
    }
  }
  if (out.empty()) fail(Category::input, reader.path() + ": the run has no exchange");
  return out;
}

std::string describe(const std::vector<ExchangeTime>& exchanges, std::size_t most) {
  std::vector<TableRow> rows{{"exchange", "begin", "end", "cycles", "bytes", "name"}};
  std::uint64_t bytes = 0;
  for (const ExchangeTime& one : exchanges) {
    bytes += one.bytes;
    if (rows.size() > most) continue;
    rows.push_back({std::to_string(one.number), grouped(one.begin), grouped(one.end),
                    grouped(one.end - one.begin), grouped(one.bytes), one.name});
  }
  std::string text = table_text(rows, true);
  if (exchanges.size() > 1) {
    text += "  " + counted(exchanges.size(), "exchange") + ", " + grouped(bytes, "byte") + "\n";
  }
  return text;
}

}  // namespace weft::analysis
