// SPDX-License-Identifier: Apache-2.0
// Topology in, constants out: nanoseconds become cycles, rounded up. Ranges: constant_rules.cpp.
#include "machine/ipu/constants.hpp"

#include <algorithm>

namespace weft::machine::ipu {

namespace {

std::uint64_t number(const topology::Topology& topology, const char* key) {
  return static_cast<std::uint64_t>(topology.integer(key));
}

Cycle cycles_of(std::uint64_t nanoseconds, std::uint64_t clock_hz) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<Cycle>((static_cast<Wide>(nanoseconds) * clock_hz + 999'999'999) /
                            1'000'000'000);
}

}  // namespace

Cycle read_sync_internal_cycles(const topology::Topology& topology) {
  return number(topology, "sync.internal_cycles");
}

Constants read_constants(const topology::Topology& topology, std::uint32_t ipus) {
  const topology::Topology unused = topology;  // what is looked up in a copy counts as no use
  const topology::Topology& links = ipus > 1 ? topology : unused;
  Constants c;
  c.clock_hz = static_cast<std::uint64_t>(topology.clock_hz());
  c.tile_memory_bytes = number(topology, "tile.memory_bytes");
  c.workers = static_cast<std::uint32_t>(number(topology, "tile.worker_contexts"));
  c.copy_bytes_per_cycle = number(topology, "tile.copy_bytes_per_cycle");
  c.copy_prologue_cycles = number(topology, "tile.copy_prologue_cycles");

  c.exchange_bytes_per_cycle = number(topology, "exchange.bytes_per_cycle");
  c.exchange_efficiency = topology.rational("exchange.efficiency");
  c.exchange_fixed_cycles = number(topology, "exchange.fixed_cycles");
  c.exchange_run_cycles = number(topology, "exchange.run_cycles");
  c.tiles_per_shared_bus =
      static_cast<std::uint32_t>(number(topology, "exchange.tiles_per_shared_bus"));
  c.shared_bus_double_rate = topology.boolean("exchange.shared_bus_double_rate");

  c.sync_internal_cycles = read_sync_internal_cycles(topology);
  c.sync_external_cycles = c.sync_internal_cycles;
  if (ipus > 1) {
    // Published with the vendor's model: there and back over half the ladder.
    const std::uint64_t hops = 1 + std::uint64_t{ipus} / 4;
    c.sync_external_cycles = std::max(
        c.sync_internal_cycles,
        number(topology, "sync.external_fixed_cycles") +
            cycles_of(2 * hops * number(topology, "sync.external_hop_nanoseconds"), c.clock_hz));
  }
  c.sync_host_cycles = c.sync_external_cycles + number(topology, "sync.host_cycles");

  c.link_fixed_cycles = cycles_of(number(links, "link.fixed_nanoseconds"), c.clock_hz);
  c.link_bytes_per_second = number(links, "link.bytes_per_second");
  c.link_efficiency = links.rational("link.efficiency");
  c.rung_links = number(links, "link.rung_links");
  c.rail_links = number(links, "link.rail_links");
  return c;
}

}  // namespace weft::machine::ipu
