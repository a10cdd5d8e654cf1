// SPDX-License-Identifier: Apache-2.0
// See joined_result.hpp.
#include "hosts/joined_result.hpp"

#include <algorithm>

namespace weft::hosts {

engine::Result joined(const engine::Result& before, engine::Result last) {
  last.cycles += before.cycles;
  last.wall_seconds += before.wall_seconds;
  last.cut_records += before.cut_records;
  last.memory_peak_bytes = std::max(last.memory_peak_bytes, before.memory_peak_bytes);
  last.memory_forecast_bytes = std::max(last.memory_forecast_bytes, before.memory_forecast_bytes);
  for (const auto& [name, value] : before.counters) last.counters[name] += value;
  if (!before.trace_hash.empty()) last.trace_hash = before.trace_hash + " " + last.trace_hash;
  return last;
}

}  // namespace weft::hosts
