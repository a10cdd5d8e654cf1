// SPDX-License-Identifier: Apache-2.0
// Sums by kind and what ids stand for.
#include "analysis/named_work.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "analysis/bsp_rows.hpp"
#include "analysis/row_names.hpp"

namespace weft::analysis {
namespace {

/// Streams whose rows are stretches of time.
constexpr std::array<std::string_view, 7> timed{
    "phases", "supersteps", "tasks", "vector_operations", "flows", "scopes", "instructions"};

bool is_timed(const std::string& stream) {
  return std::find(timed.begin(), timed.end(), stream) != timed.end();
}

std::string kind_name(const trace::StreamRecord& stream, std::uint32_t kind) {
  const auto& kinds = stream.info.kinds;
  return kind < kinds.size() ? kinds[kind] : std::to_string(kind);
}

using Sums = std::map<std::pair<std::uint32_t, std::uint32_t>, NamedWork>;  ///< by kind and id

Sums sums_of(const trace::Reader& reader, const trace::StreamRecord& stream,
             std::optional<std::uint32_t> tile) {
  const RowNames names(reader, stream);
  Sums out;
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows(stream.info.name, first, rows_at_once)) {
      if (tile && index(row.tile) != *tile) continue;
      NamedWork& work = out[{row.kind, names.has(row.kind) ? row.id : 0}];
      ++work.rows;
      work.cycles += row.duration_cycles;
      work.argument += row.argument;
    }
  }
  for (auto& [key, work] : out) {
    work.stream = stream.info.name;
    work.kind = kind_name(stream, key.first);
    if (names.has(key.first)) work.name = names.or_number(key.first, key.second);
  }
  return out;
}

}  // namespace

std::vector<NamedWork> read_work(const trace::Reader& reader, std::optional<std::uint32_t> tile) {
  std::vector<NamedWork> out;
  for (const trace::StreamRecord& stream : reader.streams()) {
    if (!stream.kept || !is_timed(stream.info.name)) continue;
    for (auto& [key, work] : sums_of(reader, stream, tile)) out.push_back(std::move(work));
  }
  return out;
}

std::vector<NamedWork> read_host_work(const trace::Reader& reader) {
  std::vector<NamedWork> out;
  for (const trace::Phase& phase : reader.phases()) {
    auto found = std::find_if(out.begin(), out.end(),
                              [&phase](const NamedWork& one) { return one.name == phase.name; });
    if (found == out.end()) {
      found = out.insert(out.end(), {"host", phase.kind, phase.name, 0, 0, 0});
    }
    ++found->rows;
    found->cycles += phase.end - phase.begin;
  }
  return out;
}

}  // namespace weft::analysis
