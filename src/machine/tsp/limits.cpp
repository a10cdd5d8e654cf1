// SPDX-License-Identifier: Apache-2.0
// A TSP's limits, from its MXM planes.
#include "machine/tsp/limits.hpp"

#include "machine/card_writer.hpp"

namespace weft::machine::tsp {

// A plane has a product for each lane in and out; fp16 takes two planes and half of the lanes.
std::vector<Limits::Peak> peaks(const topology::Topology& t) {
  const double lanes = real_of(t, "chip.lanes");
  const double planes = 2 * real_of(t, "mxm.planes_a_hemisphere");
  return {{"int8", 2 * planes * lanes * lanes}, {"fp16", 2 * (planes / 2) * (lanes / 2) * lanes}};
}

Limits limits(const topology::Topology& t) { return {"stops", real_of(t, "chip.stops"), peaks(t)}; }

std::vector<Traffic> traffic(const CounterSums& sums) {
  return {{"streams", static_cast<double>(sum_of(sums, "stream_bytes.driven"))}};
}

}  // namespace weft::machine::tsp
