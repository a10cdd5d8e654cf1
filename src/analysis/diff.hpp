// SPDX-License-Identifier: Apache-2.0
// Whether two traces tell of the same run, and if not, where they part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "trace/reader.hpp"

namespace weft::analysis {

/// The first place where two traces differ. Absent members do not apply.
struct Difference {
  std::string what;  ///< "machine", "stream", "cycles", "stop", "counter", "result" or "job"
  std::string name;  ///< of the stream, counter or result
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
/// stop, cycles, counters, results, hash. Levels, ranks, epochs and paths may differ. Among
/// differing streams the one that differs at the least cycle is named.
std::optional<Difference> first_difference(const trace::Reader& left, const trace::Reader& right);

}  // namespace weft::analysis
