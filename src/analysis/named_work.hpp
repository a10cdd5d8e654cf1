// SPDX-License-Identifier: Apache-2.0
// What a trace's rows tell of time, summed by what the program calls it: compute sets, exchanges,
// tasks, contexts, queues.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// All rows of one stream, kind and name.
struct NamedWork {
  std::string stream;
  std::string kind;
  std::string name;  ///< of /definitions; empty where rows of the kind have none
  std::uint64_t rows = 0;
  std::uint64_t cycles = 0;    ///< sum of their durations
  std::uint64_t argument = 0;  ///< sum of their arguments
};

/// Of the streams whose rows are stretches of time and whose rows the trace keeps, in the order of
/// the trace; of one tile, or of all.
std::vector<NamedWork> read_work(const trace::Reader& reader,
                                 std::optional<std::uint32_t> tile = std::nullopt);

/// What the host asked of the machine, by name: stream "host".
std::vector<NamedWork> read_host_work(const trace::Reader& reader);

}  // namespace weft::analysis
