// SPDX-License-Identifier: Apache-2.0
// What a summary says of a TSP's counters: what its stops did, and how full its planes were.
#include "machine/tsp/words.hpp"

#include <string>

#include "base/number_text.hpp"
#include "program/tsp_chip.hpp"

namespace weft::machine::tsp {

namespace {

constexpr const char* plane_names[] = {"w1", "w0", "e0", "e1"};

/// "w1 12.5 %, ..." of the cycles in which the chips' schedules ran.
std::string utilisation(const CounterSums& sums) {
  const std::uint64_t cycles = sum_of(sums, "schedule_cycles") / program::tsp::stops;
  std::string out;
  for (const char* plane : plane_names) {
    const std::uint64_t used = sum_of(sums, std::string("plane_cycles.") + plane);
    const double share = cycles > 0 ? static_cast<double>(used) / static_cast<double>(cycles) : 0.0;
    out += (out.empty() ? "" : ", ") + std::string(plane) + " " + fixed(100.0 * share, 1) + " %";
  }
  return out;
}

}  // namespace

CounterWords counter_words(const CounterSums& sums) {
  const auto sum = [&sums](const char* name) { return std::to_string(sum_of(sums, name)); };
  CounterWords out;
  out.lines = {{"tile-cycles", sum("tile_busy") + " active"},
               {"instructions", sum("instructions.dispatched") + " dispatched, " +
                                    sum("instructions.repeats") + " Repeats"},
               {"planes busy", utilisation(sums)}};
  out.keys = {"instructions.dispatched",
              "memory_bytes.read",
              "memory_bytes.written",
              "stream_bytes.driven",
              "stream_bytes.passed",
              "alu_operations",
              "mxm_macs",
              "ecc_words.corrected"};
  for (const char* plane : plane_names) {
    out.keys.push_back(std::string("plane_cycles.") + plane);
  }
  return out;
}

}  // namespace weft::machine::tsp
