// SPDX-License-Identifier: Apache-2.0
// Topology in, constants out: nanoseconds become cycles, rounded up.
#include "machine/ipu/constants.hpp"

#include <algorithm>

namespace weft::machine::ipu {

namespace {

constexpr std::int64_t most = std::int64_t{1} << 40;

std::uint64_t positive(const topology::Topology& topology, const char* key) {
  return static_cast<std::uint64_t>(topology.integer(key, 1, most));
}

std::uint64_t natural(const topology::Topology& topology, const char* key) {
  return static_cast<std::uint64_t>(topology.integer(key, 0, most));
}

Cycle cycles_of(std::uint64_t nanoseconds, std::uint64_t clock_hz) {
  return (nanoseconds * clock_hz + 999'999'999) / 1'000'000'000;
}

}  // namespace

Constants read_constants(const topology::Topology& topology, std::uint32_t ipus) {
  Constants c;
  c.clock_hz = static_cast<std::uint64_t>(topology.clock_hz());
  c.tile_memory_bytes = positive(topology, "tile.memory_bytes");
  c.workers = static_cast<std::uint32_t>(topology.integer("tile.worker_contexts", 1, 64));
  c.copy_bytes_per_cycle = positive(topology, "tile.copy_bytes_per_cycle");
  c.copy_prologue_cycles = natural(topology, "tile.copy_prologue_cycles");

  c.exchange_bytes_per_cycle = positive(topology, "exchange.bytes_per_cycle");
  c.exchange_efficiency = topology.rational("exchange.efficiency");
  c.exchange_fixed_cycles = natural(topology, "exchange.fixed_cycles");
  c.exchange_run_cycles = natural(topology, "exchange.run_cycles");
  c.tiles_per_shared_bus =
      static_cast<std::uint32_t>(topology.integer("exchange.tiles_per_shared_bus", 1, 64));
  c.shared_bus_double_rate = topology.boolean("exchange.shared_bus_double_rate");

  c.sync_internal_cycles = std::max<Cycle>(1, natural(topology, "sync.internal_cycles"));
  c.sync_external_cycles = c.sync_internal_cycles;
  if (ipus > 1) {
    // Published with the vendor's model: there and back over half the ladder.
    const std::uint64_t hops = 1 + std::uint64_t{ipus} / 4;
    c.sync_external_cycles = std::max(
        c.sync_internal_cycles,
        natural(topology, "sync.external_fixed_cycles") +
            cycles_of(2 * hops * natural(topology, "sync.external_hop_nanoseconds"), c.clock_hz));
  }
  c.sync_host_cycles = c.sync_external_cycles + natural(topology, "sync.host_cycles");

  c.link_fixed_cycles = cycles_of(natural(topology, "link.fixed_nanoseconds"), c.clock_hz);
  c.link_bytes_per_second = positive(topology, "link.bytes_per_second");
  c.link_efficiency = topology.rational("link.efficiency");
  c.rung_links = positive(topology, "link.rung_links");
  c.rail_links = positive(topology, "link.rail_links");
  return c;
}

}  // namespace weft::machine::ipu
