// SPDX-License-Identifier: Apache-2.0
// How a run ended.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace weft::engine {

/// Why time stopped: the same, at the same cycle, on every rank.
enum class Stop : std::uint8_t { done, host_wait, deadlock, limit, signal };

std::string name_of(Stop stop);
/// Whose fault a stop other than done and host_wait is.
Category category_of(Stop stop);

/// Something that happened and stopped nothing, over all tiles; see machine::Remark.
struct Remark {
  std::string what;
  std::uint64_t count = 0;
  std::string text;  ///< the sentence: how many, and the first's cycle and tile
};

/// What remains of a session. All but `wall_seconds` is the same on every rank.
struct Result {
  Stop stop = Stop::done;
  std::string message;  ///< for people, when stop is neither done nor host_wait
  Cycle cycles = 0;
  std::string trace_hash;
  double wall_seconds = 0;
  int ranks = 1;
  std::uint64_t tiles = 0;
  /// Sums over all tiles, by "name" or "name.channel".
  std::map<std::string, std::uint64_t> counters;
  std::vector<Remark> remarks;
  /// Memory of the node whose ranks need most: as foretold, and the most that was resident.
  std::uint64_t memory_forecast_bytes = 0;
  std::uint64_t memory_peak_bytes = 0;
  std::uint64_t cut_records = 0;        ///< that crossed cuts between ranks
  std::uint64_t cut_payload_bytes = 0;  ///< bulk data that did
};

/// Thrown by Session::wait and close when a run stops before its time; the trace is complete up to
/// there.
class Stopped : public Error {
 public:
  explicit Stopped(Result result)
      : Error(category_of(result.stop), result.message), result_(std::move(result)) {}
  const Result& result() const { return result_; }

 private:
  Result result_;
};

}  // namespace weft::engine
