// SPDX-License-Identifier: Apache-2.0
// A wafer's limits, from the multiply-adds that a PE issues.
#include "machine/wse/limits.hpp"

#include "machine/card_writer.hpp"

namespace weft::machine::wse {

std::vector<Limits::Peak> peaks(const topology::Topology& t) {
  const double half = 2 * real_of(t, "pe.simd.fmach") * tiles_of(t);
  const double single = 2 * real_of(t, "pe.simd.fmacs") * tiles_of(t);
  return {{"fp16", half}, {"fp32", single}};
}

Limits limits(const topology::Topology& t) { return {"PEs", tiles_of(t), peaks(t)}; }

// A wavelet carries 32 bits; the ramp is no link.
std::vector<Traffic> traffic(const CounterSums& sums) {
  constexpr double wavelet_bytes = 4;
  double wavelets = 0;
  for (const char* port : {"west", "east", "south", "north"}) {
    wavelets += static_cast<double>(sum_of(sums, std::string("link_wavelets.") + port));
  }
  return {{"mesh links", wavelet_bytes * wavelets}};
}

}  // namespace weft::machine::wse
