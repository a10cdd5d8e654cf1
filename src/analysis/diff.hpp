// SPDX-License-Identifier: Apache-2.0
// Whether two traces tell of the same run, and if not, where they part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trace/reader.hpp"

namespace weft::analysis {

/// The first place where two traces differ. Absent members do not apply.
struct Difference {
  std::string what;  ///< "machine", "stream", "cycles", "stop", "counter", "result" or "job"
  std::string name;  ///< of the stream, counter or result; key of the job's, machine's or program's
  std::optional<std::uint64_t> row;
  std::optional<std::uint32_t> tile;
  std::optional<std::uint32_t> x;
  std::optional<std::uint32_t> y;
  std::optional<std::uint64_t> cycle;
  std::string left;   ///< what the first trace has there
  std::string right;  ///< what the second one has
};

/// One line: "stream 'tasks', row 17, tile 5 (x 1, y 2), cycle 300: ... | ...".
std::string describe(const Difference& difference);

/// Compares content, not bytes: machine, rows of streams that both keep (digests of the others),
/// stop, cycles, counters, results, and what of job, machine and program the hash covers. Levels,
/// ranks, epochs and paths may differ. All that differs, what happened before what was asked for;
/// of each stream, counter and result the first place, streams in the order of those cycles.
std::vector<Difference> differences(const trace::Reader& left, const trace::Reader& right);

}  // namespace weft::analysis
