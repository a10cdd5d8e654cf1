// SPDX-License-Identifier: Apache-2.0
// The wafer's card.
#include "machine/wse/card.hpp"

#include "base/counted.hpp"
#include "machine/card_writer.hpp"
#include "machine/wse/limits.hpp"

namespace weft::machine::wse {
namespace {

using topology::Topology;

std::string units_text(const Topology& t) {
  const Rectangle region = t.max_region();
  return std::to_string(region.width) + " x " + std::to_string(region.height) +
         " PEs, each with a router";
}

std::string memory_text(const Topology& t) {
  const auto bytes = static_cast<double>(t.integer("pe.sram_bytes"));
  return bytes_text(bytes) + " a PE, " + bytes_text(bytes * tiles_of(t)) +
         " in all; no other level";
}

// An addition of fp16 reads two numbers and writes one.
std::string bandwidth_text(const Topology& t) {
  const double bytes = real_of(t, "pe.simd.faddh") * 3 * 2;
  return rate_text(t, bytes * tiles_of(t)) + ", what fp16 additions move";
}

std::string peak_line(const Topology& t) {
  const std::vector<Limits::Peak> most = peaks(t);
  return peak_text(t, most[0].operations_a_cycle) + " fp16, " +
         peak_text(t, most[1].operations_a_cycle) + " fp32, dense";
}

std::string network_text(const Topology& t) {
  return "mesh, " + counted(t.integer("fabric.color_count"), "color") + "; " +
         std::to_string(t.integer("fabric.link_wavelets_per_cycle")) +
         " wavelet of 32 bits a link and cycle, hop " +
         std::to_string(t.integer("fabric.hop_latency_cycles")) + " cycle";
}

}  // namespace

Card card(const Topology& topology) {
  return CardWriter(topology)
      .fact(Feature::discipline, "dataflow: a wavelet's arrival starts a task")
      .fact(Feature::programs, "CSL: a program a PE, routes of colors")
      .line(Feature::units, units_text)
      .line(Feature::memory, memory_text)
      .line(Feature::memory_bandwidth, bandwidth_text)
      .fact(Feature::outer_memory, "none; weights stream in")
      .fact(Feature::numbers, "fp16, fp32; integers of 8 to 32 bits")
      .line(Feature::peak, peak_line)
      .line(Feature::network, network_text)
      .fact(Feature::links, "one wafer; none modelled")
      .line(Feature::host, host_copy_text)
      .fact(Feature::cut, "wavelets and credits of links that are cut")
      .line(Feature::look_ahead,
            [](const Topology& t) {
              return "a hop, " + std::to_string(t.integer("fabric.hop_latency_cycles")) +
                     " cycle; more where nothing changes near the cut";
            })
      .take();
}

}  // namespace weft::machine::wse
