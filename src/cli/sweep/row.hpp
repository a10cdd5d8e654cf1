// SPDX-License-Identifier: Apache-2.0
// What became of one variant of a sweep.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "cli/job/changed_constants.hpp"

namespace weft::cli::sweep {

/// All of it is the same on any number of ranks. A variant that failed before its machine stopped
/// has no cycles, hash or counters.
struct Row {
  std::vector<std::pair<std::string, std::string>> values;  ///< key and value, by axis
  int exit_status = 0;                                      ///< what `weft run` would end with
  std::string end;     ///< done, host_wait, deadlock, limit, or error: nothing stopped in order
  std::string reason;  ///< why exit_status is not 0, a sentence
  std::optional<Cycle> cycles;
  std::optional<double> emulated_seconds;
  std::string trace_hash;
  std::map<std::string, std::uint64_t> counters;  ///< sums over all tiles
  std::vector<ChangedConstant> constants;
  /// Of job, machine, program, limits, checks and weft; empty where what ended the variant may be
  /// otherwise next time, so that a sweep that goes on runs it again.
  std::string identity;
};

/// Every row of a table, with the columns that any of them has; one line a row, then a line's end.
std::string csv_of(const std::vector<Row>& rows);
/// The inverse. Category::input naming `path` and the line for what is no table of a sweep.
std::vector<Row> rows_of_csv(const std::string& text, const std::string& path);

/// {"job", "rows": [...]}, as docs/jobs.md, "Sweeps", has it.
std::string json_of(const std::string& job, const std::vector<Row>& rows);
std::vector<Row> rows_of_json(const std::string& text, const std::string& path);

}  // namespace weft::cli::sweep
