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
constexpr std::array<TableOf, 15> tables_of{{
    {"tasks", "", "tasks"},
    {"vector_operations", "", "vector_operations"},
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
    {"layers", "", "layers"},
}};

}  // namespace

NamesOfIds::NamesOfIds(const trace::Reader& reader, const trace::StreamRecord& stream)
    : tables_(reader.definitions()) {
  for (const std::string& kind : stream.info.kinds) {
    const auto known = std::find_if(tables_of.begin(), tables_of.end(), [&](const TableOf& one) {
      return one.stream == stream.info.name && (one.kind.empty() || one.kind == kind);
    });
    const trace::StringTable* found = nullptr;
    for (const trace::StringTable& table : tables_) {
      if (known != tables_of.end() && table.name == known->table) found = &table;
    }
    table_of_kind_.push_back(found);
  }
}

std::string_view NamesOfIds::of(const EventRow& row) const {
  if (row.kind >= table_of_kind_.size() || table_of_kind_[row.kind] == nullptr) return {};
  const auto& entries = table_of_kind_[row.kind]->entries;
  return row.id < entries.size() ? std::string_view(entries[row.id]) : std::string_view();
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + "\"";
}

}  // namespace weft::analysis
