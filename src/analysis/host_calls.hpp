// SPDX-License-Identifier: Apache-2.0
// What the host asked of the machine, the longest call first.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "trace/reader.hpp"

namespace weft::analysis {

/// Rows of /phases but the host's own marks, which ask nothing of the machine; equal ones in the
/// order of the trace. Category::input where the trace has none.
std::vector<trace::Phase> read_host_calls(const trace::Reader& reader);

/// A line a call, the first `most` of them.
std::string describe(const std::vector<trace::Phase>& calls, Cycle run_cycles, std::size_t most);

}  // namespace weft::analysis
