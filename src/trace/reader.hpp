// SPDX-License-Identifier: Apache-2.0
// Reads a trace, on one process, whole or broken: every fault is an Error that names file and
// place.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/recorder.hpp"
#include "trace/tensor.hpp"
#include "trace/types.hpp"

namespace weft::trace {

/// One event stream as the file holds it.
struct StreamRecord {
  StreamInfo info;
  std::uint32_t position = 0;     ///< its number among the machine's streams; enters row hashes
  std::uint64_t rows = 0;         ///< rows in the file
  std::uint64_t rows_hashed = 0;  ///< rows of the whole run, also when not kept
  std::string digest;             ///< 32 hexadecimal digits; empty unless closed in order
  bool kept = false;              ///< the level of this trace holds its rows
};

/// A counter of every tile, shaped (height, width) or (height, width, channels).
struct CounterGrid {
  std::string name;
  std::string unit;
  std::string long_name;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::string> channels;  ///< empty: one value a tile
  std::vector<std::uint64_t> values;  ///< [y][x][channel]
};

/// What `weft trace info` shows.
struct Header {
  std::string format_version;
  std::string software;
  std::string software_version;
  bool complete = false;  ///< it holds the whole run, to the run's own end
  bool ended = false;  ///< closed in order, though a limit or a signal may have cut the run short
  std::string level;
  std::string hash;  ///< empty unless `ended`
  std::string stop;
  std::string family;
  std::string machine;
  std::uint64_t clock_hz = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Cycle cycles = 0;  ///< of the run when `ended`, else of the last sealed epoch
  Cycle epoch_cycles = 0;
  std::uint64_t epochs = 0;
};

/// A trace open for reading. Category::input for what is missing, truncated or broken; never a
/// crash, whatever the bytes.
class Reader {
 public:
  explicit Reader(const std::string& path);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  const std::string& path() const;
  const Header& header() const;
  const std::vector<StreamRecord>& streams() const;
  std::string config() const;
  /// The program as text; empty where the trace holds none.
  std::string program() const;
  /// The lines "<key> = <value>" of job, machine and program that the hash covers; empty in an
  /// incomplete trace and in one of format 1.0.
  std::string identity() const;

  /// Rows first .. first + count - 1 of a stream (cut at its end), in order; pad is 0.
  std::vector<EventRow> rows(const std::string& stream, std::uint64_t first,
                             std::uint64_t count) const;
  /// First row with cycle >= `cycle`; found through the seek index.
  std::uint64_t seek(const std::string& stream, Cycle cycle) const;

  std::vector<std::string> counter_names() const;
  CounterGrid counter(const std::string& name) const;
  std::vector<std::string> timeline_names() const;
  std::uint64_t timeline_bins() const;
  Cycle timeline_bin_cycles() const;
  CounterGrid timeline(const std::string& name, std::uint64_t bin) const;
  std::vector<Phase> phases() const;
  std::vector<std::string> result_names() const;
  Tensor result(const std::string& name) const;
  std::vector<StringTable> definitions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::trace
