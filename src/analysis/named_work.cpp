// SPDX-License-Identifier: Apache-2.0
// Which table of /definitions the ids of a stream's rows index, and the sums by it.
#include "analysis/named_work.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "analysis/bsp_rows.hpp"

namespace weft::analysis {
namespace {

/// Rows of a stream and kind (empty: all kinds) have ids of a table (empty: ids that name nothing,
/// such as a superstep's number).
struct Names {
  std::string_view stream, kind, table;
};
constexpr std::array<Names, 12> tables{{{"phases", "compute", "compute_sets"},
                                        {"phases", "copy", "rearrangements"},
                                        {"phases", "exchange", "exchanges"},
                                        {"supersteps", "compute", ""},
                                        {"supersteps", "sync", ""},
                                        {"supersteps", "exchange", "exchanges"},
                                        {"supersteps", "host", "requests"},
                                        {"tasks", "", "tasks"},
                                        {"vector_operations", "", ""},
                                        {"flows", "", "colors"},
                                        {"scopes", "context", "contexts"},
                                        {"instructions", "", "queues"}}};

bool is_timed(const std::string& stream) {
  return std::any_of(tables.begin(), tables.end(),
                     [&stream](const Names& one) { return one.stream == stream; });
}

std::string kind_name(const trace::StreamRecord& stream, std::uint32_t kind) {
  const auto& kinds = stream.info.kinds;
  return kind < kinds.size() ? kinds[kind] : std::to_string(kind);
}

using Sums = std::map<std::pair<std::uint32_t, std::uint32_t>, NamedWork>;  ///< by kind and id

Sums sums_of(const trace::Reader& reader, const trace::StreamRecord& stream,
             std::optional<std::uint32_t> tile) {
  const RowNames names(reader, stream.info.name);
  std::vector<bool> named;
  for (const std::string& kind : stream.info.kinds) named.push_back(names.has(kind));
  Sums out;
  for (std::uint64_t first = 0; first < stream.rows; first += rows_at_once) {
    for (const EventRow& row : reader.rows(stream.info.name, first, rows_at_once)) {
      if (tile && index(row.tile) != *tile) continue;
      const bool by_id = row.kind < named.size() && named[row.kind];
      NamedWork& work = out[{row.kind, by_id ? row.id : 0}];
      ++work.rows;
      work.cycles += row.duration_cycles;
      work.argument += row.argument;
    }
  }
  for (auto& [key, work] : out) {
    work.stream = stream.info.name;
    work.kind = kind_name(stream, key.first);
    if (names.has(work.kind)) work.name = names.of(work.kind, key.second);
  }
  return out;
}

}  // namespace

RowNames::RowNames(const trace::Reader& reader, const std::string& stream) {
  const std::vector<trace::StringTable> definitions = reader.definitions();
  for (const Names& one : tables) {
    if (one.stream != stream || one.table.empty()) continue;
    Kind kind{std::string(one.kind), {}};
    for (const trace::StringTable& table : definitions) {
      if (table.name == one.table) kind.names = table.entries;
    }
    kinds_.push_back(std::move(kind));
  }
}

bool RowNames::has(const std::string& kind) const {
  return std::any_of(kinds_.begin(), kinds_.end(),
                     [&kind](const Kind& one) { return one.kind.empty() || one.kind == kind; });
}

std::string RowNames::of(const std::string& kind, std::uint32_t id) const {
  for (const Kind& one : kinds_) {
    if (!one.kind.empty() && one.kind != kind) continue;
    if (id < one.names.size() && !one.names[id].empty()) return one.names[id];
  }
  return std::to_string(id);
}

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
