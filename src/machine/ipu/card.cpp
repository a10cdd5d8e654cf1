// SPDX-License-Identifier: Apache-2.0
// The IPU's card.
#include "machine/ipu/card.hpp"

#include "base/counted.hpp"
#include "machine/card_writer.hpp"
#include "machine/ipu/limits.hpp"

namespace weft::machine::ipu {
namespace {

using topology::Topology;

std::int64_t chips(const Topology& t) { return t.integer("region.max_height_tiles"); }
double chips_of(const Topology& t) { return static_cast<double>(chips(t)); }

std::string units_text(const Topology& t) {
  const Rectangle region = t.max_region();
  const std::string chips =
      region.height > 1 ? std::to_string(region.height) + " IPUs of " : std::string();
  return chips + counted(region.width, "tile") + ", " +
         counted(t.integer("tile.worker_contexts"), "worker") + " each";
}

std::string memory_text(const Topology& t) {
  const auto bytes = static_cast<double>(t.integer("tile.memory_bytes"));
  return bytes_text(bytes) + " a tile, code included, " + bytes_text(bytes * tiles_of(t)) +
         " in all";
}

std::string bandwidth_text(const Topology& t) {
  const double bytes = static_cast<double>(t.integer("tile.load_bytes_per_cycle")) +
                       static_cast<double>(t.integer("tile.data_path_bits")) / 8;
  return rate_text(t, bytes * tiles_of(t));
}

std::string peak_line(const Topology& t) {
  const std::vector<Limits::Peak> most = peaks(t);
  return peak_text(t, most[0].operations_a_cycle * chips_of(t)) + " fp16, " +
         peak_text(t, most[1].operations_a_cycle * chips_of(t)) + " fp32";
}

std::string network_text(const Topology& t) {
  const double bytes = real_of(t, "exchange.bytes_per_cycle");
  return "exchange between all tiles, " + rate_text(t, bytes * tiles_of(t)) +
         ", its lists known before the run; internal sync " +
         counted(t.integer("sync.internal_cycles"), "cycle");
}

std::string links_text(const Topology& t) {
  if (chips_of(t) < 2) return "one chip";
  return "ladder: " + counted(t.integer("link.rung_links"), "link") + " a rung, " +
         std::to_string(t.integer("link.rail_links")) + " a rail, " +
         scaled_text(static_cast<double>(t.integer("link.bytes_per_second"))) + "B/s each";
}

}  // namespace

Card card(const Topology& topology) {
  return CardWriter(topology)
      .fact(Feature::discipline, "bulk synchronous: compute, sync, exchange")
      .fact(Feature::programs, "Poplar: a C++ host program, vertices, codelets")
      .line(Feature::units, units_text)
      .line(Feature::memory, memory_text)
      .line(Feature::memory_bandwidth, bandwidth_text)
      .fact(Feature::outer_memory, "the host's, by streams and remote buffers")
      .fact(Feature::numbers, "fp16, fp32; integers of 8 to 32 bits")
      .line(Feature::peak, peak_line)
      .line(Feature::network, network_text)
      .line(Feature::links, links_text)
      .line(Feature::host, host_copy_text)
      .fact(Feature::cut, "a superstep's messages, by lists known before the run")
      .fact(Feature::look_ahead, "a whole superstep")
      .take();
}

}  // namespace weft::machine::ipu
