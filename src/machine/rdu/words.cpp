// SPDX-License-Identifier: Apache-2.0
// What a summary says of an RDU's counters: what contexts did and waited for, and the DRAM.
#include "machine/rdu/words.hpp"

#include <string>

namespace weft::machine::rdu {

CounterWords counter_words(const CounterSums& sums) {
  const auto sum = [&sums](const char* name) { return std::to_string(sum_of(sums, name)); };
  CounterWords out;
  out.lines = {{"tile-cycles", sum("tile_busy") + " active"},
               {"contexts", sum("context_cycles.fired") + " firings; cycles without an input " +
                                sum("context_cycles.starved") + ", without one from DRAM " +
                                sum("context_cycles.dram") + ", without room " +
                                sum("context_cycles.blocked")},
               {"DRAM", sum("dram_bytes.read") + " B read, " + sum("dram_bytes.written") +
                            " B written, " + sum("dram_bursts.all") + " bursts, " +
                            sum("dram_bursts.row_changes") + " of them to another row"}};
  out.keys = {"context_cycles.fired",
              "context_cycles.starved",
              "context_cycles.dram",
              "context_cycles.blocked",
              "tokens_sent",
              "dram_bytes.read",
              "dram_bytes.written",
              "dram_bursts.all",
              "dram_bursts.row_changes"};
  return out;
}

}  // namespace weft::machine::rdu
