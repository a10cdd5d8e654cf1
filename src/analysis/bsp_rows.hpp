// SPDX-License-Identifier: Apache-2.0
// Rows of a machine's phases in a trace.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace/reader.hpp"

namespace weft::analysis {

/// Rows that are read at once.
inline constexpr std::uint64_t rows_at_once = 1U << 18U;

/// The stream, or nothing.
const trace::StreamRecord* find_stream(const trace::Reader& reader, std::string_view name);

/// The stream, whose rows are in the file. Category::input where there is none (with `why`, or the
/// streams that there are), or the trace's level is below `level`.
const trace::StreamRecord& kept_stream(const trace::Reader& reader, std::string_view name,
                                       std::string_view level, std::string_view why = {});

/// By the stream's kinds: index into `names`. Category::input for a kind that is none of them.
std::vector<std::size_t> kinds_of(const trace::StreamRecord& stream,
                                  std::span<const std::string_view> names);
std::size_t kind_of(const std::vector<std::size_t>& kinds, const EventRow& row);

inline Cycle begin_of(const EventRow& row) {
  return row.cycle - std::min<Cycle>(row.cycle, row.duration_cycles);
}

}  // namespace weft::analysis
