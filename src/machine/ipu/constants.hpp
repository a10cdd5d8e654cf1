// SPDX-License-Identifier: Apache-2.0
// The constants of an IPU system that decide time, read once from its topology.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "topology/rational.hpp"
#include "topology/rule.hpp"
#include "topology/topology.hpp"

namespace weft::machine::ipu {

struct Constants {
  std::uint64_t clock_hz = 0;
  std::uint64_t tile_memory_bytes = 0;
  std::uint32_t workers = 6;
  std::uint64_t copy_bytes_per_cycle = 8;
  Cycle copy_prologue_cycles = 0;

  std::uint64_t exchange_bytes_per_cycle = 4;
  topology::Rational exchange_efficiency;
  Cycle exchange_fixed_cycles = 0;
  Cycle exchange_run_cycles = 0;
  std::uint32_t tiles_per_shared_bus = 2;
  bool shared_bus_double_rate = false;

  Cycle sync_internal_cycles = 1;  ///< at least 1: what one tile does, another sees a cycle later
  Cycle sync_external_cycles = 1;  ///< of all IPUs of the system
  Cycle sync_host_cycles = 1;      ///< of all tiles and the host

  Cycle link_fixed_cycles = 0;
  std::uint64_t link_bytes_per_second = 1;
  topology::Rational link_efficiency;
  std::uint64_t rung_links = 1;
  std::uint64_t rail_links = 1;
};

/// What Constants::sync_internal_cycles is in any system of a topology.
Cycle read_sync_internal_cycles(const topology::Topology& topology);

/// Constants of a system of `ipus` IPUs. Category::input where the topology lacks one.
Constants read_constants(const topology::Topology& topology, std::uint32_t ipus);

/// What every constant of the family may be, whoever reads it: this machine, the front end, the
/// libraries' formulas or a Poplar target's getters.
std::vector<topology::Rule> constant_rules();
void check_constants(const topology::Topology& topology);

}  // namespace weft::machine::ipu
