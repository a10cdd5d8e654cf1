// SPDX-License-Identifier: Apache-2.0
// An IPU's limits, from its tiles' AMP units.
#include "machine/ipu/limits.hpp"

#include "machine/card_writer.hpp"

namespace weft::machine::ipu {
namespace {

using topology::Topology;

// A unit takes a row of its weights in so many cycles.
double products_a_cycle(const Topology& t, const std::string& units, const std::string& format) {
  const double weights = real_of(t, "amp.weights_per_unit_" + format);
  return real_of(t, units) * weights / real_of(t, "vertex_cost.amp_cycles.row_" + format);
}

}  // namespace

std::vector<Limits::Peak> peaks(const Topology& t) {
  const double tiles = static_cast<double>(t.max_region().width);
  const double half = 2 * products_a_cycle(t, "amp.fp16_in_fp32_out_units", "fp16") * tiles;
  const double single = 2 * products_a_cycle(t, "amp.fp32_in_fp32_out_units", "fp32") * tiles;
  return {{"fp16", half}, {"fp32", single}};
}

Limits limits(const Topology& t) {
  return {"tiles", static_cast<double>(t.max_region().width), peaks(t)};
}

std::vector<Traffic> traffic(const CounterSums& sums) {
  return {{"exchange", static_cast<double>(sum_of(sums, "bytes_sent"))}};
}

}  // namespace weft::machine::ipu
