// SPDX-License-Identifier: Apache-2.0
// An RDU's limits, from its compute units.
#include "machine/rdu/limits.hpp"

#include "machine/card_writer.hpp"

namespace weft::machine::rdu {

std::vector<Limits::Peak> peaks(const topology::Topology& t) {
  const double units = real_of(t, "chip.compute_units");
  if (t.has("body.rows")) {
    return {{"bf16", 2 * real_of(t, "body.rows") * real_of(t, "body.columns") * units}};
  }
  const double operations = real_of(t, "context.lanes") * real_of(t, "context.compute_stages");
  return {{"fp32", operations * units}};
}

Limits limits(const topology::Topology& t) {
  return {"units", real_of(t, "chip.compute_units") + real_of(t, "chip.memory_units"), peaks(t)};
}

std::vector<Traffic> traffic(const CounterSums& sums) {
  return {{"DRAM", static_cast<double>(sum_of(sums, "dram_bytes.read")) +
                       static_cast<double>(sum_of(sums, "dram_bytes.written"))}};
}

}  // namespace weft::machine::rdu
