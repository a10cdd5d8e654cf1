// SPDX-License-Identifier: Apache-2.0
// A stream's rows as text for other programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "trace/reader.hpp"

namespace weft::analysis {

/// Cycles begin .. end - 1.
struct CycleRange {
  Cycle begin = 0;
  Cycle end = never;
};

/// Writes "cycle,tile,x,y,sequence,kind,id,duration,argument,name" and a line a row, `name` being
/// what the trace calls `id`. Returns the rows written.
std::uint64_t export_csv(const trace::Reader& reader, const std::string& stream,
                         const CycleRange& range, std::ostream& out);

}  // namespace weft::analysis
