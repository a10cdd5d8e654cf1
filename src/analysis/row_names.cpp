// SPDX-License-Identifier: Apache-2.0
// Which table belongs to which rows; traces say it in words only.
#include "analysis/row_names.hpp"

#include <algorithm>
#include <array>

namespace weft::analysis {
namespace {

struct TableOf {
  std::string_view stream;
  std::string_view kind;  ///< empty: every kind
  std::string_view table;
};
constexpr std::array<TableOf, 21> tables_of{{
    {"tasks", "", "tasks"},
    {"vector_operations", "", "vector_operations"},
    {"flows", "", "colors"},
    {"phases", "compute", "compute_sets"},
    {"phases", "copy", "rearrangements"},
    {"phases", "exchange", "exchanges"},
    {"supersteps", "exchange", "exchanges"},
    {"supersteps", "host", "requests"},
    {"instructions", "", "queues"},
    {"scopes", "context", "contexts"},
    {"iterations", "", "contexts"},
    {"waits", "fired", "contexts"},
    {"waits", "busy", "contexts"},
    {"waits", "first", "contexts"},
    {"waits", "last", "contexts"},
    {"waits", "tokens", "channels"},
    {"waits", "input", "channels"},
    {"waits", "dram", "channels"},
    {"waits", "rest", "channels"},
    {"waits", "room", "channels"},
    {"layers", "", "layers"},
}};

}  // namespace

RowNames::RowNames(const trace::Reader& reader, const trace::StreamRecord& stream) {
  const std::vector<trace::StringTable> definitions = reader.definitions();
  for (const std::string& kind : stream.info.kinds) {
    Kind& own = kinds_.emplace_back();
    const auto known = std::find_if(tables_of.begin(), tables_of.end(), [&](const TableOf& one) {
      return one.stream == stream.info.name && (one.kind.empty() || one.kind == kind);
    });
    own.has_table = known != tables_of.end();
    for (const trace::StringTable& table : definitions) {
      if (own.has_table && table.name == known->table) own.names = table.entries;
    }
  }
}

bool RowNames::has(std::size_t kind) const {
  return kind < kinds_.size() && kinds_[kind].has_table;
}

std::string_view RowNames::of(std::size_t kind, std::size_t id) const {
  if (kind >= kinds_.size() || id >= kinds_[kind].names.size()) return {};
  return kinds_[kind].names[id];
}

std::string RowNames::or_number(std::size_t kind, std::size_t id) const {
  const std::string_view name = of(kind, id);
  return name.empty() ? std::to_string(id) : std::string(name);
}

}  // namespace weft::analysis
